"""Weigh the models of a merge by their loss on a few training samples (LM-Cocktail), where the config says derived."""

from __future__ import annotations

import json
from pathlib import Path

import click

from humanllm.cocktail import DERIVED, draw_lines, mean_loss, share_out
from humanllm.errors import InputError, one_line
from humanllm.files import write_json
from humanllm.modelfiles import local_folder
from humanllm.sharegpt import read_lines
from humanllm.stats import Tally
from humanllm.templates import Template, Tokens, load_tokenizer

PATH = click.Path(path_type=Path)


@click.command(help=__doc__)
@click.option(
    "--models", required=True, help='JSON: {"base": {"path": a folder or a hub\'s name, "revision": "main"}}.'
)
@click.option("--weights", required=True, help='JSON: {"base": "derived", "tuned": 0.5, "other": "derived"}.')
@click.option("--donor", required=True, help="Name of the model whose tokenizer and template the samples are put in.")
@click.option("--train", type=PATH, required=True, help="ShareGPT lines from which the samples are drawn.")
@click.option("--samples", type=click.IntRange(min=1), required=True, help="Of each task.")
@click.option("--max-tokens", type=click.IntRange(min=8), required=True, help="Longer samples are left out.")
@click.option("--temperature", type=float, required=True, help="Above 1 the weights come closer to each other.")
@click.option("--device", type=click.Choice(["cpu", "cuda"]), required=True)
@click.option("--seed", type=int, required=True)
@click.option("--output", type=PATH, required=True, help="JSON: the weights, and the losses that they come from.")
@click.option("--stats", type=PATH, required=True)
@one_line
def main(
    models: str,
    weights: str,
    donor: str,
    train: Path,
    samples: int,
    max_tokens: int,
    temperature: float,
    device: str,
    seed: int,
    output: Path,
    stats: Path,
) -> None:
    given, places = json.loads(weights), json.loads(models)
    folders = {name: local_folder(one["path"], one["revision"]) for name, one in places.items()}
    lines = draw_lines(read_lines(train), samples, seed)
    tally = Tally("derive_weights")
    tally.take(len(lines))
    taken: dict[str, Tokens] = {}
    template = Template(load_tokenizer(str(folders[donor]), places[donor]["revision"]), donor)
    for line, found in zip(lines, template.tokens(lines), strict=True):
        if isinstance(found, str):
            tally.drop(found)
        elif len(found.ids) > max_tokens:
            tally.drop("too_long")
        else:
            tally.keep()
            taken[line["id"]] = found
    if not taken:
        raise InputError(
            f"none of {len(lines)} samples of {train} fits into {max_tokens} tokens: raise merging.derived.max_tokens"
        )
    judged = [name for name, weight in given.items() if weight == DERIVED]
    losses = {name: mean_loss(folders[name], list(taken.values()), device) for name in judged}
    used = share_out(given, losses, temperature)
    write_json(output, {"weights": used, "losses": losses, "temperature": temperature, "samples": list(taken)})
    tally.write(stats, losses=losses)
    told = ", ".join(f"{name} {weight:.3f}" for name, weight in used.items())
    click.echo(f"{told}, by the loss on {len(taken)} samples")


if __name__ == "__main__":
    main()
