"""What the texts of a column hold, told by one look at their bytes: enough to leave most of them as they are.

    signs(pl.Series(["A & B", "&lt;<br>", "naïve", "‘a’ \\r\\n"])) is [0, ENTITY | BREAK, FAMILIAR, SPACING]

A loop over places that puts its sum back into a byte at every turn looks at as many bytes at once as the processor can;
one over the bytes themselves, `for sign in text`, does not, of numba 0.65.
"""  # noqa: RUF002 - quotes of many kinds

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import polars as pl

from humanllm.kernels import inlined, kernel
from humanllm.kernels.views import Texts, in_place, letters_at, place_of
from humanllm.kernels.words import WIDE, Bytes, equal_wide, odd_wide

Steps = npt.NDArray[np.uint16]
Number = int | np.signedinteger

ENTITY, BREAK, CONTROL, SPACING, FAMILIAR, ADJOINING = 1, 2, 4, 8, 16, 32
BEYOND = 128  # the bit that all bytes beyond ASCII have
TAB, LINE_END, RETURN, SPACE, AND, LESS, DELETE, SMALL_B, LARGE_B = b"\t\n\r &<\x7fbB"
LEADING = 0xC0  # the bytes of UTF-8 that begin a character beyond ASCII are this and those above it
COMMON = "–—‘’“”•…"  # noqa: RUF001 - any text may have them, and nothing is to be done about them
FIRST, SECOND = COMMON.encode()[:2]  # the same of all of them
THIRD = tuple(COMMON.encode()[2::3])
LATIN_LETTER, EMOJI, FACE = "é".encode()[0], *"\U0001f600".encode()[:2]  # of U+00C0 to U+00FF; of U+1F000 to U+1FFFF
LATIN_SIGN, NO_BREAK = "\xa0".encode()  # the space that is not to be broken: before it come control characters
WRONG = tuple(letter.encode()[1] for letter in "ÂÃ")  # as which others appear that were decoded wrongly

# The columns of an automaton: what is in no word, the letters, and two more signs of words; digits go with the last.
ALPHABET = " abcdefghijklmnopqrstuvwxyz'_"
GAIN, WIDTH = 31, 32
COLUMN = np.zeros(256, np.uint8)
COLUMN[list(b"0123456789")] = ALPHABET.index("_")
COLUMN[list(ALPHABET.encode())] = COLUMN[list(ALPHABET.upper().encode())] = range(len(ALPHABET))


@inlined
def _of(first: int, second: int, third: int) -> int:
    """FAMILIAR or BEYOND, if such a character begins with the first of these bytes, else 0."""
    common = wrong = False
    for of_common in THIRD:
        common |= third == of_common
    for of_wrong in WRONG:
        wrong |= second == of_wrong
    begins = (first >= LEADING) & ~(common & (first == FIRST) & (second == SECOND))
    letter, sign = (first == LATIN_LETTER) & ~wrong, (first == LATIN_SIGN) & (second > NO_BREAK)
    familiar = begins & (letter | sign | (first == EMOJI) & (second == FACE))
    return familiar * FAMILIAR | (begins & ~familiar) * BEYOND


@inlined
def _beyond(text: Bytes) -> np.uint8:
    """FAMILIAR, BEYOND, or both, where a text that is not all ASCII holds such characters."""
    seen = np.uint8(0)
    for at in range(len(text) - 2):
        seen = np.uint8(seen | _of(text[at], text[at + 1], text[at + 2]))
    return np.uint8(seen | _of(text[-2], text[-1], 0))


@inlined
def _adjoining(text: Bytes) -> np.uint8:
    """ADJOINING, if two characters beyond ASCII stand one behind another."""
    seen = np.uint8(0)
    for at in range(len(text) - 1):
        seen = np.uint8(seen | ((text[at] >= BEYOND) & (text[at + 1] >= LEADING)) * ADJOINING)
    return seen


def signs(texts: pl.Series) -> npt.NDArray[np.uint8]:
    """What each text holds, as bits: ENTITY, an & before other than a space; BREAK, <b or <B; CONTROL, control
    characters; SPACING, tabs, returns, three spaces or line ends in a row, or one at an end of the text; FAMILIAR,
    letters and signs of Latin-1, but Â and Ã, and emoji of U+1F000 to U+1FFFF; BEYOND, others than these, ASCII and
    COMMON; ADJOINING, two beyond ASCII, of any of these kinds, one behind the other.

    An & or a < in the last two places begins no entity and no break.
    """
    found = np.zeros(len(texts), np.uint8)
    with in_place(texts) as those:
        _signs(those, found)
    return found


@inlined
def _clear(text: Bytes, at: int) -> bool:
    """Whether none of the 32 places from `at` on begins a sign; the two behind them are looked at too."""
    heap = equal_wide(text, at, at + 1) & equal_wide(text, at, at + 2)
    return (heap | odd_wide(text, at, SPACE, AND, LESS) | odd_wide(text, at, SPACE, DELETE, DELETE)) == 0


@inlined
def _all_clear(text: Bytes) -> bool:
    """Whether a text surely holds no sign: most have 34 bytes or more, and none."""
    last = len(text) - WIDE - 2
    if last < 0 or text[0] <= SPACE or text[-1] <= SPACE:
        return False
    for sign in text[-2:]:
        if sign < SPACE or sign >= DELETE:
            return False
    for at in range(0, last, WIDE):
        if not _clear(text, at):
            return False
    return _clear(text, last)


