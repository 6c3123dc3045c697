"""The digest of the code behind a rule: an edit changes it, a comment does not."""

from __future__ import annotations

from pathlib import Path

import provenance


def digest(scripts: Path) -> str:
    provenance._read.cache_clear()
    provenance.code_digest.cache_clear()
    return provenance.code_digest(scripts, "count_words")


def test_edits_count_and_comments_do_not(tmp_path: Path) -> None:
    script = tmp_path / "count_words.py"
    library = tmp_path / "humanllm"
    library.mkdir()
    (library / "__init__.py").write_text("")
    (library / "words.py").write_text("from humanllm import letters\n")
    (library / "letters.py").write_text('"""Letters."""\nA = 1\n')
    (library / "other.py").write_text("B = 1\n")
    script.write_text("def main():\n    from humanllm.words import count\n    return count\n")
    first = digest(tmp_path)

    script.write_text(script.read_text() + "\n# a remark\n")
    (library / "letters.py").write_text('"""The letters."""\n\nA = 1  # the first\n')
    (library / "other.py").write_text("B = 2\n")
    assert digest(tmp_path) == first

    (library / "letters.py").write_text("A = 2\n")
    second = digest(tmp_path)
    assert second != first

    script.write_text("def main():\n    return None\n")
    assert digest(tmp_path) not in {first, second}
