"""The budget as one JSON: what each rule does, how long it takes, what it leaves on disk, and what it rests on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from humanllm.errors import InputError
from humanllm.estimates import BYTES_A_TOKEN
from humanllm.planning import disk, evaluation, lengths, training
from humanllm.planning.counts import Count
from humanllm.planning.flow import Flow, flow_of, missing
from humanllm.planning.held import Held
from humanllm.planning.rates import Rates
from humanllm.planning.sample import Sample
from humanllm.planning.work import Work, asked, scaled, total, wall_hours
from humanllm.preview import model_of
from humanllm.settings import Config
from humanllm.tokens import counter

FEW = 1000  # sampled records below which a figure is called rough
JOB_HOURS = 24  # runtime of the rules that ask a model
ASSUMED = {
    "bytes_a_token_by_estimate": BYTES_A_TOKEN,
    "tokens_of_a_block_of_the_prefix_cache": lengths.BLOCK,
    "bytes_of_a_journal_line_beside_its_text": disk.A_LINE,
    "bytes_a_parameter_of_weights": disk.WEIGHTS,
    "bytes_a_parameter_of_a_training_state": disk.STATE,
    "training_states_kept": disk.KEPT_STATES,
    "bytes_of_a_packed_token": disk.PACKED,
}
FIGURES = ("jobs", "calls", "prompt", "cached", "output", "load_hours", "hours", "gpu_hours")


@dataclass(frozen=True)
class Request:
    """What a plan is made of. `samples`: later ones go before earlier ones for a source that both have."""

    samples: Sequence[Sample]
    counts: Mapping[str, Count]
    stand_in: Mapping[str, str]  # {source that no sample has: source whose figures it takes}
    config: Config
    prompts: Path
    rates: Rates
    nodes: int
    limit: int  # rows of a stage and source that are measured


def make_plan(request: Request, held: Sequence[Held] = ()) -> dict[str, Any]:
    """Every figure with its assumptions. Raises InputError when nothing can be planned."""
    config, rates = request.config, request.rates
    sample_of = _samples(request)
    flows = _flows(request, sample_of)
    sets = training.sets_of(flows, sample_of, config, request.limit)
    lessons = training.lessons(sets, _texts(flows), config, rates)
    bench = _bench(request)
    works = [work for flow in flows for work in asked(flow, config, rates)]
    works += evaluation.wrong_options(bench, sets, config, request.prompts, rates)
    works += evaluation.answers(bench, sets, config, request.prompts, rates)
    works += evaluation.written(bench, config, request.prompts, rates)
    works += evaluation.graded(bench, config, request.prompts, rates)
    sizes = disk.tables(flows, sample_of) | {"replies": disk.journal(works)}
    found = {
        "counts": {source: asdict(count) for source, count in request.counts.items()},
        "samples": [str(sample.folder) for sample in request.samples],
        "nodes": request.nodes,
        "gpus_a_node": rates.gpus_a_node,
        "rates": {name: asdict(rate) for name, rate in rates.models.items()},
        "assumed": ASSUMED,
        "flow": [_flow(flow) for flow in flows],
        "rules": _rules(works, request),
        "calls": [_row(work) for work in works],
        "training_set": [asdict(one) for one in sets],
        "enough": training.enough(sets),
        "training": _training(lessons, config, request),
        "disk": sizes | disk.training(sets, lessons, config, rates),
        "score_first": [row for row in (_order(flow, works, config) for flow in flows) if row],
        "held": [asdict(one) | {"share": one.share} for one in held],
        "notes": [
            *missing(flows, dict(request.counts)),
            *evaluation.unmeasured(bench, config),
            *_caveats(flows, works, request),
        ],
    }
    return found | {"total": _total(found) | {"gpu_hours_left": _left(works, lessons, held)}}


def _flows(request: Request, sample_of: Mapping[str, Sample]) -> list[Flow]:
    """The sources that can be planned. Raises InputError when there is none."""
    sources = [source for source in request.counts if source in sample_of]
    if not sources:
        raise InputError(f"no sample has records of {', '.join(request.counts)}: give one that has, or --stand-in")
    return [
        flow_of(
            sample_of[source],
            request.stand_in.get(source, source),
            source,
            request.counts[source],
            request.config,
            request.prompts,
            request.limit,
        )
        for source in sources
    ]


def _bench(request: Request) -> Sample:
    """The sample whose benchmarks are measured: the last one that has any."""
    having = [sample for sample in request.samples if (sample.folder / "benchmarks").exists()]
    return (having or list(request.samples))[-1]


def _samples(request: Request) -> dict[str, Sample]:
    """{source: the sample that its shares are taken from}."""
    having = {source: sample for sample in request.samples for source in sample.sources()}
    for source, other in request.stand_in.items():
        if other not in having:
            raise InputError(f"--stand-in {source}={other}: no sample has {other}; they have {', '.join(having)}")
        having[source] = having[other]
    return having


def _texts(flows: Iterable[Flow]) -> tuple[float, float]:
    """(clean records, mean tokens of one): of what variant raw is made."""
    pairs = [(flow, step) for flow in flows for step in flow.steps]
    volume = sum(flow.volumes.get("clean", 0.0) for flow in {id(flow): flow for flow, _ in pairs}.values())
    return volume, training.sampled_texts(pairs)


def _flow(flow: Flow) -> dict[str, Any]:
    facts = {"source": flow.source, "sampled": flow.sampled, "volumes": flow.volumes, "shares": flow.shares}
    return facts | {"rests_on": {"texts": flow.raw, "records": flow.records, "users": flow.users}}


def _row(work: Work) -> dict[str, Any]:
    facts = {name: getattr(work, name) for name in ("rule", "source", "part", "model", "gpus", "rests_on")}
    return facts | {name: getattr(work, name) for name in FIGURES}


def _rules(works: Sequence[Work], request: Request) -> list[dict[str, Any]]:
    """The rules' sums, with the wall time on the nodes asked for and the longest single job."""
    found = []
    for rule in dict.fromkeys(work.rule for work in works):
        own = [work for work in works if work.rule == rule]
        longest = [work.hours / max(work.jobs, 1) for work in own if work.hours is not None]
        row: dict[str, Any] = {"rule": rule} | {name: total(own, name) for name in FIGURES}
        row["longest_job_hours"] = max(longest, default=None)
        row["wall_hours"] = wall_hours(own, request.nodes, request.rates.gpus_a_node)
        found.append(row)
    return found


