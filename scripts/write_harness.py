"""Write a benchmark as tasks of the lm-evaluation-harness, one a column, so that others can run it."""

from __future__ import annotations

from pathlib import Path

import click

from humanllm.answering import Questions
from humanllm.benchmarks.harness import write_tasks
from humanllm.errors import one_line
from humanllm.files import publish_folder
from humanllm.tables import ITEM, read_rows

PATH = click.Path(path_type=Path)


@click.command(help=__doc__)
@click.option("--benchmark", required=True)
@click.option("--items", type=PATH, required=True, help="Table of the benchmark's items.")
@click.option("--prompt", type=PATH, required=True, help="Prompt file of the benchmark.")
@click.option("--output", type=PATH, required=True, help="Folder of the tasks: YAML, and the items as JSON lines.")
@one_line
def main(benchmark: str, items: Path, prompt: Path, output: Path) -> None:
    questioned = read_rows(items, ITEM)
    with publish_folder(output) as folder:
        names = write_tasks(folder, benchmark, questioned, Questions(prompt))
    click.echo(f"{benchmark}: {len(questioned)} items in {len(names)} tasks: {', '.join(names)}")


if __name__ == "__main__":
    main()
