"""How long Snakemake takes to plan the paper's run: empty dumps of the published sets, five students, all variants.

    PATH=$PWD/.venv/workflow/bin:$PATH python -m benchmarks.plan_size                 # and twice the buckets, dumps
    PATH=$PWD/.venv/workflow/bin:$PATH python -m benchmarks.plan_size --finished      # and a run with nothing to do

Planned with profiles/slurm, but for its conda, which no plan needs. A finished run is made of empty files and by
`snakemake --touch`, which takes ten minutes. One file is one dump, named as in the published sets; nothing is read.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import click
import yaml

from benchmarks.timing import Run, Started, machine, table

ROOT = Path(__file__).resolve().parents[1]
PARTS = ["Snakefile", "config.yaml", "rules", "scripts", "presets", "envs", "profiles"]
PROFILE = ("--profile", "slurm")
FOLDERS = {"train_sft", "merge_linear", "write_harness", "build_report"}  # whose outputs without an ending are folders


def dumps(factor: int) -> Iterator[str]:
    """The dumps as published: 50 subreddits, 31 files of tweets, one blogs.zip, 34 categories; each `factor` times."""
    for copy in range(factor):
        for number in range(50):
            for part in range(3):
                yield f"reddit/submissions/Sub{number}x{copy}-0000{part}-of-00003-0123456789abcdef.parquet"
                yield f"reddit/comments/Sub{number}x{copy}-0000{part}-of-00003-0123456789abcdef.parquet"
        yield from (f"twitter/tweets/train-{copy}-{number:05}-of-00031.parquet" for number in range(31))
        for number in range(34):
            yield f"amazon/review_categories/Category{number}x{copy}.jsonl.gz"
            yield f"amazon/meta_categories/meta_Category{number}x{copy}.jsonl.gz"
    yield "twitter/users/train-00000-of-00001.parquet"
    yield "blogger/blogs.zip"
    yield "smoltalk/data/all/train-00000-of-00001.parquet"
    yield "orca-agentinstruct/data/creative_content-00000-of-00001.parquet"
    yield from (f"motivebench/{name}/{name}_questions.json" for name in ("Amazon", "Blog", "Persona"))
    yield from (f"tombench/Task {number}.jsonl" for number in range(20))


def lay_out(folder: Path, dump_factor: int, bucket_factor: int) -> int:
    """A checkout with empty dumps and an overlay `paper.yaml`; the number of buckets."""
    for part in PARTS:
        copy = shutil.copytree if (ROOT / part).is_dir() else shutil.copy2
        copy(ROOT / part, folder / part)
    profile = folder / "profiles/slurm/config.yaml"
    lines = profile.read_text(encoding="utf-8").splitlines(keepends=True)
    profile.write_text("".join(line for line in lines if not line.startswith("software-deployment")), encoding="utf-8")
    (folder / "slurm").symlink_to("profiles/slurm")
    for name in dumps(dump_factor):
        path = folder / "dumps" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    config = yaml.safe_load((ROOT / "config.yaml").read_text(encoding="utf-8"))
    buckets = {source: knobs["buckets"] * bucket_factor for source, knobs in config["sources"].items()}
    overlay = {
        "sources": {source: {"buckets": count} for source, count in buckets.items()},
        "variants": ["full", "raw", "gen", "t1", "t2"],
        "systems": ["centaur", "gpt-4o"],
    }
    (folder / "paper.yaml").write_text(yaml.safe_dump(overlay), encoding="utf-8")
    return sum(buckets.values())


def snakemake(folder: Path, *arguments: str) -> Run:
    fixed = ["env", "-C", str(folder), "snakemake", "--configfile", "paper.yaml"]
    return Started(" ".join(arguments), [*fixed, *arguments]).end()


def finish(folder: Path) -> None:
    """Every output as an empty file, known to snakemake as made by the rules as they are."""
    for line in snakemake(folder, "--summary").out.splitlines():
        path, _, rule, *_ = f"{line}\t\t".split("\t")
        if not path.startswith(("results/", "state/")):
            continue
        made = folder / path
        made.parent.mkdir(parents=True, exist_ok=True)
        if rule in FOLDERS and not made.suffix:
            made.mkdir(exist_ok=True)
        else:
            made.touch()
    snakemake(folder, "--touch", "--forceall", "--quiet", "--cores", "2")


@click.command(help=__doc__)
@click.option("--finished", is_flag=True, help="Also a run whose outputs are all there.")
def main(finished: bool) -> None:
    rows: list[tuple[object, ...]] = []
    for dump_factor, bucket_factor in ((1, 1), (1, 2), (2, 1)):
        with TemporaryDirectory() as name:
            folder = Path(name)
            buckets = lay_out(folder, dump_factor, bucket_factor)
            counted = snakemake(folder, "--dry-run", "--quiet", "rules").out
            jobs = re.findall(r"^total +(\d+)$", counted, flags=re.MULTILINE)[0]
            facts = (buckets, len(list(dumps(dump_factor))), jobs)
            run = snakemake(folder, *PROFILE, "--dry-run", "--quiet")
            rows.append(("dry-run", *facts, run.wall, run.cpu, run.peak))
            if finished and (dump_factor, bucket_factor) == (1, 1):
                finish(folder)
                run = snakemake(folder, *PROFILE)
                rows.append(("nothing to do", *facts, run.wall, run.cpu, run.peak))
    click.echo(machine())
    click.echo(table(["plan", "buckets", "files in dumps/", "jobs", "seconds", "CPU seconds", "MiB"], rows))


if __name__ == "__main__":
    main()
