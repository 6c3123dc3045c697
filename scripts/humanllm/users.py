"""User names become keyed hashes at ingest; nothing after it knows a name."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import NamedTuple

import numpy as np
import polars as pl
import pyarrow as pa

from humanllm.errors import InputError
from humanllm.kernels.blake2 import BLOCK_BYTES, KEY_BYTES, Hashes, hashes
from humanllm.kernels.views import in_place, series
from humanllm.kernels.words import Bytes

SPREAD = np.uint64(0x9E3779B97F4A7C15)  # odd, so no two numbers times it are the same


def read_key(path: Path) -> bytes:
    """The key made once for the run. Raises InputError if it is not there or not whole."""
    try:
        key = path.read_bytes()
    except OSError as error:
        raise InputError(
            f"the key of user names {path} cannot be read ({error.strerror}); make it by make_key"
        ) from error
    if len(key) != KEY_BYTES:
        raise InputError(
            f"the key of user names {path} has {len(key)} bytes, not {KEY_BYTES}; delete it, for make_key kept a copy,"
            " and run again"
        )
    return key


class Hashed(NamedTuple):
    text: pl.Series  # the hash, behind its prefix
    code: pl.Series  # its first 8 bytes as a number


class Namer:
    """The user of a name, the id of a native key: 32 hex characters (BLAKE2b, 16 bytes) under the run's key.

    Records get their ids by it too: a plain hash of a public id could be looked up in the public dump. Null stays null.
    """

    def __init__(self, key: bytes, source: str) -> None:
        if len(key) != KEY_BYTES:
            raise ValueError(f"a key of {len(key)} bytes, where the kernel of the hashes is for {KEY_BYTES}")
        self.key = key
        self.source = source

    def _hashed(self, values: pl.Series, *before: str, prefix: str = "") -> Hashed:
        head = self.key.ljust(BLOCK_BYTES, b"\0") + "\0".join([*before, ""]).encode()
        known, prefix_bytes = values.is_not_null(), _bytes(prefix.encode())
        found = Hashes.room(len(values), prefix_bytes)
        with in_place(values) as texts:
            hashes(_bytes(head), texts, known.to_numpy(), prefix_bytes, found)
        hashed = pa.LargeStringArray.from_buffers(len(values), pa.py_buffer(found.bounds), pa.py_buffer(found.texts))
        text, code = series(hashed), pl.Series(found.words[:, 0].byteswap())
        if not known.all():
            text, code = (column.set(~known, None) for column in (text, code))
        return Hashed(text, code)

    def users(self, names: pl.Series) -> Hashed:
        return self._hashed(names, self.source)

    def ids(self, kind: str, keys: pl.Series) -> Hashed:
        return self._hashed(keys, self.source, kind, prefix=f"{self.source}:{kind}:")


def _bytes(letters: bytes) -> Bytes:
    return np.frombuffer(letters, dtype=np.uint8)


def item_codes(items: pl.Series) -> pl.Series:
    """64 bits that stand for an item, spread evenly; null for null.

    An Amazon id of ten letters and digits is a number to the base of 36, which no other id shares; of any other id it
    is the hash, and two of 48 million share one by a chance of 1 in 10,000.
    """
    spread = items.str.contains(r"^[0-9A-Z]{10}$").fill_null(False)
    numbers = items.str.to_integer(base=36, dtype=pl.UInt64, strict=False).fill_null(0).to_numpy()
    codes = pl.Series(numbers * SPREAD).zip_with(spread, pl.repeat(0, len(items), dtype=pl.UInt64, eager=True))
    others = (~spread & items.is_not_null()).arg_true()
    hashed = [
        int.from_bytes(hashlib.blake2b(item.encode(), digest_size=8).digest(), "little")
        for item in items.gather(others)
    ]
    return codes.scatter(others, pl.Series(hashed, dtype=pl.UInt64)).set(items.is_null(), None)
