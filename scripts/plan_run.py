"""Print the budget of a run before its first GPU minute: jobs, calls, tokens, GPU-hours, wall time and disk by rule.

Everything is scaled from a sample: the results of a run of the data path over a part of the dumps (`make sft`).
"""

from __future__ import annotations

from pathlib import Path

import click

from humanllm.errors import InputError, one_line

FILE = click.Path(path_type=Path)
HERE = Path(__file__).resolve().parent
SCHEMA = HERE.parent / "rules/schemas/config.schema.yaml"


@click.command(help=__doc__)
@click.option(
    "--sample",
    type=FILE,
    multiple=True,
    required=True,
    help="A run's results; of several, the last one that has a source.",
)
@click.option("--configfile", type=FILE, multiple=True, help="An overlay over config.yaml; may be given several times.")
@click.option("--counts", default="paper", show_default=True, help="paper, a run's results, or a JSON file of counts.")
@click.option("--stand-in", multiple=True, help="twitter=blogger: a source that no sample has takes another's figures.")
@click.option(
    "--rates", type=FILE, default=HERE / "rates.yaml", help="Tokens a second of the models; scripts/rates.yaml."
)
@click.option("--nodes", type=click.IntRange(1), default=1, show_default=True, help="For the wall times.")
@click.option(
    "--state", type=FILE, help="Also say what its journals answer already: of --counts RESULTS, or the sample."
)
@click.option(
    "--rows", type=click.IntRange(1), default=20000, show_default=True, help="Measured of a stage and source."
)
@click.option("--json", "output", type=FILE, help="Write every figure and assumption here.")
@one_line
def main(
    sample: tuple[Path, ...],
    configfile: tuple[Path, ...],
    counts: str,
    stand_in: tuple[str, ...],
    rates: Path,
    nodes: int,
    state: Path | None,
    rows: int,
    output: Path | None,
) -> None:
    from humanllm.files import write_json
    from humanllm.planning.counts import counts_of
    from humanllm.planning.held import held
    from humanllm.planning.plan import Request, make_plan
    from humanllm.planning.rates import read_rates
    from humanllm.planning.sample import Sample
    from humanllm.planning.show import lines_of
    from humanllm.settings import read_config

    config = read_config([HERE.parent / "config.yaml", *configfile], SCHEMA)
    samples = [Sample(path) for path in sample]
    pairs = _pairs(stand_in, config["active_sources"])
    request = Request(
        samples, counts_of(counts, config), pairs, config, HERE / "prompts", read_rates(rates), nodes, rows
    )
    run = Sample(Path(counts)) if Path(counts).is_dir() else samples[-1]
    plan = make_plan(request, held(run, state, config, HERE / "prompts") if state else ())
    for line in lines_of(plan):
        click.echo(line)
    if output:
        write_json(output, plan)


def _pairs(stand_in: tuple[str, ...], sources: list[str]) -> dict[str, str]:
    """{source: the one whose figures it takes} of `--stand-in twitter=blogger`."""
    pairs = {}
    for given in stand_in:
        source, _, other = given.partition("=")
        if not source or not other:
            raise InputError(f"--stand-in {given}: give it as source=source of the sample, e.g. twitter=blogger")
        if source not in sources:
            raise InputError(f"--stand-in {given}: {source} is none of active_sources {sources}")
        pairs[source] = other
    return pairs


if __name__ == "__main__":
    main()
