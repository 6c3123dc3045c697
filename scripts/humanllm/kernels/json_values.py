"""Numbers, words and whole values in the bytes of JSON lines (RFC 8259).

    past_value(letters, at, ...), where `"images": [{"a": 1}], "asin"` has its `[` at `at`, is the place of the comma.

As in `json_texts`, a function tells where it has come to, or -1 if what it reads is not sound. The line end that stands
behind all lines also stands at place -1, so whoever goes on from there fails too.
"""

from __future__ import annotations

import numpy as np

from humanllm.kernels import compiled, inlined
from humanllm.kernels.json_texts import QUOTE, text
from humanllm.kernels.words import Bytes

DEEPEST = 60  # containers in one another
FITTING = 18  # digits of a number that 64 bits hold whatever they are
TOO_MANY = 99  # digits

COLON, COMMA, LINE_END, MINUS, PLUS, POINT, ZERO, LETTER_E = b":,\n-+.0e"
OPEN, CLOSE, OPEN_LIST, CLOSE_LIST = b"{}[]"
CLOSING = CLOSE - OPEN  # the same of both
NULL, TRUE, FALSE = (np.frombuffer(word, np.uint8) for word in (b"null", b"true", b"false"))
SPACE = np.isin(np.arange(256), list(b" \t\r"))  # the line end is none here
DIGIT = np.isin(np.arange(256), list(b"0123456789"))


@inlined
def past_space(letters: Bytes, at: int) -> int:
    while SPACE[letters[at]]:
        at += 1
    return at


@inlined
def past_word(letters: Bytes, at: int, word: Bytes) -> int:
    for place in range(word.size):
        if letters[at + place] != word[place]:
            return -1
    return at + word.size


@compiled
def number(letters: Bytes, at: int) -> tuple[int, int, int, int]:
    """Where the number ends; its digits as one integer, how many they are, and how many of them behind the point.

    What is sound but no simple number (an exponent, many digits, -0) has TOO_MANY of them.
    """
    negative = letters[at] == MINUS
    start = at + negative
    value, at = _digits(letters, start, 0)
    digits, places = at - start, 0
    if not digits or (digits > 1 and letters[start] == ZERO):
        return -1, 0, 0, 0
    if letters[at] == POINT:
        start = at + 1
        value, at = _digits(letters, start, value)
        places = at - start
        digits += places
        if not places:
            return -1, 0, 0, 0
    if letters[at] | 0x20 == LETTER_E:
        start = at + 1 + (letters[at + 1] == MINUS or letters[at + 1] == PLUS)
        _, at = _digits(letters, start, 0)
        digits = TOO_MANY
        if at == start:
            return -1, 0, 0, 0
    if digits > FITTING or (negative and not value):
        digits = TOO_MANY
    return at, -value if negative else value, digits, places


@inlined
def _digits(letters: Bytes, at: int, value: int) -> tuple[int, int]:
    """`value` with the digits from `at` on behind its own, and where they end."""
    while DIGIT[letters[at]]:
        value = value * 10 + letters[at] - ZERO
        at += 1
    return value, at


@compiled
def _past_single(letters: Bytes, at: int, out: Bytes, end: int) -> int:
    """Where the text, number or word ends that begins at `at`."""
    first = letters[at]
    if first == QUOTE:
        return text(letters, at + 1, out, end)[0]
    if first == NULL[0]:
        return past_word(letters, at, NULL)
    if first == TRUE[0]:
        return past_word(letters, at, TRUE)
    if first == FALSE[0]:
        return past_word(letters, at, FALSE)
    return number(letters, at)[0]


@compiled
def _past_name(letters: Bytes, at: int, out: Bytes, end: int) -> int:
    """Where the value begins of the member whose name stands at `at`."""
    if letters[at] != QUOTE:
        return -1
    at = text(letters, at + 1, out, end)[0]
    if at < 0:
        return -1
    at = past_space(letters, at)
    return past_space(letters, at + 1) if letters[at] == COLON else -1


@inlined
def _past_start(letters: Bytes, at: int, in_object: bool, out: Bytes, end: int) -> int:
    """Where the next value of a container begins, behind the bracket or the comma at `at`."""
    at = past_space(letters, at + 1)
    return _past_name(letters, at, out, end) if in_object else at


@inlined
def past_value(letters: Bytes, at: int, out: Bytes, end: int) -> int:
    """Where the value ends that begins at `at` and that no one asks for. Its texts are written to `out` for nothing."""
    depth, objects = 0, 0  # of the containers around, and a bit for each: whether it is an object
    while True:
        first = letters[at]
        if first != OPEN and first != OPEN_LIST:
            at = _past_single(letters, at, out, end)
        elif letters[past_space(letters, at + 1)] == first + CLOSING:
            at = past_space(letters, at + 1) + 1
        else:
            at = _past_start(letters, at, first == OPEN, out, end)
            depth, objects = depth + 1, objects << 1 | (first == OPEN)
            if depth > DEEPEST:
                return -1
            continue
        while depth:  # a value has ended, and so may those around it
            at = past_space(letters, at)
            if letters[at] == COMMA:
                at = _past_start(letters, at, objects & 1 == 1, out, end)
                break
            if letters[at] != (CLOSE if objects & 1 else CLOSE_LIST):
                return -1
            at, depth, objects = at + 1, depth - 1, objects >> 1
        else:
            return at
