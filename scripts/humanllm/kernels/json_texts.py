"""Texts in the bytes of JSON lines (RFC 8259), 32 bytes at a time.

    text(letters, at, out, end), where `"text": "A\\u00e9", "asin"` has the A at `at`, writes "Aé" to `out` at `end`;
    it tells the place of the comma, and where in `out` the é ends.

A function tells where it has come to, or -1 if what it reads is not sound. The last byte of all is a line end, which no
loop over single bytes passes: those of 32 alone look whether there are as many before the end.
"""

from __future__ import annotations

import numpy as np

from humanllm.kernels import compiled, inlined
from humanllm.kernels.words import WIDE, Bytes, copy_wide, odd_wide, zeros_below

QUOTE, BACKSLASH, LETTER_U = b'"\\u'
LEAST, MOST = 0x20, 0x7F  # the bytes below are control characters, those above are beyond ASCII
PLAIN = np.isin(np.arange(256), [code for code in range(LEAST, MOST + 1) if code not in (QUOTE, BACKSLASH)])
ESCAPED = np.zeros(256, np.uint8)
ESCAPED[list(b'"\\/bfnrt')] = list(b'"\\/\b\f\n\r\t')
HEXADECIMAL = np.full(256, -1, np.int64)
HEXADECIMAL[list(b"0123456789abcdef")] = range(16)
HEXADECIMAL[list(b"ABCDEF")] = range(10, 16)


@inlined
def _not_plain(letters: Bytes, at: int) -> np.uint64:
    """A bit for each of the 32 bytes from there on that is not PLAIN."""
    return odd_wide(letters, at, LEAST, QUOTE, BACKSLASH)


@inlined
def name_end(letters: Bytes, at: int) -> int:
    """Where the quote stands that ends the name which begins with that at `at`: one without escapes, in ASCII."""
    if letters[at] != QUOTE:
        return -1
    at += 1
    while at + WIDE <= letters.size:
        odd = _not_plain(letters, at)
        if odd:
            at += zeros_below(odd)
            return at if letters[at] == QUOTE else -1
        at += WIDE
    while PLAIN[letters[at]]:
        at += 1
    return at if letters[at] == QUOTE else -1


@inlined
def _copied(letters: Bytes, at: int, out: Bytes, end: int) -> int:
    """Copy to `out` from `end` on the bytes from `at` on up to one that is not PLAIN; tell where that stands."""
    while at + WIDE <= letters.size:
        odd = _not_plain(letters, at)
        copy_wide(letters, at, out, end)
        if odd:
            return at + zeros_below(odd)
        at, end = at + WIDE, end + WIDE
    while PLAIN[letters[at]]:
        out[end] = letters[at]
        at, end = at + 1, end + 1
    return at


@inlined
def text(letters: Bytes, at: int, out: Bytes, end: int) -> tuple[int, int]:
    """Copy the text behind the quote before `at`; tell where it ends in the line, or -1, and in `out`."""
    stop = _copied(letters, at, out, end)
    if letters[stop] == QUOTE:
        return stop + 1, end + stop - at
    return _odd_text(letters, stop, out, end + stop - at)


@compiled
def _odd_text(letters: Bytes, at: int, out: Bytes, end: int) -> tuple[int, int]:
    """The same for a text from the first byte on that is not PLAIN."""
    while letters[at] != QUOTE:
        if letters[at] == BACKSLASH:
            at, end = _escape(letters, at + 1, out, end)
            if at < 0:
                return -1, end
        else:
            length = _sequence(letters, at)
            if not length:
                return -1, end
            for place in range(length):
                out[end + place] = letters[at + place]
            at, end = at + length, end + length
        stop = _copied(letters, at, out, end)
        at, end = stop, end + stop - at
    return at + 1, end


@compiled
def _escape(letters: Bytes, at: int, out: Bytes, end: int) -> tuple[int, int]:
    """Write what the escape behind a backslash stands for; half a surrogate pair stands for nothing."""
    if letters[at] != LETTER_U:
        out[end] = ESCAPED[letters[at]]
        return (at + 1 if out[end] else -1), end + 1
    code = _four_digits(letters, at + 1)
    at += 5
    if 0xD800 <= code < 0xDC00 and letters[at] == BACKSLASH and letters[at + 1] == LETTER_U:
        low = _four_digits(letters, at + 2)
        if 0xDC00 <= low < 0xE000:
            code = 0x10000 + ((code - 0xD800) << 10) + low - 0xDC00
            at += 6
    if code < 0 or 0xD800 <= code < 0xE000:
        return -1, end
    return at, _put_character(code, out, end)


@compiled
def _four_digits(letters: Bytes, at: int) -> int:
    """The number that four hexadecimal digits are, or -1."""
    value = 0
    for place in range(at, at + 4):
        digit = HEXADECIMAL[letters[place]]
        if digit < 0:
            return -1
        value = value << 4 | digit
    return value


@compiled
def _put_character(code: int, out: Bytes, end: int) -> int:
    """Write a character in UTF-8; tell where it ends."""
    if code < 0x80:
        out[end] = code
        return end + 1
    if code < 0x800:
        out[end] = 0xC0 | code >> 6
    else:
        if code < 0x10000:
            out[end] = 0xE0 | code >> 12
        else:
            out[end] = 0xF0 | code >> 18
            end += 1
            out[end] = 0x80 | code >> 12 & 0x3F
        end += 1
        out[end] = 0x80 | code >> 6 & 0x3F
    out[end + 1] = 0x80 | code & 0x3F
    return end + 2


@compiled
def _sequence(letters: Bytes, at: int) -> int:
    """How many bytes the character beyond ASCII has that begins at `at`; 0 if there is none (Unicode, table 3-7)."""
    first = letters[at]
    if first < 0xC2 or first > 0xF4:  # the last line end too: behind that nothing may be read
        return 0
    second = letters[at + 1]
    least = 0xA0 if first == 0xE0 else 0x90 if first == 0xF0 else 0x80
    most = 0x9F if first == 0xED else 0x8F if first == 0xF4 else 0xBF
    if second < least or second > most:
        return 0
    length = 2 + (first >= 0xE0) + (first >= 0xF0)
    for place in range(at + 2, at + length):
        if letters[place] >> 6 != 2:
            return 0
    return length
