"""The posts that comments answer."""

from __future__ import annotations

from pathlib import Path

from click.testing import CliRunner

import find_parents
from humanllm.lookups import PARENT
from humanllm.tables import read_rows
from record_data import filtered, write


def test_a_post_of_any_dump_is_found_for_a_comment_of_any(tmp_path: Path) -> None:
    posts = [filtered("p", text="Do."), filtered("q")]
    comments = [filtered(name, "bert", kind="comments", parent_id=posts[0]["id"]) for name in "ab"]
    tables = [write(tmp_path / name, [row]) for name, row in zip("abpq", [*comments, *posts], strict=True)]
    options = [f"--comments={tables[0]}", f"--comments={tables[1]}", f"--output={tmp_path}/out"]
    done = CliRunner().invoke(find_parents.main, [*options, f"--stats={tmp_path}/stats", *map(str, tables[2:])])
    assert done.output == "2 posts in, 1 answered\n"
    assert read_rows(tmp_path / "out", PARENT) == [{"bucket": 0, "parent_id": posts[0]["id"], "parent_text": "Do."}]
