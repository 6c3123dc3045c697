"""BLAKE2b (RFC 7693) of a column of values, 16 bytes each, under a key of 32 bytes: what hashlib makes of one.

The key of all values is the same, and so is what stands before each of them: of this head, what fills whole blocks
is hashed once.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from humanllm.kernels import compiled, inlined, kernel
from humanllm.kernels.views import Texts, letters_at, place_of
from humanllm.kernels.words import Bytes, Places

Words = NDArray[np.uint64]
Truths = NDArray[np.bool_]

BLOCK_BYTES = 128
KEY_BYTES = 32
HASH_BYTES = 16
STATE, BLOCK = 8, 16  # words
ROUNDS = 12
DIGITS = np.frombuffer(b"0123456789abcdef", dtype=np.uint8)

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
# RFC 7693, 2.7: the words of a block in the order in which a round takes them. The last two rounds do as the first two.
ORDERS = np.array(
    [
        [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15],
        [14, 10, 4, 8, 9, 15, 13, 6, 1, 12, 0, 2, 11, 7, 5, 3],
        [11, 8, 12, 0, 5, 2, 15, 13, 10, 14, 3, 6, 7, 1, 9, 4],
        [7, 9, 3, 1, 13, 12, 11, 14, 2, 6, 5, 10, 4, 0, 15, 8],
        [9, 0, 5, 7, 2, 4, 10, 15, 14, 1, 11, 12, 6, 8, 3, 13],
        [2, 12, 6, 10, 0, 11, 8, 3, 4, 13, 7, 5, 15, 14, 1, 9],
        [12, 5, 1, 15, 14, 13, 4, 10, 0, 7, 6, 3, 9, 2, 8, 11],
        [13, 11, 7, 14, 12, 1, 3, 9, 5, 0, 15, 4, 8, 6, 2, 10],
        [6, 15, 14, 9, 11, 3, 0, 8, 12, 2, 13, 7, 1, 4, 10, 5],
        [10, 2, 8, 4, 7, 6, 1, 5, 15, 11, 9, 14, 3, 12, 13, 0],
    ],
    dtype=np.uint8,
)[[*range(10), 0, 1]]
# Numba makes a float of an unsigned and a signed number together, so each word is an np.uint64.
NOTHING, LAST = np.uint64(0), np.uint64(2**64 - 1)
R1, R16, R24, R32, R40, R48, R63 = (np.uint64(bits) for bits in (1, 16, 24, 32, 40, 48, 63))


@inlined
def _mixed(
    a: np.uint64, b: np.uint64, c: np.uint64, d: np.uint64, x: np.uint64, y: np.uint64
) -> tuple[np.uint64, np.uint64, np.uint64, np.uint64]:
    """G of RFC 7693, 3.1."""
    a = a + b + x
    d = d ^ a
    d = d >> R32 | d << R32
    c = c + d
    b = b ^ c
    b = b >> R24 | b << R40
    a = a + b + y
    d = d ^ a
    d = d >> R16 | d << R48
    c = c + d
    b = b ^ c
    b = b >> R63 | b << R1
    return a, b, c, d


@compiled
def _compress(state: Words, block: Words, read: np.uint64, last: np.uint64) -> None:
    """F of RFC 7693, 3.2, on the state; `read` bytes have been taken, with this block's. Names keep v in registers."""
    v0, v1, v2, v3, v4, v5, v6, v7 = state[0], state[1], state[2], state[3], state[4], state[5], state[6], state[7]
    v8, v9, v10, v11 = START[0], START[1], START[2], START[3]
    v12, v13, v14, v15 = START[4] ^ read, START[5], START[6] ^ last, START[7]
    for turn in range(ROUNDS):
        w = ORDERS[turn]
        v0, v4, v8, v12 = _mixed(v0, v4, v8, v12, block[w[0]], block[w[1]])
        v1, v5, v9, v13 = _mixed(v1, v5, v9, v13, block[w[2]], block[w[3]])
        v2, v6, v10, v14 = _mixed(v2, v6, v10, v14, block[w[4]], block[w[5]])
        v3, v7, v11, v15 = _mixed(v3, v7, v11, v15, block[w[6]], block[w[7]])
        v0, v5, v10, v15 = _mixed(v0, v5, v10, v15, block[w[8]], block[w[9]])
        v1, v6, v11, v12 = _mixed(v1, v6, v11, v12, block[w[10]], block[w[11]])
        v2, v7, v8, v13 = _mixed(v2, v7, v8, v13, block[w[12]], block[w[13]])
        v3, v4, v9, v14 = _mixed(v3, v4, v9, v14, block[w[14]], block[w[15]])
    state[0] ^= v0 ^ v8
    state[1] ^= v1 ^ v9
    state[2] ^= v2 ^ v10
    state[3] ^= v3 ^ v11
    state[4] ^= v4 ^ v12
    state[5] ^= v5 ^ v13
    state[6] ^= v6 ^ v14
    state[7] ^= v7 ^ v15


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
def _absorb(state: Words, block: Words, head: Bytes, value: Bytes, blocks: range) -> None:
    """Take the blocks that start at these bytes of head and value. The one that ends with the value ends the hash."""
    buffer = block.view(np.uint8)
    size = len(head) + len(value)
    for at in blocks:
        first = head[at : at + BLOCK_BYTES]
        behind = at + len(first) - len(head)
        block[:] = NOTHING
        _copy(first, buffer)
        _copy(value[behind : behind + BLOCK_BYTES - len(first)], buffer[len(first) :])
        if at + BLOCK_BYTES < size:
            _compress(state, block, np.uint64(at + BLOCK_BYTES), NOTHING)
        else:
            _compress(state, block, np.uint64(size), LAST)


