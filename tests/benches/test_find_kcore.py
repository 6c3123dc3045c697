from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from benchmarks import ROOT, find_kcore


def test_the_stage_has_the_environment_of_the_rule(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    environments: list[dict[str, str]] = []

    class Asked(Exception):
        pass

    def popen(command: list[str], env: dict[str, str], **how: object) -> None:
        environments.append(env)
        raise Asked

    monkeypatch.setattr(subprocess, "Popen", popen)
    with pytest.raises(Asked):
        find_kcore.whole_stage(tmp_path)
    rule = (ROOT / "rules/records.smk").read_text(encoding="utf-8").partition("rule find_kcore:")[2]
    told = " ".join(f"{name}={environments[0][name]}" for name in ("POLARS_MAX_THREADS", *find_kcore.KEEPING))
    assert f'"{told} "\n        "python ' in rule.partition("\nrule ")[0]
