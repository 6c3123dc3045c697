"""A small finished run: the JSON files that the report reads, in the forms that the stages write."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from click.testing import CliRunner, Result

from build_report import main
from humanllm.scoring import score
from humanllm.scoring_comparison import compare

TEMPLATE = Path(__file__).resolve().parents[1] / "scripts/templates/report.html.j2"
RUN: dict[str, Any] = {
    "name": "results/test",
    "seed": 1,
    "sources": {"blogger": 1, "reddit": 2},
    "teacher": {"name": "extractive", "engine": "extractive", "path": "rules", "revision": "1"},
    "judge": {"name": "judge-7b", "engine": "vllm", "path": "owner/judge-7b", "revision": "abc"},
    "students": {"tiny": {"name": "tiny", "engine": "vllm", "path": "owner/tiny", "revision": "main"}},
    "variants": ["full"],
    "systems": ["tiny-base", "tiny-full-unmerged", "tiny-full-merged"],
    "cuts": {"persona": {"overall": 9, "others": 8}, "style": {"overall": 8, "others": 7}},
    "made_up": False,
    "gpus": {"rewrite_text": 8},
}


def row(stage: str, part: str, taken: int, kept: int, dead: int = 0, **facts: Any) -> dict[str, Any]:
    dropped = {"short": taken - kept - dead} if taken > kept + dead else {}
    counts = {"in": taken, "kept": kept, "dropped": dropped, "dead": {"schema": dead} if dead else {}}
    return {"stage": stage, "part": part, "files": 2, "facts": facts} | counts


def funnel(kind: str) -> dict[str, Any]:
    scores = {"persona": {"overall": {"8": 4, "9": 13}, "faithfulness": {"7": 1, "10": 16}}}
    history = {"users": 5, "users_summarised": 1, "parts": 3, "tokens": 9000, "posts": 30, "posts_shown": 30}
    rows = [
        row("ingest_dump", kind, 100, 60),
        row("gather_users", "", 60, 50),
        row(
            "rewrite_text", "", 50, 49, dead=1, tokens={"prompt_tokens": 900, "cached_tokens": 300, "output_tokens": 70}
        ),
        row("score_quality", "", 49, 49),
        row("select_records", "", 49, 40, history=25, target=15),
        row("synthesize_product", "user", 20, 17, dead=3, kinds={"persona": 10, "style": 7}, history=history),
        row("judge_product", "user", 17, 17, scores=scores),
        row("select_product", "user", 17, 12, kinds={"persona": 5, "style": 7}),
        row("build_task", "profile_generation", 12, 10),
    ]
    return {"rows": rows}


SET = {
    "variant": "full",
    "samples": {"profile_generation": {"blogger": {"train": 8, "test": 2}, "reddit": {"train": 9}}},
    "users": {"train": 7, "test": 2},
    "estimated_tokens": {"profile_generation": {"p5": 30, "p50": 120, "p95": 300, "p100": 411, "samples": 19}},
    "leakage": {"users_in_both": 0, "test_answers_seen_in_train": 1},
    "decontaminated_against": ["tombench"],
}
PACKING = {"stage": "pack_tokens", "in": 18, "kept": 17, "dropped": {"too_long": 1}, "dead": {}} | {
    "fill_rate": 0.93,
    "longest": 401,
    "by_task": {
        "profile_generation": {"in": 8, "dropped": {"too_long": 1}},
        "social_qa": {"in": 10, "dropped": {}},
    },
}
TRAINING = {
    "manifest": {
        "data": {"sequences": 5, "samples": 17, "tokens": 9000, "answer_tokens": 4000},
        "settings": {
            "epochs": 3,
            "learning_rate": 5e-6,
            "precision": "bf16",
            "zero_stage": 2,
            "device": "cpu",
        },
        "batch": {"samples": 8.5},
    },
    "layout": {"ranks": 2, "micro_batch": 1},
    "git_commit": "c0ffee",
    "first_loss": 7.5,
    "last_loss": 5.0,
    "steps": 3,
    "log": [{"step": 1, "loss": 7.5}, {"step": 2, "loss": 6.0}, {"step": 3, "loss": 5.0}],
}
MERGE = {
    "weights": {"base": 0.5, "tuned": 0.5},
    "dtype": "bfloat16",
    "probe": {"tensors": 26, "max_difference": 0.0004, "max_allowed": 0.001},
}


def comparison() -> dict[str, Any]:
    """Made by the stage's own code: three systems of which the base always guesses A, over two columns of stories."""
    right = {"tiny-base": (), "tiny-full-unmerged": (0, 1, 2), "tiny-full-merged": (0, 1, 2, 3)}
    items = [
        {
            "id": f"tombench:{number}",
            "column": ("Belief", "Emotion")[number % 2],
            "label": ("Belief", "Emotion")[number % 2],
            "cluster": str(number),
            "question": "?",
            "options": ["a", "b", "c", "d"],
            "gold": 1,
            "orders": [[0, 1, 2, 3]],
        }
        for number in range(8)
    ]
    scored = {}
    for system, numbers in right.items():
        answers = [_answer(system, item, number in numbers) for number, item in enumerate(items)]
        scored[system] = score("tombench", system, items, answers, seed=1, resamples=50)
    pairs = [(system, "tiny-base", "base") for system in right if system != "tiny-base"]
    pairs.append(("tiny-full-merged", "tiny-full-unmerged", "unmerged"))
    cells = {system: cells for system, (_, cells) in scored.items()}
    return compare([scores for scores, _ in scored.values()], cells, pairs, seed=1, resamples=50)


