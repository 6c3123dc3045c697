"""BLAKE2b (RFC 7693) of a column of values, 16 bytes each, under a key of 32 bytes: what hashlib makes of one.

The key of all values is the same, and so is what stands before each of them: of this head, what fills whole blocks
is hashed once. Values are hashed four at a time, each in a lane of the processor's wide registers.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from humanllm.kernels import inlined, intrinsic, kernel
from humanllm.kernels.views import Texts, letters_at, place_of
from humanllm.kernels.words import Bytes, Places, in_each, put_word

Words = NDArray[np.uint64]
Truths = NDArray[np.bool_]

BLOCK_BYTES = 128
KEY_BYTES = 32
HASH_BYTES = 16
STATE, BLOCK = 8, 16  # words
LANES = 4

# RFC 7693, 2.6: the first words of a state, the same as SHA-512's.
START = np.array(
    [
        [0x6A09E667F3BCC908, 0xBB67AE8584CAA73B, 0x3C6EF372FE94F82B, 0xA54FF53A5F1D36F1],
        [0x510E527FADE682D1, 0x9B05688C2B3E6C1F, 0x1F83D9ABFB41BD6B, 0x5BE0CD19137E2179],
    ],
    dtype=np.uint64,
).ravel()
# RFC 7693, 2.5: the first word of the parameters: no tree, so many bytes of key, so many of hash.
PARAMETERS = np.uint64(0x01010000 | KEY_BYTES << 8 | HASH_BYTES)
# RFC 7693, 2.7: the words of a block in the order in which a round takes them.
TEN_ORDERS = (
    (0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15),
    (14, 10, 4, 8, 9, 15, 13, 6, 1, 12, 0, 2, 11, 7, 5, 3),
    (11, 8, 12, 0, 5, 2, 15, 13, 10, 14, 3, 6, 7, 1, 9, 4),
    (7, 9, 3, 1, 13, 12, 11, 14, 2, 6, 5, 10, 4, 0, 15, 8),
    (9, 0, 5, 7, 2, 4, 10, 15, 14, 1, 11, 12, 6, 8, 3, 13),
    (2, 12, 6, 10, 0, 11, 8, 3, 4, 13, 7, 5, 15, 14, 1, 9),
    (12, 5, 1, 15, 14, 13, 4, 10, 0, 7, 6, 3, 9, 2, 8, 11),
    (13, 11, 7, 14, 12, 1, 3, 9, 5, 0, 15, 4, 8, 6, 2, 10),
    (6, 15, 14, 9, 11, 3, 0, 8, 12, 2, 13, 7, 1, 4, 10, 5),
    (10, 2, 8, 4, 7, 6, 1, 5, 15, 11, 9, 14, 3, 12, 13, 0),
)
ORDERS = TEN_ORDERS + TEN_ORDERS[:2]
# The rows of a work, each of a word in every lane: the states, their blocks, the bytes that have been taken with the
# block, and whether it is the last.
READ, FINAL, WORK = STATE + BLOCK, STATE + BLOCK + 1, STATE + BLOCK + 2
# Numba makes a float of an unsigned and a signed number together, so each word is an np.uint64.
NOTHING, LAST, LOW_WORD = np.uint64(0), np.uint64(2**64 - 1), np.uint64(2**32 - 1)
ONES, SIXES, ZEROS, LOW_HALVES = in_each(1), in_each(6), in_each(ord("0")), np.uint64(0x000F000F000F000F)


def compressed(work: Sequence[Any], add: Callable[..., Any], xor: Callable[..., Any], right: Callable[..., Any]) -> Any:
    """F of RFC 7693, 3.2: the rows of the new states, by the caller's operations; `right` turns words by some bits."""
    state, block = work[:STATE], work[STATE:READ]
    v = [*state, *work[WORK:]]
    v[12], v[14] = xor(v[12], work[READ]), xor(v[14], work[FINAL])

    def mix(a: int, b: int, c: int, d: int, x: int, y: int) -> None:
        """G of RFC 7693, 3.1."""
        for word, bits, more in ((x, 32, 24), (y, 16, 63)):
            v[a] = add(add(v[a], v[b]), block[word])
            v[d] = right(xor(v[d], v[a]), bits)
            v[c] = add(v[c], v[d])
            v[b] = right(xor(v[b], v[c]), more)

    for order in ORDERS:
        for turn in range(4):
            mix(turn, turn + 4, turn + 8, turn + 12, *order[2 * turn : 2 * turn + 2])
        for turn in range(4):
            others = (turn + 1) % 4 + 4, (turn + 2) % 4 + 8, (turn + 3) % 4 + 12
            mix(turn, *others, *order[2 * turn + 8 : 2 * turn + 10])
    return [xor(state[word], xor(v[word], v[word + STATE])) for word in range(STATE)]


def _right(words: Words, bits: int) -> Words:
    return words >> np.uint64(bits) | words << np.uint64(64 - bits)


@intrinsic
def compress(work: Words) -> None:
    """Have the states take their blocks."""
    start = np.repeat(START[:, None], LANES, axis=1)
    work[:STATE] = compressed([*work, *start], np.add, np.bitwise_xor, _right)


@inlined
def _copy(source: Bytes, to: Bytes) -> None:
    """Eight bytes at a time, of which a compiler makes one move; it can for places that are never negative."""
    eights = len(source) // 8 * 8
    for place in range(0, eights, 8):
        for byte in range(8):
            to[np.uint64(place + byte)] = source[np.uint64(place + byte)]
    for place in range(eights, len(source)):
        to[np.uint64(place)] = source[np.uint64(place)]


