"""Print the exact prompts of a model stage, with token counts and journal keys; no engine starts.

STAGE is rewrite_text, score_quality, synthesize_product, judge_product, generate_distractors, answer_benchmark,
write_application or judge_application;
TABLE is the file that the stage reads. Prompts hold people's texts: they go to the terminal because you ask.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click

from humanllm.errors import InputError, one_line

FILE = click.Path(path_type=Path)
HERE = Path(__file__).resolve().parent
SCHEMA = HERE.parent / "rules/schemas/config.schema.yaml"


@click.command(help=__doc__)
@click.argument("stage")
@click.argument("table", type=FILE)
@click.option(
    "--records", type=FILE, help="For judge_product: the clean records; for judge_application: the folder of the items."
)
@click.option("--product", default="user", show_default=True, help="For synthesize_product.")
@click.option("--system", help="Who answers; for generate_distractors, answer_benchmark and write_application.")
@click.option("--configfile", type=FILE, multiple=True, help="An overlay over config.yaml; may be given several times.")
@click.option("-n", "number", type=click.IntRange(1), default=3, show_default=True, help="How many, from the first.")
@click.option("--id", "name", help="The request with this id alone.")
@click.option("--journal", type=FILE, help="Say which requests this journal (.jsonl) answers.")
@click.option("--json", "as_json", is_flag=True, help="JSON lines.")
@one_line
def main(
    stage: str,
    table: Path,
    records: Path | None,
    product: str,
    system: str | None,
    configfile: tuple[Path, ...],
    number: int,
    name: str | None,
    journal: Path | None,
    as_json: bool,
) -> None:
    from itertools import islice

    from humanllm.preview import model_of, stage_requests
    from humanllm.settings import read_config
    from humanllm.shown import shown

    config = read_config([HERE.parent / "config.yaml", *configfile], SCHEMA)
    prompts = HERE / "prompts"
    requests = stage_requests(stage, table, config, prompts, product=product, records=records, system=system)
    chosen = [one for one in requests if one.id == name] if name else list(islice(requests, number))
    if not chosen:
        raise InputError(f"{table} gives {stage} no request" + (f" {name}" if name else ""))
    for view in shown(chosen, model_of(stage, config, system), prompts, journal):
        click.echo(json.dumps(view, ensure_ascii=False) if as_json else _page(view))


def _page(view: dict[str, Any]) -> str:
    """One request for a person's eyes."""
    counted = "tokens" if view["exact"] else "tokens (estimated)"
    lines = [
        f"=== {view['id']}",
        f"model {view['model']}; template {view['template']}; form {view['form'] or 'free text'}",
        f"sampling {json.dumps(view['sampling'])}",
        f"key {view['key']}" + (f"; in the journal: {view['journal']}" if view["journal"] else ""),
    ]
    for message in view["messages"]:
        lines.append(f"--- {message['role']}: {message['tokens']} {counted}\n{message['content']}")
    return "\n".join([*lines, f"--- in all, with the chat template: {view['tokens']} {counted}\n"])


if __name__ == "__main__":
    main()
