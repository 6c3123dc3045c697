"""What a model's reply must be, as JSON: the schema goes with the request, the reply is checked against it.

A reply of `action` that found something, and one that did not:
    {"scenario": "The bed was dry ...", "question": "What did the writer decide to do?", "answer": "I decided to ..."}
    {"scenario": "", "question": null, "answer": null}
"""

from __future__ import annotations

import functools
import json
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, create_model


def _at_most(words: int) -> AfterValidator:
    def check(text: str) -> str:
        if len(text.split()) > words:
            raise ValueError(f"{len(text.split())} words, at most {words}")
        return text

    return AfterValidator(check)


class Reply(BaseModel):
    model_config = ConfigDict(extra="forbid")

    def found(self) -> bool:
        """Whether the text gave anything: an empty product is dropped, not dead."""
        return all(value not in (None, "", []) for value in self.model_dump().values())


class Rewritten(Reply):
    text: str


class Score(Reply):
    quality: Literal["high", "medium", "low"]
    harmful: bool


class Summary(Reply):
    summary: str


class Persona(Reply):
    persona: Annotated[str, _at_most(100)]  # official synthesis: at most 100 words


class Profile(Reply):
    profile: Annotated[str, _at_most(400)]  # official synthesis: 100 to 400 words; a thin history gives fewer


class Story(BaseModel):
    model_config = ConfigDict(extra="forbid")
    summary: str
    content: str


class Stories(Reply):
    stories: Annotated[list[Story], Field(max_length=20)]


class Style(Reply):
    style: str


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


class Topic(Reply):
    topic: str


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
