"""The sample's Reddit: one month file of posts and one of comments, and a subreddit in the all-string parquet form."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import pyarrow as pa

from humanllm.draws import draw
from humanllm.sample.fates import Batch, merged
from humanllm.sample.grammar import Arc, Deck, bank_lines, fill
from humanllm.sample.manners import CONTACTS, LINKS
from humanllm.sample.packing import as_strings, write_parquet, write_zst
from humanllm.sample.people import Person, accounts, all_arcs
from humanllm.sample.reddit_noise import HATE, NOISE, bad_comments, bad_submissions
from humanllm.sample.reddit_rows import Row, comment, submission
from humanllm.sample.writing import DAY, POST, Voice, write_life

START, DAYS, COMMENTS = "2021-06-01", 570, 7
Written = tuple[Person, Arc, Row, int]  # a post with its author, its arc and its time
SPLIT = "AskGarden"
SHARD = f"{SPLIT}-00000-of-00001-0123456789abcdef.parquet"
GREETINGS = """
Thank you for writing this down. | I read this twice on the tram. | This could have been me [last year|two years ago].
Oh, I know that feeling well. | Please keep writing about {about}. | I had to smile at the end of this.
This stayed with me all morning. | You are not alone with that. | I hope you will tell us how it goes on with {about}.
"""
BRIDGES = """
I come from somewhere else: | My life looks different: | So that you know who is talking: | Let me say where I stand:
I know little about it myself: | A few words from a stranger:
"""


def _extras(text: str, person: Person, step: int, chance: random.Random) -> str:
    """Now and then a link, an address or a number, all invented, and a zero-width space from Reddit's editor."""
    if step % 9 == 4:
        text += " " + fill(chance.choice(bank_lines(CONTACTS)), person.base(), chance)
    if step % 9 == 7:
        text += "\n\n" + fill(chance.choice(bank_lines(LINKS)), person.base(), chance)
    return text.replace("\n\n", "\n\n&#x200B;\n\n", 1) if step % 9 == 2 else text


def _posts(seed: int, people: list[Person], batches: dict[str, Batch]) -> list[Written]:
    """Everybody's good posts, those about gardening into the subreddit of its own; who wrote them is kept."""
    arcs = {arc.name: arc for kind in all_arcs().values() for arc in kind}
    written = []
    for person in people:
        _, posts = write_life(person, seed, "reddit", START, DAYS, POST)
        for step, post in enumerate(posts):
            place = arcs[post.arc].facts["place"]
            text = _extras(post.text, person, step, draw(seed, "extra", person.number, step))
            row = submission(person.reddit(), post.title, text, post.time, person.number * 100 + step, place)
            if step % 9 == 2:  # what the editor left is not escaped twice
                row["selftext"] = row["selftext"].replace("&amp;#x200B;", "&#x200B;")
            batches["split" if place == SPLIT else "month"].add(row, post.time)
            written.append((person, arcs[post.arc], row, post.time))
    return written


def _reply(voice: Voice, author: Person, arc: Arc, deck: Deck) -> str:
    """What one person says under another's post: about the post, about themselves, and from their own experience."""
    slots = author.slots[arc.name]
    parts = [fill(voice.decks["greeting"].next(), arc.facts, voice.chance)]
    own = voice.person.arcs[voice.chance.randrange(3)]
    about = voice.person.who(own, voice.chance.choice(own.who))
    parts.append(f"{voice.decks['bridge'].next()} {about}")
    parts.append(fill(deck.next(), slots, voice.chance))
    if sum(map(len, parts)) < 260:
        parts.append(fill(deck.next(), slots, voice.chance))
    if voice.chance.random() < 0.7:
        parts.append(voice.say("close"))
    return voice.spell(" ".join(parts))


def _comment(seed: int, people: list[Person], posts: list[Written], into: dict[str, Batch]) -> None:
    """Everybody comments on posts of others, hours after them."""
    for person in people:
        voice = Voice(person, seed, "comments")
        voice.decks["greeting"] = Deck(bank_lines(GREETINGS), voice.chance)
        voice.decks["bridge"] = Deck(bank_lines(BRIDGES), voice.chance)
        others = [entry for entry in posts if entry[0] is not person]
        decks: dict[str, Deck] = {}
        for step, (author, arc, row, time) in enumerate(voice.chance.sample(others, COMMENTS)):
            deck = decks.setdefault(arc.name, Deck(arc.advice, voice.chance))
            later = time + voice.chance.randrange(1800, DAY)
            reply = comment(person.reddit(), _reply(voice, author, arc, deck), later, person.number * 100 + step, row)
            into["split" if row["subreddit"] == SPLIT else "month"].add(reply, later)


