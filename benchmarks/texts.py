"""Invented texts by the hundred megabytes: sentences walked over the words of the sample's banks.

    Texts(seed=1).draw(3, mean=230, spread=1.2)  ->  ["The kettle in the shed and I was so glad.", "I put ...", ...]

Each word is followed by one that followed it in the banks, now and then by any: so gzip shrinks such text as much as
it shrinks real reviews (2.8 times).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import cache, partial

import numpy as np
from numpy.typing import NDArray

from humanllm.sample import hobbies_hands, hobbies_outside, lives_change, lives_home, work_desk, work_shift
from humanllm.sample.grammar import CHOICE, Arc, parse_arcs

BANKS = (hobbies_hands, hobbies_outside, lives_change, lives_home, work_desk, work_shift)
SENTENCES = 150_000  # so many that gzip's window of 32 kB hardly sees one twice
LONGEST = 30  # words
SURPRISE = 0.4  # of the words follow none of theirs
SLOT = re.compile(r"\{(\w+)\}")
SPELLINGS = (("do not", "don't"), ("I am", "I'm"), ("it is", "it's"), ("cannot", "can't"), ("was not", "wasn't"))

FOREIGN = (
    "Ich habe das Gerät seit drei Wochen und bin sehr zufrieden, nur die Anleitung könnte besser sein.",
    "Die Farbe gefällt meiner Schwester nicht, aber für den Preis kann man sich wirklich nicht beschweren.",
    "Gestern haben wir lange darüber gesprochen und am Ende doch wieder das alte Modell genommen.",
    "Lo compré para mi madre y le encanta, aunque llegó dos días después de lo que decía la página.",
    "La calidad es buena, pero el tamaño no era el que esperaba y tuve que devolverlo al final.",
    "Mi hermano dice que no vale la pena, yo creo que por ese precio no se puede pedir mucho más.",
    "Je l'utilise tous les jours depuis un mois et je n'ai vraiment rien à redire, sauf la couleur.",
    "La livraison a été rapide, mais la boîte était abîmée et il manquait une petite pièce.",
    "Comprei para a minha casa nova e gostei muito, só acho que o cabo podia ser um pouco mais longo.",
    "L'ho regalato a mio padre e ne è molto contento, anche se le istruzioni non sono chiare.",
)


def _filled(arc: Arc, slot: re.Match[str]) -> str:
    return arc.slots.get(slot[1], ["Mr Wilhelm"])[0]


@cache
def _words() -> list[list[str]]:
    """The words of every sentence of the banks, the sentence's mark at its last word."""
    arcs = [arc for bank in BANKS for arc in parse_arcs(bank.ARCS)]
    found = []
    for arc in arcs:
        lines = [*arc.who, *arc.advice, *(line for episode in arc.episodes for line in episode.sentences)]
        chosen = (CHOICE.sub(lambda match: match[1].split("|")[-1], line.removeprefix("?")) for line in lines)
        found += [SLOT.sub(partial(_filled, arc), line).split() for line in chosen]
    return found


def _walks(chance: np.random.Generator, sentences: int) -> list[str]:
    """Sentences of up to LONGEST words, each word after one that it followed in the banks."""
    spoken = _words()
    words = [word for sentence in spoken for word in sentence]
    names, codes = np.unique(words, return_inverse=True)
    starts = np.cumsum([0, *(len(sentence) for sentence in spoken[:-1])])
    after = np.roll(np.arange(len(words)), -1)  # the place that follows each place
    by_word = np.argsort(codes, kind="stable")
    first, count = np.searchsorted(codes[by_word], np.arange(len(names))), np.bincount(codes)
    ends = np.char.endswith(names, (".")) | np.char.endswith(names, "?") | np.char.endswith(names, "!")
    places = starts[chance.integers(len(starts), size=sentences)]
    walked = np.empty((sentences, LONGEST), dtype=np.int64)
    for step in range(LONGEST):
        walked[:, step] = codes[places]
        drawn = by_word[first[codes[places]] + chance.integers(1 << 30, size=sentences) % count[codes[places]]]
        lost = chance.random(sentences) < SURPRISE
        places = after[np.where(lost, chance.integers(len(words), size=sentences), drawn)]
    stops = np.where(ends[walked].any(axis=1), ends[walked].argmax(axis=1), LONGEST - 1) + 1
    table = names.tolist()
    return [" ".join([table[code] for code in row[:stop]]) for row, stop in zip(walked.tolist(), stops, strict=True)]


def _typeset(sentence: str) -> str:
    return sentence.replace("'", "\u2019").replace(", ", " \u2014 ", 1)


def _short(sentence: str) -> str:
    for long, short in SPELLINGS:
        sentence = sentence.replace(long, short)
    return sentence


# How people write, and how many of a hundred texts so: about the shares in real reviews, blogs and posts.
MANNERS: Sequence[tuple[Callable[[str], str], float]] = (
    (_short, 0.5),
    (str, 0.22),
    (_typeset, 0.14),
    (str.lower, 0.06),
    (lambda sentence: sentence.replace(" and ", " & ", 1), 0.04),
    (lambda sentence: f"{sentence} \U0001f600", 0.01),
)


class Texts:
    """A pool of sentences and of draws from it; the same seed gives the same texts."""

    def __init__(self, seed: int) -> None:
        self.chance = np.random.default_rng(seed)
        walks = _walks(self.chance, SENTENCES)
        self.pools = [[manner(sentence) for sentence in walks] for manner, _ in MANNERS] + [list(FOREIGN)]
        self.shares = [share for _, share in MANNERS]
        self.shares.append(1 - sum(self.shares))  # what is not in English
        self.mean = sum(map(len, walks)) / SENTENCES + 1

    def lengths(self, number: int, mean: float, spread: float) -> NDArray[np.int64]:
        """Log-normal lengths in characters; `spread` is the standard deviation of their logarithms."""
        centre = np.log(mean) - spread**2 / 2
        return np.maximum(self.chance.lognormal(centre, spread, number).astype(np.int64), 3)

    def draw(self, number: int, mean: float, spread: float, gaps: Sequence[str] = (" ",)) -> list[str]:
        """`number` texts of `mean` characters, each in one manner, one of `gaps` between its paragraphs."""
        lengths = self.lengths(number, mean, spread)
        counts = (lengths / self.mean).astype(np.int64) + 2
        ends = np.cumsum(counts)
        drawn = self.chance.integers(SENTENCES, size=int(ends[-1])).tolist()
        manners = self.chance.choice(len(self.pools), number, p=self.shares).tolist()
        between = self.chance.integers(len(gaps), size=number).tolist()
        return [
            _text(self.pools[manner], drawn[end - count : end], length, gaps[gap])
            for manner, end, count, length, gap in zip(
                manners, ends.tolist(), counts.tolist(), lengths.tolist(), between, strict=True
            )
        ]


def _text(pool: Sequence[str], drawn: Sequence[int], length: int, gap: str) -> str:
    """Sentences of the pool, cut to `length` after a word; a gap after every third."""
    size = len(pool)
    parts = [pool[place % size] for place in drawn]
    text = gap.join([" ".join(parts[start : start + 3]) for start in range(0, len(parts), 3)])[:length]
    return text.rpartition(" ")[0] or text
