"""Fine-tune a model on packed sequences, all weights, loss on the answers (paper 3.2).

The job may be killed at any time: with the same --state a later one goes on from the newest complete checkpoint.
SIGUSR1 and SIGTERM make it save and end with status 1.
"""

from __future__ import annotations

import os
import sys
import time
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from humanllm.errors import InputError, one_line
from humanllm.files import read_json, write_json
from humanllm.modelfiles import local_folder, sha256, weight_hashes
from humanllm.stats import Tally
from humanllm.training.code import code_facts
from humanllm.training.kept import Kept
from humanllm.training.knobs import goes_on, parts_of, with_micro_batch, with_stage
from humanllm.training.launcher import is_rank, launch
from humanllm.training.ranks import train
from humanllm.training.record import manifest, training_record
from humanllm.training.regroup import regroup, size_of_copy
from humanllm.training.room import DiskError, demand_room, parameters_of, saving, sizes_of
from humanllm.training.sequences import Facts, size_of, unpack
from humanllm.training.settings import AUTO, Batches, Settings
from humanllm.training.slices import Slice, slices
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
    said = read_json(record)
    click.echo(f"trained {said['steps']} steps: loss {said['first_loss']:.4f} to {said['last_loss']:.4f}")


def begin(
    settings: Settings, packed: Path, model: Path, base: str, weights: dict[str, str], kept: Kept, output: Path
) -> tuple[Settings, Facts, dict[str, Any]]:
    """Make the state ready for the ranks; the settings, the data's facts, the manifest."""
    state = kept.state
    settings, facts, made = lay_out(settings, packed, model, weights, state)
    made_of = manifest(settings, facts, made, base, weights)
    for line in state.prepare(made_of):
        click.echo(line, err=True)
    kept.drop()
    write_json(state.job, asdict(settings))
    click.echo(made.line(settings, facts.sequences), err=True)
    if not state.is_final():
        parameters, newest = parameters_of(model), state.newest()
        copy = size_of_copy(newest, settings.ranks, parameters) if newest else 0
        demand_room(state.folder, output, *sizes_of(settings, parameters), copy)
        state.count_attempt()
        if newest and regroup(newest, settings.ranks):
            click.echo(f"{newest.name} regrouped for {settings.ranks} ranks", err=True)
    return settings, facts, made_of


def run(state: State, settings: Settings, began: float) -> None:
    """Start the ranks, unless they have ended before, and see that the trained model is there."""
    if not state.is_final():
        job = Slice(state.slices, settings, began)
        launch(sys.argv, settings.ranks, settings.device, meanwhile=job.note_sometimes)
        if not state.is_final():
            with state.alone():
                state.drop_cut_off()  # first, for on a full disk it makes the room for the rest
        job.note()
    if not state.is_final():  # a rank may break down on its way out, with all done
        raise InputError(f"the training did not end; its state is kept in {state.folder}, the reason stands above")


def counts(facts: Facts, log: list[dict[str, Any]]) -> dict[str, Any]:
    """What stands in .stats.json."""
    tally = Tally("train_sft")
    tally.take(facts.sequences)
    tally.keep(facts.sequences)
    return tally.as_dict(first_loss=log[0]["loss"], last_loss=log[-1]["loss"], steps=len(log))


def lay_out(
    settings: Settings, packed: Path, model: Path, weights: dict[str, str], state: State
) -> tuple[Settings, Facts, Batches]:
    """The knobs with a number for each `auto`, the sequences that the ranks will read, and how an update takes them."""
    size, digest = size_of(packed), sha256(packed)
    kept = next((saved for saved in state.resumable() if goes_on(settings, saved, digest, weights)), None)
    settings = with_stage(settings, model, size, kept)
    parts = parts_of(settings, size, kept)
    if parts > 1:
        click.echo(f"each sequence in {parts} parts, to keep {settings.batch_size} samples an update", err=True)
    facts = unpack(packed, state.sequences, parts)
    settings, made = with_micro_batch(settings, model, size.longest, facts, kept)
    return settings, facts, made


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
