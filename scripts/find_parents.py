"""Find the POSTS that comments answer, and lay them out by the buckets of those who comment."""

from __future__ import annotations

from pathlib import Path

import click

from humanllm.errors import one_line

FILE = click.Path(path_type=Path)


@click.command(help=__doc__)
@click.option("--comments", type=FILE, multiple=True, required=True, help="A filtered table of comments; one or more.")
@click.option("--output", type=FILE, required=True, help="The posts answered: bucket, parent_id, parent_text.")
@click.option("--stats", type=FILE, required=True, help="The counts.")
@click.argument("posts", type=FILE, nargs=-1)
@one_line
def main(comments: tuple[Path, ...], output: Path, stats: Path, posts: tuple[Path, ...]) -> None:
    from humanllm.lookups import find_parents

    tally = find_parents(posts, comments, output, stats)
    click.echo(f"{tally.taken} posts in, {tally.kept} answered")


if __name__ == "__main__":
    main()
