"""The journal: what is kept of a killed job, how it is packed, and what never happens twice."""

from __future__ import annotations

import gzip
import json
import os
import resource
import shutil
import signal
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from humanllm import files
from humanllm.engines.base import ModelSpec, Reply, Request, Sampling
from humanllm.errors import InputError
from humanllm.journal import Journal, entries, key_of, packed

SPEC = ModelSpec("m", "vllm", "owner/m", "main", max_model_len=100)


def requests(*names: str) -> list[Request]:
    return [Request(name, [{"role": "user", "content": name}], Sampling(0.3, 10)) for name in names]


def cut_short(path: Path, *names: str) -> None:
    """A journal as a job leaves it that did not end well."""
    journal = Journal(path, SPEC)
    for request in requests(*names):
        journal.add(request, Reply(request.id, f"to {request.id}", "stop", 1, 0, 1))
    journal.close(whole=False)


def test_a_torn_line_is_cut_off_and_asked_again(tmp_path: Path) -> None:
    path = tmp_path / "x.jsonl"
    first, second = requests("a", "b")
    journal = Journal(path, SPEC)
    journal.add(first, Reply("a", "é", "stop", 1, 0, 1))
    journal.add(second, Reply("b", "2", "stop"))
    journal.close(whole=False)
    path.write_bytes(path.read_bytes()[:-5])
    with Journal(path, SPEC) as journal:
        assert journal.get(first) == Reply("a", "é", "stop", 1, 0, 1)
        assert journal.get(second) is None
        journal.add(second, Reply("b", "3", "stop"))
    with Journal(path, SPEC) as journal:
        assert journal.get(second) == Reply("b", "3", "stop")


def test_one_journal_has_one_writer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "WAIT_FOR_LOCK", 0)
    with Journal(tmp_path / "x.jsonl", SPEC), pytest.raises(InputError, match="being written by another job"):
        Journal(tmp_path / "x.jsonl", SPEC)


def test_what_did_not_fit_is_asked_of_a_longer_model(tmp_path: Path) -> None:
    request = requests("a")[0]
    with Journal(tmp_path / "x.jsonl", SPEC) as journal:
        journal.add(request, Reply("a", "", "overflow"))
    longer = ModelSpec("m", "vllm", "owner/m", "main", max_model_len=200)
    with Journal(tmp_path / "x.jsonl", longer) as journal:
        assert journal.get(request) is None


def test_a_line_says_what_an_audit_needs(tmp_path: Path) -> None:
    path = tmp_path / "x.jsonl"
    cut_short(path, "a")
    assert json.loads(path.read_text()) == {
        **{"key": key_of(requests("a")[0], SPEC.identity()), "id": "a", "model": "m", "text": "to a"},
        **{"finish": "stop", "prompt": 1, "cached": 0, "output": 1},
    }


def test_a_job_that_ends_well_packs_its_lines(tmp_path: Path) -> None:
    path = tmp_path / "x.jsonl"
    cut_short(path, "a")
    inode = path.stat().st_ino
    with Journal(path, SPEC) as journal:
        journal.add(requests("b")[0], Reply("b", "2", "stop"))
    assert (path.read_bytes(), path.stat().st_ino) == (b"", inode)
    first = packed(path).read_bytes()
    assert [json.loads(line)["id"] for line in gzip.decompress(first).splitlines()] == ["a", "b"]
    with Journal(path, SPEC) as journal:
        journal.add(requests("c")[0], Reply("c", "3", "stop"))
        assert len(journal) == 3
    assert packed(path).read_bytes().startswith(first)
    before = packed(path).stat()
    with Journal(path, SPEC) as journal:
        assert journal.get(requests("c")[0]) == Reply("c", "3", "stop")
    assert packed(path).stat() == before, "nothing new, nothing written"
    assert [entry["id"] for entry in entries(path)] == ["a", "b", "c"]
    assert sorted(file.name for file in tmp_path.iterdir()) == ["x.jsonl", "x.jsonl.gz"]


