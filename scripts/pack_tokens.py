"""Turn a training set into packed sequences of a model's tokens, with loss on the answers alone (paper 3.2)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import click

from humanllm.errors import InputError, one_line
from humanllm.files import publish
from humanllm.packing import BATCH, chunks, histogram, pack, spool, write_packed
from humanllm.sharegpt import read_lines
from humanllm.stats import Tally
from humanllm.templates import Template, Tokens, load_tokenizer

PATH = click.Path(path_type=Path)


@click.command(help=__doc__)
@click.option("--train", type=PATH, required=True, help="ShareGPT lines.")
@click.option("--base", required=True, help="The model: a folder or a hub's name.")
@click.option("--revision", default="main", show_default=True, help="Of a hub's model.")
@click.option("--max-tokens", type=click.IntRange(min=8), required=True, help="Length of a packed sequence.")
@click.option("--max-dropped", type=float, required=True, help="Largest share of the samples that may be left out.")
@click.option("--output", type=PATH, required=True)
@click.option("--stats", type=PATH, required=True)
@one_line
def main(train: Path, base: str, revision: str, max_tokens: int, max_dropped: float, output: Path, stats: Path) -> None:
    template = Template(load_tokenizer(base, revision), base)
    tally = Tally("pack_tokens")

    def samples() -> Iterator[Tokens]:
        for lines in chunks(read_lines(train), BATCH):
            tally.take(len(lines))
            for found in template.tokens(lines):
                if isinstance(found, str):
                    tally.drop(found)
                elif len(found.ids) > max_tokens:
                    tally.drop("too_long")
                else:
                    tally.keep()
                    yield found

    with publish(output) as temporary, TemporaryDirectory(dir=temporary.parent, prefix=".spool") as folder:
        spooled = Path(folder) / "samples.arrow"
        lengths = spool(spooled, samples())
        if not lengths:
            raise InputError(f"no sample of {train} fits into {max_tokens} tokens of {base}: raise training.max_tokens")
        if tally.dropped.total() > max_dropped * tally.taken:
            why = ", ".join(f"{reason} {count}" for reason, count in tally.dropped.most_common())
            raise InputError(
                f"{tally.dropped.total()} of {tally.taken} samples of {train} cannot be packed for {base}"
                f" ({why}), more than training.max_dropped {max_dropped}: raise training.max_tokens, lower"
                " sft.max_tokens, or raise it"
            )
        sequences = pack(lengths, max_tokens)
        answer_tokens = write_packed(temporary, spooled, sequences)
    tokens, fill_rate = sum(lengths), sum(lengths) / (len(sequences) * max_tokens)
    tally.write(
        stats,
        sequences=len(sequences),
        tokens=tokens,
        answer_tokens=answer_tokens,
        longest=max(lengths),
        lengths=histogram(lengths),
        fill_rate=round(fill_rate, 4),
        padding=len(sequences) * max_tokens - tokens,  # room left in the sequences
        truncated=0,  # no sample is cut: what is too long is left out
    )
    click.echo(f"{tally.kept} samples in {len(sequences)} sequences, {fill_rate:.1%} full, {tokens} tokens")


if __name__ == "__main__":
    main()
