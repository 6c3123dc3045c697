"""Benchmarks: their own files in, items of one layout out.

A benchmark is a module with `read(files, tally, ...)`, which yields items; its keywords are its knobs in the config.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from humanllm.benchmarks import in_domain, motivebench, tombench
from humanllm.benchmarks.items import check_items, items_digest, repeated
from humanllm.stats import Tally
from humanllm.tables import Row

READERS: dict[str, Callable[..., Iterator[Row]]] = {
    "in_domain": in_domain.read,
    "motivebench": motivebench.read,
    "tombench": tombench.read,
}


def build(benchmark: str, files: list[Path], knobs: dict[str, Any], tally: Tally) -> tuple[list[Row], dict[str, Any]]:
    """The items of `benchmark` from its `files`, and the facts for its stats.

    `knobs` are the keywords of the benchmark's `read`. Raises InputError when a file is of another form and when
    nothing is left to ask, in all or in a task that the knobs name.
    """
    items = list(READERS[benchmark](files, tally, **knobs))
    check_items(benchmark, items, knobs.get("tasks", ()))
    return items, _facts(items, int(knobs.get("options", 0))) | {"answers_left_out": dict(sorted(tally.noted.items()))}


def _facts(items: list[Row], options: int) -> dict[str, Any]:
    return {
        "items_digest": items_digest(items),
        "columns": {name: sum(item["column"] == name for item in items) for name in {item["column"] for item in items}},
        "clusters": len({item["cluster"] for item in items}),
        "repeated_options": sum(repeated(item["options"]) for item in items),
        "short_of_options": sum(len(item["options"]) < options for item in items),
    }
