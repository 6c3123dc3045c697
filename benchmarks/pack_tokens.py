"""pack_tokens beside the bare tokenizer that only encodes the same texts, each on one core.

    python -m benchmarks.pack_tokens --samples 20000
Prompts of a few hundred words and answers of a hundred, as the six tasks have them; a byte-level BPE of 32,000 pieces
trained on the same texts stands in for a real model's. The bare run gets the finished texts, template and all, and
keeps nothing.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from benchmarks.texts import Texts
from benchmarks.timing import interleaved, machine, medians, table

SYSTEM = "You put yourself in the place of the person described and answer as that person would."


def make(folder: Path, samples: int) -> None:
    """train.jsonl, model/ (a tokenizer alone) and texts.jsonl, what the bare tokenizer reads."""
    from humanllm.student import make_tokenizer

    texts = Texts(seed=3)
    prompts = texts.draw(samples, mean=2400, spread=0.8, gaps=("\n\n",))
    answers = texts.draw(samples, mean=500, spread=0.8)
    tokenizer = make_tokenizer([*prompts[:2000], SYSTEM, "system user assistant"], 32000)
    tokenizer.save_pretrained(folder / "model")
    with (folder / "train.jsonl").open("w") as lines, (folder / "texts.jsonl").open("w") as whole:
        for number, (prompt, answer) in enumerate(zip(prompts, answers, strict=True)):
            turns = [{"from": "human", "value": prompt}, {"from": "gpt", "value": answer}]
            lines.write(
                json.dumps({"id": f"s{number}", "task": "made", "system": SYSTEM, "conversations": turns}) + "\n"
            )
            said = zip(("system", "user", "assistant"), (SYSTEM, prompt, answer), strict=True)
            messages = [{"role": role, "content": content} for role, content in said]
            whole.write(json.dumps(tokenizer.apply_chat_template(messages, tokenize=False)) + "\n")


BARE = """
import json, sys
from transformers import AutoTokenizer
tokenizer = AutoTokenizer.from_pretrained(sys.argv[1]).backend_tokenizer
texts = [json.loads(line) for line in open(sys.argv[2])]
print(sum(len(found.ids) for start in range(0, len(texts), 256)
          for found in tokenizer.encode_batch(texts[start:start + 256], add_special_tokens=False)), "tokens")
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--samples", type=int, default=20_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--folder", type=Path, default=Path("results/benchmarks/packing"))
    arguments = parser.parse_args()
    folder: Path = arguments.folder
    folder.mkdir(parents=True, exist_ok=True)
    make(folder, arguments.samples)
    ours = ["scripts/pack_tokens.py", f"--train={folder}/train.jsonl", f"--base={folder}/model"]
    ours += ["--max-tokens=8192", "--max-dropped=0.05", "--batch-size=64", "--seed=1", f"--state={folder}/state"]
    ours += [f"--output={folder}/packed.parquet", f"--stats={folder}/packed.stats.json"]
    bare = ["-c", BARE, f"{folder}/model", f"{folder}/texts.jsonl"]
    commands = {"bare tokenizer": [sys.executable, *bare], "pack_tokens": [sys.executable, *ours]}
    found = medians(interleaved(commands, arguments.rounds))
    bare_run = found["bare tokenizer"]
    rows = [
        [run.tool, run.wall, bare_run.wall / run.wall, run.cpu, bare_run.cpu / run.cpu, run.peak, run.out]
        for run in found.values()
    ]
    head = ["tool", "seconds", "speed of bare", "processor seconds", "speed by these", "peak MiB", "says"]
    print(machine(), table(head, rows), sep="\n\n")


if __name__ == "__main__":
    main()
