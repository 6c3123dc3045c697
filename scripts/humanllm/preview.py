"""The very requests that a model stage will make of a table, without an engine: to look at, to count, to export.

for request in stage_requests("score_quality", Path("rewritten/blogger/0.parquet"), config, Path("scripts/prompts")):
    request.messages, key_of(request, model_of("score_quality", config).pinned().identity())
They are made by the stages' own builders and carry the seed of the first attempt, so the journal's key is theirs too.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from humanllm import answering, cleaning, judging, products
from humanllm.applications import grading, writing
from humanllm.applications.tables import WRITTEN
from humanllm.asking import seeded
from humanllm.benchmarks import distractors, in_domain
from humanllm.engines.base import ModelSpec, Request, Sampling
from humanllm.errors import InputError
from humanllm.prompts import Prompt, load_prompt, load_prompts
from humanllm.settings import Config
from humanllm.tables import CLEAN, ITEM, PRODUCT, RECORD, Row, read_rows

ROLES = {"rewrite_text": "teacher", "score_quality": "teacher", "synthesize_product": "teacher"}
ROLES |= {"judge_product": "judge"}
KNOBS = {  # the part of the config that holds a stage's sampling
    "rewrite_text": "rewrite",
    "score_quality": "score",
    "synthesize_product": "synthesis",
    "judge_product": "judging",
    "generate_distractors": "distractors",
    "answer_benchmark": "answering",
    "write_application": "writing",
    "judge_application": "grading",
}
STATES = {"unmerged": "checkpoints", "merged": "merged"}


@dataclass(frozen=True)
class Source:
    """What the requests of a stage are made of."""

    table: Path
    config: Config
    prompts: Path  # the folder of the prompts
    product: str = "user"  # of synthesize_product
    records: Path | None = None  # the clean records behind a table of products; the folder of items behind answers
    system: str | None = None  # who answers; for generate_distractors, answer_benchmark and write_application


def stage_requests(
    stage: str,
    table: Path,
    config: Config,
    prompts: Path,
    *,
    product: str = "user",
    records: Path | None = None,
    system: str | None = None,
) -> Iterator[Request]:
    """The requests of `stage` over the table that it reads, as they are first asked. Raises InputError."""
    if stage not in BUILDERS:
        raise InputError(f"no model stage {stage!r}; known: {', '.join(BUILDERS)}")
    model_of(stage, config, system)
    if not table.exists():
        raise InputError(f"{table} does not exist: give the table that {stage} reads")
    source = Source(table, config, prompts, product, records, system)
    return (seeded(request, config["seed"], 0) for request in BUILDERS[stage](source))


def sampling_of(stage: str, config: Config) -> Sampling:
    return Sampling.of(config[KNOBS[stage]]["sampling"])


def model_of(stage: str, config: Config, system: str | None = None) -> ModelSpec:
    """Who is asked: by its role, or the system named. Raises InputError."""
    if stage in ROLES:
        return _spec(config, config[ROLES[stage]])
    if stage == "judge_application":
        return _spec(config, config["grading"]["judge"] or config["judge"])
    if system is None:
        raise InputError(f"{stage} asks many systems: name one with --system")
    return _spec(config, system) if stage == "generate_distractors" else system_spec(config, system)


def _spec(config: Config, name: str) -> ModelSpec:
    try:
        return ModelSpec.of({"name": name, **config["models"][name]})
    except KeyError:
        raise InputError(f"no model {name!r} under models; known: {', '.join(sorted(config['models']))}") from None


def systems(config: Config) -> dict[str, ModelSpec]:
    """Whose answers are scored: each student before and after training, and other models (rules/systems.smk)."""
    found = {name: _spec(config, name) for name in config["systems"]}
    for student in config["students"]:
        found[f"{student}-base"] = _spec(config, student)
        for variant in config["variants"]:
            for state, folder in STATES.items():
                name, path = f"{student}-{variant}-{state}", f"{config['pathvars']['results']}/{folder}"
                made = {"name": name, "path": f"{path}/{student}/{variant}", "revision": "made"}
                found[name] = ModelSpec.of({**config["models"][student], **made})
    return found


def system_spec(config: Config, name: str) -> ModelSpec:
    """The model of a system under test. Raises InputError."""
    known = systems(config)
    if name not in known:
        raise InputError(f"no system {name!r}; known: {', '.join(sorted(known))}")
    return known[name]


def _rewrite(source: Source) -> Iterable[Request]:
    rows = read_rows(source.table, RECORD)
    quality: Sequence[str] = ()
    if source.config["cleaning"]["order"] == "score_first" and rows:
        _demand(rows, "score_quality", source.table, "rewrite_text reads scored records (cleaning.order: score_first)")
        quality = source.config["select"]["quality"][rows[0]["source"]]
    if not rows:
        return []
    prompt = load_prompt(source.prompts / f"rewrite/{rows[0]['source']}.md")
    return cleaning.rewrite_requests(rows, prompt, sampling_of("rewrite_text", source.config), quality)


def _score(source: Source) -> Iterable[Request]:
    rows = read_rows(source.table, RECORD)
    column = "text"
    if source.config["cleaning"]["order"] == "rewrite_first" and rows:
        _demand(rows, "rewrite_text", source.table, "score_quality reads rewritten records")
        column = "rewrite_text"
    prompt = load_prompt(source.prompts / "score/score.md")
    return cleaning.score_requests(rows, prompt, sampling_of("score_quality", source.config), column)


def _synthesize(source: Source) -> Iterable[Request]:
    kinds = products.KINDS.get(source.product)
    if kinds is None:
        raise InputError(f"no product {source.product!r}; known: {', '.join(products.KINDS)}")
    config, rows = source.config, read_rows(source.table, CLEAN)
    limits = products.Limits(config["targets"]["per_user"], config["synthesis"]["max_history_tokens"])
    prompts = _prompts(source.prompts / "synthesis", [*kinds, "summary"])
    sampling = sampling_of("synthesize_product", config)
    return products.product_requests(source.product, rows, prompts, sampling, limits, config["seed"])


def _judge(source: Source) -> Iterable[Request]:
    if source.records is None:
        raise InputError("judge_product shows the posts behind a product: give the bucket's clean table with --records")
    rows = read_rows(source.table, PRODUCT)
    records = {row["id"]: row for row in read_rows(source.records, CLEAN)}
    if missing := next((name for row in rows for name in row["record_ids"] if name not in records), None):
        raise InputError(f"{source.records} lacks the record {missing} of {source.table}: give the same bucket of both")
    prompts = _prompts(source.prompts / "judge", {row["kind"] for row in rows})
    spec, sampling = model_of("judge_product", source.config), sampling_of("judge_product", source.config)
    return judging.judge_requests(rows, records, prompts, spec, sampling)


def _distract(source: Source) -> Iterable[Request]:
    config, spec = source.config, model_of("generate_distractors", source.config, source.system)
    per_task = config["benchmarks"].get("in_domain", {}).get("items_per_task", 0)
    samples = in_domain.drawn(in_domain.read_samples(source.table), in_domain.WRITTEN, per_task, config["seed"])
    return distractors.requests(samples, sampling_of("generate_distractors", config), spec.name)


def _answer(source: Source) -> Iterable[Request]:
    config, items = source.config, read_rows(source.table, ITEM)
    if not items:
        return []
    benchmark = items[0]["benchmark"]
    language = config["benchmarks"].get(benchmark, {}).get("language", "en")
    prompt = source.prompts / f"benchmarks/{benchmark}{'' if language == 'en' else f'_{language}'}.md"
    questions = answering.Questions(prompt, model_of("answer_benchmark", config, source.system).chat)
    sampling, knobs = sampling_of("answer_benchmark", config), config["answering"]
    return answering.requests(items, questions, sampling, knobs["constrained"], knobs["likelihood"])


def _write(source: Source) -> Iterable[Request]:
    chat = model_of("write_application", source.config, source.system).chat
    sampling = sampling_of("write_application", source.config)
    return writing.write_requests(writing.read_items([source.table]), sampling, str(source.system), chat)


def _grade(source: Source) -> Iterable[Request]:
    if source.records is None:
        raise InputError("judge_application shows what was asked: give the folder of the items with --records")
    items = writing.read_items(sorted(source.records.glob("*.parquet")))
    prompts = _prompts(source.prompts / "applications", {item["application"] for item in items})
    pairs = grading.paired(items, read_rows(source.table, WRITTEN))
    return grading.grade_requests(pairs, prompts, sampling_of("judge_application", source.config))


BUILDERS: dict[str, Callable[[Source], Iterable[Request]]] = {
    "rewrite_text": _rewrite,
    "score_quality": _score,
    "synthesize_product": _synthesize,
    "judge_product": _judge,
    "generate_distractors": _distract,
    "answer_benchmark": _answer,
    "write_application": _write,
    "judge_application": _grade,
}


def _prompts(folder: Path, kinds: Iterable[str]) -> dict[str, Prompt]:
    return load_prompts(folder / f"{kind}.md" for kind in sorted(kinds))


def _demand(rows: Sequence[Row], column: str, table: Path, why: str) -> None:
    if column not in rows[0]:
        raise InputError(f"{table} lacks the column {column}: {why}")
