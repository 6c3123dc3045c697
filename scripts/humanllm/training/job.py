"""One job of a training, before and around its ranks: what it goes on from, whether it fits, how it is laid out."""

from __future__ import annotations

import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

from humanllm.errors import InputError
from humanllm.files import write_json
from humanllm.modelfiles import sha256
from humanllm.training.kept import Kept
from humanllm.training.knobs import goes_on, parts_of, with_micro_batch, with_stage
from humanllm.training.launcher import launch
from humanllm.training.record import manifest
from humanllm.training.regroup import regroup, size_of_copy
from humanllm.training.room import demand_room, parameters_of, sizes_of
from humanllm.training.sequences import Facts, size_of, unpack
from humanllm.training.settings import Batches, Settings
from humanllm.training.slices import Slice
from humanllm.training.state import State


def begin(
    settings: Settings, packed: Path, model: Path, base: str, weights: dict[str, str], kept: Kept, output: Path
) -> tuple[Settings, Facts, dict[str, Any]]:
    """Make the state ready for the ranks; the settings, the data's facts, the manifest."""
    state = kept.state
    settings, facts, made = lay_out(settings, packed, model, weights, state)
    made_of = manifest(settings, facts, made, base, weights)
    for line in state.prepare(made_of):
        tell(line)
    kept.drop()
    write_json(state.job, asdict(settings))
    tell(made.line(settings, facts.sequences))
    if not state.is_final():
        parameters, newest = parameters_of(model), state.newest()
        copy = size_of_copy(newest, settings.ranks, parameters) if newest else 0
        demand_room(state.folder, output, *sizes_of(settings, parameters), copy)
        state.count_attempt()
        if newest and regroup(newest, settings.ranks):
            tell(f"{newest.name} regrouped for {settings.ranks} ranks")
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


def lay_out(
    settings: Settings, packed: Path, model: Path, weights: dict[str, str], state: State
) -> tuple[Settings, Facts, Batches]:
    """The knobs with a number for each `auto`, the sequences that the ranks will read, and how an update takes them."""
    size, digest = size_of(packed), sha256(packed)
    kept = next((saved for saved in state.resumable() if goes_on(settings, saved, digest, weights)), None)
    settings = with_stage(settings, model, size, kept)
    parts = parts_of(settings, size, kept)
    if parts > 1:
        tell(f"each sequence in {parts} parts, to keep {settings.batch_size} samples an update")
    facts = unpack(packed, state.sequences, parts)
    settings, made = with_micro_batch(settings, model, size.longest, facts, kept)
    return settings, facts, made


def tell(line: str) -> None:
    """For people, as the ranks tell theirs."""
    print(line, file=sys.stderr, flush=True)
