"""The files that the report asks for: every stage's counts once, by kind, bucket, product and task."""

from __future__ import annotations

from dumps import Dump
from reporting import funnel_files, funnel_rows, gpus, leaves, report_files


def test_the_rows_of_a_source() -> None:
    dumps = {
        "reviews-Books": Dump("reviews", "Books.jsonl"),
        "reviews-Toys": Dump("reviews", "Toys.jsonl"),
        "meta-Books": Dump("meta", "meta_Books.jsonl"),
    }
    rows = funnel_rows("results", "amazon", dumps, 2, ["user"], ["item_selection"])
    assert rows[:3] == [
        {
            "part": "reviews",
            "paths": "results/filtered/amazon/{}.stats.json",
            "names": ["reviews-Books", "reviews-Toys"],
        },
        {"part": "", "paths": "results/kcore/{}.stats.json", "names": ["amazon"]},
        {"part": "", "paths": "results/records/amazon/{}.stats.json", "names": 2},
    ]
    files = funnel_files(rows)
    assert len(files) == len(set(files)) == 2 + 1 + 2 * (4 + 2) + 1 + 1
    assert "results/judged/user/amazon/1.stats.json" in files
    assert "results/tasks/item_selection/amazon.stats.json" in files


def test_the_report_waits_for_every_part() -> None:
    config = {
        "active_sources": ["blogger"],
        "students": ["tiny"],
        "variants": ["full"],
        "benchmarks": {"in_domain": {}, "tombench": {}},
        "applications": {"human_explainer": {}},
        "distractors": {"systems": ["other"]},
    }
    files = leaves(report_files("results", config, ["tiny-base"]))
    assert set(files) == {
        "results/funnel/blogger.json",
        "results/sft/full/report.json",
        "results/sft/full.stats.json",
        "results/packed/tiny/full.stats.json",
        "results/checkpoints/tiny/full.training.json",
        "results/merged/tiny/full.manifest.json",
        "results/comparison/in_domain.json",
        "results/comparison/tombench.json",
        "results/benchmarks/in_domain.stats.json",
        "results/benchmarks/tombench.stats.json",
        "results/responses/tiny-base/in_domain.stats.json",
        "results/responses/tiny-base/tombench.stats.json",
        "results/distractors/other/in_domain.stats.json",
        "results/benchmarks/in_domain.clues.json",
        "results/benchmarks/tombench.clues.json",
        "results/applications/human_explainer.stats.json",
        "results/written/tiny-base.stats.json",
        "results/graded/tiny-base.stats.json",
        "results/comparison/human_explainer.json",
        "results/human/human_explainer/sheet.html",
    }


def test_the_gpus_that_jobs_hold_are_told_by_rule_and_system() -> None:
    config = {
        "models": {"big": {"gpus": 8}, "small": {"gpus": 1}, "rules": {}},
        "teacher": "big",
        "judge": "rules",
        "grading": {"judge": None},
        "distractors": {"systems": ["small"]},
        "training": {"ranks": 4},
        "students": ["small"],
    }
    assert gpus(config, {"small-base": {"gpus": 1}, "gpt": {}}) == {
        "rewrite_text": 8,
        "score_quality": 8,
        "synthesize_product": 8,
        "generate_distractors/small": 1,
        "train_sft/small": 4,
        "derive_weights/small": 1,
        "answer_benchmark/small-base": 1,
        "write_application/small-base": 1,
    }
