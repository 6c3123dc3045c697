"""Texts from hand-written sentences: the small language of the banks beside this file.

A bank holds arcs, an arc is a part of a life in five episodes, an episode one post:
    # nurse                          the arc's name
    kind: work                       work, hobby or life
    about: the night shifts          how another person names it
    place: ShiftWork                 the subreddit
    set ward: the stroke ward|...    a slot that one person fills once for all
    who: I work nights as ...        who the writer is
    advice: When I come off nights   what a writer with the arc tells others
    == A title | Another title       an episode; its sentences follow in order
    We got the new rota for {ward} [today|on Monday].     {slot} of the person, [one|of several]
    ? A sentence that may be left out.
"""

from __future__ import annotations

import random
import re
from collections.abc import Mapping
from dataclasses import dataclass, field

CHOICE = re.compile(r"\[([^\[\]]*\|[^\[\]]*)\]")


@dataclass
class Episode:
    titles: list[str]
    sentences: list[str] = field(default_factory=list)


@dataclass
class Arc:
    """One part of a life: who lives it, what can be said about it, and its episodes in order."""

    name: str
    facts: dict[str, str] = field(default_factory=dict)
    slots: dict[str, list[str]] = field(default_factory=dict)
    who: list[str] = field(default_factory=list)
    advice: list[str] = field(default_factory=list)
    episodes: list[Episode] = field(default_factory=list)


def parse_arcs(bank: str) -> list[Arc]:
    arcs: list[Arc] = []
    for line in filter(None, (line.strip() for line in bank.splitlines())):
        if line.startswith("# "):
            arcs.append(Arc(line[2:]))
        else:
            _add(arcs[-1], line)
    return arcs


def _add(arc: Arc, line: str) -> None:
    key, _, value = line.partition(": ")
    if line.startswith("== "):
        arc.episodes.append(Episode(alternatives(line[3:])))
    elif arc.episodes:
        arc.episodes[-1].sentences.append(line)
    elif key.startswith("set "):
        arc.slots[key[4:]] = value.split("|")
    elif key in ("who", "advice"):
        getattr(arc, key).append(value)
    else:
        arc.facts[key] = value


def alternatives(line: str) -> list[str]:
    return [part.strip() for part in line.split(" | ")]


def bank_lines(bank: str) -> list[str]:
    """Every sentence of a bank of plain lines, several on a line set off by ` | `."""
    return [part for line in bank.splitlines() if line.strip() for part in alternatives(line)]


def fill(sentence: str, slots: Mapping[str, str], chance: random.Random) -> str:
    """`sentence` with its choices made and its slots filled, its first letter large."""
    chosen = CHOICE.sub(lambda match: chance.choice(match[1].split("|")), sentence)
    text = chosen.format_map(slots)
    return text[:1].upper() + text[1:]


def tell(sentences: list[str], slots: Mapping[str, str], chance: random.Random, spare: float) -> list[str]:
    """The sentences of an episode; those that start with `?` are told with the chance `spare`."""
    told = (line for line in sentences if not line.startswith("?") or chance.random() < spare)
    return [fill(line.removeprefix("?").strip(), slots, chance) for line in told]


class Deck:
    """Lines drawn without repeating one before all were drawn."""

    def __init__(self, lines: list[str], chance: random.Random) -> None:
        self.lines, self.chance = lines, chance
        self.rest: list[str] = []

    def next(self) -> str:
        if not self.rest:
            self.rest = self.chance.sample(self.lines, len(self.lines))
        return self.rest.pop()
