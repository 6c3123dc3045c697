"""The rule graph of docs/rulegraph.md, small enough to be read: arrows that a longer way implies are left out.

PYTHONPATH=tests python tests/workflow/rulegraph.py > docs/rulegraph.md
"""

from __future__ import annotations

import re
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from project import Project, copy_project

Arrows = set[tuple[str, str]]
BACK = ("build_benchmark", "sample_sft")  # other benchmarks than the one that is made of the set: without it, no circle
PAGE = """# The rules of the demo's run

An arrow means that a rule reads what another one made; one that a longer way implies is left out.
The dotted one: no sample may hold an item of MotiveBench or ToMBench; the in-domain benchmark is made of the test set.
Made by `PYTHONPATH=tests python tests/workflow/rulegraph.py > docs/rulegraph.md`; a test holds it.

```mermaid
flowchart TB
{arrows}
    build_benchmark -.-> sample_sft
```
"""


def parse(mermaid: str) -> Arrows:
    """The arrows in what `snakemake --rulegraph mermaid-js` prints, by the rules' names."""
    names = dict(re.findall(r"(id\d+)\[(\w+)\]", mermaid))
    return {(names[start], names[end]) for start, end in re.findall(r"(id\d+) --> (id\d+)", mermaid)}


def reachable(arrows: Arrows, start: str, end: str) -> bool:
    """Whether a way of two arrows or more leads from start to end."""
    waiting, seen = [other for first, other in arrows if first == start and other != end], set()
    while waiting:
        name = waiting.pop()
        if name == end:
            return True
        if name not in seen:
            seen.add(name)
            waiting += [other for first, other in arrows if first == name]
    return False


def reduced(arrows: Arrows) -> Arrows:
    """Without the arrows that a longer way implies."""
    return {(start, end) for start, end in arrows if not reachable(arrows, start, end)}


def page(project: Project) -> str:
    done = project.snakemake("--rulegraph", "mermaid-js", "--configfile", "presets/demo.yaml")
    arrows = {arrow for arrow in reduced(parse(done.stdout) - {BACK}) if "all" not in arrow}
    return PAGE.format(arrows="\n".join(f"    {start} --> {end}" for start, end in sorted(arrows)))


if __name__ == "__main__":
    with TemporaryDirectory() as name:
        sys.stdout.write(page(copy_project(Path(name) / "project")))
