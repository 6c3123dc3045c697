"""A model stage's asking beside a bare `LLM.generate` over the same prompts, on the CPU with a small made model.

The claim, and a short form of it:
    PATH=$PWD/.venv/cpu/bin:$PATH python -m benchmarks.asking --requests 2000 --rounds 5
    PATH=$PWD/.venv/cpu/bin:$PATH python -m benchmarks.asking --requests 2000 --rounds 1 --tokens 32

Both are given the same rewriting prompts, schema, seeds and lengths in one process by turns, the prefix cache emptied
before each. Bare: the prompts' texts and sampling values made beforehand, one `generate` over all. Ours: prompts
filled, templates applied, replies parsed, journalled, counted. On a machine that does other things too, the
processor's seconds say more than the wall's. Prints Markdown.

How much of a user's history is prefilled once, in the four products of each of some users with a long history:
    PATH=$PWD/.venv/cpu/bin:$PATH python -m benchmarks.asking --products
"""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from statistics import median
from typing import Any

import click

from benchmarks import ROOT
from benchmarks.texts import Texts
from benchmarks.timing import machine, table
from humanllm import sessions
from humanllm.asking import Asked, Rules, seeded
from humanllm.checks import read_reply
from humanllm.engines.base import ModelSpec, Request, Sampling
from humanllm.engines.vllm import VllmEngine
from humanllm.estimates import estimate
from humanllm.files import read_json, write_json
from humanllm.histories import render_all
from humanllm.prompts import Prompt, load_prompt, load_prompts
from humanllm.sessions import Session
from humanllm.student import write_student

KINDS = ("persona", "profile", "stories", "style")
SEED = 2025
POSITIONS = 16384
Times = dict[Callable[[], None], list[float]]


class Kept:
    """An engine that stays open from one session to the next."""

    def __init__(self, engine: VllmEngine) -> None:
        self.engine, self.replies = engine, engine.replies

    def close(self) -> None:
        pass


def model(folder: Path, hidden: int, positions: int) -> ModelSpec:
    """A made model of Qwen2's architecture with a vocabulary of English."""
    if not folder.exists():
        texts = Texts(seed=9).draw(3000, mean=300, spread=0.5)
        write_student(folder, texts, vocabulary=8000, layers=2, hidden=hidden, seed=1)
        config = read_json(folder / "config.json")  # random weights know no longest text
        write_json(folder / "config.json", config | {"max_position_embeddings": POSITIONS})
    return ModelSpec("made", "vllm", str(folder), "made", max_model_len=positions)


def rewritings(prompt: Prompt, posts: Sequence[str], tokens: int) -> list[Request]:
    """Requests as rewrite_text makes them."""
    sampling = Sampling(0.3, tokens)
    return [prompt.request(f"post:{place}", sampling, post=post) for place, post in enumerate(posts)]


def bare(engine: VllmEngine, requests: Sequence[Request], with_ids: bool) -> tuple[Callable[[], None], list[int]]:
    """`LLM.generate` with everything ready; the list gets the output tokens of each run."""
    ready = [seeded(request, SEED, 0) for request in requests]
    tokens = [engine.encode(request.messages) for request in ready]
    params = [engine.params(request, len(ids)) for request, ids in zip(ready, tokens, strict=True)]
    prompts: list[Any] = [{"prompt_token_ids": ids} for ids in tokens]
    if not with_ids:
        render = engine.llm.get_tokenizer().apply_chat_template
        prompts = [render(request.messages, tokenize=False, add_generation_prompt=True) for request in ready]
    written: list[int] = []

    def run() -> None:
        outputs = engine.llm.generate(prompts, params, use_tqdm=False)
        written.append(sum(len(output.outputs[0].token_ids) for output in outputs))

    return run, written


def ours(
    spec: ModelSpec, prompt: Prompt, posts: Sequence[str], tokens: int, journal: Path
) -> tuple[Callable[[], None], list[int]]:
    written: list[int] = []

    def parse(request: Request, text: str) -> str:
        """The stage's own check; what a model of random weights writes counts all the same."""
        with suppress(ValueError):
            read_reply(prompt, request, text, "en")
        return text

    def run() -> None:
        shutil.rmtree(journal.parent, ignore_errors=True)
        rules = Rules(max_dead_share=0, accept_length=True)
        with Session(spec, journal, rules, SEED, len(posts)) as session:
            asked = session.ask(rewritings(prompt, posts, tokens), parse)
        assert len(asked.answers) == asked.asked == len(posts)
        written.append(asked.tokens["output_tokens"])

    return run, written


