"""Training beside the Trainer with its plain settings: tokens a second and MFU of both on the same samples.

    python -m benchmarks.train_sft                      # one GPU: Qwen2.5-3B's shape, random weights, 8,192 tokens
    python -m benchmarks.train_sft --ranks 8            # a node
    python -m benchmarks.train_sft --tiny               # CPUs: shows that the command works, no more
Samples of about 500 tokens, as the paper's mix has them. `packed` is scripts/train_sft.py itself: packed to the length,
no attention across samples, the loss in chunks on the answers alone, flash attention or torch's varlen. `padded` is the
Trainer as people start it: a sample a row, padded to the longest of its batch, eight rows a pass, the logits whole;
ZeRO, AdamW, precision and gradient checkpointing are the same. Both read the same samples; only real tokens count, and
the MFU of both is of what these samples need. Prints a table and writes <folder>/train_sft.json.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import re
import shutil
import subprocess
import sys
from itertools import chain
from pathlib import Path
from typing import Any

from benchmarks import ROOT
from benchmarks.timing import machine, table

SHAPES: dict[str, dict[str, Any]] = {
    "qwen2.5-3b": {  # its config.json
        "hidden_size": 2048,
        "intermediate_size": 11008,
        "num_hidden_layers": 36,
        "num_attention_heads": 16,
        "num_key_value_heads": 2,
        "vocab_size": 151936,
        "max_position_embeddings": 32768,
        "rope_theta": 1000000.0,
        "tie_word_embeddings": True,
    },
    "tiny": {
        "hidden_size": 64,
        "intermediate_size": 256,
        "num_hidden_layers": 2,
        "num_attention_heads": 4,
        "num_key_value_heads": 2,
        "vocab_size": 2048,
        "max_position_embeddings": 8192,
        "tie_word_embeddings": True,
    },
}
LINE = re.compile(r"step (\d+)/\d+  loss ([\d.]+)  ([\d,]+) tokens/s(?:  MFU (\d+) %)?")


def make_model(folder: Path, shape: str) -> None:
    """Random bf16 weights in the shape, saved once; the tokenizer is a word, for no text is read."""
    import torch
    from tokenizers import Tokenizer
    from tokenizers.models import WordLevel
    from transformers import PreTrainedTokenizerFast, Qwen2Config, Qwen2ForCausalLM

    torch.manual_seed(1)
    torch.set_default_dtype(torch.bfloat16)
    Qwen2ForCausalLM(Qwen2Config(**SHAPES[shape])).save_pretrained(folder)
    torch.set_default_dtype(torch.float32)
    words = Tokenizer(WordLevel({"w": 0}, unk_token="w"))
    PreTrainedTokenizerFast(tokenizer_object=words, eos_token="w", pad_token="w").save_pretrained(folder)


def draw_lengths(count: int, mean: int, most: int, seed: int = 7) -> list[int]:
    """Log-normal, as lengths of texts are."""
    draw = random.Random(seed)
    drawn = (round(draw.lognormvariate(0, 0.8) * mean / 1.377) for _ in range(count))  # 1.377 = exp(0.8^2 / 2)
    return [min(most, max(16, length)) for length in drawn]


def write_packed(path: Path, lengths: list[int], tokens: int, words: int) -> None:
    """The samples packed greedily, random tokens, loss on their last fifth."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    from humanllm.packing import NO_LOSS, PACKED

    bins: list[list[int]] = []
    for length in sorted(lengths, reverse=True):
        home = next((one for one in bins if sum(one) + length <= tokens), None)
        (home.append(length) if home is not None else bins.append([length]))
    random.Random(3).shuffle(bins)
    draw = random.Random(5)
    rows = []
    for one in bins:
        samples = [[draw.randrange(words) for _ in range(length)] for length in one]
        labels = [[NO_LOSS] * (len(ids) - len(ids) // 5) + ids[len(ids) - len(ids) // 5 :] for ids in samples]
        rows.append({"input_ids": [*chain(*samples)], "labels": [*chain(*labels)], "segments": one})
    pq.write_table(pa.Table.from_pylist(rows, schema=PACKED), path)


def padded_rank(folder: Path, zero_stage: int, device: str, precision: str) -> None:
    """A rank of the Trainer with plain settings; run by DeepSpeed's launcher."""
    import torch
    from transformers import AutoModelForCausalLM, PrinterCallback, Trainer, TrainingArguments

    from humanllm.training.callbacks import Progress, as_callback
    from humanllm.training.ranks import join
    from humanllm.training.sequences import Sequences
    from humanllm.training.speed import work_of
    from humanllm.training.zero import deepspeed_settings

    join(device)
    data = Sequences(folder / "samples.arrow")
    arguments = TrainingArguments(
        output_dir=str(folder / "padded"),
        learning_rate=1e-5,
        num_train_epochs=1,
        per_device_train_batch_size=8,
        bf16=precision == "bf16",
        gradient_checkpointing=True,
        deepspeed=deepspeed_settings(zero_stage),
        use_cpu=device == "cpu",
        include_num_input_tokens_seen="non_padding",
        logging_steps=1,
        save_strategy="no",
        remove_unused_columns=False,
        disable_tqdm=True,
        report_to=[],
    )
    dtype = torch.bfloat16 if precision == "bf16" else torch.float32
    model = AutoModelForCausalLM.from_pretrained(folder / "model", dtype=dtype)
    trainer = Trainer(model=model, args=arguments, train_dataset=data, data_collator=pad)
    trainer.remove_callback(PrinterCallback)
    trainer.add_callback(as_callback(Progress(os.environ["RANK"] == "0", work_of(model, data))))
    trainer.train()
    torch.distributed.destroy_process_group()


def pad(rows: list[dict[str, Any]]) -> dict[str, Any]:
    """A row a sample, filled up to the longest."""
    import torch
    from torch.nn.utils.rnn import pad_sequence

    def column(name: str, fill: int) -> Any:
        tensors = [torch.tensor(row[name], dtype=torch.long) for row in rows]
        return pad_sequence(tensors, batch_first=True, padding_value=fill)

    marks = [torch.ones(len(row["input_ids"]), dtype=torch.long) for row in rows]
    mask = pad_sequence(marks, batch_first=True)
    return {"input_ids": column("input_ids", 0), "labels": column("labels", -100), "attention_mask": mask}


def command(way: str, folder: Path, options: argparse.Namespace, run: int) -> list[str]:
    """Of a run: packed is the workflow's own; padded comes back to this file as a rank."""
    from humanllm.training.launcher import free_port

    if way == "padded":
        launcher = [sys.executable, "-m", "deepspeed.launcher.runner", "--no_local_rank"]
        launcher += [f"--num_accelerators={options.ranks}", f"--master_port={free_port()}"]
        known = [f"--zero-stage={options.zero_stage}", f"--device={options.device}", f"--precision={options.precision}"]
        return [*launcher, "--module", "benchmarks.train_sft", f"--rank-of={folder}", *known]
    made = folder / f"packed-{run}"
    shutil.rmtree(made, ignore_errors=True)
    knobs: dict[str, object] = {
        "packed": folder / "packed.parquet",
        "base": folder / "model",
        "learning-rate": 1e-5,
        "batch-size": options.batch_size,
        "epochs": 1,
        "warmup-ratio": 0.1,
        "precision": options.precision,
        "gradient-checkpointing": True,
        "zero-stage": options.zero_stage,
        "micro-batch": options.micro_batch,
        "ranks": options.ranks,
        "device": options.device,
        "seed": 1,
        "save-minutes": 600,
        "state": made / "state",
        "output": made / "model",
        "record": made / "record.json",
        "stats": made / "stats.json",
    }
    script = [sys.executable, f"{ROOT}/scripts/train_sft.py"]
    return script + [part for name, value in knobs.items() for part in (f"--{name}", str(value))]


def measure(way: str, folder: Path, options: argparse.Namespace, run: int) -> dict[str, Any]:
    """Speed over the whole run but its first step, by the last progress line, and what was said before it."""
    environment = os.environ | {"PYTHONPATH": f"{ROOT}:{ROOT}/scripts", "PYTHONWARNINGS": "ignore"}
    if options.device == "cpu":
        environment |= {"DS_ACCELERATOR": "cpu", "GLOO_SOCKET_IFNAME": "lo"}
    done = subprocess.run(command(way, folder, options, run), capture_output=True, text=True, env=environment, cwd=ROOT)
    lines = LINE.findall(done.stdout + done.stderr)
    if done.returncode or not lines:
        reason = [line for line in (done.stdout + done.stderr).splitlines() if "rror" in line][-1:] or [
            "no line of speed"
        ]
        return {"way": way, "run": run, "failed": reason[0][:300]}
    step, _, speed, mfu = lines[-1]
    found = {"way": way, "run": run, "steps": int(step), "tokens_a_second": int(speed.replace(",", ""))}
    return found | {"mfu": int(mfu) / 100 if mfu else None}


def prepare(folder: Path, options: argparse.Namespace) -> None:
    from humanllm.training.sequences import unpack

    folder.mkdir(parents=True, exist_ok=True)
    if not (folder / "model/config.json").exists():
        make_model(folder / "model", options.shape)
    lengths = draw_lengths(options.samples, options.mean, options.tokens)
    words = SHAPES[options.shape]["vocab_size"]
    write_packed(folder / "packed.parquet", lengths, options.tokens, words)
    unpack(folder / "packed.parquet", folder / "samples.arrow", parts=max(lengths) * 10)  # each sample by itself


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shape", choices=[*SHAPES], default="qwen2.5-3b")
    parser.add_argument("--tokens", type=int, default=8192, help="of a packed sequence")
    parser.add_argument("--samples", type=int, default=1000)
    parser.add_argument("--mean", type=int, default=500, help="tokens of a sample")
    parser.add_argument("--batch-size", type=int, default=64)
    parser.add_argument("--ranks", type=int, default=1)
    parser.add_argument("--zero-stage", default="2")
    parser.add_argument("--micro-batch", default="1")
    parser.add_argument("--device", choices=["cuda", "cpu"], default="cuda")
    parser.add_argument("--precision", choices=["bf16", "fp32"], default="bf16")
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--folder", type=Path, default=Path("results/benchmarks/train_sft"))
    parser.add_argument("--tiny", action="store_true", help="a tiny model on two CPU ranks")
    parser.add_argument("--rank-of", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.rank_of:
        return padded_rank(options.rank_of, int(options.zero_stage), options.device, options.precision)
    if options.tiny:
        vars(options).update(shape="tiny", tokens=1024, samples=400, mean=100, ranks=2, device="cpu", rounds=1)
    folder = options.folder.absolute() / options.shape
    prepare(folder, options)
    ways = [(way, run) for run in range(options.rounds) for way in ("packed", "padded")]
    found = [measure(way, folder, options, run) for way, run in ways]
    (folder / "train_sft.json").write_text(json.dumps({"machine": machine(), "runs": found}, indent=2) + "\n")
    columns = ["way", "run", "steps", "tokens_a_second", "mfu", "failed"]
    print(machine(), table(columns, [[row.get(name, "") for name in columns] for row in found]), sep="\n\n")


if __name__ == "__main__":
    main()
