"""The audit sample: what was masked and what was not, by draw, for its owner's eyes alone."""

from __future__ import annotations

import json
from pathlib import Path

from humanllm.audit import Audit, write_private

TEXTS = {f"p{number}": f"Post {number}: write to kim{number}@mail.net or a{number}@b.cd." for number in range(3)}
CLEAR = {f"c{number}": f"I kept {number} hens." for number in range(3)}


def audited(size: int, texts: dict[str, str], seed: int = 1) -> Audit:
    audit = Audit(size, seed)
    for name, text in texts.items():
        audit.mask(name, text)
    return audit


def test_a_text_is_masked_counted_and_laid_out() -> None:
    audit = Audit(5, 1)
    assert audit.mask("p", "Write to kim@mail.net or call 212-555-7788 today.") == (
        "Write to [email] or call [phone] today.",
        2,
    )
    assert audit.mask("q", "I kept hens.") == ("I kept hens.", 0)
    assert audit.counts == {"email": 1, "phone": 1}
    lines = sorted(audit.lines(), key=lambda line: str(line["kind"]))
    assert lines == [
        {"id": "q", "kind": None, "text": "I kept hens."},
        {
            **{"id": "p", "kind": "email", "before": "Write to ", "found": "kim@mail.net"},
            "after": " or call 212-555-7788 today.",
        },
        {
            **{"id": "p", "kind": "phone", "before": "Write to kim@mail.net or call ", "found": "212-555-7788"},
            "after": " today.",
        },
    ]


def test_the_sample_has_its_size_and_follows_from_the_seed() -> None:
    texts = TEXTS | CLEAR
    lines = audited(2, texts).lines()
    assert [line["kind"] for line in lines] == ["email", "email", None, None]
    assert lines == audited(2, dict(reversed(texts.items()))).lines()
    assert {str(audited(2, texts, seed).lines()) for seed in range(9)} != {str(lines)}
    assert audited(0, texts).lines() == []
    assert audited(0, texts).counts == {"email": 6}


def test_a_rare_kind_has_its_turn() -> None:
    many = {f"l{number}": f"See http://a.net/{number} now." for number in range(99)}
    kinds = [line["kind"] for line in audited(6, many | TEXTS | {"p": "Call 212-555-7788."}).lines()]
    assert kinds.count("phone") == 1
    assert {kinds.count("email"), kinds.count("link")} == {2, 3}


def test_only_the_owner_may_read_it(tmp_path: Path) -> None:
    write_private(tmp_path / "a.jsonl", audited(1, TEXTS).lines())
    assert (tmp_path / "a.jsonl").stat().st_mode & 0o777 == 0o600
    assert json.loads((tmp_path / "a.jsonl").read_text())["kind"] == "email"
