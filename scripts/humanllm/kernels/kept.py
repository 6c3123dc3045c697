"""Machine code of kernels, kept in files from one process to the next.

A file is for a kernel, its own source and the types of its arguments, in a folder for these very sources, this numba
and this kind of processor: in NUMBA_CACHE_DIR where that is set, else beside the sources, else where the user's caches
are. Folders of other sources may be deleted:
    __pycache__/c32d25f04228e890/humanllm.kernels.spaces._tidy_all-0b6f6cb2c1a9d2f4.o
"""

from __future__ import annotations

import ctypes
import hashlib
import os
from collections.abc import Callable, Iterator
from functools import cache
from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any

import llvmlite.binding as llvm

from humanllm.files import publish

HERE = Path(__file__).parent
ENTRY = "kernel"  # what a kernel is called in its machine code
ENGINES: list[Any] = []  # they hold the loaded code


def _digest() -> str:
    """Of all that machine code hangs on. Two kinds of processors that share a folder may write the same file."""
    machine = (version("numba"), version("llvmlite"), llvm.get_host_cpu_name(), llvm.get_host_cpu_features().flatten())
    found = hashlib.blake2b("\0".join(machine).encode(), digest_size=8)
    for path in sorted(HERE.glob("*.py")):
        found.update(path.read_bytes())
    return found.hexdigest()


def _folders() -> Iterator[Path]:
    """Where machine code may be kept, the best place first."""
    if given := os.environ.get("NUMBA_CACHE_DIR"):
        yield Path(given)
    yield HERE / "__pycache__"
    yield Path(os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")) / "humanllm"


@cache
def folder() -> Path | None:
    """The first of the folders that can be written to, or none."""
    digest = _digest()
    for place in _folders():
        try:
            (place / digest).mkdir(parents=True, exist_ok=True)
            TemporaryFile(dir=place / digest).close()
        except OSError:
            continue
        return place / digest
    return None


def _content(path: Path | None, make: Callable[[], bytes]) -> bytes:
    """The machine code at `path`, made and put there if there is none."""
    if path is not None and path.exists():
        return path.read_bytes()
    made = make()
    if path is not None:
        with publish(path) as part:
            part.write_bytes(made)
    return made


def code(function: Callable[..., Any], types: str, words: int, make: Callable[[], bytes]) -> Callable[..., int]:
    """The machine code of a function for arguments of these types, as a function of so many words of 64 bits."""
    name = f"{function.__module__}.{function.__qualname__}"
    source = Path(function.__code__.co_filename).read_bytes()
    digest = hashlib.blake2b(f"{name}\0{types}\0".encode() + source, digest_size=8).hexdigest()
    home = folder()
    return _loaded(_content(home and home / f"{name}-{digest}.o", make), words)


@cache
def host() -> Any:
    """This processor, for LLVM."""
    llvm.initialize_native_target()
    llvm.initialize_native_asmprinter()
    features = llvm.get_host_cpu_features().flatten()
    target = llvm.Target.from_default_triple()
    return target.create_target_machine(llvm.get_host_cpu_name(), features, opt=3, reloc="static", jit=True)


def _loaded(content: bytes, words: int) -> Callable[..., int]:
    engine = llvm.create_mcjit_compiler(llvm.parse_assembly(""), host())
    engine.add_object_file(llvm.ObjectFileRef.from_data(content))
    engine.finalize_object()
    ENGINES.append(engine)
    return ctypes.CFUNCTYPE(ctypes.c_int32, *[ctypes.c_int64] * words)(engine.get_function_address(ENTRY))
