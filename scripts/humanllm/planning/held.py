"""What a journal already holds of the requests that a run's tables ask for: they will not be asked again."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from humanllm.engines.base import Request
from humanllm.journal import entries, key_of
from humanllm.planning.measure import PRODUCTS, folders
from humanllm.planning.sample import Sample
from humanllm.preview import model_of, stage_requests
from humanllm.settings import Config


@dataclass(frozen=True)
class Held:
    """Of `requests` that the tables at hand ask for in this stage and source, so many are answered."""

    rule: str
    source: str
    part: str
    requests: int
    answered: int

    @property
    def share(self) -> float:
        return self.answered / self.requests if self.requests else 0.0


def held(run: Sample, state: Path, config: Config, prompts: Path) -> list[Held]:
    """The stages of `run` whose tables are there, with what the journals under `state` answer of the first attempts."""
    order = config["cleaning"]["order"]
    parts = [("rewrite_text", ""), ("score_quality", "")]
    parts += [(rule, product) for rule in ("synthesize_product", "judge_product") for product in PRODUCTS]
    found = []
    for source in config["active_sources"]:
        for rule, part in parts:
            identity = model_of(rule, config).pinned().identity()
            requests = answered = 0
            for bucket, table in run.tables(folders(rule, part, order)[0], source).items():
                path = state / "replies" / "/".join(name for name in (rule, part, source) if name) / f"{bucket}.jsonl"
                known = {entry["key"] for entry in entries(path)}
                for request in _requests(run, rule, part, source, bucket, table, config, prompts):
                    requests += 1
                    answered += key_of(request, identity) in known
            if requests:
                found.append(Held(rule, source, part, requests, answered))
    return found


def _requests(
    run: Sample, rule: str, part: str, source: str, bucket: int, table: Path, config: Config, prompts: Path
) -> Iterator[Request]:
    records = run.tables("clean", source).get(bucket)
    return stage_requests(rule, table, config, prompts, product=part, records=records)