@inlined
def _are_equal(one: Bytes, other: Bytes) -> bool:
    place = 0
    while place < min(len(one), len(other)) and one[place] == other[place]:
        place += 1
    return place == len(one) == len(other)


@inlined
def _write(prefix: Bytes, hashed: Bytes, letters: Bytes, at: int) -> None:
    """The prefix and the hash in hexadecimals."""
    for place in range(len(prefix)):
        letters[at + place] = prefix[place]
    for place in range(HASH_BYTES):
        letters[at + len(prefix) + 2 * place] = DIGITS[hashed[place] >> 4]
        letters[at + len(prefix) + 2 * place + 1] = DIGITS[hashed[place] & 15]


class Hashes(NamedTuple):
    """Room for the hashes of `rows` values."""

    words: Words  # (rows,): the first word of a hash; 0 for null
    bounds: Places  # (rows + 1,): where in `texts` a hash begins and ends
    texts: Bytes  # the prefix and the hash in hexadecimals, one behind another
    work: Words  # two states and a block

    @classmethod
    def room(cls, rows: int, prefix: Bytes) -> Hashes:
        width = len(prefix) + 2 * HASH_BYTES
        words, bounds, texts = np.zeros(rows, np.uint64), np.zeros(rows + 1, np.int64), np.empty(width * rows, np.uint8)
        return cls(words, bounds, texts, np.concatenate([START, np.zeros(STATE + BLOCK, np.uint64)]))


@kernel
def hashes(head: Bytes, values: Texts, known: Truths, prefix: Bytes, found: Hashes) -> None:
    """Of each value the hash. The head is the block of the key and what stands before each value.

    A null has no text. Equal values that stand together, as the names of a user's records do, are hashed once.
    """
    shared, state, block = found.work[:STATE], found.work[STATE : 2 * STATE], found.work[2 * STATE :]
    shared[0] ^= PARAMETERS
    whole = (len(head) - 1) // BLOCK_BYTES * BLOCK_BYTES  # a block that nothing follows is the last, so not that one
    _absorb(shared, block, head, head[:0], range(0, whole, BLOCK_BYTES))

    last = -1  # the row that the state is the hash of
    for row in range(len(known)):
        start = found.bounds[row]
        found.bounds[row + 1] = start
        if known[row]:
            value = letters_at(*place_of(values, row))
            if last < 0 or not _are_equal(value, letters_at(*place_of(values, last))):
                for word in range(STATE):
                    state[word] = shared[word]
                _absorb(state, block, head, value, range(whole, len(head) + len(value), BLOCK_BYTES))
            last = row
            found.words[row] = state[0]
            _write(prefix, state.view(np.uint8), found.texts, start)
            found.bounds[row + 1] += len(prefix) + 2 * HASH_BYTES
