"""What the Trainer does beside training: progress lines, the guard on the loss, saves by time and on a signal.

A progress line, one every few seconds:
    step 40/600  loss 2.3145  23,096 tokens/s  MFU 49 %  1 h 52 min left
"""

from __future__ import annotations

import math
import select
import signal
import sys
import time
from typing import TYPE_CHECKING, Any

from humanllm.errors import InputError
from humanllm.training.room import saving
from humanllm.training.speed import Work
from humanllm.training.state import State, mark_complete

if TYPE_CHECKING:
    from transformers import TrainerCallback, TrainerControl, TrainerState, TrainingArguments

SECONDS_BETWEEN_LINES = 5.0


def as_callback(listener: object) -> TrainerCallback:
    """A Trainer's callback with the `on_...` methods of `listener`, which need not know the Trainer's package."""
    from transformers import TrainerCallback

    methods = {name: getattr(listener, name) for name in dir(listener) if name.startswith("on_")}
    return type(type(listener).__name__, (TrainerCallback,), methods)()


def time_left(seconds: float) -> str:
    """For people: "40 s", "12 min", "1 h 52 min"."""
    if seconds < 60:
        return f"{seconds:.0f} s"
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 60 else f"{minutes // 60} h {minutes % 60} min"


class Progress:
    """Prints a line every few seconds and stops on a loss that is no number."""

    def __init__(self, writes: bool, work: Work | None = None) -> None:
        self.writes, self.work = writes, work
        self.started: tuple[float, int, int] | None = None  # time, step, tokens of the first log since the start
        self.printed = 0.0

    def on_log(
        self, args: TrainingArguments, state: TrainerState, control: TrainerControl, logs: dict[str, Any], **_: Any
    ) -> None:
        loss = logs.get("loss")
        if loss is None:
            return
        if not math.isfinite(loss):
            raise InputError(
                f"the loss is {loss} at step {state.global_step}: lower training.learning_rate, or train with"
                " training.precision fp32"
            )
        now = time.monotonic()
        self.started = self.started or (now, state.global_step, state.num_input_tokens_seen)
        last = state.global_step == state.max_steps
        if self.writes and (last or now - self.printed >= SECONDS_BETWEEN_LINES):
            self.printed = now
            print(self._line(state, loss, now), file=sys.stderr, flush=True)

    def _line(self, state: TrainerState, loss: float, now: float) -> str:
        assert self.started is not None
        began, step, tokens = self.started
        line = f"step {state.global_step}/{state.max_steps}  loss {loss:.4f}"
        done, seconds = state.global_step - step, now - began
        if not done or not seconds:
            return line
        speed = (state.num_input_tokens_seen - tokens) / seconds
        left = (state.max_steps - state.global_step) * seconds / done
        used = self.work.share_used(speed) if self.work else None
        mfu = f"  MFU {used:.0%}" if used else ""
        return f"{line}  {speed:,.0f} tokens/s{mfu}  {time_left(left)} left"


class Saves:
    """Saves every `minutes`, and saves and stops when the job is told to end; all ranks agree at each step.

    Told to end means SIGUSR1 or SIGTERM on any rank, or the end of the launching process (its pipe on stdin closes).
    """

    def __init__(self, state: State, minutes: float, watch_stdin: bool) -> None:
        self.state = state
        self.seconds = minutes * 60
        self.watch_stdin = watch_stdin
        self.saved = time.monotonic()
        self.signalled = False
        self.stopped = False  # read after the training

    def listen(self) -> None:
        """Note the signals instead of dying of them."""
        for number in (signal.SIGUSR1, signal.SIGTERM):
            signal.signal(number, self._note)

    def _note(self, *_: Any) -> None:
        self.signalled = True

    def _is_told_to_end(self) -> bool:
        # The pipe is never written to: readable means closed.
        closed = self.watch_stdin and bool(select.select([sys.stdin], [], [], 0)[0])
        return self.signalled or closed

    def on_step_end(
        self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **_: Any
    ) -> TrainerControl:
        import torch

        due = self.seconds <= time.monotonic() - self.saved
        wishes = torch.tensor([int(self._is_told_to_end()), int(due)], device=args.device)
        torch.distributed.all_reduce(wishes, op=torch.distributed.ReduceOp.MAX)
        stop, save = wishes.tolist()
        if state.global_step < state.max_steps:
            control.should_save = bool(stop or save)
            self.stopped = control.should_training_stop = bool(stop)
        return control

    def on_save(self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **_: Any) -> None:
        import torch

        torch.distributed.barrier()  # every rank has written its part
        if args.process_index == 0:
            folder = self.state.folder / f"checkpoint-{state.global_step}"
            with saving(self.state.folder, f"the checkpoint of step {state.global_step}"):
                mark_complete(folder, step=state.global_step, ranks=args.world_size)
            self.state.drop_before(state.global_step)
            print(f"saved at step {state.global_step}", file=sys.stderr, flush=True)
        self.saved = time.monotonic()
