"""A person's texts: the episodes of their three arcs, in turn, told in their own manner.

A post: Post(arc="nurse", title="The new rota", text="Right. I work nights as a nurse ...", time=1642000000)
"""

from __future__ import annotations

import random
import re
from dataclasses import dataclass
from datetime import UTC, datetime

from humanllm.draws import draw
from humanllm.sample.grammar import Arc, Deck, alternatives, bank_lines, fill, tell
from humanllm.sample.manners import DETAILS, SEASONS, TEMPERS
from humanllm.sample.people import Person

DAY = 86_400
CONTRACTIONS = {
    "I am": "I'm", "I have not": "I haven't", "I will": "I'll", "do not": "don't", "does not": "doesn't",
    "did not": "didn't", "cannot": "can't", "was not": "wasn't", "is not": "isn't", "It is": "It's", "it is": "it's",
    "could not": "couldn't", "had not": "hadn't", "has not": "hasn't", "have not": "haven't", "That is": "That's",
    "would not": "wouldn't", "we have not": "we haven't", "That was not": "That wasn't",
}  # fmt: skip
LONG_FORMS = re.compile(
    r"(?<!in )(?<!of )\b(" + "|".join(sorted(CONTRACTIONS, key=len, reverse=True)) + r")\b(?![.,:;!?])"
)

GLAD = re.compile(r"\b(happy|proud|glad|thrilled|relieved|excited|amazed)\b")
STARTS = ("I ", "I'", "My ", "So ", "We ", "Today ", "Yesterday ", "That night ", "On the way ", "When I ")


@dataclass(frozen=True)
class Manner:
    """How much of everything a site's texts have."""

    spare: float  # chance of a sentence that may be left out
    opening: float
    season: float
    detail: float
    thoughts: int
    breaks: str  # between paragraphs


POST = Manner(spare=0.6, opening=0.7, season=0.4, detail=0.6, thoughts=1, breaks="\n\n")
BLOG = Manner(spare=0.8, opening=0.8, season=0.7, detail=0.8, thoughts=2, breaks="\n\n")
TWEET = Manner(spare=0.1, opening=0.3, season=0.1, detail=0.2, thoughts=1, breaks=" ")


@dataclass(frozen=True)
class Post:
    arc: str
    title: str
    text: str
    time: int  # epoch seconds, UTC


class Voice:
    """One person on one site: the same sentence about nothing much does not come twice before all have come."""

    def __init__(self, person: Person, seed: int, site: str) -> None:
        self.person, self.site = person, site
        self.chance = draw(seed, "voice", site, person.number)
        lines: dict[str, list[str]] = {}
        for line in TEMPERS[person.temper].strip().splitlines():
            key, _, rest = line.partition(": ")
            lines.setdefault(key, []).extend(alternatives(rest))
        lines["glad"] = lines.get("glad", []) + lines["think"]
        self.decks = {key: Deck(values, self.chance) for key, values in lines.items()}
        self.decks["detail"] = Deck(bank_lines(DETAILS), self.chance)
        self.decks |= {season: Deck(bank_lines(bank), self.chance) for season, bank in SEASONS.items()}
        self.introduced: set[str] = set()

    def say(self, deck: str) -> str:
        return fill(self.decks[deck].next(), self.person.base(), self.chance)

    def introduce(self, arc: Arc) -> list[str]:
        """Who the writer is: always when an arc is new here, later now and then."""
        if arc.name in self.introduced and self.chance.random() > 0.3:
            return []
        self.introduced.add(arc.name)
        return [self.person.who(arc, self.chance.choice(arc.who))]

    def spell(self, text: str) -> str:
        """The person's spelling and their usual ending."""
        if self.person.contracts:
            text = LONG_FORMS.sub(lambda match: CONTRACTIONS[match[1]], text)
        if self.person.ampersand:
            text = text.replace(" and ", " & ")
        return text + (self.person.ending if self.chance.random() < 0.6 else "")


def _season(time: int) -> str:
    month = datetime.fromtimestamp(time, UTC).month
    return ["winter", "spring", "summer", "autumn"][month % 12 // 3]


def tell_episode(voice: Voice, arc: Arc, number: int, time: int, manner: Manner) -> Post:
    """The `number`-th episode of an arc as a post of 300 to 1,200 characters, about."""
    chance, episode = voice.chance, arc.episodes[number]
    slots = voice.person.slots[arc.name]
    body = tell(episode.sentences, slots, chance, manner.spare)
    before = [voice.say("open")] if chance.random() < manner.opening else []
    before += [voice.say(_season(time))] if chance.random() < manner.season else []
    before += voice.introduce(arc)
    for _ in range(manner.thoughts):
        body.insert(_gap(body, chance), voice.say("glad" if GLAD.search(" ".join(body)) else "think"))
    if chance.random() < manner.detail:
        body.insert(len(body) - 1, voice.say("detail"))
    after = [voice.say("close")] if chance.random() < 0.6 else []
    text = _paragraphs([before, body[: len(body) // 2], body[len(body) // 2 :] + after], manner.breaks, chance)
    return Post(arc.name, fill(chance.choice(episode.titles), slots, chance), voice.spell(text), time)


def _gap(body: list[str], chance: random.Random) -> int:
    """A place in the text where another thought does not part a sentence from the one that it goes on from."""
    gaps = [place for place in range(2, len(body)) if body[place].startswith(STARTS)]
    return chance.choice(gaps or [len(body)])


def _paragraphs(parts: list[list[str]], breaks: str, chance: random.Random) -> str:
    """The parts as paragraphs, or some of them run together."""
    text = ""
    for part in filter(None, parts):
        text += (breaks if chance.random() < 0.6 else " ") * bool(text) + " ".join(part)
    return text


def write_life(person: Person, seed: int, site: str, start: str, days: int, manner: Manner) -> tuple[Voice, list[Post]]:
    """All fifteen episodes of a person on one site, the arcs in turn, over `days` days from about `start`."""
    voice = Voice(person, seed, site)
    order = [(arc, number) for number in range(5) for arc in voice.chance.sample(person.arcs, len(person.arcs))]
    first = int(datetime.fromisoformat(start).replace(tzinfo=UTC).timestamp())
    step = days * DAY // len(order)
    posts = []
    for place, (arc, number) in enumerate(order):
        time = first + place * step + voice.chance.randrange(step * 3 // 4)
        posts.append(tell_episode(voice, arc, number, time, manner))
    return voice, posts
