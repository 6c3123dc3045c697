"""What no reply may be, whatever its kind: nothing, a model's refusal, or a text in another language.

    check_reply(Rewritten(text="I'm sorry, but I can't help with that."), {"post": "I went ..."}, "en")
    raises BadReply("refusal")
The request is then asked again with another seed, and is dead with this reason when no attempt is better.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from humanllm.engines.base import Request
from humanllm.prompts import Prompt
from humanllm.replies import BadReply, Reply

LEAST = 100  # characters below which the language of a reply is not judged
I_CANNOT = r"(?:i (?:cant|cannot|can not|wont)|(?:im|i am) (?:not able|unable)(?: to)?)"
REFUSAL = re.compile(  # how a refusal begins, in plain words
    rf"(?:(?:(?:im|i am)(?: \w+)? sorry|(?:my )?apologies|i apologi[sz]e) (?:but )?(?:{I_CANNOT}|as an ai)"
    rf"|{I_CANNOT} (?:(?:help|assist)(?: you)? with|assist|comply|fulfil+|rewrite|process|rate|engage with)"
    rf"|{I_CANNOT} (?:create|provide) (?:content|assistance|information)"
    r"|(?:as|im|i am)(?: just)? an? (?:ai|artificial intelligence|(?:\w+ )?language model))\b"
)
QUOTED = re.compile(rf"\b(?:{REFUSAL.pattern}|sorry (?:but )?{I_CANNOT}\b)")  # a person's words that begin like one
BEGINNING = 200  # characters that are looked at


def read_reply(prompt: Prompt, request: Request, text: str, language: str | None) -> Reply:
    """The typed reply. Raises ValueError when the text has not the prompt's form, BadReply with what else is wrong."""
    if not text.strip():
        raise BadReply("empty")
    try:
        reply = prompt.parse(text)
    except ValueError:
        if REFUSAL.match(_plain(text[:BEGINNING])):  # OpenAI's models refuse outside the form
            raise BadReply("refusal") from None
        raise
    check_reply(reply, request.fields, language)
    return reply


def check_reply(reply: Reply, fields: dict[str, Any], language: str | None) -> None:
    """Raise BadReply for a refusal, a text not in `language` (None: any will do), or what the reply's kind refuses.

    `fields` are what the prompt was filled with: where a person says such a thing there, the reply only tells of it.
    """
    texts = list(_texts(reply.model_dump()))
    for text in texts:
        if REFUSAL.match(_plain(text[:BEGINNING])) and not _quoted(fields):
            raise BadReply("refusal")
    said = "\n".join(texts)
    if language and len(said) >= LEAST and not _speaks(language, said):
        raise BadReply("language")
    reply.compare(fields)


def refuses(text: str) -> bool:
    """Whether the text begins as a model's refusal does."""
    return REFUSAL.match(_plain(text[:BEGINNING])) is not None


def _texts(value: Any) -> Iterator[str]:
    """Every text of a reply, at any depth."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for part in value.values() if isinstance(value, dict) else value:
            yield from _texts(part)


def _quoted(fields: dict[str, Any]) -> bool:
    """Whether anything in the fields reads like a refusal: a rewriting need not keep its very words."""
    return any(QUOTED.search(_plain(value)) for value in fields.values() if isinstance(value, str))


def _plain(text: str) -> str:
    """Its words in lower case, without apostrophes: "im sorry but i cant"."""
    return " ".join(re.findall(r"\w+", re.sub("['\u2019]", "", text.lower())))


def _speaks(language: str, text: str) -> bool:
    """Whether the text begins in the language; what is not plain, and the model doubts, is looked at as filters do."""
    import polars as pl

    from humanllm.language import EACH, OWN_WORDS, in_language, is_in, sound

    start = text[:BEGINNING]
    own = sum(word in OWN_WORDS for word in re.findall(r"[a-z']+", start.lower()))
    plain = language == "en" and start.isascii() and own * EACH >= len(start)
    return plain or is_in(language, text) or bool(in_language(pl.Series([sound(text)]), language)[0])