@inlined
def _give(work: Words, lane: int, head: Bytes, value: Bytes, at: int, buffer: Words) -> bool:
    """Give a lane the block that starts at this byte of head and value; tell whether it is the last of them.

    Behind the last a lane gets empty ones, which are not. `buffer` is room for a block.
    """
    first, letters = head[at : at + BLOCK_BYTES], buffer.view(np.uint8)
    behind = at + len(first) - len(head)
    buffer[:] = NOTHING
    _copy(first, letters)
    _copy(value[behind : behind + BLOCK_BYTES - len(first)], letters[len(first) :])
    for word in range(BLOCK):
        work[STATE + word, lane] = buffer[word]
    left = len(head) + len(value) - at
    work[READ, lane] = np.uint64(at + min(left, BLOCK_BYTES))
    work[FINAL, lane] = LAST if left <= BLOCK_BYTES else NOTHING
    return 0 < left <= BLOCK_BYTES


@inlined
def _are_equal(one: Bytes, other: Bytes) -> bool:
    place = 0
    while place < min(len(one), len(other)) and one[place] == other[place]:
        place += 1
    return place == len(one) == len(other)


@inlined
def _digits(word: np.uint64) -> np.uint64:
    """The eight hexadecimals of the lowest four bytes of a word, the first of them lowest."""
    word = (word | word << np.uint64(16)) & np.uint64(0x0000FFFF0000FFFF)
    word = (word | word << np.uint64(8)) & np.uint64(0x00FF00FF00FF00FF)
    halves = (word >> np.uint64(4) & LOW_HALVES) | (word & LOW_HALVES) << np.uint64(8)
    beyond_nine = (halves + SIXES) >> np.uint64(4) & ONES
    return halves + ZEROS + beyond_nine * np.uint64(ord("a") - ord("9") - 1)


class Hashes(NamedTuple):
    """Room for the hashes of `rows` values."""

    words: Words  # (rows, 2): a hash; 0 for null
    again: Truths  # (rows,): whether a value is that of the last row before that is not null
    bounds: Places  # (rows + 1,): where in `texts` a hash begins and ends
    texts: Bytes  # the prefix and the hash in hexadecimals, one behind another
    work: Words  # (WORK, LANES)
    shared: Words  # (STATE + BLOCK,): the state behind the blocks that all values share, and room for a block
    lanes: Places  # (LANES,): the row in each

    @classmethod
    def room(cls, rows: int, prefix: Bytes) -> Hashes:
        return cls(
            words=np.zeros((rows, 2), np.uint64),
            again=np.zeros(rows, np.bool_),
            bounds=np.zeros(rows + 1, np.int64),
            texts=np.empty((len(prefix) + 2 * HASH_BYTES) * rows, np.uint8),
            work=np.zeros((WORK, LANES), np.uint64),
            shared=np.zeros(STATE + BLOCK, np.uint64),
            lanes=np.zeros(LANES, np.int64),
        )


@inlined
def _begin(head: Bytes, whole: int, found: Hashes) -> None:
    """Take the blocks that all values share, in one of the lanes."""
    work, shared, buffer = found.work, found.shared[:STATE], found.shared[STATE:]
    for word in range(STATE):
        work[word, 0] = START[word]
    work[0, 0] ^= PARAMETERS
    for at in range(0, whole, BLOCK_BYTES):
        _give(work, 0, head, head[:0], at, buffer)
        compress(work)
    for word in range(STATE):
        shared[word] = work[word, 0]


@inlined
def _hash(head: Bytes, values: Texts, whole: int, filled: int, found: Hashes) -> None:
    """Hash the values in the first lanes. A lane whose value has ended goes on for nothing."""
    work, buffer = found.work, found.shared[STATE:]
    for word in range(STATE):
        for lane in range(LANES):
            work[word, lane] = found.shared[word]
    at, left = whole, filled
    while left:
        ended = 0  # a bit for each lane
        for lane in range(filled):
            value = letters_at(*place_of(values, found.lanes[lane]))
            ended |= _give(work, lane, head, value, at, buffer) << lane
        compress(work)
        for lane in range(filled):
            if ended >> lane & 1:
                row = found.lanes[lane]
                found.words[row, 0], found.words[row, 1] = work[0, lane], work[1, lane]
                left -= 1
        at += BLOCK_BYTES


@kernel
def hashes(head: Bytes, values: Texts, known: Truths, prefix: Bytes, found: Hashes) -> None:
    """Of each value the hash. The head is the block of the key and what stands before each value.

    A null has no text. Equal values that stand together, as the names of a user's records do, are hashed once.
    """
    whole = (len(head) - 1) // BLOCK_BYTES * BLOCK_BYTES  # a block that nothing follows is the last, so not that one
    _begin(head, whole, found)
    last, filled = -1, 0
    for row in range(len(known)):
        if known[row]:
            value = letters_at(*place_of(values, row))
            found.again[row] = last >= 0 and _are_equal(value, letters_at(*place_of(values, last)))
            last = row
            if not found.again[row]:
                found.lanes[filled] = row
                filled += 1
        if filled == LANES or (filled and row == len(known) - 1):
            _hash(head, values, whole, filled, found)
            filled = 0
    _write_all(known, prefix, found)


@inlined
def _write_all(known: Truths, prefix: Bytes, found: Hashes) -> None:
    """Write the prefix and the hash of each value in hexadecimals."""
    last = -1
    for row in range(len(known)):
        at = found.bounds[row]
        if known[row]:
            for place in range(len(prefix)):
                found.texts[at + place] = prefix[place]
            at += len(prefix)
            for part in range(HASH_BYTES // 8):
                if found.again[row]:
                    found.words[row, part] = found.words[last, part]
                word = found.words[row, part]
                put_word(found.texts, at, _digits(word & LOW_WORD))
                put_word(found.texts, at + 8, _digits(word >> np.uint64(32)))
                at += 16
            last = row
        found.bounds[row + 1] = at
