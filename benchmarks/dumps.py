"""Makes dumps of a chosen size in the forms of the sources (FORMATS.md): the same seed and size give the same dump.

A dump of 500,000,000 bytes before compression:
    python -m benchmarks.dumps reviews /tmp/Books.jsonl.gz 500
"""

from __future__ import annotations

import calendar
import gzip
import json
import zipfile
from collections.abc import Iterator
from pathlib import Path

import click
import numpy as np
import zstandard

from benchmarks.posts import posts
from benchmarks.texts import Texts

CHUNK = 20_000  # rows made at a time
MONTHS = calendar.month_name[1:]
INDUSTRIES = ("indUnk", "Student", "Education", "Technology", "Arts", "Government", "Law", "Internet")
SIGNS = ("Aries", "Taurus", "Gemini", "Cancer", "Leo", "Virgo", "Libra", "Scorpio")
ALPHABET = np.frombuffer(b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", dtype="S1")
# What the real corpus has around a post's text, and its share of odd dates.
BEFORE = ("\r\n\r\n     \r\n      ", "\r\n\r\n\r\n       \r\n       ", "\r\n\r\n\t \r\n      ")
ODD_DATES = (",,", "31,mai,2004", "07,Juli,2003", "12,agosto,2004")


def names(chance: np.random.Generator, number: int, length: int, prefix: str) -> list[str]:
    """Names of capitals and digits, as Amazon's users (28 of them) and items (10) have."""
    letters = chance.choice(ALPHABET, size=(number, length - len(prefix)))
    return [prefix + row.tobytes().decode() for row in letters]


def _skewed(chance: np.random.Generator, number: int, population: int) -> list[int]:
    """Members of a population, some of them far more often than others."""
    drawn: list[int] = (chance.random(number) ** 3 * population).astype(np.int64).tolist()
    return drawn


def reviews(texts: Texts, size: int) -> Iterator[bytes]:
    """Amazon Reviews 2023: lines of JSON under the official keys, text of 230 characters on the mean."""
    chance, population = texts.chance, size // 4000 + 20
    users = names(chance, population, 28, "A")
    items = names(chance, population, 10, "B0")
    while True:
        bodies = texts.draw(CHUNK, mean=245, spread=1.2, gaps=("<br /><br />", " ", "  "))
        titles = texts.draw(CHUNK, mean=24, spread=0.5)
        who, what = _skewed(chance, CHUNK, population), _skewed(chance, CHUNK, population)
        times = chance.integers(1_300_000_000_000, 1_690_000_000_000, CHUNK).tolist()
        stars = chance.choice([1.0, 2.0, 3.0, 4.0, 5.0], CHUNK, p=[0.1, 0.05, 0.08, 0.15, 0.62]).tolist()
        votes, seen = chance.geometric(0.5, CHUNK).tolist(), chance.random(CHUNK).tolist()
        for body, title, user, item, time, star, vote, share in zip(
            bodies, titles, who, what, times, stars, votes, seen, strict=True
        ):
            text = body.replace("&", "&#34;") if share < 0.3 else body
            images = f'[{{"small_image_url": "https://m.example.com/{items[user]}.jpg"}}]' if share > 0.96 else "[]"
            bought = "false" if share < 0.1 else "true"
            line = (
                f'{{"rating": {star}, "title": {json.dumps(title)}, "text": {json.dumps(text)}, "images": {images}, '
                f'"asin": "{items[item]}", "parent_asin": "{items[item]}", "user_id": "{users[user]}", '
                f'"timestamp": {time}, "helpful_vote": {vote - 1}, "verified_purchase": {bought}}}\n'
            )
            yield line.encode()


def _date(chance: np.random.Generator) -> str:
    if chance.random() < 0.002:
        return ODD_DATES[chance.integers(len(ODD_DATES))]
    return f"{chance.integers(1, 29):02d},{MONTHS[chance.integers(12)]},{chance.integers(2001, 2005)}"


def _blog(texts: Texts, number: int) -> str:
    """A blogger's file of `number` posts: text of 1,100 characters on the mean, the gaps of the real ones."""
    chance = texts.chance
    parts = ["<Blog>\r\n\r\n"]
    for body in texts.draw(number, mean=1100, spread=1.3, gaps=("   ",)):
        text = body.replace(" the ", " urlLink the ", 1) if chance.random() < 0.3 else body
        text = text.replace(", ", ",&nbsp; ", 2) if chance.random() < 0.04 else text
        before = BEFORE[chance.integers(len(BEFORE))]
        parts.append(f"<date>{_date(chance)}</date>\r\n<post>{before}{text}\r\n     \r\n    \r\n</post>\r\n\r\n")
    return "".join((*parts, "</Blog>\r\n"))


def blogs(texts: Texts, size: int) -> Iterator[tuple[str, bytes]]:
    """Files of the Blog Authorship Corpus, two of a hundred in cp1252; about 35 posts each."""
    chance, number = texts.chance, 1_000_000
    while True:
        number += int(chance.integers(1, 300))
        sex, age = ("male", "female")[chance.integers(2)], chance.integers(13, 48)
        sign, industry = SIGNS[chance.integers(len(SIGNS))], INDUSTRIES[chance.integers(len(INDUSTRIES))]
        text = _blog(texts, int(texts.lengths(1, mean=35, spread=1.1)[0]))
        coding = "cp1252" if chance.random() < 0.02 else "utf-8"
        yield f"blogs/{number}.{sex}.{age}.{industry}.{sign}.xml", text.encode(coding, "replace")


def _upto(lines: Iterator[bytes], size: int) -> Iterator[bytes]:
    """Blocks of lines until there are `size` bytes of them."""
    made, block = 0, []
    for line in lines:
        block.append(line)
        made += len(line)
        if len(block) == CHUNK or made >= size:
            yield b"".join(block)
            block = []
        if made >= size:
            return


def write_gz(path: Path, lines: Iterator[bytes], size: int) -> None:
    with gzip.GzipFile(path, "wb", compresslevel=6, mtime=0) as file:
        for block in _upto(lines, size):
            file.write(block)


def write_zst(path: Path, lines: Iterator[bytes], size: int, window: int, level: int = 12) -> None:
    """One frame without its size, as the real dumps have; `window` is the logarithm of the window's bytes."""
    knobs = zstandard.ZstdCompressionParameters.from_level(level, window_log=window, threads=-1)
    with path.open("wb") as raw, zstandard.ZstdCompressor(compression_params=knobs).stream_writer(raw) as file:
        for block in _upto(lines, size):
            file.write(block)


def write_zip(path: Path, files: Iterator[tuple[str, bytes]], size: int) -> None:
    made = 0
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files:
            archive.writestr(zipfile.ZipInfo(name, (2004, 8, 1, 0, 0, 0)), content, zipfile.ZIP_DEFLATED)
            made += len(content)
            if made >= size:
                return


def make(kind: str, path: Path, megabytes: float, seed: int = 1, window: int = 23) -> None:
    """Write a dump of `kind` with so many megabytes before compression, unless it is there."""
    if path.exists():
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    texts, size, part = Texts(seed), int(megabytes * 1e6), path.with_name(path.name + ".part")
    if kind == "reviews":
        write_gz(part, reviews(texts, size), size)
    elif kind == "blogs":
        write_zip(part, blogs(texts, size), size)
    else:
        write_zst(part, posts(texts), size, window)
    part.rename(path)


def decompress(path: Path) -> None:
    """The lines of a .zst dump beside it, as .jsonl, for tools that read them so."""
    lines = path.with_suffix(".jsonl")
    if not lines.exists():
        with path.open("rb") as raw, lines.open("wb") as file:
            zstandard.ZstdDecompressor(max_window_size=1 << 31).copy_stream(raw, file)


@click.command(help=__doc__)
@click.argument("kind", type=click.Choice(("reviews", "blogs", "submissions")))
@click.argument("path", type=click.Path(path_type=Path))
@click.argument("megabytes", type=float)
@click.option("--seed", default=1, show_default=True)
@click.option("--lines", is_flag=True, help="Of a .zst dump also its lines, decompressed.")
@click.option("--window", default=23, show_default=True, help="Logarithm of a .zst dump's window; 31 in the real ones.")
def main(kind: str, path: Path, megabytes: float, seed: int, lines: bool, window: int) -> None:
    make(kind, path, megabytes, seed, window)
    if lines:
        decompress(path)


if __name__ == "__main__":
    main()
