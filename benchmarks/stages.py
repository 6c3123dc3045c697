"""What the model stages cost beside the model: all of them over made records with the extractive engine, on one core.

    PATH=$PWD/.venv/cpu/bin:$PATH python -m benchmarks.stages --records 10000
    PATH=$PWD/.venv/cpu/bin:$PATH python -m benchmarks.stages --records 10000 --profile

The stages are the workflow's own commands, one after another, each in a process of its own. --profile runs them once
more under cProfile and says where the time goes; the profiler itself makes them about twice as slow. Prints Markdown.
"""

from __future__ import annotations

import itertools
import json
import pstats
import shutil
import sys
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import click

from benchmarks import ROOT
from benchmarks.timing import Run, Started, machine, table
from humanllm.draws import digest
from humanllm.files import read_json
from humanllm.sample.people import accounts
from humanllm.sample.writing import BLOG, write_life
from humanllm.tables import RECORD, Row, write_rows

SCRIPTS = ROOT / "scripts"
PROMPTS = SCRIPTS / "prompts"
KINDS = {
    "user": ["persona", "profile", "stories", "style"],
    "scenario": ["scenario"],
    "social_qa": ["action", "thought", "reason"],
    "topic": ["topic"],
}
MODEL = {"name": "extractive", "engine": "extractive", "path": "rules", "revision": "1"}
PARTS = (  # of a function's file, in the order in which they are looked for: what the time is spent on
    ("engine", ("engines/extractive", "privacy.py", "phonenumbers", "stdnum", "bs4")),
    (
        "journal",
        ("humanllm/journal.py", "humanllm/draws.py", "_blake2", "blake2b", "fsync", "posix.write", "gzip", "zlib"),
    ),
    ("language of replies", ("humanllm/language.py", "fasttext", "humanllm/checks.py")),
    ("typed replies", ("pydantic", "humanllm/replies.py")),
    ("JSON", ("/json/", "_json")),
    ("imports", ("importlib", "<frozen", "builtins.compile", "marshal", "builtins.__build_class__")),
    ("tables", ("pyarrow", "humanllm/tables.py")),
    (
        "prompts and requests",
        ("humanllm/prompts.py", "humanllm/histories.py", "humanllm/asking.py", "humanllm/sessions.py"),
    ),
)


def records(count: int) -> Iterator[Row]:
    """Posts of the sample's invented people, fifteen each, some with markup and a way to reach the writer."""
    made = ((person, seed) for seed in itertools.count(2025) for person in accounts(seed, 40)["blogger"])
    posts = (
        (user, place, post)
        for user, (person, seed) in enumerate(made)
        for place, post in enumerate(write_life(person, seed, "blogger", "2003-02-01", 540, BLOG)[1])
    )
    for user, place, post in itertools.islice(posts, count):
        text = post.text.replace(". ", ".<br />", 1) if place % 5 == 1 else post.text
        yield {
            "id": f"blogger:blogs:{digest(user, place)}",
            "user": digest(user),
            "source": "blogger",
            "kind": "blogs",
            "bucket": 0,
            "time": post.time,
            "place": place,
            "title": None,
            "text": f"{text} Write to me at {user}@example.net." if place % 5 == 3 else text,
        }


def commands(work: Path) -> Iterator[tuple[str, list[str]]]:
    """The stages in order: (name, arguments of its script)."""

    def asking(tokens: int) -> str:
        facts = {"model": MODEL, "sampling": {"temperature": 0.3, "max_tokens": tokens}, "seed": 2025}
        return json.dumps(facts | {"language": "en"})

    serving = json.dumps({"model": {}, "attempts": 3, "max_dead_share": 0.02})

    def asked(name: str, tokens: int, *prompts: Path) -> list[str]:
        files = ["--journal", f"{work}/replies/{name}.jsonl", "--output", str(table_of(work, name))]
        files += ["--dead", f"{work}/{name}.dead.jsonl", "--stats", f"{work}/{name}.stats.json"]
        return ["--asking", asking(tokens), "--serving", serving, *files, *map(str, prompts)]

    def kept(name: str) -> list[str]:
        files = ["--output", f"{work}/{name}.parquet", "--dropped", f"{work}/{name}.dropped.parquet"]
        return [*files, "--stats", f"{work}/{name}.stats.json"]

    given = ["--records", f"{work}/records.parquet", "--prompt", f"{PROMPTS}/rewrite/blogger.md"]
    yield "rewrite_text", [*given, *asked("rewritten", 4096)]
    given = ["--records", f"{work}/rewritten.parquet", "--prompt", f"{PROMPTS}/score/score.md"]
    yield "score_quality", [*given, "--text-column", "rewrite_text", *asked("scored", 128)]
    given = ["--records", f"{work}/scored.parquet", "--quality=high", "--target-share=0.5", "--seed=2025"]
    yield "select_records", [*given, "--audit-size=50", "--audit", f"{work}/clean.audit.jsonl", *kept("clean")]
    for product, kinds in KINDS.items():
        prompts = [PROMPTS / f"synthesis/{kind}.md" for kind in kinds]
        prompts += [PROMPTS / "synthesis/summary.md"] * (product == "user")
        given = ["--records", f"{work}/clean.parquet", "--product", product, "--per-user=20"]
        yield f"synthesize_product {product}", [
            *given, "--max-history-tokens=100000", *asked(product, 4096, *prompts)
        ]  # fmt: skip
        prompts = [PROMPTS / f"judge/{kind}.md" for kind in kinds]
        given = ["--products", f"{work}/{product}.parquet", "--records", f"{work}/clean.parquet"]
        yield f"judge_product {product}", [*given, *asked(f"{product}.judged", 512, *prompts)]
        cuts = json.dumps({kind: {"overall": 9, "others": 8} for kind in kinds})
        given = ["--judged", f"{work}/judged/{product}", "--buckets=1", "--cuts", cuts]
        yield f"select_product {product}", [*given, *kept(f"{product}.genome")]