def test_the_documented_command_reads_it(tmp_path: Path) -> None:
    path = tmp_path / "17.jsonl"
    cut_short(path, "a")
    Journal(path, SPEC).close()
    cut_short(path, "b")
    command = "zcat -f 17.jsonl.gz 17.jsonl" + (" | jq -c '{id, text}'" if shutil.which("jq") else "")
    lines = subprocess.run(command, shell=True, cwd=tmp_path, check=True, capture_output=True).stdout.splitlines()
    assert [json.loads(line)["text"] for line in lines] == ["to a", "to b"]


def test_killed_between_packing_and_emptying_nothing_stands_twice(tmp_path: Path) -> None:
    path = tmp_path / "x.jsonl"
    cut_short(path, "a", "b")
    lines = path.read_bytes()
    Journal(path, SPEC).close()
    path.write_bytes(lines)
    Journal(path, SPEC).close()
    assert path.read_bytes() == b""
    path.write_bytes(lines)
    with Journal(path, SPEC) as journal:
        assert len(journal) == 2
        journal.add(requests("c")[0], Reply("c", "3", "stop"))
    assert [json.loads(line)["id"] for line in gzip.decompress(packed(path).read_bytes()).splitlines()] == [
        "a",
        "b",
        "c",
    ]


def test_killed_while_packing_the_lines_are_still_there(tmp_path: Path) -> None:
    path = tmp_path / "x.jsonl"
    cut_short(path, "a")
    (tmp_path / ".x.jsonl.gz.tmp").write_bytes(b"half")
    Journal(path, SPEC).close()
    assert [entry["id"] for entry in entries(path)] == ["a"]
    assert not (tmp_path / ".x.jsonl.gz.tmp").exists()


def test_a_spoilt_line_is_asked_again_and_a_spoilt_packed_file_is_an_error(tmp_path: Path) -> None:
    path = tmp_path / "x.jsonl"
    cut_short(path, "a", "b")
    first, second = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"\0" * (len(first) - 1) + b"\n" + second)
    with Journal(path, SPEC) as journal:
        assert [journal.get(request) is None for request in requests("a", "b")] == [True, False]
    packed(path).write_bytes(packed(path).read_bytes()[:-20])
    with pytest.raises(InputError, match=rf"the journal {packed(path)} is damaged .*only what is lost is asked again"):
        Journal(path, SPEC)


def test_a_full_disk_is_one_line_and_loses_nothing(tmp_path: Path) -> None:
    path = tmp_path / "x.jsonl"
    cut_short(path, "a")
    journal = Journal(path, SPEC)
    old, ignored = resource.getrlimit(resource.RLIMIT_FSIZE), signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (path.stat().st_size + 20, old[1]))
    try:
        with pytest.raises(InputError, match=r"cannot be written \(.*\): make room, .*; 1 replies are kept"):
            journal.add(requests("b")[0], Reply("b", "2", "stop"))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, old)
        signal.signal(signal.SIGXFSZ, ignored)
    journal.close(whole=False)
    assert [entry["id"] for entry in entries(path)] == ["a"]


def test_a_second_writer_waits_until_the_first_is_gone(tmp_path: Path) -> None:
    """As a job does that is sent again while the killed one still writes its last reply."""
    (request,) = requests("a")
    first = Journal(tmp_path / "x.jsonl", SPEC)
    with ThreadPoolExecutor(1) as thread:
        second = thread.submit(Journal, tmp_path / "x.jsonl", SPEC)
        time.sleep(0.2)
        assert not second.done()
        first.add(request, Reply("a", "late", "stop"))
        first.close(whole=False)
        with second.result() as journal:
            assert journal.get(request) == Reply("a", "late", "stop")


def test_the_lock_holds_after_packing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "WAIT_FOR_LOCK", 0)
    path = tmp_path / "x.jsonl"
    cut_short(path, "a")
    Journal(path, SPEC).close()
    with Journal(path, SPEC), pytest.raises(InputError, match="being written by another job"):
        Journal(path, SPEC)
    assert len(os.listdir("/proc/self/fd")) < 200
