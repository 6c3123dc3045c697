"""Draw an application's items from the test set, evenly over the sources (paper 4)."""

from __future__ import annotations

from pathlib import Path

import click

from humanllm.errors import one_line

PATH = click.Path(path_type=Path)


@click.command(help=__doc__)
@click.option("--application", required=True, help="profile_writing, human_explainer or personalized_writing.")
@click.option("--test", type=PATH, required=True, help="The test set, ShareGPT lines.")
@click.option("--items", type=click.IntRange(1), required=True, help="At most so many.")
@click.option("--seed", type=int, required=True)
@click.option("--prompt", type=PATH, help="The question of profile_writing.")
@click.option("--history-tokens", type=click.IntRange(1), help="Of a person's posts, for profile_writing.")
@click.option("--clean", type=PATH, help="The folder of the clean records, for profile_writing.")
@click.option("--take", multiple=True, help="reddit=128: a source of it and how many buckets it has.")
@click.option("--output", type=PATH, required=True, help="Table of the items.")
@click.option("--stats", type=PATH, required=True)
@one_line
def main(
    application: str,
    test: Path,
    items: int,
    seed: int,
    prompt: Path | None,
    history_tokens: int | None,
    clean: Path | None,
    take: tuple[str, ...],
    output: Path,
    stats: Path,
) -> None:
    from humanllm.applications.items import FIELDS, FORMS, build
    from humanllm.applications.tables import ITEM
    from humanllm.benchmarks.in_domain import read_samples
    from humanllm.errors import InputError
    from humanllm.stats import Tally
    from humanllm.tables import write_rows
    from humanllm.tasks.wordings import Wordings

    if application not in FORMS:
        raise InputError(f"no application {application!r}; known: {', '.join(FORMS)}")
    given = (prompt, history_tokens, clean, take)
    if any(given) != (application == "profile_writing") or any(given) != all(given):
        raise InputError("--prompt, --history-tokens, --clean and --take are for profile_writing, which needs them all")
    tally = Tally("build_application")
    rows, facts = build(
        application,
        read_samples(test),
        items,
        seed,
        tally,
        wordings=Wordings(prompt, FIELDS) if prompt else None,
        clean=_tables(clean, take) if clean else (),
        history_tokens=history_tokens or 0,
    )
    write_rows(output, rows, ITEM)
    tally.write(stats, **facts)
    click.echo(f"{application}: {len(rows)} items of {facts['clusters']} users, {facts['short_of_items']} too few")


def _tables(folder: Path, take: tuple[str, ...]) -> list[Path]:
    """The tables of all buckets of `reddit=128` and so on."""
    named = (text.partition("=") for text in take)
    return [folder / source / f"{bucket}.parquet" for source, _, count in named for bucket in range(int(count))]


if __name__ == "__main__":
    main()
