"""A kernel to machine code, by numba, which is imported here alone."""

from __future__ import annotations

from collections.abc import Callable
from types import FunctionType
from typing import Any

import llvmlite.binding as llvm
import numba
from numba.extending import intrinsic

from humanllm.kernels import INTRINSICS, PARTS, instructions, kept

MADE: dict[Callable[..., Any], Any] = {}  # the parts of kernels, as numba takes them


def _part(function: Callable[..., Any]) -> Any:
    if function not in MADE:
        if function in INTRINSICS:
            MADE[function] = intrinsic(getattr(instructions, function.__name__))
        else:
            MADE[function] = _taken(function, **PARTS[function])
    return MADE[function]


def _taken(function: Any, **how: bool) -> Any:
    """A function as numba takes it, with the parts that it calls in the place of those of the same names."""
    own = {name: function.__globals__[name] for name in function.__code__.co_names if name in function.__globals__}
    called = {name: _part(value) for name, value in own.items() if _is_part(value)}
    copied = FunctionType(function.__code__, function.__globals__ | called, function.__name__, function.__defaults__)
    copied.__qualname__, copied.__module__ = function.__qualname__, function.__module__
    return numba.njit(_nrt=False, no_cpython_wrapper=True, no_cfunc_wrapper=True, **how)(copied)


def _is_part(value: Any) -> bool:
    return isinstance(value, FunctionType) and (value in PARTS or value in INTRINSICS)


def machine_code(function: Callable[..., Any], arguments: tuple[Any, ...], words: int) -> bytes:
    """The kernel for arguments of the types of these, which are passed in so many words of 64 bits."""
    taken, types = _taken(function), tuple(map(numba.typeof, arguments))
    taken.compile(types)
    module = llvm.parse_assembly(taken.inspect_llvm(types))
    entry = module.get_function(taken.overloads[types].fndesc.llvm_func_name)
    if taken.overloads[types].signature.return_type != numba.types.none or len([*entry.arguments]) != words:
        raise TypeError(
            f"numba {numba.__version__} takes {len([*entry.arguments])} words for the arguments of {function.__name__},"
            f" not {words}, or it returns something: a kernel returns nothing; pin the numba that the environments name"
        )
    entry.name = kept.ENTRY
    made: bytes = kept.host().emit_object(module)
    return made
