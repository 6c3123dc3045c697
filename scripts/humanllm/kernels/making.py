"""A kernel to machine code, by numba, which is imported here alone."""

from __future__ import annotations

from collections.abc import Callable
from types import FunctionType
from typing import Any

import llvmlite.binding as llvm
import numba
from numba.extending import intrinsic

from humanllm.errors import InputError
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


def _wrong(function: Callable[..., Any], compiled: Any, taken: int, words: int) -> str | None:
    """Why the machine code cannot be called or kept."""
    if compiled.signature.return_type != numba.types.none:
        return f"{function.__name__} returns something: a kernel returns nothing"
    if compiled.library.has_dynamic_globals:
        return f"{function.__name__} reads an array of the module that is too large to be kept with it: give it as one"
    if taken != words:
        return (
            f"numba {numba.__version__} takes the arguments of {function.__name__} in {taken} words, not {words}: pin"
            " the numba that the environments name"
        )
    return None


def machine_code(function: Callable[..., Any], arguments: tuple[Any, ...], words: int) -> bytes:
    """The kernel for arguments of the types of these, which are passed in so many words of 64 bits."""
    if numba.config.DISABLE_JIT:
        raise InputError("NUMBA_DISABLE_JIT is set, and nothing can be compiled: unset it")
    taken, types = _taken(function), tuple(map(numba.typeof, arguments))
    taken.compile(types)
    compiled = taken.overloads[types]
    module = llvm.parse_assembly(taken.inspect_llvm(types))
    entry = module.get_function(compiled.fndesc.llvm_func_name)
    if why := _wrong(function, compiled, len([*entry.arguments]), words):
        raise TypeError(why)
    entry.name = kept.ENTRY
    made: bytes = kept.host().emit_object(module)
    return made
