from __future__ import annotations

import gzip
import zipfile
from pathlib import Path

import pytest
import zstandard

from humanllm.errors import InputError
from humanllm.readers import opening
from humanllm.readers.opening import decoded, form_of, lines, pieces

TEXT = b'{"a": 1}\n\n{"a": "\xc3\xa9"}\n{"a": 3}'


def compressed(name: str) -> bytes:
    zstd = zstandard.ZstdCompressor(write_content_size=False)
    return {
        "plain": TEXT,
        "gzip": gzip.compress(TEXT),
        "zstd": zstd.compress(TEXT),
        "two zstd frames": zstd.compress(TEXT[:12]) + zstd.compress(TEXT[12:]),
        "zstd after a skippable frame": b"\x50\x2a\x4d\x18\x04\x00\x00\x00abcd" + zstd.compress(TEXT),
    }[name]


@pytest.mark.parametrize("name", ["plain", "gzip", "zstd", "two zstd frames", "zstd after a skippable frame"])
def test_every_form_gives_the_same_lines_whatever_its_name(name: str, tmp_path: Path) -> None:
    path = tmp_path / "dump.parquet"
    path.write_bytes(compressed(name))
    assert [tuple(line) for line in lines(path)] == [
        (0, b'{"a": 1}', True),
        (1, b"", True),
        (2, b'{"a": "\xc3\xa9"}', True),
        (3, b'{"a": 3}', True),
    ]


def test_a_window_of_two_gibibytes_is_read(tmp_path: Path) -> None:
    parameters = zstandard.ZstdCompressionParameters(window_log=31, strategy=1, hash_log=6, chain_log=6)
    stream = zstandard.ZstdCompressor(compression_params=parameters).compressobj()  # of unknown size, as Pushshift's
    content = stream.compress(TEXT) + stream.flush()
    assert zstandard.get_frame_parameters(content).window_size == 2**31
    path = tmp_path / "RC.zst"
    path.write_bytes(content)
    assert b"".join(pieces(path)) == TEXT


@pytest.mark.parametrize(("name", "says"), [("gzip", "truncated"), ("zstd", "truncated")])
def test_a_cut_file_is_an_error(name: str, says: str, tmp_path: Path) -> None:
    path = tmp_path / "dump"
    path.write_bytes(compressed(name)[:-9])
    with pytest.raises(InputError, match=says):
        list(lines(path))


def test_a_damaged_file_is_an_error(tmp_path: Path) -> None:
    path = tmp_path / "dump.gz"
    path.write_bytes(gzip.compress(TEXT)[:10] + b"\x07" * 40)  # no such kind of block
    with pytest.raises(InputError, match=r"dump\.gz cannot be decompressed"):
        list(lines(path))


def test_forms(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a", "w") as archive:
        archive.writestr("b", "c")
    assert form_of(tmp_path / "a") == "zip"
    assert form_of(tmp_path) == "folder"
    (tmp_path / "empty").touch()
    with pytest.raises(InputError, match="is empty"):
        form_of(tmp_path / "empty")
    with pytest.raises(InputError, match="No such file"):
        form_of(tmp_path / "nothing")
    with pytest.raises(InputError, match="is a zip"):
        list(lines(tmp_path / "a"))


def test_a_line_too_long_is_cut_and_the_next_is_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opening, "LONGEST_LINE", 100)
    monkeypatch.setattr(opening, "CHUNK", 30)
    path = tmp_path / "dump"
    path.write_bytes(b"first\n" + b"x" * 1000 + b"\nlast")
    assert [(line.number, len(line.content), line.whole) for line in lines(path)] == [
        (0, 5, True),
        (1, 100, False),
        (2, 4, True),
    ]


def test_decoded_tries_the_encodings_in_turn() -> None:
    assert decoded("\ufeffé".encode()) == "é"
    assert decoded(b"don\x92t") == "don’t"  # noqa: RUF001
    assert decoded(b"\x81\xe9") == "\x81é"
