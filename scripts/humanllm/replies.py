"""What a model's reply must be, as JSON: the schema goes with the request, the reply is checked against it.

A reply of `action` that found something, and one that did not:
    {"scenario": "The bed was dry ...", "question": "What did the writer decide to do?", "answer": "I decided to ..."}
    {"scenario": "", "question": null, "answer": null}
"""

from __future__ import annotations

import functools
import json
import re
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, create_model

LONGER, MORE_WORDS = 1.5, 50  # a rewriting may have so many times its post's words, and so many more
TELLING = 4  # words of a sentence that says something by itself
WORD = re.compile(r"[\w']+")
UNSPACED = re.compile(  # scripts that write no spaces or few: Thai, Lao, Burmese, Khmer, Chinese, Japanese, Korean
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3\uf900-\ufaff\U00020000-\U000323af]"
)


class BadReply(ValueError):
    """A reply that has its form and will not do all the same; `reason` goes to the dead letter."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def _bounded(text: str, least: int, most: int) -> None:
    """Raise BadReply unless `text` has from `least` to `most` words, or none: nothing was found."""
    if text.strip() and not least <= len(text.split()) <= most:
        raise BadReply("words")


class Reply(BaseModel):
    model_config = ConfigDict(extra="forbid")

    def found(self) -> bool:
        """Whether the text gave anything: an empty product is dropped, not dead."""
        return all(value.strip() if isinstance(value, str) else value for value in self.model_dump().values())

    def compare(self, fields: dict[str, str]) -> None:
        """Hold the reply against what the prompt was filled with. Raises BadReply; most kinds have nothing to say."""


class Rewritten(Reply):
    """A post without markup and private details; empty when nothing readable is left."""

    text: str

    def compare(self, fields: dict[str, str]) -> None:
        """A text that outgrows its post was not rewritten but answered, gone on with, or repeated without end."""
        if _length(self.text) > LONGER * _length(fields["post"]) + MORE_WORDS:
            raise BadReply("length_ratio")


def _length(text: str) -> float:
    """In words; two characters of a script without spaces are about one, as a translation has them."""
    return len(text.split()) + len(UNSPACED.findall(text)) / 2


class Score(Reply):
    quality: Literal["high", "medium", "low"]
    harmful: bool


class Summary(Reply):
    """Notes on a part of a history, at most 1,500 words as the prompt has it, and some more; never nothing."""

    summary: str

    def compare(self, fields: dict[str, str]) -> None:
        if not self.summary.strip():
            raise BadReply("empty")
        _bounded(self.summary, 1, 2000)


class Persona(Reply):
    persona: str

    def compare(self, fields: dict[str, str]) -> None:
        _bounded(self.persona, 1, 100)  # official synthesis


class Profile(Reply):
    profile: str

    def compare(self, fields: dict[str, str]) -> None:
        _bounded(self.profile, 100, 400)  # official synthesis


class Story(BaseModel):
    model_config = ConfigDict(extra="forbid")
    summary: str
    content: str


class Stories(Reply):
    stories: Annotated[list[Story], Field(max_length=20)]  # official synthesis

    def compare(self, fields: dict[str, str]) -> None:
        for story in self.stories:
            if not (story.summary.strip() and story.content.strip()):
                raise BadReply("empty")
            _bounded(story.content, 1, 400)


class Style(Reply):
    style: str

    def compare(self, fields: dict[str, str]) -> None:
        _bounded(self.style, 30, 300)  # asked for: 80 to 200


class Character(BaseModel):
    model_config = ConfigDict(extra="forbid")
    name: str
    description: str


class Scenario(Reply):
    background: str
    characters: Annotated[list[Character], Field(max_length=10)]
    plots: str


class SocialQa(Reply):
    scenario: str
    question: str | None
    answer: str | None

    def compare(self, fields: dict[str, str]) -> None:
        """Scenario and question must not hold the answer: its longest sentence, in whatever case and punctuation."""
        longest = max((_plain(part) for part in re.split(r"[.!?\n]+", self.answer or "")), key=len)
        if longest.count(" ") + 1 >= TELLING and f" {longest} " in f" {_plain(f'{self.scenario} {self.question}')} ":
            raise BadReply("reveals")


def _plain(text: str) -> str:
    return " ".join(WORD.findall(text.lower()))


class Topic(Reply):
    topic: str

    def compare(self, fields: dict[str, str]) -> None:
        _bounded(self.topic, 1, 60)  # official synthesis: one or two sentences


METRICS = {  # what the judge rates 1 to 10 beside "overall", by kind of product
    "persona": ("faithfulness", "specificity"),
    "profile": ("faithfulness", "coverage"),
    "stories": ("faithfulness", "significance"),
    "style": ("faithfulness", "specificity"),
    "scenario": ("faithfulness", "completeness"),
    "action": ("faithfulness", "relevance", "concealment"),
    "thought": ("faithfulness", "relevance", "concealment"),
    "reason": ("faithfulness", "relevance", "concealment"),
    "topic": ("faithfulness", "coverage"),
}
Grade = Annotated[int, Field(ge=1, le=10)]


@functools.cache
def judgement(kind: str) -> type[Reply]:
    """The judge's reply on a product of `kind`: each of its metrics and overall, whole numbers from 1 to 10."""
    metrics: dict[str, Any] = {name: (Grade, ...) for name in (*METRICS[kind], "overall")}
    return create_model(f"Judgement_{kind}", __base__=Reply, **metrics)


APPLICATIONS = {  # what the judge rates 1 to 10 of an answer, by application (paper 4)
    "profile_writing": ("faithfulness", "realism", "coverage"),
    "human_explainer": ("contextual_relevance", "logical_consistency", "alignment_with_reference"),
    "personalized_writing": ("style_match", "content_relevance", "content_similarity"),
}


@functools.cache
def grades_of(application: str) -> type[Reply]:
    """The judge's reply on an answer of `application`: each of its metrics, whole numbers from 1 to 10."""
    metrics: dict[str, Any] = {name: (Grade, ...) for name in APPLICATIONS[application]}
    return create_model(f"Grades_{application}", __base__=Reply, **metrics)


MODELS: dict[str, type[Reply]] = {
    "rewritten": Rewritten,
    "score": Score,
    "summary": Summary,
    "persona": Persona,
    "profile": Profile,
    "stories": Stories,
    "style": Style,
    "scenario": Scenario,
    "social_qa": SocialQa,
    "topic": Topic,
    **{f"judge_{kind}": judgement(kind) for kind in METRICS},
    **{f"grades_{application}": grades_of(application) for application in APPLICATIONS},
}


@functools.cache
def schema_of(model: type[Reply]) -> dict[str, Any]:
    """The JSON schema that binds an engine's output: references inlined, without titles."""
    schema = model.model_json_schema()
    inner = schema.pop("$defs", {})

    def plain(part: Any) -> Any:
        if isinstance(part, dict):
            if "$ref" in part:
                return plain(inner[part["$ref"].rsplit("/", 1)[1]])
            return {key: plain(value) for key, value in part.items() if not (key == "title" and isinstance(value, str))}
        return [plain(value) for value in part] if isinstance(part, list) else part

    return dict(plain(schema))


def as_json(values: dict[str, Any]) -> str:
    """A product's content as it stands in the tables: keys in the model's order."""
    return json.dumps(values, ensure_ascii=False, separators=(",", ":"))
