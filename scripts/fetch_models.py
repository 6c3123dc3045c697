"""Fetch the models and data sets of a run on a node with network, check them, and print the commits to pin.

The jobs then need no network: hub.offline in the config. What is there already is not fetched again. --check alone asks
no network. docs/cluster.md tells the rest.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from humanllm.errors import InputError, one_line

if TYPE_CHECKING:
    from humanllm.fetching import DataSet, HubModel

FILE = click.Path(path_type=Path)
HERE = Path(__file__).resolve().parent
SCHEMA = HERE.parent / "rules/schemas/config.schema.yaml"


@click.command(help=__doc__)
@click.option("--configfile", type=FILE, multiple=True, help="An overlay over config.yaml; may be given several times.")
@click.option("--check", is_flag=True, help="Fetch nothing: is all here and whole?")
@click.option("--hashes", is_flag=True, help="Compare every byte with the hub's hash, not the headers alone.")
@one_line
def main(configfile: tuple[Path, ...], check: bool, hashes: bool) -> None:
    from humanllm import fetching
    from humanllm.settings import read_config

    config = read_config([HERE.parent / "config.yaml", *configfile], SCHEMA)
    cache, models = fetching.cache_folder(config), fetching.hub_models(config)
    wrong: list[str] = []
    new = set() if check else _fetch(models, fetching.data_sets(config), cache, wrong)
    found = []
    for model in models:
        try:
            folder = fetching.cached(model, cache)
            fetching.demand_whole(model, folder)
            if (hashes or model in new) and (bad := fetching.damaged(folder)):
                raise InputError(f"{bad[0]} is not what the hub has: delete it and fetch again")
        except InputError as error:
            wrong.append(f"{model.name}: {error}")
            continue
        found.append((model, folder))
        what = "adapter" if model.adapter else ", ".join(dict.fromkeys(model.roles))
        size = fetching.gib(fetching.size_of(folder))
        click.echo(f"{model.name:16} {model.repo}@{folder.name[:12]}  {size:>10}  {what}: whole")
    wrong += fetching.missing_files(config)
    click.echo(f"{len(found)} of {len(models)} models from the hub are whole in {cache}")
    if overlay := fetching.pins(found):
        click.echo("\nThese are named by a branch, which may move. To pin them, lay this over your config:\nmodels:")
        for name, knobs in overlay.items():
            click.echo(f"  {name}: {{{', '.join(f'{knob}: {chr(34)}{to}{chr(34)}' for knob, to in knobs.items())}}}")
    if wrong:
        raise InputError("not all is here:\n" + "\n".join(f"  {line}" for line in wrong))


def _fetch(models: Sequence[HubModel], data: Sequence[DataSet], cache: Path, wrong: list[str]) -> set[HubModel]:
    """Fetch what is not here, once it is sure that it all has room; the models of which something was fetched."""
    from humanllm import fetching

    needed: dict[HubModel | DataSet, int] = {}
    every: list[HubModel | DataSet] = [*models, *data]
    for wanted in every:
        try:
            needed[wanted] = fetching.to_fetch(wanted, cache)
        except InputError as error:
            wrong.append(f"{wanted.name}: {error}")
    fetching.demand_room(sum(needed.values()), cache)
    for wanted, size in needed.items():
        if size:
            click.echo(f"fetching {fetching.gib(size)} of {wanted.repo}", err=True)
        fetching.fetch(wanted, cache)  # of what is here already, the client notes that it is whole
    return {model for model in models if needed.get(model)}


if __name__ == "__main__":
    main()
