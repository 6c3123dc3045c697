"""Errors that a person can act on: what was wrong, where, and what to do next.

The library raises `InputError`; a command wrapped in `one_line` prints it as one line and exits with 1, and so a disk
that is full, wherever that shows.
"""

from __future__ import annotations

import errno
import functools
import sys
from collections.abc import Callable
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")


FULL = (errno.ENOSPC, errno.EDQUOT)


class InputError(ValueError):
    """Something a person gave (a dump, a knob, a model folder) cannot be used; the text says what to do."""


class EngineError(InputError):
    """A model's engine or server stopped answering; the text says what is kept and what to do."""


def one_line(command: Callable[P, T]) -> Callable[P, T]:
    """Turn an `InputError` of `command`, or a full disk, into one line on stderr and exit status 1."""

    @functools.wraps(command)
    def wrapped(*args: P.args, **kwargs: P.kwargs) -> T:
        try:
            return command(*args, **kwargs)
        except InputError as error:
            said = str(error)
        except OSError as error:
            if error.errno not in FULL:
                raise
            said = f"{' '.join(str(error).split())}: make room, or see your quota, then run the same command again"
        print(f"Error: {said}", file=sys.stderr)
        sys.exit(1)

    return wrapped
