"""Add up the counts of all stages of one source, so that the report reads one file and not thousands."""

from __future__ import annotations

import json
from pathlib import Path

import click

from humanllm.errors import InputError, one_line
from humanllm.files import write_json
from humanllm.report.funnel import add_row


@click.command(help=__doc__)
@click.option("--source", required=True)
@click.option(
    "--rows",
    required=True,
    help='JSON, a row of the funnel each: [{"part": "user", "paths": "judged/user/blogger/{}.stats.json",'
    ' "names": ["0", "1"]}]; a number of names stands for 0, 1, ...',
)
@click.option("--output", type=click.Path(path_type=Path), required=True)
@one_line
def main(source: str, rows: str, output: Path) -> None:
    made = []
    for row in json.loads(rows):
        names = row["names"] if isinstance(row["names"], list) else range(row["names"])
        if not names:
            raise InputError(f"no files at {row['paths']}: the row of the funnel names none")
        made.append(add_row(row["part"], [Path(row["paths"].format(name)) for name in names]))
    write_json(output, {"source": source, "rows": made})
    click.echo(f"{source}: {len(made)} rows from {sum(row['files'] for row in made)} files")


if __name__ == "__main__":
    main()
