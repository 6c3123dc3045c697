"""Errors that a person can act on: what was wrong, where, and what to do next.

The library raises `InputError`; a command wrapped in `one_line` prints it as one line and exits with 1.
"""

from __future__ import annotations

import functools
import sys
from collections.abc import Callable
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")


class InputError(ValueError):
    """Something a person gave (a dump, a knob, a model folder) cannot be used; the text says what to do."""


class EngineError(InputError):
    """A model's engine or server stopped answering; the text says what is kept and what to do."""


def one_line(command: Callable[P, T]) -> Callable[P, T]:
    """Turn an `InputError` of `command` into one line on stderr and exit status 1."""

    @functools.wraps(command)
    def wrapped(*args: P.args, **kwargs: P.kwargs) -> T:
        try:
            return command(*args, **kwargs)
        except InputError as error:
            print(f"Error: {error}", file=sys.stderr)
            sys.exit(1)

    return wrapped
