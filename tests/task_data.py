"""Two people's records and products, made by hand: what the tests of the tasks are built from."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from humanllm.tables import CLEAN, JUDGED, RECORD, Row, write_rows

DAY = 86400


def record(number: int, text: str, **more: Any) -> Row:
    """The record of day `number`; the first three days are history, what follows is target."""
    row = {
        "id": f"reddit:submissions:{number}",
        "user": "anna",
        "source": "reddit",
        "kind": "submissions",
        "bucket": 0,
        "time": number * DAY,
        "place": number,
        "text": f"raw {text}",
        "clean_text": text,
        "clean_part": "history" if number <= 3 else "target",
        "community": "AskGarden",
    }
    return row | more


def product(kind: str, day: int, content: Row, records: list[str], **more: Any) -> Row:
    group = {"action": "social_qa", "thought": "social_qa", "reason": "social_qa"}
    name = group.get(kind, kind if kind in ("scenario", "topic") else "user")
    row = {
        "id": f"{name}:{kind}:{day}",
        "user": "anna",
        "source": "reddit",
        "bucket": 0,
        "product": name,
        "kind": kind,
        "time": day * DAY,
        "record_ids": records,
        "content": json.dumps(content),
    }
    return row | more


def words(count: int, word: str = "word") -> str:
    return " ".join(f"{word}{number}" for number in range(count))


def user_products(**more: Any) -> list[Row]:
    """Persona, profile and style made from the first three days."""
    texts = {"persona": "Anna grows tomatoes.", "profile": "Anna, a gardener, ...", "style": "Short sentences."}
    return [product(kind, 3, {kind: text}, ["reddit:submissions:1"], **more) for kind, text in texts.items()]


def review(number: int, item: int, **more: Any) -> Row:
    titles = {"item_id": f"B{item}", "item_title": f"Book {item}", "community": "Books"}
    names = {"id": f"amazon:reviews:{number}", "source": "amazon", "kind": "reviews"}
    return record(number, words(30), **names, **titles) | more


def write_clean(path: Path, rows: list[Row]) -> Path:
    write_rows(path, rows, CLEAN)
    return path


def write_products(path: Path, rows: list[Row]) -> Path:
    write_rows(path, rows, JUDGED)
    return path


def write_records(path: Path, rows: list[Row]) -> Path:
    columns = set(RECORD.names)
    write_rows(path, [{name: value for name, value in row.items() if name in columns} for row in rows], RECORD)
    return path
