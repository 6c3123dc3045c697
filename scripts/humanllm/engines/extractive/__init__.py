"""The extractive engine: rules that select from the text, no model. Deterministic, so that sampling does not matter.

An honest baseline: it reads the request's fields, never invents, and answers in the JSON that the schema asks for.
It lets a laptop run the whole data path and shows what a language model adds.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import Any

from humanllm.engines.base import Feed, Reply
from humanllm.engines.extractive import applications, cleaning, distractors, judging, people, posts, questions, style
from humanllm.errors import InputError
from humanllm.replies import APPLICATIONS, METRICS

Fields = dict[str, Any]
ANSWERS: dict[str, Callable[[Fields], dict[str, Any] | str]] = {
    "rewrite/reddit": cleaning.rewrite,
    "rewrite/twitter": cleaning.rewrite,
    "rewrite/blogger": cleaning.rewrite,
    "rewrite/amazon": cleaning.rewrite,
    "score/score": cleaning.score,
    "synthesis/summary": people.summary,
    "synthesis/persona": people.persona,
    "synthesis/profile": people.profile,
    "synthesis/stories": people.stories,
    "synthesis/style": style.style,
    "synthesis/scenario": posts.scenario,
    "synthesis/action": questions.action,
    "synthesis/thought": questions.thought,
    "synthesis/reason": questions.reason,
    "synthesis/topic": posts.topic,
    **{f"judge/{kind}": judging.judge_of(kind) for kind in METRICS},
    "distractor": distractors.another,
    **{f"writing/{name}": write for name, write in applications.WRITERS.items()},
    **{f"applications/{name}": applications.grader_of(name) for name in APPLICATIONS},
}


class ExtractiveEngine:
    """Answers by `template` and `fields`; counts words as tokens."""

    def replies(self, feed: Feed) -> Iterator[Reply]:
        while (request := feed()) is not None:
            answer = ANSWERS.get(request.template)
            if answer is None:
                raise InputError(
                    f"the extractive engine has no rule for {request.template or 'free questions'}: it can be teacher"
                    " and judge; name a language model for this stage"
                )
            found = answer(request.fields)
            text = found if isinstance(found, str) else json.dumps(found, ensure_ascii=False)
            words = sum(_words(message["content"]) for message in request.messages)
            yield Reply(request.id, text, "stop", prompt_tokens=words, output_tokens=len(text.split()))

    def close(self) -> None:
        pass


@lru_cache(maxsize=16)  # the system text is the same for thousands
def _words(text: str) -> int:
    return len(text.split())
