"""Which edits of the library train a finished student again."""

from __future__ import annotations

import shutil
from pathlib import Path

from humanllm.training import code
from humanllm.training.code import DECIDES, code_facts

SAVES_TELLS_OR_PLANS = {  # what decides no number, or a number that the manifest holds
    *("__init__", "callbacks", "code", "fit", "job", "kept", "launcher", "record", "room", "settings", "slices"),
    *("speed", "state"),
}


def test_every_module_decides_or_does_not() -> None:
    """A new one is to be put into DECIDES of humanllm/training/code.py or into the list above."""
    folder = Path(code.__file__).parent
    assert {path.stem for path in folder.glob("*.py")} == {*DECIDES, *SAVES_TELLS_OR_PLANS}
    assert not SAVES_TELLS_OR_PLANS.intersection(DECIDES)


def test_an_edit_of_what_decides_counts_and_its_comments_do_not(tmp_path: Path) -> None:
    folder = tmp_path / "training"
    shutil.copytree(Path(code.__file__).parent, folder)
    before = code_facts(folder)
    assert before == code_facts()
    for name in ("ranks.py", "room.py"):
        text = (folder / name).read_text()
        (folder / name).write_text(text.replace('"""', '"""Now: ', 1) + "\n# a remark\n")
    with (folder / "room.py").open("a") as file:
        file.write("MORE = 1\n")
    assert code_facts(folder) == before
    with (folder / "ranks.py").open("a") as file:
        file.write("MORE = 1\n")
    changed = code_facts(folder)
    assert {name for name in DECIDES if changed["sha256"][name] != before["sha256"][name]} == {"ranks"}
