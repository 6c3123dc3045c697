"""The hashes of names and ids, one at a time and in plain words: what the library's columns must agree with."""

from __future__ import annotations

import hashlib


def keyed(key: bytes, *parts: str) -> str:
    return hashlib.blake2b("\0".join(parts).encode(), digest_size=16, key=key).hexdigest()


def code_of(hashed: str) -> int:
    return int(hashed[:16], 16)


def bucket_of(user: str, buckets: int) -> int:
    return int(user[:8], 16) % buckets