def table_of(work: Path, name: str) -> Path:
    """Where a stage's table lies: judged ones by bucket, as `select_product` reads them."""
    if name.endswith(".judged"):
        return work / f"judged/{name.removesuffix('.judged')}/0.parquet"
    return work / f"{name}.parquet"


def run(work: Path, core: int, profile: bool) -> list[Run]:
    shutil.rmtree(work / "replies", ignore_errors=True)
    runs = []
    for number, (name, arguments) in enumerate(commands(work)):
        profiler = ["-m", "cProfile", "-o", f"{work}/{number:02}.profile"] if profile else []
        script = SCRIPTS / f"{name.split()[0]}.py"
        runs.append(Started(name, [sys.executable, *profiler, str(script), *arguments], core).end())
        click.echo(f"{name}: {runs[-1].out.splitlines()[-1]}", err=True)
    return runs


def times(runs: list[Run], work: Path) -> str:
    rows: list[tuple[str, object, object, object, object]] = []
    for one in runs:
        name, _, product = one.tool.partition(" ")
        file = {"rewrite_text": "rewritten", "score_quality": "scored", "select_records": "clean"}.get(name)
        ending = {"judge_product": ".judged", "select_product": ".genome"}.get(name, "")
        stats = read_json(work / f"{file or product + ending}.stats.json")
        rows.append((one.tool, stats["in"], one.wall, one.cpu, one.peak))
    rows.append(("all", "", sum(one.wall for one in runs), sum(one.cpu for one in runs), max(one.peak for one in runs)))
    return table(["stage", "rows in", "seconds", "CPU seconds", "MiB"], rows)


def shares(work: Path) -> str:
    """Time by what it is spent on: each function's own time, or its caller's part where it is Python's own."""
    spent: dict[str, float] = defaultdict(float)
    for path in sorted(work.glob("*.profile")):
        stats = pstats.Stats(str(path)).stats  # type: ignore[attr-defined]
        for (file, _, function), (_, _, own, _, callers) in stats.items():
            if part := _part(f"{file} {function}"):
                spent[part] += own
                continue
            for (caller, _, name), (_, _, by_caller, _) in callers.items():
                spent[_part(f"{caller} {name}") or "other"] += by_caller
    total = sum(spent.values())
    rows = [(part, seconds, f"{seconds / total:.0%}") for part, seconds in sorted(spent.items(), key=lambda x: -x[1])]
    return table(["part", "seconds under the profiler", "share"], rows)


def _part(place: str) -> str | None:
    return next((name for name, marks in PARTS if any(mark in place for mark in marks)), None)


@click.command(help=__doc__)
@click.option("--records", "count", type=click.IntRange(100), default=10_000, show_default=True)
@click.option("--core", type=click.IntRange(0), default=0, show_default=True)
@click.option("--profile", is_flag=True, help="Say where the time goes, too.")
@click.option("--work", type=click.Path(path_type=Path), default=Path("results/benchmarks/stages"), show_default=True)
def main(count: int, core: int, profile: bool, work: Path) -> None:
    work.mkdir(parents=True, exist_ok=True)
    write_rows(work / "records.parquet", records(count), RECORD)
    click.echo(f"{machine()}, of them one; {count:,} records\n")
    click.echo(times(run(work, core, False), work))
    if profile:
        run(work, core, True)
        click.echo("\n" + shares(work))


if __name__ == "__main__":
    main()
