"""Make the key that turns user names into hashes: 32 random bytes, readable by its owner alone."""

from __future__ import annotations

import hashlib
import os
import secrets
from pathlib import Path

import click

from humanllm.errors import one_line
from humanllm.files import publish


@click.command(help=__doc__)
@click.option("--seed", default="None", help="A number makes the key repeatable: for invented people only.")
@click.option("--output", type=click.Path(path_type=Path), required=True, help="The key file.")
@one_line
def main(seed: str, output: Path) -> None:
    known = seed not in ("None", "")
    key = hashlib.blake2b(f"key of invented people {seed}".encode(), digest_size=32).digest() if known else b""
    with publish(output) as temporary:
        descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(key or secrets.token_bytes(32))
    click.echo(f"{'repeatable' if known else 'random'} key of user names written")


if __name__ == "__main__":
    main()
