"""Fine-tune a model on packed sequences, all weights, loss on the answers (paper 3.2).

The job may be killed at any time: with the same --state a later one goes on from the newest complete checkpoint.
SIGUSR1 and SIGTERM make it save and end with status 1.
"""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path
from typing import Any

import click

from humanllm.errors import InputError, one_line
from humanllm.files import read_json
from humanllm.modelfiles import local_folder, weight_hashes
from humanllm.training.code import code_facts
from humanllm.training.job import begin, run
from humanllm.training.kept import Kept
from humanllm.training.launcher import is_rank
from humanllm.training.ranks import train
from humanllm.training.record import counts, training_record
from humanllm.training.room import DiskError, saving
from humanllm.training.settings import AUTO, Settings
from humanllm.training.slices import slices
from humanllm.training.state import State

PATH = click.Path(path_type=Path)


class NumberOrAuto(click.IntRange):
    """A whole number, or `auto`: what fits the GPUs."""

    name = "number|auto"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        return value if value == AUTO else super().convert(value, param, ctx)


@click.command(help=__doc__)
@click.option("--packed", type=PATH, required=True, help="Table of packed sequences.")
@click.option("--base", required=True, help="The model to start from: a folder or a hub's name.")
@click.option("--revision", default="main", show_default=True, help="Of a hub's model.")
@click.option("--learning-rate", type=float, required=True)
@click.option("--batch-size", type=int, required=True, help="Samples an update, over all ranks.")
@click.option("--epochs", type=int, required=True)
@click.option("--warmup-ratio", type=float, required=True, help="Share of the updates.")
@click.option("--precision", type=click.Choice(["bf16", "fp32"]), required=True)
@click.option("--gradient-checkpointing", type=bool, required=True)
@click.option("--zero-stage", type=NumberOrAuto(0, 3), required=True, help="0 to 3, or auto.")
@click.option("--micro-batch", type=NumberOrAuto(1), required=True, help="Sequences a rank and pass, or auto.")
@click.option("--ranks", type=int, required=True, help="Processes: GPUs, or parts of a CPU.")
@click.option("--device", type=click.Choice(["cuda", "cpu"]), required=True)
@click.option("--seed", type=int, required=True)
@click.option("--save-minutes", type=float, required=True, help="Between two saves.")
@click.option("--state", "folder", type=PATH, required=True, help="Folder that survives a killed job.")
@click.option("--output", type=PATH, required=True, help="Folder of the tuned model.")
@click.option("--record", type=PATH, required=True, help="JSON: losses and what the model was made of.")
@click.option("--stats", type=PATH, required=True)
@one_line
def main(
    packed: Path, base: str, revision: str, folder: Path, output: Path, record: Path, stats: Path, **knobs: Any
) -> None:
    began, state = time.monotonic(), State(folder)
    model = local_folder(base, revision)
    if is_rank():
        return run_rank(model, state)
    kept, settings = Kept(state), Settings(**knobs)
    with state.alone():
        state.drop_cut_off()
        weights = weight_hashes(model)
        ended = kept.is_of(settings, packed, weights, code_facts())
        if ended:
            click.echo("this training has ended before: nothing is trained, its kept model is given out", err=True)
        else:
            settings, facts, made_of = begin(settings, packed, model, base, weights, kept, output)
    if not ended:
        run(state, settings, began)
        log = read_json(state.final / "log.json")
        made = training_record(made_of, settings, slices(state.slices), log, Path(__file__).parent)
        with state.alone(), saving(folder, "the trained model"):
            kept.take(made, counts(facts, log))
    with state.alone():
        with saving(output, "the trained model"):
            kept.hand_out(output, record, stats)
        state.clear()
    if not ended:
        click.echo(f"trained {len(log)} steps: loss {log[0]['loss']:.4f} to {log[-1]['loss']:.4f}")


def run_rank(model: Path, state: State) -> None:
    """One of the processes that the launcher starts; only the first one speaks, and one whose disk is full."""
    settings = Settings(**read_json(state.job))
    taken = read_json(state.manifest)["batch"]["sequences"]
    try:
        train(settings, model, state, taken // (settings.ranks * int(settings.micro_batch)))
    except InputError as error:
        if os.environ["RANK"] == "0" or isinstance(error, DiskError):
            raise
        sys.exit(1)


if __name__ == "__main__":
    main()
