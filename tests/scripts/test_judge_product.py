"""judge_product: each product graded on its kind's metrics, with model, revision and prompt."""

from __future__ import annotations

from pathlib import Path

from humanllm.prompts import load_prompt
from humanllm.replies import METRICS
from humanllm.tables import JUDGED, read_rows
from post_data import KINDS, ROOT, Stages, garden


def test_every_product_is_graded_on_its_metrics(tmp_path: Path) -> None:
    stages = Stages(tmp_path)
    stages.records(garden())
    stages.rewrite()
    stages.score()
    stages.select()
    for product in KINDS:
        made, stats = stages.synthesize(product), stages.judge(product)
        assert (stats["in"], stats["kept"], stats["sources_shortened"]) == (made["kept"], made["kept"], 0)
        assert stats["kinds"] == made["kinds"]
        assert {kind: set(metrics) for kind, metrics in stats["scores"].items()} == {
            kind: {*METRICS[kind], "overall"} for kind in made["kinds"]
        }
        for row in read_rows(stages.path(f"{product}.judged"), JUDGED):
            assert row["judge_scores"].keys() == {*METRICS[row["kind"]], "overall"}
            assert all(1 <= grade <= 10 for grade in row["judge_scores"].values())
            prompt = load_prompt(ROOT / f"scripts/prompts/judge/{row['kind']}.md")
            assert [row[f"judge_{part}"] for part in ("model", "revision", "prompt")] == [
                "extractive",
                "1",
                prompt.hash,
            ]