def compare(work: Path, requests: int, rounds: int, tokens: int, hidden: int, ids: bool) -> str:
    spec = model(work / f"model-{hidden}", hidden, 2048)
    prompt = load_prompt(ROOT / "scripts/prompts/rewrite/blogger.md")
    posts = Texts(seed=3).draw(requests, mean=700, spread=0.6)
    engine = VllmEngine(spec)
    sessions.open_engine = lambda _: Kept(engine)  # type: ignore[assignment,return-value]
    plain, plain_tokens = bare(engine, rewritings(prompt, posts, tokens), ids)
    stage, stage_tokens = ours(spec, prompt, posts, tokens, work / "journal/x.jsonl")
    walls: Times = {plain: [], stage: []}
    busy: Times = {plain: [], stage: []}
    for number in range(-1, rounds):  # the first round warms up
        for run in (plain, stage) if number % 2 else (stage, plain):
            engine.llm.llm_engine.reset_prefix_cache()
            began, worked = time.perf_counter(), time.process_time()
            run()
            if number >= 0:
                walls[run].append(time.perf_counter() - began)
                busy[run].append(time.process_time() - worked)
    rows = [
        (name, median(walls[run]), _ratio(walls, run, plain), median(busy[run]), _ratio(busy, run, plain), tokens[-1])
        for name, run, tokens in (("bare LLM.generate", plain, plain_tokens), ("ours", stage, stage_tokens))
    ]
    said = ", ".join(f"{mine / theirs:.3f}" for mine, theirs in zip(walls[stage], walls[plain], strict=True))
    head = ["", "seconds", "to bare", "processor seconds", "to bare", "output tokens"]
    return table(head, rows) + f"\n\nseconds round by round: {said}"


def _ratio(found: Times, run: Callable[[], None], plain: Callable[[], None]) -> str:
    return f"{median(found[run]) / median(found[plain]):.3f}"


def products(work: Path, users: int) -> str:
    """The four user products of each of some users, by the engine's own counts."""
    spec = model(work / "model-64", 64, POSITIONS)
    folder = ROOT / "scripts/prompts/synthesis"
    prompts = load_prompts([folder / f"{kind}.md" for kind in KINDS])
    requests = []
    for user, posts in enumerate(_histories(users)):
        requests += [prompts[kind].request(f"{user}:{kind}", Sampling(0.3, 16), posts=posts) for kind in KINDS]
    path = work / "products/x.jsonl"
    shutil.rmtree(path.parent, ignore_errors=True)
    with Session(spec, path, Rules(accept_length=True), SEED, len(requests)) as session:
        asked: Asked[str] = session.ask(requests, lambda _, text: text)
    rows = []
    for kind in KINDS:
        replies = [asked.answers[f"{user}:{kind}"].reply for user in range(users)]
        prompt, cached = sum(one.prompt_tokens for one in replies), sum(one.cached_tokens for one in replies)
        rows.append((kind, prompt, cached, (prompt - cached) / prompt))
    prompt, cached = asked.tokens["prompt_tokens"], asked.tokens["cached_tokens"]
    rows.append(("all four", prompt, cached, (prompt - cached) / prompt))
    return table(["product", "prompt tokens", "cached", "uncached share"], rows)


def _histories(users: int) -> list[str]:
    """The posts of each user as the prompts show them, of 6,000 tokens and more."""
    found = []
    for texts in (Texts(seed=100 + user).draw(200, mean=700, spread=0.6) for user in range(users)):
        records: list[dict[str, Any]] = []
        for place, text in enumerate(texts):
            row = {"time": place * 86400 * 20, "kind": "blogs", "source": "blogger", "item_title": None}
            records.append(row | {"rating": None, "community": None, "clean_text": text})
            if estimate(render_all(records)) >= 7000:
                break
        found.append(render_all(records))
    return found


@click.command(help=__doc__)
@click.option("--requests", type=click.IntRange(10), default=2000, show_default=True)
@click.option("--rounds", type=click.IntRange(1), default=3, show_default=True)
@click.option("--tokens", type=click.IntRange(1), default=96, show_default=True, help="Of each reply, at most.")
@click.option("--hidden", type=click.IntRange(32), default=64, show_default=True, help="Width of the model.")
@click.option("--ids", is_flag=True, help="Give the bare one token ids: it need not make them, ours must.")
@click.option("--products", "of_products", is_flag=True, help="Measure the four user products instead.")
@click.option("--users", type=click.IntRange(1), default=3, show_default=True, help="Of --products.")
@click.option("--work", type=click.Path(path_type=Path), default=Path("results/benchmarks/asking"), show_default=True)
def main(
    requests: int, rounds: int, tokens: int, hidden: int, ids: bool, of_products: bool, users: int, work: Path
) -> None:
    os.environ["HF_HUB_OFFLINE"] = "1"
    said = products(work, users) if of_products else compare(work, requests, rounds, tokens, hidden, ids)
    click.echo(f"{machine()}; {users} users\n" if of_products else f"{machine()}; {requests:,} requests\n")
    click.echo(said)


if __name__ == "__main__":
    main()
