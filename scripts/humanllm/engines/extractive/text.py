"""Sentences, words and what makes a sentence tell something of its writer."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

HEADING = re.compile(r"^### (.+)$", re.MULTILINE)
ABBREVIATION = re.compile(r"\b(?:Mr|Mrs|Ms|Dr|Prof|St|vs|etc|e\.g|i\.e|a\.m|p\.m|approx|No|Jr|Sr|[A-Z])\.$")
SENTENCE_END = re.compile(r"(?<=[.!?…])[\"')\]]*\s+(?=[\"'(\[]?[A-Z0-9\"'])|\n+")
WORD = re.compile(r"[a-z]+(?:'[a-z]+)*", re.IGNORECASE)
NOUN_BEFORE = re.compile(
    r"\b(?:the|a|an|my|our|his|her|their|this|that|these|those|some|any|every|each|of|for|with|about|in|on|at|new|old"
    r"|good|little)\s+([a-z]{3,})\b(?=\s*(?:[.,;:!?)]|$|(?:and|or|is|was|are|were|that|which|in|on|at|for|of|to|with"
    r"|from|behind|along|until|into|over|under|through|during|around|without|near|than|has|had|will|when|because|by|so|but|I|we|as|after|before)\b))",
    re.IGNORECASE,
)
COMMON = """
    cause couple name names world guy guys girl girls boy boys man woman men women case fact idea sense side sort hand
    course bunch kinds types type level number amount deal example moments moment reasons
    hope wish love hate like liked loved thought thoughts post posts blog entry review reviews product comment
    a able about above actually add added address after again against all almost already also although always am an
    and another any anybody anymore anyone anything anyway are aren't around as at away back bad be became because
    been before behind being below best better between big bit both bottom bought but by came can can't cannot cant
    come comes coming could couldn't day days did didn't didnt do does doesn't doing don don't done dont down during
    each eight either else elsewhere email end ended ends enough especially etc even evening ever every everyone
    everything except far feel felt few finally find first five for found four friday from front full further gave
    get gets getting give given go goes going gone gonna good got gotta great had hadn't half handle happy hard
    hardly has hasn't have haven't having he he'd he'll he's hello her here here's hers herself hey hi him himself
    his hopefully hour hours how how's however i i'd i'll i'm i've if im in indeed instead into is isn't it it'd
    it'll it's its itself ive just keep kept kind knew know known last later least left less let let's like link
    little ll lol long look looked looking lot lots made make makes making many matter may maybe me mean means might
    mine minute minutes moment monday month months more morning most much must my myself near nearly need needed
    needs never new next nice night nine no nobody none nor not nothing now nowhere of off often oh ok okay old on
    once one one's ones only onto or other others our ours out over own part people perhaps person phone place
    please point pretty probably put quite rather re really reason rest right said same saturday saw say saying says
    second see seem seemed seems seen seven several she she'd she'll she's should shouldn't side since single six
    small so some somebody someone something sometimes soon sorry sort start started still stuff such sunday sure
    take taken takes taking tell ten than thank thanks that that'd that'll that's the their theirs them themselves
    then there there's these they they'd they'll they're they've thing things think third this those though thought
    three through thursday time times to today together told tomorrow tonight too took top toward towards tried
    tries true try trying tuesday turned two under until up upon urllink us use used using usually ve very want
    wanted wants was wasn't way ways we we'd we'll we're we've wednesday week weeks well went were weren't what
    what's whatever when when's where where's whether which while who who's whole whom whose why will with within
    without won't word would wouldn't writer yeah year years yes yesterday yet you you'd you'll you're you've your
    yours yourself
