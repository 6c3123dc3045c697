from __future__ import annotations

import gzip
import zipfile
import zlib
from pathlib import Path

import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from humanllm.errors import InputError
from humanllm.readers import opening
from humanllm.readers.opening import Block, Truncated, blocks, decoded, form_of, pieces
from row_data import examples

TEXT = b'{"a": 1}\n\n{"a": "\xc3\xa9"}\n{"a": 3}'


def compressed(name: str, text: bytes = TEXT) -> bytes:
    zstd = zstandard.ZstdCompressor(write_content_size=False)
    return {
        "plain": text,
        "gzip": gzip.compress(text),
        "two gzip members and padding": gzip.compress(text[:12]) + gzip.compress(text[12:]) + b"\0" * 5,
        "zstd": zstd.compress(text),
        "two zstd frames": zstd.compress(text[:12]) + zstd.compress(text[12:]),
        "zstd after a skippable frame": b"\x50\x2a\x4d\x18\x04\x00\x00\x00abcd" + zstd.compress(text),
    }[name]


FORMS = ["plain", "gzip", "two gzip members and padding", "zstd", "two zstd frames", "zstd after a skippable frame"]


def lines(path: Path) -> list[tuple[int, bytes, bool]]:
    """(number, content, whole) of each line."""
    found = []
    for block in blocks(path):
        contents = block.content.removesuffix(b"\n").split(b"\n")
        found += [(number, content, block.whole) for number, content in enumerate(contents, len(found))]
    return found


@pytest.mark.parametrize("name", FORMS)
def test_every_form_gives_the_same_lines_whatever_its_name(name: str, tmp_path: Path) -> None:
    path = tmp_path / "dump.parquet"
    path.write_bytes(compressed(name))
    assert lines(path) == [
        (0, b'{"a": 1}', True),
        (1, b"", True),
        (2, b'{"a": "\xc3\xa9"}', True),
        (3, b'{"a": 3}', True),
    ]


