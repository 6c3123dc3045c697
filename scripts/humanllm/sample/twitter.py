"""The sample's Twitter: a table of tweets and one of accounts, in the columns of enryu43/twitter100m."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa

from humanllm.draws import draw
from humanllm.sample.fates import Batch, merged
from humanllm.sample.grammar import bank_lines, fill
from humanllm.sample.manners import CONTACTS, LINKS
from humanllm.sample.packing import write_parquet
from humanllm.sample.people import Person, accounts
from humanllm.sample.reddit_noise import FRENCH, NOISE
from humanllm.sample.writing import TWEET, Post, write_life

START, DAYS = "2021-09-01", 440
SHARD = "train-00000-of-00001.parquet"
COUNTS = {"replies": 9, "retweets": 5, "likes": 60, "quotes": 3}  # below which number they lie
TWEETS = pa.schema(
    [
        *(("user", pa.string()), ("id", pa.int64()), ("tweet", pa.string())),
        *((name, pa.int64()) for name in COUNTS),
        ("date", pa.string()),
    ]
)
ACCOUNTS = pa.schema(
    [
        *(("user", pa.string()), ("id", pa.int64()), ("verified", pa.bool_()), ("followers", pa.int64())),
        *(("description", pa.string()), ("location", pa.string())),
    ]
)
COMPANIES = {
    "KettlewickHome": "The official store of Kettlewick. Pots, pans and customer services.",
    "BrindleCoffeeCo": "Brindle Coffee Ltd. Marketing and news from our shop in Tarnhold.",
    "LummDigital": "Digital solutions for your business.",
}
PITCH = (
    "We are so proud of our new kettle, and we think that you will love it as much as we do. It took us three years, "
    "forty drawings and a great deal of tea to get here. I remember the first one, it whistled like an owl. Now it "
    "sings, it pours without a drop beside the cup, and it looks lovely on any stove in any kitchen of the world."
)
OFFERS = ("Buy now and get two for one!", "Limited offer, order now.", "Subscribe to our letter for a discount.")


def _row(user: str, number: int, text: str, time: int) -> dict[str, Any]:
    chance = draw(0, "tweet", user, number)
    counts = {name: chance.randrange(most) for name, most in COUNTS.items()}
    date = str(datetime.fromtimestamp(time, UTC))
    spelling = (date, date.replace(" ", "T"), date.replace(" ", "T").replace("+00:00", "Z"))[number % 3]
    return {"user": user, "id": 1_430_000_000_000_000_000 + number * 7_919, "tweet": text, "date": spelling, **counts}


def _decorated(person: Person, post: Post, step: int, seed: int) -> str:
    """Some tweets answer somebody, name somebody, carry a tag, a link or an address."""
    chance = draw(seed, "decorated", person.number, step)
    before = f"@{chance.choice(['SleepyOtter31', 'PlainAcorn44'])} " if step % 7 == 2 else ""
    after = {
        3: " #" + post.arc,
        4: " " + fill(chance.choice(bank_lines(LINKS)), person.base(), chance),
        6: " " + fill(chance.choice(bank_lines(CONTACTS)), person.base(), chance),
    }.get(step % 7, "")
    return before + post.text + after


def _bad_tweets(user: str, text: str) -> list[tuple[str, str, str]]:
    """(fate, user, tweet) for each rule."""
    return [
        ("retweet", user, f"RT @SleepyOtter31: {text}"),
        ("retweet", user, f"RT @PlainAcorn44: {text}"),
        ("quote", user, f"{text} https://t.co/a1B2c3D4e5"),
        ("quote", user, f"{text} https://twitter.com/SleepyOtter31/status/1430000000000000001"),
        *(("advertisement", user, f"{PITCH} {offer}") for offer in OFFERS),
        *(("corporate", name, PITCH) for name in COMPANIES),
        ("short", user, "Tea. Now."),
        ("short", user, text[:279]),
        ("other_language", "PetitePelle3", FRENCH),
        ("bot", "weather_bot", f"{PITCH} Today it will be dry."),
        ("low_quality", user, NOISE),
        ("short_history", "UnlistedLark8", text + " There."),  # the users' table does not know this one
    ]


def _accounts(people: list[Person]) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = []
    for person in people:
        described = person.who(person.arcs[1], person.arcs[1].who[0])
        place = (person.base()["town"], "", None)[person.number % 3]
        rows.append({"user": person.twitter(), "description": described, "location": place})
    rows += [{"user": name, "description": text, "location": "Tarnhold"} for name, text in COMPANIES.items()]
    rows.append({"user": "PetitePelle3", "description": None, "location": ""})
    for step, row in enumerate(rows):
        row |= {"id": 90_000 + step, "verified": row["user"] in COMPANIES, "followers": 40 + step * 17}
    return rows


def write_twitter(folder: Path, seed: int, people: int) -> dict[str, int]:
    """Both tables under `folder`; how many tweets of each fate."""
    writers, batch = accounts(seed, people)["twitter"], Batch("twitter.tweets")
    for person in writers:
        _, posts = write_life(person, seed, "twitter", START, DAYS, TWEET)
        for step, post in enumerate(posts):
            text = _decorated(person, post, step, seed)
            batch.add(_row(person.twitter(), person.number * 100 + step, text, post.time), post.time)
    first = min(batch.rows, key=lambda pair: pair[0])[1]
    base = int(datetime.fromisoformat(START).replace(tzinfo=UTC).timestamp())
    for step, (fate, user, text) in enumerate(_bad_tweets(first["user"], first["tweet"])):
        time = base + 50 * 86_400 + step * 3_600
        batch.add(_row(user, 900_000 + step, text, time), time, fate)
    write_parquet(folder / "tweets" / SHARD, batch.ordered(), TWEETS)
    known = _accounts(writers)
    write_parquet(folder / "users" / SHARD, known, ACCOUNTS)
    return merged(batch.counts(), {"twitter.accounts": len(known)})
