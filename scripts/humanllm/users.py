"""User names become keyed hashes at ingest; nothing after it knows a name."""

from __future__ import annotations

import hashlib
from pathlib import Path

from humanllm.errors import InputError

KEY_BYTES = 32


def read_key(path: Path) -> bytes:
    """The key made once for the run. Raises InputError if it is not there or not whole."""
    try:
        key = path.read_bytes()
    except OSError as error:
        raise InputError(
            f"the key of user names {path} cannot be read ({error.strerror}); make it by make_key"
        ) from error
    if len(key) != KEY_BYTES:
        raise InputError(f"the key of user names {path} has {len(key)} bytes, not {KEY_BYTES}; delete it and run again")
    return key


def keyed(key: bytes, *parts: str) -> str:
    """32 hex characters (BLAKE2b, 16 bytes) of the parts under the run's key.

    Records get their ids by it too: a plain hash of a public id could be looked up in the public dump.
    """
    text = "\0".join(parts).encode("utf-8", "surrogatepass")
    return hashlib.blake2b(text, digest_size=16, key=key).hexdigest()


def bucket_of(user: str, buckets: int) -> int:
    """Which of the source's buckets holds all of this (hashed) user."""
    return int(user[:8], 16) % buckets
