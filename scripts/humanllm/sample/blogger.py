"""The sample's Blogger: blogs.zip with a file a person that only looks like XML."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from humanllm.draws import draw
from humanllm.sample.fates import Batch
from humanllm.sample.grammar import bank_lines, fill
from humanllm.sample.manners import CONTACTS
from humanllm.sample.packing import write_zip
from humanllm.sample.people import Person, accounts
from humanllm.sample.reddit_noise import FRENCH
from humanllm.sample.writing import BLOG, DAY, write_life

START, DAYS = "2003-02-01", 540
SIGNS = ("Aries", "Taurus", "Gemini", "Cancer", "Leo", "Virgo", "Libra", "Scorpio", "Capricorn", "Aquarius", "Pisces")
INDUSTRY = {"teacher": "Education", "helpdesk": "Internet", "driver": "Transportation", "librarian": "Museums"}
NEUTRAL = (
    "The tower of the old mill has forty steps, and each of them is worn in the middle. It was built for a miller who "
    "liked to see the weather come. The sails have been gone for a hundred years, but the axle is still there and "
    "turns in a storm. Children say that it hums. On Sundays the door is open, and the key hangs on a nail beside it "
    "for anyone who is tall enough to reach it."
)
# Months as bloggers' own settings wrote them: French, Dutch and Finnish.
FOREIGN = {5: "mai", 6: "juni", 11: "marraskuu"}


def _date(time: int, foreign: bool = False) -> str:
    day = datetime.fromtimestamp(time, UTC)
    month = FOREIGN.get(day.month) if foreign else None
    return f"{day.day:02d},{month or day.strftime('%B')},{day.year}"


def _block(date: str, text: str) -> str:
    body = text.replace("\n", "\r\n")
    return f"<date>{date}</date>\r\n<post>\r\n\r\n\t \r\n      {body}\r\n     \r\n    \r\n</post>\r\n\r\n\r\n"


def _flawed(text: str, person: Person, step: int, seed: int) -> str:
    """What makes the real files ill-formed, and what must be masked."""
    chance = draw(seed, "flaw", person.number, step)
    if step % 8 == 1:
        text = text.replace(" and ", " & ", 2)
    if step % 8 == 3:
        text = text.replace(". ", ".&nbsp; ", 1)
    if step % 8 == 4:
        text += " More about it here: urlLink the usual page ."
    if step % 8 == 6:
        text = text[:40] + "\x13" + text[40:]
    if step % 8 == 7:
        text += " " + fill(chance.choice(bank_lines(CONTACTS)), person.base(), chance)
    return text.replace(" I'm ", " I\u2019m ")  # cp1252 has a curly apostrophe too


def _name(person: Person) -> str:
    gender, sign = ("female", "male")[person.number % 2], SIGNS[person.number % len(SIGNS)]
    parts = (person.blogger(), gender, str(23 + person.number % 25), INDUSTRY.get(person.job, "indUnk"), sign)
    return f"blogs/{'.'.join(parts)}.xml"


def _bad_posts(batch: Batch, time: int, text: str) -> list[str]:
    """Posts for each rule, as blocks of a file."""
    cases = [
        ("no_time", ",,", text + " That was then."),
        ("no_time", "31,Smarch,2004", text + " That was another day."),
        ("empty", _date(time), ""),
        ("empty", _date(time), "   \r\n\t "),
        ("short", _date(time), "Tired. I will write tomorrow."),
        ("no_first_person", _date(time), NEUTRAL),
        ("other_language", _date(time), FRENCH),
        ("copy", _date(time), text),
    ]
    for fate, _, _ in cases:
        batch.add(None, 0, fate)
    return [_block(date, body) for _, date, body in cases]


def _plain(text: str) -> str:
    """Without what cp1252 cannot hold."""
    return text.encode("cp1252", "ignore").decode("cp1252").rstrip()


def write_blogger(folder: Path, seed: int, people: int) -> dict[str, int]:
    """blogs.zip under `folder`; how many posts of each fate."""
    writers, batch = accounts(seed, people)["blogger"], Batch("blogger.blogs")
    files: dict[str, bytes] = {}
    for place, person in enumerate(writers):
        _, posts = write_life(person, seed, "blogger", START, DAYS, BLOG)
        blocks = []
        for step, post in enumerate(posts):
            text = _flawed(_plain(post.text), person, step, seed)
            blocks.append(_block(_date(post.time, foreign=place % 4 == 3), text))
            batch.add(None, 0)
        if place == 0:
            blocks += _bad_posts(batch, posts[-1].time + 3 * DAY, _plain(posts[0].text))
        content = "<Blog>\r\n\r\n\r\n" + "".join(blocks) + "</Blog>\r\n"
        files[_name(person)] = content.encode("cp1252" if place % 3 == 2 else "utf-8")
    once = _block(_date(posts[0].time), "I passed by and left a few lines. " * 12)
    batch.add(None, 0, "short_history")
    files["blogs/4999001.male.31.indUnk.Leo.xml"] = f"<Blog>\r\n\r\n{once}</Blog>".encode()
    write_zip(folder / "blogs.zip", files)
    return batch.counts()
