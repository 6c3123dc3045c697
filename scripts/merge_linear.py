"""Merge a tuned model with its base, and others if wished: the weighted mean of all tensors (paper 3.3)."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import click
import yaml

from humanllm.errors import one_line
from humanllm.files import publish, publish_folder, read_json, write_json
from humanllm.merging import ENGINES, check_models, manifest, merge_linear, mergekit_plan, probe, scaled
from humanllm.modelfiles import local_folder, weight_hashes
from humanllm.stats import Tally

PATH = click.Path(path_type=Path)


@click.command(help=__doc__)
@click.option(
    "--models", required=True, help='JSON: {"base": {"path": a folder or a hub\'s name, "revision": "main"}}.'
)
@click.option("--weights", required=True, help='JSON: {"base": 0.5, "tuned": 0.5}.')
@click.option("--derived", type=PATH, help="What derive_weights wrote: its weights stand in the place of --weights.")
@click.option(
    "--normalize/--no-normalize", required=True, help="Divide the weights by their sum, or demand that it is 1."
)
@click.option("--donor", required=True, help="Name of the model that gives tokenizer, template and configs.")
@click.option("--dtype", type=click.Choice(["bfloat16", "float16", "float32"]), required=True, help="Of the merge.")
@click.option("--engine", type=click.Choice(ENGINES), required=True)
@click.option("--output", type=PATH, required=True, help="Folder of the merged model.")
@click.option("--plan", type=PATH, required=True, help="The merge as mergekit reads it.")
@click.option("--manifest", "manifest_path", type=PATH, required=True, help="JSON: hashes, weights and the probe.")
@click.option("--stats", type=PATH, required=True)
@one_line
def main(
    models: str,
    weights: str,
    derived: Path | None,
    normalize: bool,
    donor: str,
    dtype: str,
    engine: str,
    output: Path,
    plan: Path,
    manifest_path: Path,
    stats: Path,
) -> None:
    given = read_json(derived)["weights"] if derived else json.loads(weights)
    used = scaled(given, normalize)
    folders = {name: local_folder(one["path"], one["revision"]) for name, one in json.loads(models).items()}
    names = check_models(folders, donor)
    with ThreadPoolExecutor(len(folders)) as beside, publish_folder(output) as temporary:
        hashing = {name: beside.submit(weight_hashes, folder) for name, folder in folders.items()}
        merged = merge_linear(folders, used, dtype, donor, engine, temporary)
        probed = probe(folders, used, dtype, temporary, names)
        hashes = {name: found.result() for name, found in hashing.items()} | {"merged": merged}
        facts = {"weights": used, "donor": donor, "dtype": dtype, "engine": engine, "probe": vars(probed)}
        write_json(manifest_path, manifest(folders, hashes, **facts))
        with publish(plan) as file:
            file.write_text(yaml.safe_dump(mergekit_plan(folders, used, dtype), sort_keys=False), encoding="utf-8")
    tally = Tally("merge_linear")
    tally.take(len(names))
    tally.keep(len(names))
    tally.write(stats, probed=probed.tensors, max_difference=probed.max_difference)
    click.echo(f"{len(names)} tensors merged; {probed.tensors} probed, off the mean by {probed.max_difference:.2g}")


if __name__ == "__main__":
    main()