def _answer(system: str, item: dict[str, Any], correct: bool) -> dict[str, Any]:
    shown = 1 if correct else 0
    who = {"system": system, "model": system, "revision": "made", "prompt": "p"}
    return {"id": item["id"], "order": 0, "shown": shown, "choice": shown, "correct": correct} | who


def application() -> dict[str, Any]:
    """An application's comparison, made by the stage's own code from grades of three systems over ten people."""
    scored, cells = [], {}
    for system, grade in {"tiny-base": 4.0, "tiny-full-unmerged": 6.0, "tiny-full-merged": 7.0}.items():
        found, cells[system] = _graded(system, [grade + number % 3 for number in range(10)])
        scored.append(found)
    pairs = [(system, "tiny-base", "base") for system in cells if system != "tiny-base"]
    return compare(scored, cells, pairs, seed=1, resamples=50)


def _graded(system: str, grades: list[float]) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    cells = [
        {"cluster": str(number), "column": "realism", "group": "realism", "item": str(number)}
        | {"correct": grade, "answers": 1.0}
        for number, grade in enumerate(grades)
    ]
    value = {"accuracy": sum(grades) / 10, "low": min(grades), "high": max(grades), "chance": None}
    return {
        "system": system,
        "benchmark": "profile_writing",
        "kind": "grades",
        "scale": [1, 10],
        "reading": "paper",
        "columns": {"realism": value | {"items": 10, "clusters": 10, "answers": 10}},
        "average": value,
        "readings": {},
        "items": 12,
        "clusters": 12,
        "answers": 10,
        "no_answer": {"count": 1, "share": 0.1},
        "left_out": {"not_graded": 2},
        "cut_off": 3,
        "distribution": {"realism": {str(int(grade)): 1 for grade in grades}},
        "by_position": {"difference": 0.2, "low": -0.1, "high": 0.5},
        "length": {"median_words": 61, "correlation": 0.25},
        "consistency": None,
        "provenance": {"items_digest": "d", "judge": "owner/judge-7b", "judge_revision": "abc"},
    }, cells


CLUES = {
    "benchmark": "tombench",
    "columns": {
        "Belief": {
            "items": 4,
            "chance": 0.25,
            "longest": 0.5,
            "shortest": 0.1,
            "options_only": 0.75,
            "options_only_low": 0.4,
            "options_only_high": 0.9,
            "gold_words": 6.5,
            "other_words": 3.0,
        }
    },
    "average": {"items": 4, "chance": 0.25, "longest": 0.5, "shortest": 0.1, "options_only": 0.75},
    "warnings": ["Belief can be solved without reading: the longest option is right in 50 % of items (chance 25 %)"],
}


def measure(folder: Path) -> Path:
    """Snakemake's benchmark files of three jobs."""
    for name, seconds in {
        "rewrite_text/blogger/0": 1800.0,
        "rewrite_text/blogger/1": 3600.0,
        "build_report": 1.5,
    }.items():
        path = folder / "measured" / f"{name}.jsonl"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps({"s": seconds, "max_rss": 500.0 if seconds > 2 else "NA"}) + "\n", encoding="utf-8")
    return folder / "measured"


def write(folder: Path, *, without: tuple[str, ...] = ()) -> dict[str, Any]:
    """Write the run's files but those of the parts in `without`; give the JSON of --files."""
    contents = {
        "funnels": {source: funnel(kind) for source, kind in (("blogger", "blogs"), ("reddit", "submissions"))},
        "sets": {"full": SET},
        "models": {"tiny/full": {"packing": PACKING, "training": TRAINING, "merge": MERGE}},
        "benchmarks": {"tombench": comparison()},
        "applications": {"profile_writing": application()},
        "clues": {"tombench": CLUES},
        "sheets": {"profile_writing": {}},
        "stages": {"responses/tiny-base/tombench": row("answer_benchmark", "", 20, 18, dead=2)},
    }
    return {part: _write(folder / part, tree, part in without) for part, tree in contents.items()}


def _write(path: Path, value: dict[str, Any], absent: bool, depth: int = 0) -> dict[str, Any]:
    """The same tree with the path of a file for each JSON."""
    names = {}
    for name, inner in value.items():
        place = path / name
        if path.name == "models":
            names[name] = _write(place, inner, absent)
            continue
        file = place.with_name(place.name + ".json")
        file.parent.mkdir(parents=True, exist_ok=True)
        names[name] = str(file)
        if not absent:
            file.write_text(json.dumps(inner), encoding="utf-8")
    return names


def build(folder: Path, files: dict[str, Any], *more: object, **changes: object) -> Result:
    """Call build_report on `files`: the page lies in `folder`."""
    arguments = ["--template", str(TEMPLATE), "--run", json.dumps(RUN | changes)]
    arguments += ["--files", json.dumps(files), "--page", str(folder / "index.html")]
    arguments += ["--facts", str(folder / "facts.json"), "--funnel", str(folder / "funnel.json")]
    arguments += ["--tables", str(folder / "tables"), "--measured", str(measure(folder))]
    arguments += map(str, more)
    return CliRunner().invoke(main, arguments)
