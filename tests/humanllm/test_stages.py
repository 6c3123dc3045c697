"""What the model stages share: the JSON of --asking, sessions whose replies are typed, who answered which prompt."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from humanllm import sessions
from humanllm.asking import Rules
from humanllm.engines.base import ModelSpec, Sampling
from humanllm.errors import InputError
from humanllm.journal import entries
from humanllm.prompts import load_prompt
from humanllm.replies import Rewritten, Score
from humanllm.stages import Job
from post_data import GARDEN, ROOT

REWRITE = load_prompt(ROOT / "scripts/prompts/rewrite/blogger.md")
SCORE = load_prompt(ROOT / "scripts/prompts/score/score.md")
MODEL = {"name": "extractive", "engine": "extractive", "path": "rules", "revision": "1"}
ASKING = {"model": MODEL, "sampling": {"temperature": 0.3, "max_tokens": 99}, "seed": 7}
SERVING = {"model": {"gpus": 2}, "attempts": 2, "max_dead_share": 0.1}


def job(folder: Path, **more: object) -> Job:
    return Job.from_json(json.dumps(ASKING | more), json.dumps(SERVING), folder / "j.jsonl")


def test_asking_is_read(tmp_path: Path) -> None:
    made = job(tmp_path, language="en")
    assert (made.spec, made.sampling) == (
        ModelSpec("extractive", "extractive", "rules", "1", gpus=2),
        Sampling(0.3, 99),
    )
    assert (made.rules, made.seed, made.language) == (Rules(2, 0.1), 7, "en")
    assert made.mark("score", SCORE) == {
        **{"score_model": "extractive", "score_revision": "1", "score_prompt": SCORE.hash},
    }


@pytest.mark.parametrize(
    ("asking", "serving", "said"),
    [
        ("{", "{}", "--asking: needs model, sampling, seed as a JSON object (Expecting"),
        ("{}", "{}", "--asking: needs model, sampling, seed as a JSON object (lacks model, sampling, seed)"),
        ("3", "{}", "--asking: needs model, sampling, seed as a JSON object"),
        (json.dumps(ASKING | {"model": "m"}), "{}", "--asking: needs model, sampling, seed as a JSON object (model is"),
        (json.dumps(ASKING | {"colour": 1}), "{}", "--asking: unknown colour"),
        (json.dumps(ASKING | {"attempts": 3}), "{}", "--asking: unknown attempts"),
        (json.dumps(ASKING), "{}", "--serving: needs attempts, max_dead_share, model as a JSON object (lacks"),
        (json.dumps(ASKING), json.dumps(SERVING | {"model": MODEL}), "--serving: model: engine, name, path, revision"),
    ],
)
def test_wrong_asking_is_one_line(asking: str, serving: str, said: str, tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        Job.from_json(asking, serving, tmp_path / "j.jsonl")
    assert str(caught.value).startswith(said)


def test_a_session_asks_more_than_once_with_one_engine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    opened, really = [], sessions.open_engine
    monkeypatch.setattr(sessions, "open_engine", lambda spec: opened.append(spec.name) or really(spec))
    made = job(tmp_path)
    with made.session(2, tmp_path / "dead.jsonl") as session:
        first = session.ask([REWRITE.request("a", made.sampling, post=GARDEN[0])], [REWRITE, SCORE])
        clean = first.answers["a"].value
        assert clean == Rewritten(text=GARDEN[0])
        second = session.ask([SCORE.request("a:score", made.sampling, post=clean.text)], [SCORE])
        assert second.answers["a:score"].value == Score(quality="high", harmful=False)
        spent = {name: first.tokens[name] + second.tokens[name] for name in first.tokens}
        assert session.tokens == spent
    assert opened == ["extractive"]
    assert (tmp_path / "dead.jsonl").read_text() == ""
    assert [entry["id"] for entry in entries(made.journal)] == ["a", "a:score"]


def test_free_texts_count_when_they_are_cut_off(tmp_path: Path) -> None:
    asked = job(tmp_path).ask_freely([REWRITE.request("a", Sampling(0.3, 9), post="Hi.")], tmp_path / "dead.jsonl", 1)
    assert asked.answers["a"].value == '{"text": "Hi."}'
