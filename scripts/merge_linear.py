"""Merge a tuned model with its base: the weighted mean of all tensors, by mergekit (paper 3.3)."""

from __future__ import annotations

from pathlib import Path

import click

from humanllm.errors import one_line
from humanllm.files import publish_folder, write_json
from humanllm.merging import check_alike, manifest, merge_linear, probe
from humanllm.modelfiles import local_folder
from humanllm.stats import Tally

PATH = click.Path(path_type=Path)


@click.command(help=__doc__)
@click.option("--base", required=True, help="A folder or a hub's name; gives tokenizer, template and configs.")
@click.option("--revision", default="main", show_default=True, help="Of a hub's model.")
@click.option("--tuned", required=True, help="The folder of the tuned model.")
@click.option("--base-weight", type=float, required=True)
@click.option("--tuned-weight", type=float, required=True)
@click.option("--dtype", type=click.Choice(["bfloat16", "float16", "float32"]), required=True, help="Of the merge.")
@click.option("--output", type=PATH, required=True, help="Folder of the merged model.")
@click.option("--manifest", "manifest_path", type=PATH, required=True, help="JSON: hashes, weights and the probe.")
@click.option("--stats", type=PATH, required=True)
@one_line
def main(
    base: str,
    revision: str,
    tuned: str,
    base_weight: float,
    tuned_weight: float,
    dtype: str,
    output: Path,
    manifest_path: Path,
    stats: Path,
) -> None:
    models = {"base": local_folder(base, revision), "tuned": local_folder(tuned, "made")}
    weights = {"base": base_weight, "tuned": tuned_weight}
    names = check_alike(models)
    with publish_folder(output) as temporary:
        merge_linear(models, weights, dtype, temporary)
        probed = probe(models, weights, dtype, temporary, names)
        write_json(manifest_path, manifest(models, weights, dtype, temporary, probed))
    tally = Tally("merge_linear")
    tally.take(len(names))
    tally.keep(len(names))
    tally.write(stats, probed=probed.tensors, max_difference=probed.max_difference)
    click.echo(f"{len(names)} tensors merged; {probed.tensors} probed, off the mean by {probed.max_difference:.2g}")


if __name__ == "__main__":
    main()
