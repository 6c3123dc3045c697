"""What other models write to the prompts of the test set: the wrong options of the in-domain benchmark (paper 4.2).

A row of distractors/ (tables.DISTRACTOR):
    {"id": "social_qa:persona_action:77aa", "system": "mistral-7b", "text": "I would call her back ...",
     "finish_reason": "stop", "model": "mistralai/Mistral-7B-Instruct-v0.3", "revision": "main"}
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

from humanllm.answering import PLAIN, plain_stops
from humanllm.asking import Asked
from humanllm.engines.base import ModelSpec, Request, Sampling
from humanllm.sharegpt import answer_of, messages_of
from humanllm.stats import Tally
from humanllm.tables import Row


def _request_id(system: str, sample: Row) -> str:
    """The system is part of it: seeds follow from the id, so systems that share their weights draw on their own."""
    return f"{system}:{sample['id']}"


def requests(samples: Iterable[Row], sampling: Sampling, system: str, chat: bool = True) -> Iterator[Request]:
    """The samples' own prompts, as a tuned model is asked them; without chat template the answer is begun."""
    drawn = list(samples)
    alike = defaultdict(list)
    for sample in drawn:
        alike[sample["task"]].append((sample["user"], answer_of(sample)))
    for sample in drawn:
        name = _request_id(system, sample)
        # For rules, which give another person's answer; a model sees the messages alone.
        others = [text for user, text in alike[sample["task"]] if user != sample["user"]]
        fields = {"name": name, "others": others}
        messages = messages_of(sample)
        stop = () if chat else plain_stops(messages)
        if not chat:
            messages = [*messages, {"role": "assistant", "content": PLAIN}]
        yield Request(name, messages, sampling, stop=stop, template="distractor", fields=fields)


def rows(samples: Iterable[Row], asked: Asked[str], spec: ModelSpec, tally: Tally) -> Iterator[Row]:
    """The answers in the samples' order; a prompt that could not be asked is counted dead and has none."""
    model, revision = spec.weights()
    for sample in samples:
        tally.take()
        name = _request_id(spec.name, sample)
        if name in asked.dead:
            tally.die(asked.dead[name])
            continue
        tally.keep()
        reply = asked.answers[name].reply
        yield {
            "id": sample["id"],
            "system": spec.name,
            "text": reply.text,
            "finish_reason": reply.finish_reason,
            "model": model,
            "revision": revision,
        }
