"""Read the sheets that people sent back: mean grades by system, and Krippendorff's alpha by metric (paper A.4).

SHEETS are the CSV files of all raters of one application; the key lies beside its sheet.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

from humanllm.errors import one_line

PATH = click.Path(path_type=Path)


@click.command(help=__doc__)
@click.option("--key", type=PATH, required=True, help="key.json of the sheet.")
@click.option("--resamples", type=click.IntRange(100), default=10000, show_default=True, help="Of the bootstrap.")
@click.option("--seed", type=int, default=2025, show_default=True)
@click.option("--json", "output", type=PATH, help="Write every figure here.")
@click.argument("sheets", type=PATH, nargs=-1, required=True)
@one_line
def main(key: Path, resamples: int, seed: int, output: Path | None, sheets: tuple[Path, ...]) -> None:
    from humanllm.applications.returned import read_key, read_sheets, score_sheets
    from humanllm.files import write_json

    known = read_key(key)
    found = score_sheets(known, read_sheets(sheets, known), seed, resamples)
    for line in _lines(found):
        click.echo(line)
    if output:
        write_json(output, found)


def _lines(found: dict[str, Any]) -> Iterator[str]:
    missing = ", ".join(f"{count} of {rater}" for rater, count in found["missing"].items() if count)
    yield f"{found['application']}, sheet {found['sheet']}: {len(found['raters'])} raters, {found['samples']} samples"
    yield f"grades not given: {missing or 'none'}"
    yield ""
    yield f"{'metric':28}{'alpha (ordinal)':>16}{'alpha (interval)':>17}{'with the judge':>16}"
    for metric, row in found["agreement"].items():
        yield f"{metric:28}{_value(row['ordinal']):>16}{_value(row['interval']):>17}{_value(row['with_judge']):>16}"
    for system, columns in found["systems"].items():
        yield ""
        yield f"{system:28}{'mean':>8}{'interval':>16}{'judge':>8}"
        for metric, row in columns.items():
            span = f"{_value(row['low'])} - {_value(row['high'])}"
            yield f"{metric:28}{_value(row['mean']):>8}{span:>16}{_value(row.get('judge')):>8}"


def _value(value: float | None) -> str:
    return "-" if value is None else f"{value:.2f}"


if __name__ == "__main__":
    main()
