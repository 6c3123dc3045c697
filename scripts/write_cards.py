"""Write the dataset card and the model cards from the report's facts."""

from __future__ import annotations

from pathlib import Path

import click

from humanllm.errors import one_line
from humanllm.files import publish, read_json
from humanllm.report.cards import dataset_card, model_card

FILE = click.Path(path_type=Path)


@click.command(help=__doc__)
@click.option("--dataset-template", type=FILE, required=True)
@click.option("--model-template", type=FILE, required=True)
@click.option("--facts", type=FILE, required=True, help="JSON of build_report.")
@click.option("--dataset", type=FILE, required=True, help="The dataset card.")
@click.argument("models", type=FILE, nargs=-1)
@one_line
def main(dataset_template: Path, model_template: Path, facts: Path, dataset: Path, models: tuple[Path, ...]) -> None:
    """MODELS: the model cards, each named {model}-{variant}.md."""
    found = read_json(facts)
    cards = {dataset: dataset_card(dataset_template, found)}
    cards |= {path: model_card(model_template, found, path.name.removesuffix(".md")) for path in models}
    for path, text in cards.items():
        with publish(path) as temporary:
            temporary.write_text(text, encoding="utf-8")
    click.echo(f"1 dataset card, {len(models)} model cards")


if __name__ == "__main__":
    main()
