"""The plan that Snakemake makes: the paper's own config, missing dumps, wrong knobs."""

from __future__ import annotations

import yaml
from test_conventions import NOT_RULES

from project import Project, jobs

DUMPS = [
    "reddit/submissions/RS_2019-01.zst",
    "reddit/submissions/RS_2019-02.zst",
    "reddit/comments/RC_2019-01.zst",
    "twitter/tweets/train-00000-of-00001.parquet",
    "twitter/users/train-00000-of-00001.parquet",
    "blogger/blogs.zip",
    "amazon/review_categories/Books.jsonl.gz",
    "amazon/meta_categories/meta_Books.jsonl.gz",
    "motivebench/Amazon/Amazon_questions.json",
    "tombench/False Belief Task.jsonl",
]


def with_dumps(project: Project, names: list[str]) -> None:
    for name in names:
        path = project.folder / "dumps" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()


def test_the_papers_config_is_planned_whole(project: Project) -> None:
    with_dumps(project, DUMPS)
    done = project.snakemake("--dry-run", "--quiet", "rules")
    assert done.returncode == 0, (done.stdout + done.stderr)[-3000:]
    planned = jobs(done.stdout + done.stderr)
    config = yaml.safe_load((project.folder / "config.yaml").read_text())
    buckets = sum(source["buckets"] for source in config["sources"].values())
    assert planned["rewrite_text"] == buckets
    assert planned["synthesize_product"] == 4 * buckets
    assert planned["train_sft"] == planned["merge_linear"] == len(config["students"]) == 5
    assert planned["answer_benchmark"] == 3 * (3 * len(config["students"]) + len(config["systems"]))
    assert planned["ingest_dump"] == 6  # accounts and meta are read beside the records they belong to


def test_missing_dumps_are_listed_at_once(project: Project) -> None:
    with_dumps(project, DUMPS[:2])
    done = project.snakemake("--dry-run")
    assert done.returncode == 1
    said = done.stdout + done.stderr
    assert "sources.twitter.dumps.tweets: no file at dumps/twitter/tweets/*.parquet" in said
    assert "sources.reddit.dumps.comments: no file at dumps/reddit/comments/*" in said
    assert "sources.reddit.dumps.submissions" not in said
    assert "Traceback" not in said


def test_an_unknown_knob_is_refused_by_name(project: Project) -> None:
    done = project.demo("--dry-run", "--config", "trainin=3")
    assert done.returncode == 1
    assert "trainin: unknown knob; did you mean training?" in done.stdout + done.stderr
    assert not (project.folder / "results").exists()


def test_the_demo_plan_names_every_rule(project: Project) -> None:
    derived = 'merging={"weights": {"base": "derived", "tuned": "derived"}}'
    variants = ["--config", 'variants=["full", "raw", "t1"]', derived]
    done = project.snakemake("--dry-run", "--quiet", "rules", "--configfile", "presets/demo.yaml", *variants)
    assert done.returncode == 0, (done.stdout + done.stderr)[-3000:]
    planned = jobs(done.stdout + done.stderr)
    assert planned["derive_variant"] == 2
    scripts = {path.stem for path in (project.folder / "scripts").glob("*.py")}
    assert planned.keys() == scripts - NOT_RULES


def test_general_instructions_that_are_not_there_are_named(project: Project) -> None:
    done = project.snakemake("--dry-run", "--configfile", "presets/demo.yaml", "--config", 'variants=["gen"]')
    assert done.returncode == 1
    said = done.stdout + done.stderr
    assert (
        "ablations.gen.smoltalk.files: no file at dumps/smoltalk/data/all/train-*.parquet: fetch the data set" in said
    )
    assert "Traceback" not in said
