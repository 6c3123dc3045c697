from __future__ import annotations

from benchmarks import ROOT
from benchmarks.ingest_dump import KEEPING


def test_the_command_that_is_timed_has_the_environment_of_the_rules() -> None:
    rule = (ROOT / "rules/records.smk").read_text(encoding="utf-8").partition("rule ingest_dump:")[2]
    assert f'"{" ".join(KEEPING[:2])} "\n        "{" ".join(KEEPING[2:])} "' in rule.partition("\nrule ")[0]
