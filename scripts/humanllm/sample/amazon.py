"""The sample's Amazon: reviews and metadata of two categories, in the keys of Amazon Reviews 2023."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from humanllm.draws import digest, draw
from humanllm.sample import goods_books, goods_home
from humanllm.sample.fates import Batch, merged
from humanllm.sample.grammar import Deck, alternatives, bank_lines, fill
from humanllm.sample.packing import write_gz
from humanllm.sample.people import Person, accounts
from humanllm.sample.reviewing import BOUGHT, DOUBTFUL, GLAD, NEXT_DOUBTFUL, NEXT_GLAD, TITLES, WHO
from humanllm.sample.writing import DAY, Voice

START, DAYS = "2020-03-01", 900
EACH = 6  # reviews a person and category
BUYERS = 3  # of every item at least: the k-core's bound
Row = dict[str, Any]


@dataclass(frozen=True)
class Item:
    title: str
    noun: str
    interest: str
    good: tuple[str, str]
    bad: str
    asin: str


def read_goods(bank: str) -> list[Item]:
    lines = bank_lines(bank)
    groups = [lines[start : start + 6] for start in range(0, len(lines), 6)]
    return [
        Item(title, noun, interest, (first, second), bad, f"B0{digest('item', title)[:8].upper()}")
        for title, noun, interest, first, second, bad in groups
    ]


def choose_items(seed: int, people: list[Person], items: list[Item]) -> dict[int, list[Item]]:
    """Who buys what: items near one's interests, yet every item has its least number of buyers."""
    bought: dict[str, int] = {item.asin: 0 for item in items}
    chosen: dict[int, list[Item]] = {}
    for person in people:
        chance = draw(seed, "basket", person.number, items[0].asin)
        order = sorted(
            items,
            key=lambda item: bought[item.asin] - 2 * (item.interest in person.interests) + chance.random(),
        )
        chosen[person.number] = order[:EACH]
        for item in order[:EACH]:
            bought[item.asin] += 1
    for item in items:
        while bought[item.asin] < BUYERS:
            number = min((n for n in chosen if item not in chosen[n]), key=lambda n: len(chosen[n]))
            chosen[number].append(item)
            bought[item.asin] += 1
    return chosen


class Reviewer:
    """One person's reviews: their reasons, feelings and next steps do not repeat before all were used."""

    def __init__(self, person: Person, seed: int) -> None:
        self.voice = Voice(person, seed, "amazon")
        self.chance = self.voice.chance
        banks = {"bought": BOUGHT, "glad": GLAD, "doubtful": DOUBTFUL, "go on": NEXT_GLAD, "give up": NEXT_DOUBTFUL}
        self.decks = {name: Deck(bank_lines(bank), self.chance) for name, bank in banks.items()}

    def write(self, item: Item, first: bool) -> tuple[int, str, str]:
        """(stars, title, text)."""
        person, chance = self.voice.person, self.chance
        stars = chance.choice([5, 5, 5, 4, 4, 3, 2] if item.interest not in person.interests else [5, 5, 5, 4])
        slots = person.base() | {"noun": item.noun}

        def say(name: str) -> str:
            return fill(self.decks[name].next(), slots, chance)

        parts = [say("bought")]
        parts += [WHO[person.job]] if first or chance.random() < 0.25 else []
        good = chance.sample(item.good, 2)
        parts += [*good, say("glad")] if stars > 3 else [good[0], item.bad, say("doubtful")]
        parts += [item.bad] if stars == 4 else []
        parts += [say("go on" if stars > 3 else "give up")] if chance.random() < 0.8 else []
        parts += [self.voice.say("close")] if chance.random() < 0.3 else []
        breaks = "<br /><br />" if chance.random() < 0.2 else " "
        half = len(parts) // 2
        text = " ".join(parts[:half]) + breaks + " ".join(parts[half:])
        return stars, chance.choice(alternatives(TITLES[stars])), self.voice.spell(text)


def _review(user: str, item: Item, stars: float, title: str, text: str, time: int) -> Row:
    return {
        "rating": float(stars),
        "title": title,
        "text": text.replace("& ", "&amp; "),
        "images": [],
        "asin": item.asin,
        "parent_asin": item.asin,
        "user_id": user,
        "timestamp": time * 1000 + time % 997,
        "helpful_vote": time % 4,
        "verified_purchase": time % 7 != 0,
    }