@kernel
def _signs(texts: Texts, found: Bytes) -> None:
    for place in range(len(found)):
        text = letters_at(*place_of(texts, place))
        if _all_clear(text):
            continue
        seen = np.uint8(0)
        for at in range(len(text)):
            sign = text[at]
            blank = (sign == TAB) | (sign == RETURN)
            control = (sign < SPACE) & (sign != LINE_END) & ~blank | (sign == DELETE)
            seen = np.uint8(seen | control * CONTROL | blank * SPACING | sign & BEYOND)
        for at in range(len(text) - 2):
            sign, following = text[at], text[at + 1]
            heap = (sign <= SPACE) & (sign == following) & (sign == text[at + 2])
            entity = (sign == AND) & (following != SPACE)
            line_break = (sign == LESS) & ((following == SMALL_B) | (following == LARGE_B))
            seen = np.uint8(seen | heap * SPACING | entity * ENTITY | line_break * BREAK)
        if len(text) and (text[0] <= SPACE or text[-1] <= SPACE):
            seen = np.uint8(seen | SPACING)
        if seen & BEYOND:
            seen = np.uint8(seen ^ BEYOND | _beyond(text) | _adjoining(text))
        found[place] = seen


def automaton(gains: Mapping[str, int]) -> Steps:
    """A machine that adds up what the words of a text count, in capitals or not: in the row `row`, a sign of the column
    `column` leads to the row `steps[row + column]`, and there the sum gains `steps[row + GAIN]`.

    A row stands for what was read of a listed word: "", "t", "th"; for a word that is none of them: "_"; or for the end
    of one: "256 ", after a word that counts 256. A word is what regular expressions take for one in ASCII.
    """
    begun = {word[:size] for word in gains for size in range(1, len(word) + 1)}
    ended = {gain: f"{gain} " for gain in gains.values()}
    names = ["", "_", *ended.values(), *begun]
    rows = {name: WIDTH * place for place, name in enumerate(names)}
    gained = {name: gain for gain, name in ended.items()} | {f"{word}'": gain for word, gain in gains.items()}

    def after(name: str, sign: str) -> str:
        read = "" if name in ended.values() else name
        for word in (read + sign, read.rpartition("'")[2] + sign):  # of i'very: not i've, but very
            if word in begun:
                return word
        return ended.get(gains.get(read, 0), "") if sign in " '" else "_"

    steps = np.zeros((len(names), WIDTH), np.uint16)
    for place, name in enumerate(names):
        steps[place, : len(ALPHABET)] = [rows[after(name, sign)] for sign in ALPHABET]
        steps[place, GAIN] = gained.get(name, 0)
    return steps.ravel()


@inlined
def _bytes_of(text: Bytes, characters: int) -> int:
    """How many bytes the first characters of a text take."""
    begun = 0
    for at in range(len(text)):
        begun += text[at] < BEYOND or text[at] >= LEADING
        if begun > characters:
            return at
    return len(text)


class Beginnings(NamedTuple):
    """Of the first characters of each text."""

    counts: npt.NDArray[np.uint32]  # the automaton's sum
    sizes: npt.NDArray[np.uint16]  # bytes
    strange: npt.NDArray[np.bool_]  # whether there are others than ASCII and COMMON


def little_words(texts: pl.Series, steps: Steps, characters: int, enough: int) -> Beginnings:
    """What the automaton counts in the first characters of each text, where it may stop when it is enough."""
    rows = len(texts)
    found = Beginnings(np.zeros(rows, np.uint32), np.zeros(rows, np.uint16), np.zeros(rows, np.bool_))
    with in_place(texts) as those:
        _little_words(those, steps, characters, enough, found)
    return found


@inlined
def _begins(text: Bytes, place: int, characters: int, found: Beginnings) -> int:
    """The bytes of a text's first characters: what they are is found, and how many is given."""
    seen = np.uint8(0)
    for at in range(min(len(text), characters)):
        seen = np.uint8(seen | text[at])
    size = _bytes_of(text, characters) if seen & BEYOND else min(len(text), characters)
    found.sizes[place] = size
    found.strange[place] = seen & BEYOND and _beyond(text[:size]) != 0
    return size


@inlined
def _counted(text: Bytes, at: Number, steps: Steps, row: Number, count: Number, enough: int) -> Number:
    """The sum of a text that is read from `at` on, in this row and with this sum before."""
    while at < len(text) and count < enough:
        row = steps[row + COLUMN[text[at]]]
        count += steps[row + GAIN]
        at += 1
    return count + steps[steps[row] + GAIN]  # a word may end with the text


@kernel
def _little_words(texts: Texts, steps: Steps, characters: int, enough: int, found: Beginnings) -> None:
    """Two texts at a time: each step waits for the one before it, but not for the other text's."""
    for place in range(0, len(found.counts), 2):
        following = min(place + 1, len(found.counts) - 1)
        one, other = letters_at(*place_of(texts, place)), letters_at(*place_of(texts, following))
        one = one[: _begins(one, place, characters, found)]
        other = other[: _begins(other, following, characters, found)]
        at = row = count = other_row = other_count = np.int64(0)
        shorter = min(len(one), len(other))
        while at < shorter and count < enough and other_count < enough:
            row, other_row = steps[row + COLUMN[one[at]]], steps[other_row + COLUMN[other[at]]]
            count += steps[row + GAIN]
            other_count += steps[other_row + GAIN]
            at += 1
        found.counts[place] = _counted(one, at, steps, row, count, enough)
        found.counts[following] = _counted(other, at, steps, other_row, other_count, enough)
