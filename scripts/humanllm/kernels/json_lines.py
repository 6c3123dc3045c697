"""JSON lines to columns, in one pass over their bytes; a line that is not plain is left to the parser of single lines.

Plain is a line that is one object of sound JSON in UTF-8, with every asked member once at most and of the type that its
column has. So this reader need not know what else a dump may hold, or what is to be done with it:
    {"asin": "B01", "timestamp": 1588687728923, "images": [], ...}    a row: texts "B01", numbers 1588687728923
    {"asin": "B01", "timestamp": "three", ...}                        doubtful

As in `json_texts`, a function tells where in the line it has come to, or -1 if the line is not plain.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from humanllm.kernels import inlined, kernel
from humanllm.kernels.json_texts import QUOTE, name_end, text
from humanllm.kernels.json_values import (
    CLOSE,
    COLON,
    COMMA,
    FALSE,
    FITTING,
    LINE_END,
    MINUS,
    NULL,
    OPEN,
    TRUE,
    number,
    past_space,
    past_value,
    past_word,
)
from humanllm.kernels.words import WIDE, Bytes, Places, are_same

TEXT, NUMBER, REAL, FLAG, KEY, OTHER = range(6)  # what a column holds; KEY: texts or integers, as text
LONGEST_NAME = 63  # bytes of a member's name that is asked for
MEMBERS = 256  # of a line that are held against those of the line before
EXACT = 15  # digits of a number that a float holds whatever they are
POWERS = 10.0 ** np.arange(EXACT + 1)


class Asked(NamedTuple):
    """The members that become columns, by the length of their names."""

    names: Bytes  # (columns, LONGEST_NAME)
    of_length: Places  # (LONGEST_NAME + 2,): the first column whose name has so many bytes or more
    kinds: Places  # (columns,): TEXT, NUMBER, ...
    slots: Places  # (columns,): its column of `ends`, `numbers` or `reals`


class Found(NamedTuple):
    """The values; a column's are those where it is `valid`."""

    lines: Places  # (rows,): the number of the line that a row came from
    texts: Bytes  # a part for each column of texts, and one for those that no one asks for
    unasked: Places  # (1,): where that one begins
    ends: Places  # (rows + 1, columns of texts): where in `texts` a text ends and the next begins
    numbers: Places  # (rows, columns of integers and booleans)
    reals: npt.NDArray[np.float64]  # (rows, columns of floats)
    valid: npt.NDArray[np.bool_]  # (rows, columns)
    doubtful: Places  # (lines, 3): number, begin and end of those that are not plain
    before: Places  # (MEMBERS, 3): place, length and column of what is known of a member; nothing if the length is 0


@inlined
def _column(letters: Bytes, start: int, end: int, asked: Asked) -> int:
    """The column of the member whose name stands there; -1 if no one asks for it."""
    length = end - start
    if length > LONGEST_NAME:
        return -1
    for column in range(asked.of_length[length], asked.of_length[length + 1]):
        place = 0
        while place < length and letters[start + place] == asked.names[column, place]:
            place += 1
        if place == length:
            return column
    return -1


@inlined
def _note_text(letters: Bytes, at: int, row: int, slot: int, may_be_number: bool, found: Found) -> int:
    start = found.ends[row, slot]
    if letters[at] == QUOTE:
        at, found.ends[row + 1, slot] = text(letters, at + 1, found.texts, start)
        return at
    if not may_be_number or letters[at] == MINUS:
        return -1
    end, _, digits, places = number(letters, at)
    if end < 0 or digits > FITTING or places:
        return -1
    for place in range(digits):
        found.texts[start + place] = letters[at + place]
    found.ends[row + 1, slot] = start + digits
    return end


@inlined
def _note_number(letters: Bytes, at: int, row: int, slot: int, found: Found) -> int:
    """An integer, also between quotes, which `fields.whole` reads by way of a float; what is behind a point is cut."""
    quoted = letters[at] == QUOTE
    end, value, digits, places = number(letters, at + quoted)
    if end < 0 or digits > (EXACT if quoted or places else FITTING) or (quoted and letters[end] != QUOTE):
        return -1
    for _ in range(places):
        value = value // 10 if value > 0 else -(-value // 10)
    found.numbers[row, slot] = value
    return end + quoted


@inlined
def _note_real(letters: Bytes, at: int, row: int, slot: int, found: Found) -> int:
    """A float; so few digits over a power of ten that a float holds too are rounded as they should be."""
    at, value, digits, places = number(letters, at)
    if digits > EXACT:
        return -1
    found.reals[row, slot] = value / POWERS[places]
    return at


