from __future__ import annotations

from pathlib import Path

import pytest

from humanllm.errors import InputError
from humanllm.opt_out import read_opt_out

LIST = (
    "\ufeff# who asked\nreddit Ann_B\nreddit u/Carl\n\ntwitter @Dora\r\nblogger 7596\n"
    "  reddit   /u/eve  \namazon AE1X\n"
)


@pytest.mark.parametrize(
    ("source", "names"),
    [("reddit", {"ann_b", "carl", "eve"}), ("twitter", {"dora"}), ("blogger", {"7596"}), ("amazon", {"ae1x"})],
)
def test_the_people_of_a_source(source: str, names: set[str], tmp_path: Path) -> None:
    (tmp_path / "list").write_text(LIST)
    assert read_opt_out(tmp_path / "list", source) == names


@pytest.mark.parametrize(
    "line", ["reddit", "ann", "reddit ann b", "redit ann", "Reddit ann", "reddit,ann", "reddit\x00ann"]
)
def test_a_broken_line_is_named_whatever_the_source(line: str, tmp_path: Path) -> None:
    (tmp_path / "list").write_text(f"reddit a\n# b\n\n{line}\n")
    with pytest.raises(InputError, match=r"list, line 4: a line is a source \(reddit, twitter, blogger, amazon\)"):
        read_opt_out(tmp_path / "list", "amazon")


def test_a_list_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"none cannot be read .*check users\.opt_out"):
        read_opt_out(tmp_path / "none", "reddit")
    (tmp_path / "list").write_bytes(b"reddit caf\xe9\n")
    with pytest.raises(InputError, match="list cannot be read"):
        read_opt_out(tmp_path / "list", "reddit")


def test_names_as_addresses_and_file_names(tmp_path: Path) -> None:
    listed = [
        "reddit /user/Ann",
        "reddit https://www.reddit.com/user/bob/",
        "blogger 7596.male.26.Internet.Scorpio.xml",
    ]
    path = tmp_path / "list"
    path.write_text("\n".join(listed))
    assert read_opt_out(path, "reddit") == {"ann", "bob"}
    assert read_opt_out(path, "blogger") == {"7596"}
    path.write_text("reddit https://example.org/ann")
    with pytest.raises(InputError, match="line 1: the name is none of reddit's"):
        read_opt_out(path, "reddit")
