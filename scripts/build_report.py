"""Put the run together on one self-contained page: what ran, what was kept, how it trained, how it scores."""

from __future__ import annotations

import json
from pathlib import Path

import click

from humanllm.errors import one_line
from humanllm.files import publish, write_json
from humanllm.report.facts import gather
from humanllm.report.page import build_page
from humanllm.report.tables import flat_tables, write_tables

FILE = click.Path(path_type=Path)


@click.command(help=__doc__)
@click.option("--template", type=FILE, required=True, help="report.html.j2; its style lies beside it.")
@click.option("--run", required=True, help="JSON: sources, models, systems and seed of the run.")
@click.option(
    "--files",
    required=True,
    help='JSON: {"funnels": {source: file}, "sets": {variant: file}, "models": {"model/variant": {"packing": file,'
    ' "training": file, "merge": file}}, "benchmarks": {benchmark: file}, "applications": {application: file}, "clues":'
    ' {benchmark: file}, "sheets": {application: file}, "stages": {part: file}}; a file that is not there is reported'
    " as missing.",
)
@click.option("--paper", type=FILE, help="CSV of the paper's own figures: table,system,column,value.")
@click.option("--measured", type=FILE, help="Folder of the files in which Snakemake measured the jobs.")
@click.option("--page", type=FILE, required=True, help="The HTML.")
@click.option("--facts", type=FILE, required=True, help="All that the page says, as JSON.")
@click.option("--funnel", type=FILE, required=True, help="The counts of all sources, as JSON.")
@click.option("--tables", type=FILE, required=True, help="Folder for the page's tables, each as CSV and JSON.")
@one_line
def main(
    template: Path,
    run: str,
    files: str,
    paper: Path | None,
    measured: Path | None,
    page: Path,
    facts: Path,
    funnel: Path,
    tables: Path,
) -> None:
    found = gather(json.loads(run), json.loads(files), paper, measured, page)
    html = build_page(template, found)
    write_tables(tables, flat_tables(found))
    write_json(facts, found)
    write_json(funnel, {"sources": found["funnel"], "stages": found["stages"]})
    with publish(page) as temporary:
        temporary.write_text(html, encoding="utf-8")
    absent = f", without {len(found['missing'])} missing parts" if found["missing"] else ""
    click.echo(f"report of {len(found['funnel'])} sources and {len(found['benchmarks'])} benchmarks{absent}")


if __name__ == "__main__":
    main()
