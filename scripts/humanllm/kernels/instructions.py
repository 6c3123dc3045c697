"""What LLVM is to make of the intrinsics of `humanllm.kernels`, by the same names, for numba."""

from __future__ import annotations

from functools import partial
from typing import Any

from llvmlite import ir
from numba.core import cgutils, types
from numba.np.arrayobj import make_array, populate_array

from humanllm.kernels.blake2 import LANES, START, WORK, compressed
from humanllm.kernels.words import WIDE

WORD = ir.IntType(64)
MANY = ir.VectorType(ir.IntType(8), WIDE)  # of bytes with a sign: those beyond ASCII are below 0


def _pointer(context: Any, builder: Any, array_type: Any, array: Any, place: Any, what: Any = WORD) -> Any:
    letters = context.make_array(array_type)(context, builder, array)
    at = cgutils.gep_inbounds(builder, letters.data, place)
    return builder.bitcast(at, what.as_pointer())


def _many(context: Any, builder: Any, array_type: Any, array: Any, place: Any) -> Any:
    return builder.load(_pointer(context, builder, array_type, array, place, MANY), align=1)


def _bits(builder: Any, truths: Any) -> Any:
    """The word with a bit for each of as many bytes."""
    return builder.zext(builder.bitcast(truths, ir.IntType(WIDE)), WORD)


def word_at(typing: Any, letters: Any, place: Any) -> Any:
    def load(context: Any, builder: Any, signature: Any, values: Any) -> Any:
        return builder.load(_pointer(context, builder, signature.args[0], values[0], values[1]), align=1)

    return types.uint64(letters, types.intp), load


def put_word(typing: Any, letters: Any, place: Any, word: Any) -> Any:
    def store(context: Any, builder: Any, signature: Any, values: Any) -> Any:
        builder.store(values[2], _pointer(context, builder, signature.args[0], values[0], values[1]), align=1)
        return context.get_dummy_value()

    return types.void(letters, types.intp, types.uint64), store


def zeros_below(typing: Any, word: Any) -> Any:
    def count(context: Any, builder: Any, signature: Any, values: Any) -> Any:
        return builder.cttz(values[0], ir.Constant(ir.IntType(1), 1))

    return types.int64(types.uint64), count


def letters_at(typing: Any, address: Any, size: Any) -> Any:
    letters = types.Array(types.uint8, 1, "C")

    def look(context: Any, builder: Any, signature: Any, values: Any) -> Any:
        array = make_array(letters)(context, builder)
        data = builder.inttoptr(values[0], array.data.type)
        one = context.get_constant(types.intp, 1)
        populate_array(array, data, shape=[values[1]], strides=[one], itemsize=one, meminfo=None)
        return array._getvalue()

    return letters(types.int64, types.int64), look


def copy_wide(typing: Any, letters: Any, place: Any, out: Any, end: Any) -> Any:
    def copy(context: Any, builder: Any, signature: Any, values: Any) -> Any:
        many = _many(context, builder, signature.args[0], values[0], values[1])
        builder.store(many, _pointer(context, builder, signature.args[2], values[2], values[3], MANY), align=1)
        return context.get_dummy_value()

    return types.void(letters, types.intp, out, types.intp), copy


def equal_wide(typing: Any, letters: Any, one: Any, other: Any) -> Any:
    def compare(context: Any, builder: Any, signature: Any, values: Any) -> Any:
        these, those = (_many(context, builder, signature.args[0], values[0], place) for place in values[1:])
        return _bits(builder, builder.icmp_unsigned("==", these, those))

    return types.uint64(letters, types.intp, types.intp), compare


def odd_wide(typing: Any, letters: Any, place: Any, least: Any, one: Any, other: Any) -> Any:
    def look(context: Any, builder: Any, signature: Any, values: Any) -> Any:
        many = _many(context, builder, signature.args[0], values[0], values[1])
        low, first, second = (_in_each(builder, builder.trunc(value, MANY.element)) for value in values[2:])
        found = builder.icmp_signed("<", many, low)
        for sign in (first, second):
            found = builder.or_(found, builder.icmp_unsigned("==", many, sign))
        return _bits(builder, found)

    return types.uint64(letters, types.intp, types.intp, types.intp, types.intp), look


def _in_each(builder: Any, value: Any) -> Any:
    """A vector that has the byte in each place."""
    nothing = ir.Constant(MANY, ir.Undefined)
    first = builder.insert_element(nothing, value, ir.Constant(ir.IntType(32), 0))
    return builder.shuffle_vector(first, nothing, ir.Constant(ir.VectorType(ir.IntType(32), WIDE), [0] * WIDE))


def compress(typing: Any, work: Any) -> Any:
    lanes = ir.VectorType(WORD, LANES)

    def turned(builder: Any, words: Any, bits: int) -> Any:
        right, left = (ir.Constant(lanes, [number] * LANES) for number in (bits, 64 - bits))
        return builder.or_(builder.lshr(words, right), builder.shl(words, left))

    def take(context: Any, builder: Any, signature: Any, values: Any) -> Any:
        array = context.make_array(signature.args[0])(context, builder, values[0])
        first = builder.bitcast(array.data, lanes.as_pointer())
        rows = [builder.gep(first, [ir.Constant(WORD, row)]) for row in range(WORK)]
        start = [ir.Constant(lanes, [int(word)] * LANES) for word in START]
        given = [*(builder.load(row, align=8) for row in rows), *start]
        state = compressed(given, builder.add, builder.xor, partial(turned, builder))
        for row, words in zip(rows, state, strict=False):
            builder.store(words, row, align=8)
        return context.get_dummy_value()

    return types.void(work), take
