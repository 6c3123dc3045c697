"""What each rank does: load the model, train it, save it whole. Started by the deepspeed launcher."""

from __future__ import annotations

import os
import shutil
import sys
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Any

from humanllm.errors import InputError
from humanllm.files import write_json
from humanllm.modelfiles import copy_beside_weights, open_weights
from humanllm.training.attention import attention, register_varlen, said_of
from humanllm.training.callbacks import Progress, Saves, as_callback
from humanllm.training.regroup import OwnSteps, is_universal
from humanllm.training.room import saving
from humanllm.training.rope import load_model
from humanllm.training.sequences import Sequences, collate
from humanllm.training.settings import Settings
from humanllm.training.speed import work_of
from humanllm.training.state import State, mark_complete
from humanllm.training.zero import deepspeed_settings

if TYPE_CHECKING:
    from transformers import PreTrainedModel, Trainer, TrainingArguments


def train(settings: Settings, base: Path, state: State, accumulation: int) -> None:
    """Train `base` on `state.sequences` and leave model and log in `state.final`; every rank calls this.

    Goes on from the newest complete checkpoint. Raises InputError when the loss is no number, when there is no GPU
    where one is asked for, and, after saving, when the job was told to end.
    """
    first = os.environ["RANK"] == "0"
    os.environ["TENSORBOARD_LOGGING_DIR"] = str(state.curves)
    join(settings.device)
    saves = Saves(state, settings.save_minutes, watch_stdin=True)
    with state.alone() if first else nullcontext():
        newest = state.newest()
        universal = newest is not None and is_universal(newest)
        arguments = _arguments(settings, state, accumulation, universal)
        model, data = _model(base, settings), Sequences(state.sequences)
        trainer = _trainer(arguments, model, data)
        trainer.add_callback(as_callback(Progress(first, work_of(model, data))))
        trainer.add_callback(as_callback(saves))
        if universal:
            trainer.add_callback(as_callback(OwnSteps()))
        saves.listen()
        if first:
            print(_layout(settings), file=sys.stderr, flush=True)
        trainer.train(resume_from_checkpoint=str(newest) if newest else None)
        if not saves.stopped:
            with saving(state.final, "the trained model"):
                _save(trainer, base, state, first)
    _part()
    if saves.stopped:
        step, steps = trainer.state.global_step, trainer.state.max_steps
        raise InputError(f"told to end at step {step} of {steps}; saved: run again to go on from there")


def _layout(settings: Settings) -> str:
    """For people: ZeRO-3 on 8 ranks (cuda), attention flash_attention_2."""
    ranks = f"{settings.ranks} ranks ({settings.device})"
    return f"ZeRO-{settings.zero_stage} on {ranks}, {said_of(attention(settings))}"


def join(device: str) -> None:
    """Let the ranks find each other: over NCCL on GPUs, gloo on CPUs."""
    import deepspeed
    import torch
    from transformers.utils import logging

    logging.disable_progress_bar()
    if device == "cuda" and not torch.cuda.is_available():
        raise InputError("no GPU here: ask for one, or set the model's gpus to 0 to train on CPUs")
    if device == "cpu":
        # Two ranks talk well enough over gloo; DeepSpeed's shared-memory operation needs a compiler and a minute.
        deepspeed.ops.__compatible_ops__["deepspeed_shm_comm"] = False
    deepspeed.init_distributed()  # before the model: ZeRO-3 shards it while it is read


def _part() -> None:
    """Wait for the first rank, which writes; then a rank that goes down badly takes nothing with it."""
    import torch

    torch.distributed.barrier()
    torch.distributed.destroy_process_group()


def _arguments(settings: Settings, state: State, accumulation: int, universal: bool) -> TrainingArguments:
    from transformers import TrainingArguments

    return TrainingArguments(
        output_dir=str(state.folder),
        learning_rate=settings.learning_rate,
        lr_scheduler_type="cosine",
        warmup_steps=settings.warmup_ratio,  # below 1: a share of all updates
        num_train_epochs=settings.epochs,
        per_device_train_batch_size=int(settings.micro_batch),
        gradient_accumulation_steps=accumulation,
        bf16=settings.precision == "bf16",
        gradient_checkpointing=settings.gradient_checkpointing,
        deepspeed=deepspeed_settings(int(settings.zero_stage), universal),
        use_cpu=settings.device == "cpu",
        seed=settings.seed,
        average_tokens_across_devices=True,  # the loss is the mean over the answer tokens of the whole update
        include_num_input_tokens_seen="all",
        logging_steps=1,
        logging_nan_inf_filter=False,
        save_strategy="no",  # by time and on signals: callbacks.Saves, which drops the older one as well
        remove_unused_columns=False,
        dataloader_pin_memory=settings.device == "cuda",
        disable_tqdm=True,
        # Its kernels for what lies between the matrices. Not its loss, which takes the prompts' tokens too: loss.py.
        use_liger_kernel=settings.device == "cuda",
        liger_kernel_config={"fused_linear_cross_entropy": False, "cross_entropy": False},
        report_to=["tensorboard"],
    )


def _model(base: Path, settings: Settings) -> PreTrainedModel:
    import torch

    from humanllm.training.loss import with_loss_head

    register_varlen()
    dtype = torch.bfloat16 if settings.precision == "bf16" else torch.float32
    model = load_model(base, dtype=dtype, attn_implementation=attention(settings))
    with_loss_head(model)
    return model


def _trainer(arguments: TrainingArguments, model: PreTrainedModel, data: Sequences) -> Trainer:
    from transformers import PrinterCallback, Trainer

    class Careful(Trainer):
        """Says in one line that a checkpoint could not be written, and writes a tied head no second time."""

        def _save(self, output_dir: str | None = None, state_dict: dict[str, Any] | None = None) -> None:
            # Below ZeRO-3 accelerate clones each tensor, so that transformers cannot see which are one and the same.
            assert state_dict is not None
            kept = {name: part for name, part in state_dict.items() if name not in model.all_tied_weights_keys}
            super()._save(output_dir, kept)

        def _save_checkpoint(self, model: Any, trial: Any) -> None:
            with saving(Path(str(arguments.output_dir)), f"the checkpoint of step {self.state.global_step}"):
                super()._save_checkpoint(model, trial)

    trainer = Careful(model=model, args=arguments, train_dataset=data, data_collator=collate)
    trainer.remove_callback(PrinterCallback)
    return trainer


def _save(trainer: Trainer, base: Path, state: State, first: bool) -> None:
    """Gather the weights (all ranks), write model and log (the first)."""
    if first:
        shutil.rmtree(state.final, ignore_errors=True)
    trainer.save_model(str(state.final / "model"))
    if first:
        (state.final / "model" / "training_args.bin").unlink(missing_ok=True)
        copy_beside_weights(base, state.final / "model")
        open_weights(state.final / "model")
        write_json(state.final / "log.json", [_log_row(row) for row in trainer.state.log_history if "loss" in row])
        mark_complete(state.final, step=trainer.state.global_step)


def _log_row(row: dict[str, Any]) -> dict[str, Any]:
    return {
        "step": row["step"],
        "loss": row["loss"],
        "learning_rate": row["learning_rate"],
        "tokens": row["num_input_tokens_seen"],
    }
