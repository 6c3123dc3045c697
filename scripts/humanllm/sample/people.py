"""The invented people: what they do, whom they know, how they write, and where they have an account.

Person 4 of seed 2025 is a helpdesk worker who runs by the river, is paying off a debt and writes dryly; all of it
follows from the seed and the number.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from functools import cache

from humanllm.draws import digest, draw
from humanllm.sample import hobbies_hands, hobbies_outside, lives_change, lives_home, work_desk, work_shift
from humanllm.sample.grammar import Arc, fill, parse_arcs
from humanllm.sample.manners import TEMPERS

TOWNS = [
    "Ostermouth",
    "Kelderfall",
    "Brackenfold",
    "Lower Wend",
    "Harrowick",
    "Saltersby",
    "Pellmoor",
    "Quennby",
    "Tarnhold",
    "Marrowgate",
    "Eddlestow",
    "Vinterley",
    "Old Sallow",
    "Fennick",
    "Dunmere Cross",
    "Port Averil",
]
STREETS = [
    "Candle Lane",
    "Tanner Row",
    "Mill Bank",
    "Lantern Street",
    "Goose Hill",
    "Ropewalk",
    "Sexton Lane",
    "Plum Street",
    "Weir Road",
]
WOMEN = ["Ilse", "Marit", "Odile", "Greta", "Wanda", "Ruth", "Signe", "Tamar", "Beatrix", "Lone", "Hedda", "Pilar"]
MEN = ["Tobin", "Anders", "Caleb", "Jorin", "Matthis", "Emrys", "Pavel", "Silas", "Ingo", "Darragh", "Lubo", "Fritz"]
ANYONE = ["Robin", "Sasha", "Kim", "Noa", "Jules", "Alex"]
CHILDREN = ["Jola", "Minna", "Pia", "Runa", "Tilly", "Cleo"]
FOODS = [
    "pancakes",
    "lentils",
    "potato soup",
    "noodles",
    "bread and pears",
    "an omelette",
    "rice pudding",
    "onion tart",
]
FIRST = [
    "quiet",
    "late",
    "rusty",
    "slow",
    "mossy",
    "salty",
    "second",
    "paper",
    "crooked",
    "little",
    "foggy",
    "copper",
    "sleepy",
    "plain",
    "northern",
]
SECOND = [
    "radish",
    "kettle",
    "heron",
    "ladder",
    "button",
    "lantern",
    "pebble",
    "teaspoon",
    "gatepost",
    "thimble",
    "wheelbarrow",
    "otter",
    "acorn",
]
ENDINGS = ["", "", "", " :)", " x", " 🙂", " 🌱", " ☕"]


@dataclass
class Person:
    """Somebody invented. `arcs` are work, hobby and life; `slots` what their sentences are filled with, by arc."""

    number: int
    arcs: list[Arc]
    temper: str
    slots: dict[str, dict[str, str]]
    contracts: bool  # "I'm" or "I am"
    ampersand: bool  # "&" for "and"
    ending: str  # what stands at the end of many of their texts
    words: tuple[str, str]  # of their names online

    @property
    def job(self) -> str:
        return self.arcs[0].name

    @property
    def interests(self) -> set[str]:
        return {arc.name for arc in self.arcs} | {"work"}

    def base(self) -> dict[str, str]:
        return self.slots[self.job]

    def who(self, arc: Arc, line: str) -> str:
        """A line about the writer, the same whenever it is said: nobody began at forty and at fifty."""
        return fill(line, self.slots[arc.name], draw(self.number, "who", line))

    def reddit(self) -> str:
        return f"{'_'.join(self.words)}_{self.number + 11}"

    def twitter(self) -> str:
        return "".join(word.title() for word in self.words) + str(self.number + 11)

    def blogger(self) -> str:
        return str(3_400_000 + self.number * 137)

    def amazon(self) -> str:
        return f"AE{digest('shopper', self.number)[:26].upper()}"


@cache
def all_arcs() -> dict[str, list[Arc]]:
    """The arcs by kind: work, hobby, life."""
    banks = (work_shift, work_desk, hobbies_hands, hobbies_outside, lives_home, lives_change)
    found: dict[str, list[Arc]] = {}
    for bank in banks:
        for arc in parse_arcs(bank.ARCS):
            found.setdefault(arc.facts["kind"], []).append(arc)
    return found


def _circle(number: int, life: str, chance: random.Random) -> dict[str, str]:
    """Where this person lives and with whom; those who live alone or with a first baby have a niece."""
    town, name = TOWNS[number % len(TOWNS)], chance.choice(CHILDREN)
    relation = "daughter" if life in ("moving", "exam", "debt") else "niece"
    mailbox = f"{chance.choice(SECOND)}.{number + 11}"
    return {
        "town": town,
        "street": chance.choice(STREETS),
        "kin": f"my {chance.choice(['cousin', 'aunt', 'godmother'])} {chance.choice(WOMEN)}",
        "partner": chance.choice(ANYONE),
        "friend": chance.choice(MEN),
        "kid": f"my {relation} {name}",
        "pet": "the cat next door" if life == "dog" else chance.choice(["the cat", "my old cat", "the parrot"]),
        "food": chance.choice(FOODS),
        "mail": f"{mailbox}@example.com",
        "phone": f"(212) 555-01{number % 100:02d}",
        "link": f"https://www.example.org/pages/{mailbox.replace('.', '-')}",
    }


def make_person(seed: int, number: int) -> Person:
    chance = draw(seed, "person", number)
    kinds = all_arcs()
    work, hobby, life = kinds["work"], kinds["hobby"], kinds["life"]
    arcs = [
        work[number % len(work)],
        hobby[number % len(hobby)],
        life[(number * 5 + number // len(life)) % len(life)],
    ]
    circle = _circle(number, arcs[2].name, chance)
    slots = {
        arc.name: circle | {name: chance.choice(values) for name, values in sorted(arc.slots.items())} for arc in arcs
    }
    for arc in arcs:  # a slot's value may name another slot
        slots[arc.name] = {name: value.format_map(circle) for name, value in slots[arc.name].items()}
    tempers = sorted(TEMPERS)
    return Person(
        number=number,
        arcs=arcs,
        temper=tempers[(number + number // len(tempers)) % len(tempers)],
        slots=slots,
        contracts=chance.random() < 0.6,
        ampersand=chance.random() < 0.2,
        ending=chance.choice(ENDINGS),
        words=(FIRST[number % len(FIRST)], SECOND[number % len(SECOND)]),
    )


def accounts(seed: int, people: int) -> dict[str, list[Person]]:
    """Who writes where. Twelve of forty people on each site, sixteen in the shop; some are on two."""
    writers = max(10, people * 3 // 10)
    shoppers = max(16, people * 4 // 10)
    everybody = [make_person(seed, number) for number in range(people)]
    sizes = {"reddit": writers, "twitter": writers, "blogger": writers, "amazon": shoppers}
    found, start = {}, 0
    for source, size in sizes.items():
        found[source] = [everybody[(start + step) % people] for step in range(min(size, people))]
        start += size
    return found
