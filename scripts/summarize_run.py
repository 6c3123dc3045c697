"""Say in a few lines what a run has made, where it lies and what it means; `make demo` ends with this."""

from __future__ import annotations

from pathlib import Path

import click

from humanllm.errors import InputError, one_line
from humanllm.files import read_json
from humanllm.report.summary import summarize


@click.command(help=__doc__)
@click.option("--results", type=click.Path(path_type=Path), required=True, help="The run's folder of results.")
@one_line
def main(results: Path) -> None:
    facts = results / "report/facts.json"
    if not facts.exists():
        raise InputError(f"{results} has no report yet: run `snakemake report` first, with the run's own config")
    for line in summarize(read_json(facts)):
        click.echo(line)
    click.echo(f"  look at  {results / 'report/index.html'}")
    click.echo(f"  and at   {results}/scores/<system>/<benchmark>.json, {results}/cards/")


if __name__ == "__main__":
    main()