@inlined
def _note(letters: Bytes, at: int, row: int, column: int, asked: Asked, found: Found) -> int:
    """Note the value of a column that begins at `at`; tell where it ends, or -1 if it is of another type."""
    kind, slot = asked.kinds[column], asked.slots[column]
    if letters[at] == NULL[0]:
        return past_word(letters, at, NULL)
    found.valid[row, column] = True
    if kind == TEXT or kind == KEY:  # noqa: SIM109 - numba calls a function for `in`
        return _note_text(letters, at, row, slot, kind == KEY, found)
    if kind == NUMBER:
        return _note_number(letters, at, row, slot, found)
    if kind == REAL:
        return _note_real(letters, at, row, slot, found)
    if kind == FLAG:
        found.numbers[row, slot] = letters[at] == TRUE[0]
        return past_word(letters, at, TRUE if letters[at] == TRUE[0] else FALSE)
    return -1


@inlined
def _name(letters: Bytes, at: int, asked: Asked) -> tuple[int, int]:
    """The column of the member that begins at `at`, -1 if no one asks for it, and where its value begins, or -1."""
    end = name_end(letters, at)
    if end < 0:
        return -1, -1
    column = _column(letters, at + 1, end, asked)
    at = past_space(letters, end + 1)
    if letters[at] != COLON:
        return -1, -1
    return column, past_space(letters, at + 1)


@inlined
def _value(letters: Bytes, at: int, row: int, column: int, seen: int, asked: Asked, found: Found) -> int:
    """Where a member's value ends, which is noted if it is asked for; -1 of a column that was `seen` in this line."""
    if column < 0:
        return past_value(letters, at, found.texts, found.unasked[0])
    if seen >> column & 1:
        return -1
    return _note(letters, at, row, column, asked, found)


@inlined
def _known(letters: Bytes, at: int, member: int, found: Found) -> int:
    """How many bytes stand there just as they did when this member was last kept; 0 if they do not."""
    length = found.before[member, 1]
    can_be = length and at + length + WIDE < letters.size
    return length if can_be and are_same(letters, at, found.before[member, 0], length) else 0


@inlined
def _keep(found: Found, member: int, start: int, end: int, column: int) -> None:
    found.before[member, 0], found.before[member, 1], found.before[member, 2] = start, end - start, column


@inlined
def _members(letters: Bytes, at: int, row: int, asked: Asked, found: Found) -> int:
    """Note the asked ones of an object's members, the first of which begins at `at`; tell where the object ends.

    Most lines have, letter by letter, what the one before has: a name up to its value where it is asked for, a whole
    member with its comma where it is not. These are known at a glance.
    """
    member, seen = 0, 0  # seen: a bit for each column
    if letters[at] == CLOSE:
        return at + 1
    while True:
        start, length, column = at, _known(letters, at, member, found), found.before[member, 2]
        if length:
            at = past_space(letters, at + length)
        else:
            column, at = _name(letters, at, asked)
            if column >= 0:
                _keep(found, member, start, at, column)
        if column >= 0 or not length:
            at = past_space(letters, _value(letters, at, row, column, seen, asked, found))
            if letters[at] == CLOSE:
                return at + 1
            if letters[at] != COMMA:
                return -1
            at = past_space(letters, at + 1)
            if column < 0:
                _keep(found, member, start, at, column)
            else:
                seen |= 1 << column
        member = min(member + 1, MEMBERS - 1)


def read_lines(letters: Bytes, at: int, line: int, row: int, asked: Asked, found: Found) -> tuple[int, int, int, int]:
    """Read the lines of `letters` from that on which begins at `at`, the plain ones into rows of `found` from `row` on.

    `line` is its number. Tells place and number of the line that comes next, the next row, and how many lines are in
    `doubtful`: not all lines have been read if there is no more room for rows or for doubtful lines.
    """
    reached = np.array([at, line, row, 0])
    _read_lines(letters, reached, asked, found)
    at, line, row, left = reached.tolist()
    return at, line, row, left


@kernel
def _read_lines(letters: Bytes, reached: Places, asked: Asked, found: Found) -> None:
    at, line, row, left = reached[0], reached[1], reached[2], 0
    found.before[:, 1] = 0
    while at < letters.size and row < found.lines.size and left < found.doubtful.shape[0]:
        for column in range(found.valid.shape[1]):
            found.valid[row, column] = False
        for slot in range(found.ends.shape[1]):
            found.ends[row + 1, slot] = found.ends[row, slot]
        end = -1
        if letters[at] == OPEN:
            end = _members(letters, past_space(letters, at + 1), row, asked, found)
        if end >= 0 and letters[past_space(letters, end)] == LINE_END:
            end = past_space(letters, end)
            found.lines[row] = line
            row += 1
        else:
            end = at
            while letters[end] != LINE_END:
                end += 1
            found.doubtful[left, 0], found.doubtful[left, 1], found.doubtful[left, 2] = line, at, end
            left += 1
        at, line = end + 1, line + 1
    reached[0], reached[1], reached[2], reached[3] = at, line, row, left
