"""Print what a training sample was made of, as JSON: raw records, texts stage by stage, products, prompts, grades.

SAMPLE is an id of a line of sft/*/train.jsonl. Of a raw record the fields that name its writer's account are left out.
"""

from __future__ import annotations

import json
from pathlib import Path

import click

from humanllm.errors import one_line

PATH = click.Path(path_type=Path)
PROMPTS = Path(__file__).parent / "prompts"


@click.command(help=__doc__)
@click.argument("sample")
@click.option("--results", type=PATH, required=True, help="The run's folder of results.")
@one_line
def main(sample: str, results: Path) -> None:
    from humanllm.lineage import trace

    click.echo(json.dumps(trace(sample, results, PROMPTS), ensure_ascii=False, indent=2, default=str))


if __name__ == "__main__":
    main()
