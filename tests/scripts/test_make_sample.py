"""The command line of the sample maker, and that its rule names every file it writes."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def make(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(ROOT / "scripts/make_sample.py"), *arguments]
    return subprocess.run(command, capture_output=True, text=True)


def test_it_writes_what_the_rule_names_and_says_one_line(tmp_path: Path) -> None:
    done = make("--people", "20", "--seed", "2025", "--output", str(tmp_path))
    assert done.returncode == 0, done.stderr
    assert re.fullmatch(r"20 invented people, \d+ raw records and questions\n", done.stdout)
    written = {str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*") if path.is_file()}
    rule = (ROOT / "rules/sample.smk").read_text(encoding="utf-8")
    assert written == set(re.findall(r'^    "([^"]+)",$', rule, flags=re.MULTILINE))


def test_too_few_people_are_refused(tmp_path: Path) -> None:
    done = make("--people", "5", "--seed", "1", "--output", str(tmp_path))
    assert done.returncode == 2
    assert "20<=x<=400" in done.stderr
    assert not list(tmp_path.iterdir())
