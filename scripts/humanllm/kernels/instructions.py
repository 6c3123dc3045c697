"""What LLVM is to make of the intrinsics of `humanllm.kernels`, by the same names, for numba."""

from __future__ import annotations

from typing import Any

from llvmlite import ir
from numba.core import cgutils, types
from numba.np.arrayobj import make_array, populate_array


def _pointer(context: Any, builder: Any, array_type: Any, array: Any, place: Any) -> Any:
    letters = context.make_array(array_type)(context, builder, array)
    at = cgutils.gep_inbounds(builder, letters.data, place)
    return builder.bitcast(at, ir.IntType(64).as_pointer())


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
