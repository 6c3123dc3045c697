"""Make the key that turns user names into hashes: 32 random bytes, readable by its owner alone.

It is made once. Snakemake deletes a rule's output before the rule runs again, and with another key every person, and
so every reply of a model, would be another: so the key is also KEPT beside, where no rule deletes it.
"""

from __future__ import annotations

import hashlib
import os
import secrets
from pathlib import Path

import click

from humanllm.errors import InputError, one_line
from humanllm.files import publish

FILE = click.Path(path_type=Path)
BYTES = 32


def read_kept(path: Path) -> bytes:
    """Raises InputError if it is not whole: a new one in its place would be silent ruin."""
    key = path.read_bytes()
    if len(key) != BYTES:
        raise InputError(
            f"the kept key of user names {path} has {len(key)} bytes, not {BYTES}: bring it back from your backup;"
            " without it nobody is found again, and only then delete it"
        )
    return key


def write_private(path: Path, key: bytes) -> None:
    with publish(path) as temporary:
        descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(key)
            os.fsync(descriptor)


@click.command(help=__doc__)
@click.option("--seed", default="None", help="A number makes the key repeatable: for invented people only.")
@click.option("--kept", type=FILE, required=True, help="The copy that outlives the output; not of a repeatable key.")
@click.option("--output", type=FILE, required=True, help="The key file.")
@one_line
def main(seed: str, kept: Path, output: Path) -> None:
    if seed not in ("None", ""):
        key = hashlib.blake2b(f"key of invented people {seed}".encode(), digest_size=BYTES).digest()
        said = "repeatable key of user names written"
    elif kept.exists():
        key, said = read_kept(kept), f"the key of user names is that of {kept}"
    else:
        key, said = secrets.token_bytes(BYTES), f"random key of user names written, and kept as {kept}: back it up"
        write_private(kept, key)
    write_private(output, key)
    click.echo(said)


if __name__ == "__main__":
    main()
