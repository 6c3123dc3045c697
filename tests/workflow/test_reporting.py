"""The files that the report asks for: every stage's counts once, by kind, bucket, product and task."""

from __future__ import annotations

from dumps import Dump
from reporting import funnel_files, funnel_rows, leaves, report_files


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
    assert len(files) == len(set(files)) == 2 + 1 + 2 * (4 + 3 + 1)
    assert "results/judged/user/amazon/1.stats.json" in files
    assert "results/tasks/item_selection/amazon/0.stats.json" in files


def test_the_report_waits_for_every_part() -> None:
    config = {
        "active_sources": ["blogger"],
        "students": ["tiny"],
        "variants": ["full"],
        "benchmarks": {"in_domain": {}, "tombench": {}},
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
    }