def _aliased(row: Row) -> Row:
    """The older spelling of two keys."""
    row["sort_timestamp"], row["helpful_votes"] = row.pop("timestamp"), row.pop("helpful_vote")
    return row


def _meta(item: Item, place: int, category: str) -> Row:
    """An item; its price is a number, text or null, its details an object or the text of one."""
    title: str | None = item.title
    return {
        "main_category": category,
        "title": title,
        "average_rating": 4.0 + place % 10 / 10,
        "rating_number": 3 + place * 7 % 90,
        "features": [item.good[0]],
        "description": [] if place % 3 else [f"A {item.noun}."],
        "price": [9.0 + place, None, "from 12.99", "\u2014", 24.5][place % 5],
        "images": [],
        "videos": [],
        "store": None if place % 4 else "Invented Goods",
        "categories": [category],
        "details": '{"Language": "English"}' if place % 6 == 5 else {"Weight": f"{place + 2} ounces"},
        "parent_asin": item.asin,
        "bought_together": None,
    }


def _noise(batch: Batch, people: list[Person], own: dict[int, list[Item]], items: list[Item], time: int) -> None:
    """Reviews that are too short, come twice, or belong to a user or an item that the k-core takes out."""
    rare = Item("", "thing", "", ("", ""), "", f"B0{digest('rare', items[0].asin)[:8].upper()}")
    untitled = Item("", "thing", "", ("", ""), "", f"B0{digest('untitled', items[0].asin)[:8].upper()}")
    long = (
        "I was unsure about this because the picture shows little, but it has served me well all spring. So I kept it."
    )
    user, other, stranger = people[0].amazon(), people[1].amazon(), "AE" + "F4" * 13
    own_item = own[people[0].number][0]
    spare = next(item for item in items if item not in own[people[0].number])
    batch.add(_review(user, spare, 5, "Good", "I like it.", time), time, "short")
    batch.add(_review(user, spare, 5, "Good", "Great!", time + DAY), time, "short")
    batch.add(_review(user, own_item, 3, "Once more", f"{long} A year later.", time), time, "second_review")
    for step, name in enumerate((user, other)):
        batch.add(_review(name, rare, 4, "Rare", f"{long} {step}", time + step), time, "rare_item")
    for step, item in enumerate(items[:3]):
        batch.add(_review(stranger, item, 4, "Fine", f"{long} Number {step}.", time + step), time, "few_reviews")
    for step, person in enumerate(people[:3]):
        row = _review(person.amazon(), untitled, 4, "Hm", f"{long} {step} of it.", time + step)
        batch.add(row, time, "no_item_title")
    batch.add('{"rating": 5.0, "title": "Cut", "text": "I was in the mid', time, "broken_json")


def _write(folder: Path, seed: int, people: list[Person], goods: Any) -> dict[str, int]:
    items = read_goods(goods.GOODS)
    batch, chosen = Batch(f"amazon.reviews.{goods.CATEGORY}"), choose_items(seed, people, items)
    start = int(datetime.fromisoformat(START).replace(tzinfo=UTC).timestamp())
    for person in people:
        reviewer, basket = Reviewer(person, seed + len(goods.CATEGORY)), chosen[person.number]
        for step, item in enumerate(basket):
            time = start + (step * DAYS // len(basket) + reviewer.chance.randrange(100)) * DAY + person.number * 61
            row = _review(person.amazon(), item, *reviewer.write(item, step == 0), time)
            batch.add(_aliased(row) if (person.number + step) % 11 == 5 else row, time)
    _noise(batch, people, chosen, items, start + DAYS * DAY)
    write_gz(folder / "review_categories" / f"{goods.CATEGORY}.jsonl.gz", batch.ordered())
    meta = [_meta(item, place, goods.MAIN_CATEGORY) for place, item in enumerate(items)]
    empty = _meta(items[0], 1, goods.MAIN_CATEGORY) | {"title": None}
    meta.append(empty | {"parent_asin": f"B0{digest('untitled', items[0].asin)[:8].upper()}"})
    write_gz(folder / "meta_categories" / f"meta_{goods.CATEGORY}.jsonl.gz", meta)
    return merged(batch.counts(), {f"amazon.meta.{goods.CATEGORY}": len(meta)})


def write_amazon(folder: Path, seed: int, people: int) -> dict[str, int]:
    """Two categories under `folder`; how many reviews of each fate."""
    shoppers = accounts(seed, people)["amazon"]
    return merged(*(_write(folder, seed, shoppers, goods) for goods in (goods_books, goods_home)))
