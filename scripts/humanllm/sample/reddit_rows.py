"""Reddit's raw records in the keys of the Pushshift dumps, about half of them: the rest no rule reads."""

from __future__ import annotations

from typing import Any

from humanllm.draws import digest

Row = dict[str, Any]


def base36(number: int) -> str:
    digits = "0123456789abcdefghijklmnopqrstuvwxyz"
    text = ""
    while number:
        number, rest = divmod(number, 36)
        text = digits[rest] + text
    return text or "0"


def escaped(text: str) -> str:
    """As the dumps have it: HTML entities."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def drifted(time: int, number: int) -> int | float | str:
    """The same second as int, float or text: the dumps of different years differ."""
    return (time, float(time), str(time))[number % 3]


def _shared(author: str, time: int, number: int, subreddit: str) -> Row:
    row: Row = {
        "archived": False,
        "author": author,
        "author_flair_css_class": None,
        "author_flair_text": None,
        "author_fullname": f"t2_{digest('author', author)[:7]}",
        "can_gild": True,
        "created_utc": drifted(time, number),
        "distinguished": None,
        "edited": (False, float(time + 600))[number % 11 == 10],
        "gilded": 0,
        "locked": False,
        "permalink": "",
        "retrieved_on": time + 86_400,
        "score": 3 + number * 7 % 60,
        "send_replies": True,
        "stickied": False,
        "subreddit": subreddit,
        "subreddit_id": f"t5_{digest('subreddit', subreddit)[:6]}",
        "total_awards_received": 0,
    }
    if number % 5 == 4:  # Arctic Shift's addition
        row["_meta"] = {"retrieved_2nd_on": time + 200_000, "is_edited": False}
    return row


def submission(author: str, title: str, text: str, time: int, number: int, subreddit: str) -> Row:
    """A post; `title` and `text` are escaped here."""
    name = base36(50_000_000 + number)
    return _shared(author, time, number, subreddit) | {
        "domain": f"self.{subreddit}",
        "hidden": False,
        "id": name,
        "is_crosspostable": True,
        "is_original_content": False,
        "is_self": True,
        "is_video": False,
        "link_flair_text": None,
        "media": None,
        "media_only": False,
        "num_comments": 2 + number * 5 % 40,
        "num_crossposts": 0,
        "over_18": False,
        "permalink": f"/r/{subreddit}/comments/{name}/",
        "pinned": False,
        "removed_by_category": None,
        "selftext": escaped(text),
        "spoiler": False,
        "thumbnail": "self",
        "title": escaped(title),
        "url": f"https://www.reddit.com/r/{subreddit}/comments/{name}/",
    }


def comment(author: str, body: str, time: int, number: int, post: Row) -> Row:
    """A comment right under `post`; `body` is escaped here."""
    name = base36(18_000_000_000 + number)
    return _shared(author, time, number, post["subreddit"]) | {
        "body": escaped(body),
        "comment_type": None,
        "controversiality": 0,
        "id": name,
        "is_submitter": False,
        "link_id": f"t3_{post['id']}",
        "name": f"t1_{name}",
        "parent_id": f"t3_{post['id']}",
        "permalink": f"{post['permalink']}{name}/",
        "subreddit_name_prefixed": f"r/{post['subreddit']}",
        "subreddit_type": "public",
    }