def _training(lessons: Sequence[training.Lesson], config: Config, request: Request) -> list[dict[str, Any]]:
    epochs, places = config["training"]["epochs"], request.nodes
    found = []
    for lesson in lessons:
        hours = lesson.hours
        found.append(asdict(lesson) | {"epochs": epochs, "gpu_hours": None if hours is None else hours * lesson.gpus})
    whole = [row["hours"] for row in found if row["hours"] is not None]
    return [row | {"wall_hours": max(sum(whole) / places, *whole) if whole else None} for row in found]


def _order(flow: Flow, works: Sequence[Work], config: Config) -> dict[str, Any] | None:
    """What rewriting only the survivors of the cut saves in a source, by its sampled labels."""
    own = next((work for work in works if (work.rule, work.source) == ("rewrite_text", flow.source)), None)
    share = flow.passing
    if own is None or share is None or config["cleaning"]["order"] == "score_first":
        return None
    less = scaled(own, share)
    saved = None if own.hours is None or less.hours is None else (own.hours - less.hours) * own.gpus
    facts = {"source": flow.source, "passing": share, "calls_saved": own.calls - less.calls}
    return facts | {"prompt_saved": own.prompt - less.prompt, "gpu_hours_saved": saved}


def _caveats(flows: Sequence[Flow], works: Sequence[Work], request: Request) -> list[str]:
    config = request.config
    notes = []
    for role in ("teacher", "judge"):
        spec = model_of("rewrite_text" if role == "teacher" else "judge_product", config)
        exact = counter(spec).exact
        how = "by its own tokenizer" if exact else "by estimate, 4 bytes a token: its tokenizer is not on this machine"
        notes.append(f"tokens of the {role} {spec.name} are counted {how}")
    if any(step.by_rules for flow in flows for step in flow.steps):
        notes.append(
            "output tokens are as long as the extractive engine's replies in the sample: a language model's differ"
        )
    unknown = {work.model for work in works if work.hours is None}
    unknown |= {student for student in config["students"] if not request.rates.of(student).training}
    if unknown:
        notes.append(f"no hours for {', '.join(sorted(unknown))}: give its rates in a file (--rates)")
    longest = max(works, key=lambda work: (work.hours or 0.0) / max(work.jobs, 1), default=None)
    if longest and (hours := (longest.hours or 0.0) / longest.jobs) > JOB_HOURS:
        name = " ".join(filter(None, (longest.rule, longest.part, longest.source)))
        notes.append(
            f"a job of {name} takes {hours:,.0f} hours, more than the {JOB_HOURS} that a job is given: raise"
            f" sources.{longest.source}.buckets (or send it again: its journal goes on where it was)"
        )
    rough = [f"{flow.source} on {flow.records:,} records" for flow in flows if flow.records < FEW]
    if rough:
        notes.append(f"rough, for they rest on few: {', '.join(rough)}")
    notes += [f"{flow.source} takes the figures of {flow.sampled}" for flow in flows if flow.source != flow.sampled]
    return notes


def _left(works: Sequence[Work], lessons: Sequence[training.Lesson], held: Sequence[Held]) -> float | None:
    """GPU-hours without what the journals answer, as far as they are known."""
    answered = {(one.rule, one.source, one.part): one.answered for one in held}
    hours = [None if lesson.hours is None else lesson.hours * lesson.gpus for lesson in lessons]
    for work in works:
        known = answered.get((work.rule, work.source, work.part), 0) / work.calls if work.calls else 0.0
        hours.append(scaled(work, max(0.0, 1.0 - known)).gpu_hours)
    return _known(hours)


def _known(values: Iterable[float | None]) -> float | None:
    """The sum of what is known; None when nothing is."""
    found = [value for value in values if value is not None]
    return sum(found) if found else None


def _total(found: dict[str, Any]) -> dict[str, Any]:
    """Sums over rules and trainings. `at_least`: the sums that lack what is not known, and the notes say so."""
    rules, trained = found["rules"], found["training"]
    rows = {name: rules for name in ("jobs", "calls", "prompt", "cached", "output")}
    rows |= {"gpu_hours": [*rules, *trained], "wall_hours": [*rules, *trained[:1]]}
    values = {name: [row[name] for row in those] for name, those in rows.items()}
    values["wall_hours"] += [None for row in trained if row["hours"] is None]  # the trainings' own sum lacks them
    figures: dict[str, Any] = {name: _known(those) for name, those in values.items()}
    at_least = [name for name, those in values.items() if None in those and figures[name] is not None]
    return figures | {"at_least": at_least, "bytes": sum(found["disk"].values())}
