from __future__ import annotations

from pathlib import Path

from benchmarks import ROOT
from benchmarks.ingest_dump import KEEPING, clear


def test_the_command_that_is_timed_has_the_environment_of_the_rules() -> None:
    rule = (ROOT / "rules/records.smk").read_text(encoding="utf-8").partition("rule ingest_dump:")[2]
    assert f'"{" ".join(KEEPING[:2])} "\n        "{" ".join(KEEPING[2:])} "' in rule.partition("\nrule ")[0]


def test_what_tools_wrote_is_deleted_and_no_dump(tmp_path: Path) -> None:
    (tmp_path / "other-reviews-datatrove").mkdir()
    for name in (
        "ours-reviews-0.parquet",
        "other-reviews-datatrove/00000.parquet",
        "reviews-600.jsonl.gz",
        "users.key",
    ):
        (tmp_path / name).touch()
    clear(tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["reviews-600.jsonl.gz", "users.key"]
