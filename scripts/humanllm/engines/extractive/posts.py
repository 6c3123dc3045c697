"""The products of one post by rules: scenario and topic (the questions are in questions.py)."""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from typing import Any

from humanllm.engines.extractive.people import reading_of
from humanllm.engines.extractive.text import NAME, STOP, listed, post_lines, subjects, whole, within, words
from humanllm.engines.extractive.voice import NEEDS_CONTEXT, chatty, events, telling, told

NOTHING: dict[str, Any] = {"background": "", "characters": [], "plots": ""}
BACKGROUND_WORDS, PLOT_WORDS, TOPIC_WORDS = 90, 180, 60
LEAST_BACKGROUND, LEAST_PLOTS = 12, 25  # words
TELLABLE = 0.4  # of a stretch's sentences must come right in the third person
RELATION = re.compile(
    r"\b[Mm]y ((?:best |older |younger |little |big |old )?(?:wife|husband|partner|girlfriend|boyfriend|fianc[eé]e?"
    r"|mother|mom|mum|father|dad|parents|sister|brother|daughter|son|kids|children|aunt|uncle|cousin|grandmother|grandma"
    r"|grandfather|grandpa|friends?|boss|manager|teacher|neighbou?rs?|roommate|colleagues?|coworkers?|landlord|doctor"
    r"|dog|cat|niece|nephew|professor))\b"
)


def scenario(fields: dict[str, Any]) -> dict[str, Any]:
    """The opening of the post as background, who takes part, and what the rest tells as plots, in the third person.

    Nothing where too little can be told so, or where nothing happens.
    """
    lines = [line for line in post_lines(fields["posts"]) if len(line.split()) > 2]
    if len(lines) < 4:
        return NOTHING
    opening = within(lines[: max(2, len(lines) // 4)], BACKGROUND_WORDS)
    rest = within(lines[len(opening) :], PLOT_WORDS)
    background, plots = telling(opening), telling(rest)
    if len(background) + len(plots) < TELLABLE * (len(opening) + len(rest)) or events(plots) < 1:
        return NOTHING
    if len(" ".join(background).split()) < LEAST_BACKGROUND or len(" ".join(plots).split()) < LEAST_PLOTS:
        return NOTHING
    people = _characters(lines)
    return {"background": " ".join(background), "characters": people, "plots": " ".join(plots)}


def _characters(lines: Sequence[str]) -> list[dict[str, str]]:
    """The writer, and the people named by their relation to the writer."""
    names = dict.fromkeys(name.lower() for line in lines for name in RELATION.findall(line))
    relations = [f"their {name}" for name in list(names)[:5]]
    others = f", and tells of {listed(relations)}" if relations else ""
    writer = {"name": "the writer", "description": f"The person to whom this happens{others}."}
    return [writer, *(_character(relation.removeprefix("their "), lines) for relation in relations)]


def _character(relation: str, lines: Sequence[str]) -> dict[str, str]:
    """Somebody near the writer, with what the post says of them as lasting, if it does."""
    stative = re.compile(rf"^My {relation} (?:is|are|has|have|lives?|works?|thinks?|says?|likes?|always|never)\b")
    lasting = next((text for line in lines if stative.match(line) and (text := told(line, alone=False))), None)
    known = f" {lasting}" if lasting else ""
    return {"name": f"the writer's {relation}", "description": f"Near to the writer, as their {relation}.{known}"}


def topic(fields: dict[str, Any]) -> dict[str, Any]:
    """What the post is about: the thing reviewed, its title or its nouns, and its most central sentence."""
    reading = reading_of(fields["posts"])
    post = reading.posts[0]
    about = subjects([post], 3)
    first = _first_of_topic(post.item, post.title, about)
    ranked = sorted(post.lines, key=lambda line: (-reading.weights.centrality(line), line))
    ranked = list(itertools.islice(filter(_central, ranked), 8))
    central = next((changed for line in ranked if (changed := told(line))), None)
    if central is None and len(about) < 2 and not post.item:
        return {"topic": ""}
    text = " ".join(filter(None, [first, central]))
    return {"topic": text if len(text.split()) <= TOPIC_WORDS else first}


def _first_of_topic(item: str, title: str, about: Sequence[str]) -> str:
    if item:
        return f"The writer reviews {' '.join(item.split()[:25])}."
    listing = f"The writer tells about {listed(about)}" if about else ""
    if title:
        quoted = f'"{title}"' if '"' not in title else title
        return f"{listing}: {quoted}." if listing else f"The post is headed {quoted}."
    return f"{listing}." if listing else ""


def _central(line: str) -> bool:
    """A sentence that can stand for the post: whole, short, without names; its first word is one that all use."""
    if not whole(line) or len(line.split()) > 28 or (words(line) or [""])[0] not in STOP:
        return False
    return not (NEEDS_CONTEXT.search(line) or chatty(line) or NAME.search(line))