"""
QUOTES = str.maketrans("\u2018\u2019\u201c\u201d", "''\"\"")
NAME = re.compile(r"(?<=[a-z,;] )[A-Z][a-z]+")  # within a sentence: a person, a place, a day, a brand
STOP = frozenset(COMMON.split())  # words that tell nothing of the subject


@dataclass(frozen=True)
class Post:
    """One post of a history: `when` is its date, `item` what it reviews, `title` its first line if no sentence."""

    when: str
    text: str
    item: str = ""
    title: str = ""

    @cached_property
    def lines(self) -> list[str]:
        """Its sentences."""
        return sentences(self.text)

    @cached_property
    def stems(self) -> list[str]:
        return [found for line in self.lines for found in stems(line)]

    @cached_property
    def nouns(self) -> list[str]:
        return noun_words(self.text)


@lru_cache(maxsize=4)
def read_posts(text: str) -> list[Post]:
    """The posts of a field in which each stands under a line `### 2004-05-31 ...`; text without the title.

    The kinds of a history ask for the same posts one after another: they are read once.
    """
    text = text.translate(QUOTES)
    pieces = HEADING.split(text)
    return [_post(head, body) for head, body in zip(pieces[1::2], pieces[2::2], strict=True)] or [_post("", text)]


@lru_cache(maxsize=2)
def post_lines(posts: str) -> tuple[str, ...]:
    """The sentences of all posts of a field."""
    return tuple(line for post in read_posts(posts) for line in post.lines)


def _post(head: str, body: str) -> Post:
    item = re.search(r" review of (.*?)(?:, [\d.]+ of 5 stars)?$", head)
    first, _, rest = body.strip().partition("\n\n")
    titled = rest and "\n" not in first and len(first.split()) <= 20 and first[-1:] not in ".!?"
    return Post(head[:10], rest if titled else body.strip(), item.group(1) if item else "", first if titled else "")


def sentences(text: str) -> list[str]:
    """The sentences in order; one that ends in an abbreviation goes on."""
    found: list[str] = []
    position = 0
    for match in [*SENTENCE_END.finditer(text), None]:
        piece = text[position : match.end() if match else len(text)].strip()
        position = match.end() if match else len(text)
        if found and ABBREVIATION.search(found[-1]):
            found[-1] = f"{found[-1]} {piece}"
        elif piece:
            found.append(piece)
    return found


def words(text: str) -> list[str]:
    return [word.lower() for word in WORD.findall(text)]


def content_words(text: str) -> list[str]:
    """The words that carry the subject."""
    return [word for word in words(text) if len(word) > 2 and word not in STOP]


@lru_cache(maxsize=1 << 13)  # a sentence is looked at for each kind, and by several rules
def stems(text: str) -> tuple[str, ...]:
    """The stems of its content words, in order."""
    return tuple([stem(word) for word in content_words(text)])


@lru_cache(maxsize=1 << 16)
def stem(word: str) -> str:
    """A rough stem, so that plants and planting meet plant."""
    for ending in ("'s", "ing", "ed", "es", "s"):
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            return word[: -len(ending)]
    return word


WHOLE = re.compile(r"[\"'(]?[A-Z0-9]")


@lru_cache(maxsize=1 << 12)
def whole(sentence: str) -> bool:
    """A sentence that can stand by itself: 6 to 45 words, a capital or digit first, an end mark last."""
    if sentence[-1:] not in ".!?…\"')" or not WHOLE.match(sentence) or not 6 <= len(sentence.split()) <= 45:
        return False
    return sentence.count("(") == sentence.count(")") and sentence.count('"') % 2 == 0


class Weights:
    """How central a sentence is: its words' frequency over the posts, fewer points for common length or none."""

    def __init__(self, posts: Sequence[Post]) -> None:
        self.seen: Counter[str] = Counter()
        for post in posts:
            self.seen.update(post.stems)

    def centrality(self, sentence: str) -> float:
        """Mean log frequency of the content words, damped for very short sentences."""
        found = set(stems(sentence))
        return sum(math.log1p(self.seen[word]) for word in found) / (len(found) + 3) if found else 0.0


def subjects(posts: Sequence[Post], count: int) -> list[str]:
    """The nouns the posts are about: words that stand where nouns stand, by how often and in how many posts.

    A word that comes once only is no subject, nor, where there are three posts or more, one of fewer than a quarter.
    """
    nouns, spread, used = Counter[str](), Counter[str](), Counter[str]()
    for post in posts:
        used.update(post.stems)
        spread.update(set(post.stems))
        nouns.update(post.nouns)
    least = max(2, len(posts) / 4) if len(posts) > 2 else 1
    ranked = sorted(
        (word for word in nouns if spread[stem(word)] >= least and used[stem(word)] > 1),
        key=lambda word: (-(nouns[word] + used[stem(word)]) * (1 + math.log(spread[stem(word)])), word),
    )
    chosen: dict[str, str] = {}
    for word in ranked:
        chosen.setdefault(stem(word), word)
    return list(chosen.values())[:count]


def noun_words(text: str) -> list[str]:
    """Words that stand where nouns stand, in order. Not one with a capital: that is mostly somebody's name."""
    found = (word for word in NOUN_BEFORE.findall(text) if word.islower() and word not in STOP)
    return [word for word in found if not word.endswith(("ly", "ing", "ed"))]


def listed(items: Sequence[str]) -> str:
    """a, b and c"""
    return items[0] if len(items) == 1 else f"{', '.join(items[:-1])} and {items[-1]}"


def leading(pieces: Iterable[str], limit: int) -> list[str]:
    """The pieces up to the first that does not fit into `limit` words: a stretch without gaps."""
    chosen, used = [], 0
    for piece in pieces:
        used += len(piece.split())
        if used > limit:
            break
        chosen.append(piece)
    return chosen


def within(pieces: Iterable[str], limit: int) -> list[str]:
    """The first pieces that together have at most `limit` words; one that is too long is skipped."""
    chosen, used = [], 0
    for piece in pieces:
        size = len(piece.split())
        if used + size <= limit:
            chosen.append(piece)
            used += size
    return chosen
