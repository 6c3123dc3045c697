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
from contextlib import suppress
from importlib.metadata import version
from pathlib import Path
from typing import Any

import llvmlite.binding as llvm

from humanllm.files import publish

HERE = Path(__file__).parent
PLACE = "NUMBA_CACHE_DIR"
ENTRY = "kernel"  # what a kernel is called in its machine code
CHECK = 16  # bytes: damaged code would end the process, so what a file begins with must be the digest of the rest
ENGINES: list[Any] = []  # they hold the loaded code


def _digest() -> str:
    """Of all that machine code hangs on. Two kinds of processors that share a folder may write the same file."""
    machine = (version("numba"), version("llvmlite"), llvm.get_host_cpu_name(), llvm.get_host_cpu_features().flatten())
    knobs = (f"{name}={value}" for name, value in sorted(os.environ.items()) if name.startswith("NUMBA_"))
    told = [*machine, *(knob for knob in knobs if not knob.startswith(f"{PLACE}="))]
    found = hashlib.blake2b("\0".join(told).encode(errors="surrogateescape"), digest_size=8)
    for path in sorted(HERE.glob("*.py")):
        found.update(path.read_bytes())
    return found.hexdigest()


DIGEST = _digest()  # of the sources as they are imported, not as they may be later


def _folders() -> Iterator[Path]:
    """Where machine code may be kept, the best place first."""
    if given := os.environ.get(PLACE):
        yield Path(given) / DIGEST
    yield HERE / "__pycache__" / DIGEST
    yield Path(os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")) / "humanllm" / DIGEST


def _check(code: bytes) -> bytes:
    return hashlib.blake2b(code, digest_size=CHECK).digest()


def _read(name: str) -> bytes | None:
    """The machine code of that name, if it is whole somewhere."""
    for folder in _folders():
        with suppress(OSError):
            content = (folder / name).read_bytes()
            if content[:CHECK] == _check(content[CHECK:]):
                return content[CHECK:]
    return None


def _keep(name: str, code: bytes) -> None:
    """Write it to the first folder that takes it; if none does, the next process makes it again."""
    for folder in _folders():
        with suppress(OSError):
            with publish(folder / name) as part:
                part.write_bytes(_check(code) + code)
            return


def loaded(name: str, told: bytes, words: int, make: Callable[[], bytes]) -> Callable[..., int]:
    """The machine code of a function, of which so much is told, as a function of so many words of 64 bits."""
    file = f"{name}-{hashlib.blake2b(told, digest_size=8).hexdigest()}.o"
    code = _read(file)
    if code is None:
        code = make()
        _keep(file, code)
    engine = llvm.create_mcjit_compiler(llvm.parse_assembly(""), host())
    ENGINES.append(engine)
    engine.add_object_file(llvm.ObjectFileRef.from_data(code))
    engine.finalize_object()
    return ctypes.CFUNCTYPE(ctypes.c_int32, *[ctypes.c_int64] * words)(engine.get_function_address(ENTRY))


def host() -> Any:
    """This processor, for LLVM; an engine takes it over."""
    llvm.initialize_native_target()
    llvm.initialize_native_asmprinter()
    features = llvm.get_host_cpu_features().flatten()
    target = llvm.Target.from_default_triple()
    return target.create_target_machine(llvm.get_host_cpu_name(), features, opt=3, reloc="static", jit=True)
