from __future__ import annotations

from pathlib import Path

import pytest

from humanllm.draws import draw
from humanllm.errors import InputError
from humanllm.tasks.wordings import Wordings

GOOD = "# system\nBe kind.\n# ask\nSay {{what}}.\n---\nTell {{what}}!\n"


def write(folder: Path, text: str) -> Path:
    path = folder / "task.md"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_wording_is_drawn_and_filled_in_one_pass(tmp_path: Path) -> None:
    wordings = Wordings(write(tmp_path, GOOD), {"ask": frozenset({"what"})})
    drawn = {wordings.render("ask", {"what": " {{what}} \n"}, draw(seed)) for seed in range(20)}
    assert drawn == {"Say {{what}}.", "Tell {{what}}!"}
    assert wordings.render("system", {}, draw(1)) == "Be kind."


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("# ask\nSay {{what}}.\n", "must hold the sections system, ask, it holds ask"),
        (GOOD + "# more\nText\n", "it holds system, ask, more"),
        (GOOD.replace("Tell {{what}}!", "Tell!"), "# ask must name the fields what"),
        (GOOD.replace("Tell {{what}}!", "{{what}} {{who}}"), "# ask must name the fields what"),
        (GOOD.replace("Be kind.", "{{what}}"), "# system must name the fields none"),
        ("A remark.\n" + GOOD, "must hold the sections"),
        (GOOD + "---\n", "# ask must name"),
    ],
)
def test_a_file_that_does_not_fit_its_task_is_refused(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(InputError, match=said):
        Wordings(write(tmp_path, text), {"ask": frozenset({"what"})})
