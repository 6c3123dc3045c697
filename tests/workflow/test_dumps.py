"""The dumps of a run: names from files, globs, and a list of all that is missing."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from dumps import Dump, DumpError, find_dumps


def config(**dumps: list[str]) -> dict[str, Any]:
    return {
        "pathvars": {"results": "results/x"},
        "active_sources": ["reddit"],
        "sources": {"reddit": {"dumps": dumps}, "blogger": {"dumps": {"blogs": ["nowhere"]}}},
    }


def test_names_come_from_files_and_inactive_sources_are_left_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("RS_2019-01.zst", "RS 2019-02.jsonl.gz", "RC_2019-01.zst"):
        Path(name).touch()
    found = find_dumps(config(submissions=["RS*"], comments=["RC_2019-01.zst"]))
    assert found == {
        "reddit": {
            "submissions-RS_2019-02": Dump("submissions", "RS 2019-02.jsonl.gz"),
            "submissions-RS_2019-01": Dump("submissions", "RS_2019-01.zst"),
            "comments-RC_2019-01": Dump("comments", "RC_2019-01.zst"),
        }
    }


def test_a_dump_that_the_run_makes_need_not_be_there() -> None:
    found = find_dumps(config(submissions=["results/x/sample/RS.zst"]))
    assert found["reddit"]["submissions-RS"].path == "results/x/sample/RS.zst"


def test_every_missing_and_ambiguous_dump_is_listed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for folder in ("a", "b"):
        Path(folder).mkdir()
        Path(folder, "RS.zst").touch()
    with pytest.raises(DumpError) as caught:
        find_dumps(config(submissions=["a/*", "b/*"], comments=["c/*"]))
    said = str(caught.value)
    assert "sources.reddit.dumps.submissions: b/RS.zst and a/RS.zst share a name" in said
    assert "sources.reddit.dumps.comments: no file at c/*" in said
    assert "active_sources" in said


def test_a_numbered_shard_takes_its_folders_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for split in ("AskMen", "AskWomen"):
        Path("default", split).mkdir(parents=True)
        Path("default", split, "0000.parquet").touch()
    found = find_dumps(config(submissions=["default/*/*.parquet"]))
    assert list(found["reddit"]) == ["submissions-AskMen-0000", "submissions-AskWomen-0000"]


def test_a_source_without_any_dump_is_refused() -> None:
    with pytest.raises(DumpError, match=r"sources\.reddit\.dumps: no dump is given"):
        find_dumps(config(submissions=[]))
