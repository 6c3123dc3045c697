"""Ask a stage's missing requests by OpenAI batch files, at half the price: export them, send them, import the answers.

STAGE is rewrite_text, score_quality, synthesize_product, judge_product, generate_distractors, answer_benchmark,
write_application or judge_application;
TABLE is the file that the stage reads. docs/engines.md goes through it step by step. Batch files hold people's texts.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from humanllm.errors import InputError, one_line

if TYPE_CHECKING:
    from humanllm.batches import Stage

FILE = click.Path(path_type=Path)
HERE = Path(__file__).resolve().parent
SCHEMA = HERE.parent / "rules/schemas/config.schema.yaml"
SHARED = [
    click.argument("stage"),
    click.argument("table", type=FILE),
    click.option(
        "--records",
        type=FILE,
        help="For judge_product: the clean records; for judge_application: the folder of the items.",
    ),
    click.option("--product", default="user", show_default=True, help="For synthesize_product."),
    click.option("--system", help="Who answers; for generate_distractors, answer_benchmark and write_application."),
    click.option("--configfile", type=FILE, multiple=True, help="An overlay over config.yaml, as for snakemake."),
]


def shared(command: Callable[..., Any]) -> Callable[..., Any]:
    for add in reversed(SHARED):
        command = add(command)
    return command


def stage_of(
    stage: str,
    table: Path,
    records: Path | None,
    product: str,
    system: str | None,
    configfile: tuple[Path, ...],
) -> Stage:
    from humanllm.batches import Stage, journal_of, parse_of, rules_of
    from humanllm.preview import BUILDERS, model_of, stage_requests
    from humanllm.settings import read_config

    if stage not in BUILDERS:
        raise InputError(f"no model stage {stage!r}; known: {', '.join(BUILDERS)}")
    config = read_config([HERE.parent / "config.yaml", *configfile], SCHEMA)
    prompts = HERE / "prompts"
    return Stage(
        model_of(stage, config, system).pinned(),
        lambda: stage_requests(stage, table, config, prompts, product=product, records=records, system=system),
        parse_of(stage, prompts, config["filters"]["language"]),
        rules_of(stage, config["asking"]),
        config["seed"],
        journal_of(Path(config["pathvars"]["state"]), stage, table, product, system),
    )


@click.group(help=__doc__)
def main() -> None:
    pass


@main.command("export")
@shared
@click.option("--to", type=FILE, required=True, help="A new folder for the batch files.")
@one_line
def export_files(to: Path, **choice: Any) -> None:
    """Write what the stage's journal does not answer yet as batch files."""
    from humanllm.batches import export

    made = stage_of(**choice)
    files = export(made, to)
    for path in files:
        with path.open("rb") as file:
            click.echo(f"{path}: {sum(1 for _ in file)} requests to {made.spec.path}")
    if not files:
        click.echo(f"{made.journal} answers all that can be asked of {choice['table']} now: run the workflow")


@main.command("import")
@shared
@click.argument("files", type=FILE, nargs=-1, required=True)
@one_line
def import_files(files: tuple[Path, ...], **choice: Any) -> None:
    """Put the answers in FILES (OpenAI's output and error files) into the stage's journal."""
    from humanllm.batches import take

    made = stage_of(**choice)
    taken = take(made, files)
    click.echo(
        f"{made.journal}: {taken.kept} replies taken, {taken.refused} requests refused for good,"
        f" {taken.already} there already, {taken.left.total()} still missing"
    )
    for reason, count in taken.left.most_common():
        click.echo(f"  still missing: {count} x {reason}")


if __name__ == "__main__":
    main()