def _fits(place: str, bad: Row | str) -> bool:
    """In the all-string parquet there are no broken lines, and a null author could not be told from one called None."""
    return place == "month" or (isinstance(bad, dict) and bad.get("author", "") is not None)


def _noise(posts: list[Written], texts: dict[str, Batch], replies: dict[str, Batch]) -> None:
    """What must be dropped, into both forms of the dump."""
    for place, base in (("month", 900_000), ("split", 910_000)):
        row, time = next((row, time) for _, _, row, time in posts if (row["subreddit"] == SPLIT) == (place == "split"))
        body = "I know this well from my own kitchen. " * 6
        for fate, bad in bad_submissions(row, time + DAY, base):
            if _fits(place, bad):
                texts[place].add(bad, time + DAY, fate)
        for fate, bad in bad_comments(row, body, "paper_moth_2", time + 2 * DAY, base):
            if _fits(place, bad):
                replies[place].add(bad, time + 2 * DAY, fate)


def _oddities(posts: list[Written], texts: dict[str, Batch]) -> None:
    """What passes the field rules and falls later: copies, short histories, texts of poor quality or full of hate."""
    person, _, row, time = posts[1]
    copy = dict(row, id="tz0001", subreddit="CasualDays", created_utc=time + 3600)
    texts["month"].add(copy, time + 3600, "copy")
    changed = row["selftext"].replace(" I ", " I really ", 1)
    near = copy | {"id": "tz0002", "selftext": changed, "created_utc": time + DAY}
    texts["month"].add(near, time + DAY, "near_copy")
    for step, (_, _, other, when) in enumerate(posts[20:22]):
        row = submission("passing_through_7", other["title"], other["selftext"], when, 920_000 + step, "CasualDays")
        texts["month"].add(row, when, "short_history")
    for step, (fate, text) in enumerate((("low_quality", NOISE), ("harmful", HATE))):
        row = submission(person.reddit(), "Again", text, time + 40 * DAY + step, 921_000 + step, "CasualDays")
        texts["month"].add(row, time + 40 * DAY, fate)
    _, _, row, time = next(entry for entry in posts if entry[2]["subreddit"] == SPLIT)
    none = row | {"id": "tz0003", "title": "None", "selftext": f"That is what came up. {row['selftext']}"}
    texts["split"].add(none, time + 5, "near_copy")


def _parquet(path: Path, batch: Batch, without: tuple[str, ...]) -> None:
    """All columns text; the subreddit is only in the file's name."""
    rows: list[dict[str, Any]] = [
        {key: value for key, value in row.items() if key not in without} for row in batch.ordered()
    ]
    names = sorted({name for row in rows for name in row})
    for row in rows[::7]:  # a key missing upstream is a real null
        row.pop("_meta", None), row.pop("removed_by_category", None)
    columns = [name for name in names if name != "_meta"]
    write_parquet(path, [as_strings(row) for row in rows], pa.schema([(name, pa.string()) for name in columns]))


def write_reddit(folder: Path, seed: int, people: int) -> dict[str, int]:
    """Four files under `folder`; how many records of each fate."""
    writers = accounts(seed, people)["reddit"]
    texts = {place: Batch(f"reddit.submissions.{place}") for place in ("month", "split")}
    replies = {place: Batch(f"reddit.comments.{place}") for place in ("month", "split")}
    posts = _posts(seed, writers, texts)
    _comment(seed, writers, posts, replies)
    _noise(posts, texts, replies)
    _oddities(posts, texts)
    write_zst(folder / "RS_2023-01.zst", texts["month"].ordered())
    write_zst(folder / "RC_2023-01.zst", replies["month"].ordered())
    _parquet(folder / "submissions" / SHARD, texts["split"], ("subreddit",))
    _parquet(folder / "comments" / SHARD, replies["split"], ("subreddit", "subreddit_name_prefixed"))
    return merged(*(batch.counts() for batch in (*texts.values(), *replies.values())))
