"""Is anyone left? The count of a source's users over all its buckets, or an error that says where they went."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from humanllm.errors import InputError
from humanllm.files import read_json, write_json

KNOBS = {
    "few_records": "users.min_records",
    "near_duplicate": "users.near_duplicate_jaccard",
    "near_copy": "users.near_duplicate_jaccard",
    "outside_kcore": "filters.amazon.kcore",
    "other_language": "filters.language",
    "low_engagement": "filters.reddit.min_score and min_comments",
    "quote": "filters.twitter.quotes",
    "no_first_person": "filters.blogger.first_person",
    "few_words": "filters.amazon.min_words",
    "short": "filters.{source}.min_characters",
    "brief": "users.min_characters",
    "surplus": "users.max_records",
    "bare_question": "filters.reddit.min_words_of_question",
    "opted_out": "users.opt_out",
    "no_parent_post": "sources.reddit.dumps.submissions",
}
SHOWN = 4  # reasons named in the error


def _dropped(stats: Iterable[dict[str, Any]]) -> Counter[str]:
    total: Counter[str] = Counter()
    for one in stats:
        total.update(one["dropped"])
    return total


def _explained(why: str, count: int, source: str) -> str:
    knob = KNOBS.get(why)
    return f"{why} {count}" + (f" ({knob.format(source=source)})" if knob else "")


def count_users(source: str, stats: Sequence[Path], output: Path) -> dict[str, Any]:
    """Write {source, in, users, records, dropped} from the stats of all of the source's dumps and buckets.

    Raises InputError if no user is left, with the main reasons and the knobs behind them.
    """
    stages = [read_json(path) for path in stats]
    read = [one for one in stages if one["stage"] == "ingest_dump"]
    gathered = [one for one in stages if one["stage"] == "gather_users"]
    dropped = _dropped(stages)
    counts = {
        "source": source,
        "in": sum(one["in"] for one in read),
        "users": sum(one["users"] for one in gathered),
        "records": sum(one["kept"] for one in gathered),
        "dropped": dict(dropped),
    }
    if not counts["users"]:
        main = "; ".join(_explained(why, count, source) for why, count in dropped.most_common(SHOWN))
        raise InputError(
            f"source {source} has no surviving user: of {counts['in']} raw records all were dropped: {main};"
            f" give more dumps, change the knobs named, or take {source} out of active_sources"
        )
    write_json(output, counts)
    return counts
