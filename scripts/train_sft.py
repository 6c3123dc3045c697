"""Fine-tune a model on packed sequences, all weights, loss on the answers (paper 3.2).

The job may be killed at any time: with the same --state a later one goes on from the newest complete checkpoint.
SIGUSR1 and SIGTERM make it save and end with status 1.
"""

from __future__ import annotations

import os
import shutil
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from humanllm.errors import InputError, one_line
from humanllm.files import publish_folder, read_json, write_json
from humanllm.modelfiles import local_folder, weight_hashes
from humanllm.stats import Tally
from humanllm.training.knobs import resolve
from humanllm.training.launcher import is_rank, launch
from humanllm.training.ranks import train
from humanllm.training.record import manifest, training_record
from humanllm.training.regroup import regroup
from humanllm.training.room import DiskError, demand_room, parameters_of, saving, sizes_of
from humanllm.training.sequences import Facts, size_of, unpack
from humanllm.training.settings import AUTO, Settings, batches, parts_for
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
    state = State(folder)
    model = local_folder(base, revision)
    if is_rank():
        return run_rank(model, state)
    with state.alone():
        settings, facts = lay_out(Settings(**knobs), packed, model, state)
        made_of = manifest(settings, facts, base, weight_hashes(model))
        if changed := state.prepare(made_of):
            click.echo(f"the saved training differs in {', '.join(changed)}: starting anew", err=True)
        write_json(state.job, asdict(settings))
        click.echo(batches(settings, facts.sequences, facts.samples).line(settings, facts.sequences), err=True)
        if trains := not state.is_final():
            demand_room(folder, output, *sizes_of(settings, parameters_of(model)))
            state.count_attempt()
            if (newest := state.newest()) and regroup(newest, settings.ranks):
                click.echo(f"{newest.name} regrouped for {settings.ranks} ranks", err=True)
    if trains:
        launch(sys.argv, settings.ranks, settings.device)
    if not state.is_final():  # a rank may break down on its way out, with all done
        with state.alone():
            state.drop_cut_off()
        raise InputError(f"the training did not end; its state is kept in {folder}, the reason stands above")
    log = read_json(state.final / "log.json")
    write_json(record, training_record(made_of, settings, log, Path(__file__).parent))
    tally = Tally("train_sft")
    tally.take(facts.sequences)
    tally.keep(facts.sequences)
    tally.write(stats, first_loss=log[0]["loss"], last_loss=log[-1]["loss"], steps=len(log))
    with saving(output, "the trained model"), publish_folder(output) as temporary:
        shutil.copytree(state.final / "model", temporary, dirs_exist_ok=True)
    state.clear()
    click.echo(f"trained {len(log)} steps: loss {log[0]['loss']:.4f} to {log[-1]['loss']:.4f}")


def lay_out(settings: Settings, packed: Path, model: Path, state: State) -> tuple[Settings, Facts]:
    """The knobs with a number for each `auto`, and the sequences that the ranks will read."""
    size, saved = size_of(packed), state.saved()
    settings = resolve(settings, model, size, saved)
    parts = parts_for(settings, size.sequences, size.samples, saved.get("data", {}).get("parts"))
    if parts > 1:
        click.echo(f"each sequence in {parts} parts, to keep {settings.batch_size} samples an update", err=True)
    return settings, unpack(packed, state.sequences, parts)


def run_rank(model: Path, state: State) -> None:
    """One of the processes that the launcher starts; only the first one speaks, and one whose disk is full."""
    settings, data = Settings(**read_json(state.job)), read_json(state.manifest)["data"]
    try:
        train(settings, model, state, data["sequences"], data["samples"])
    except InputError as error:
        if os.environ["RANK"] == "0" or isinstance(error, DiskError):
            raise
        sys.exit(1)


if __name__ == "__main__":
    main()