@examples(150)
@given(
    form=st.sampled_from(FORMS),
    text=st.binary(min_size=1, max_size=300).map(lambda text: text + b"\nend"),
    sizes=st.tuples(st.integers(1, 40), st.integers(1, 40)),
)
def test_the_sizes_of_the_pieces_change_no_line(
    form: str, text: bytes, sizes: tuple[int, int], tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = tmp_path_factory.mktemp("lines") / "dump"
    path.write_bytes(compressed(form, b"x" + text))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(opening, "COMPRESSED", sizes[0])
        patch.setattr(opening, "PIECE", sizes[1])
        assert lines(path) == [(at, line, True) for at, line in enumerate((b"x" + text).split(b"\n"))]


def test_a_window_of_two_gibibytes_is_read(tmp_path: Path) -> None:
    parameters = zstandard.ZstdCompressionParameters(window_log=31, strategy=1, hash_log=6, chain_log=6)
    stream = zstandard.ZstdCompressor(compression_params=parameters).compressobj()  # of unknown size, as Pushshift's
    content = stream.compress(TEXT) + stream.flush()
    assert zstandard.get_frame_parameters(content).window_size == 2**31
    path = tmp_path / "RC.zst"
    path.write_bytes(content)
    assert b"".join(pieces(path)) == TEXT


@pytest.mark.parametrize("name", ["gzip", "zstd"])
def test_a_cut_file_gives_what_can_be_read_and_then_its_error(name: str, tmp_path: Path) -> None:
    text = b"".join(b'{"number": %d, "square": %d}\n' % (number, number**2) for number in range(60_000))
    path = tmp_path / "dump"
    whole = compressed(name, text)
    path.write_bytes(whole[: len(whole) * 3 // 4])
    found: list[bytes] = []
    with pytest.raises(Truncated, match=rf"{path} ends in the middle of its {name} stream: .* fetch the file again"):
        found.extend(pieces(path))
    assert text.startswith(b"".join(found))
    assert sum(map(len, found)) > len(text) // 2


@pytest.mark.parametrize("piece", [37, 1000, opening.PIECE])
def test_a_cut_gzip_loses_nothing_that_can_be_read(piece: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two members, cut anywhere: as much as zlib finds, but the last two bytes, and each byte once."""
    monkeypatch.setattr(opening, "PIECE", piece)
    text = b"".join(b'{"number": %d, "square": %d}\n' % (number, number**2) for number in range(1_000))
    first, second = gzip.compress(text[:9_000]), gzip.compress(text[9_000:])
    path = tmp_path / "dump"
    for cut in (9, 40, len(first) - 1, len(first) + 1, len(first) + 500, len(first + second) - 1):
        path.write_bytes((first + second)[:cut])
        found: list[bytes] = []
        with pytest.raises(Truncated):
            found.extend(pieces(path))
        member = zlib.decompressobj(31)
        readable = member.decompress(path.read_bytes())
        if member.eof:
            readable += zlib.decompressobj(31).decompress(member.unused_data)
        assert text.startswith(b"".join(found))
        assert len(readable) - 2 <= len(b"".join(found)) <= len(readable)
        assert max(map(len, found)) <= piece


@pytest.mark.parametrize("name", ["gzip", "zstd"])
def test_the_last_bytes_of_a_file_are_missed(name: str, tmp_path: Path) -> None:
    path = tmp_path / "dump"
    path.write_bytes(compressed(name)[:-1])
    with pytest.raises(Truncated, match="truncated"):
        list(blocks(path))


def test_a_damaged_file_is_an_error(tmp_path: Path) -> None:
    path = tmp_path / "dump.gz"
    path.write_bytes(gzip.compress(TEXT)[:10] + b"\x07" * 40)  # no such kind of block
    with pytest.raises(InputError, match=r"dump\.gz cannot be decompressed"):
        list(blocks(path))
    changed = bytearray(gzip.compress(TEXT))
    changed[-6] ^= 1  # of the checksum
    path.write_bytes(changed)
    with pytest.raises(InputError, match=r"dump\.gz cannot be decompressed .*CRC check.*fetch the file again"):
        list(blocks(path))


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
        list(blocks(tmp_path / "a"))


@pytest.mark.parametrize("form", ["plain", "gzip", "zstd"])
@pytest.mark.parametrize("piece", [7, 30, 90])
def test_a_line_too_long_is_cut_and_the_next_is_whole(
    form: str, piece: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(opening, "LONGEST_LINE", 100)
    monkeypatch.setattr(opening, "LONGEST_KEPT", 10)
    monkeypatch.setattr(opening, "PIECE", piece)
    path = tmp_path / "dump"
    parts = [b"first", b"x" * 1000, b"", b"y" * 100, b"z" * 101, b"last", b"w" * 200]
    path.write_bytes(compressed(form, b"\n".join(parts)))
    assert lines(path) == [
        (0, b"first", True),
        (1, b"x" * 10, False),
        (2, b"", True),
        (3, b"y" * 100, True),
        (4, b"z" * 10, False),
        (5, b"last", True),
        (6, b"w" * 10, False),
    ]


def test_the_longest_line_takes_bounded_memory(tmp_path: Path) -> None:
    """Lines of 50 MB: what is held is one piece and the start of a line."""
    path = tmp_path / "dump"
    path.write_bytes(gzip.compress((b"x" * 50_000_000 + b"\n") * 2 + b"{}\n", 1))
    found = list(blocks(path))
    assert [(len(block.content), block.whole) for block in found] == [
        (opening.LONGEST_KEPT, False),
        (opening.LONGEST_KEPT, False),
        (3, True),
    ]
    assert isinstance(found[2], Block)


@pytest.mark.parametrize("form", ["gzip", "zstd"])
def test_a_bomb_comes_in_pieces(form: str, tmp_path: Path) -> None:
    """Some 10 KB that say 100 MB: never more of it at a time than of any other file."""
    path = tmp_path / "dump"
    path.write_bytes(compressed(form, bytes(100_000_000)))
    assert path.stat().st_size < opening.COMPRESSED
    sizes = [len(piece) for piece in pieces(path)]
    assert sum(sizes) == 100_000_000
    assert max(sizes) <= opening.PIECE


def test_decoded_tries_the_encodings_in_turn() -> None:
    assert decoded("\ufeffé".encode()) == "é"
    assert decoded(b"don\x92t") == "don’t"  # noqa: RUF001
    assert decoded(b"\x81\xe9") == "\x81é"
