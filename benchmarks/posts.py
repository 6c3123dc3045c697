"""Invented submissions in the lines of a Pushshift month: about 100 keys, 2 to 4 kB, few of them a person's own text.

A line:
    {"all_awardings": [], ..., "author": "u_2adab24c", ..., "is_self": true, ..., "selftext": "I had ...", ...}
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import numpy as np

from benchmarks.texts import Texts

CHUNK = 10_000  # rows made at a time
SUBREDDITS = 4000
FIRST = 1_546_300_800  # 2019-01-01, when the month starts
SIZES = ((108, 60), (216, 121), (320, 180), (640, 360), (960, 540), (1080, 607))  # of a picture's previews
GONE = ("[removed]", "[deleted]")
# Keys of a line whose values hardly differ between lines, as of 2019; about two thirds of all keys.
STEADY: dict[str, Any] = {
    "all_awardings": [], "allow_live_comments": False, "approved_at_utc": None, "archived": False,
    "author_cakeday": None, "author_flair_background_color": None, "author_flair_css_class": None,
    "author_flair_richtext": [], "author_flair_template_id": None, "author_flair_text": None,
    "author_flair_text_color": None, "author_flair_type": "text", "author_patreon_flair": False, "awarders": [],
    "banned_at_utc": None, "banned_by": None, "brand_safe": True, "can_gild": True, "can_mod_post": False,
    "category": None, "clicked": False, "content_categories": None, "contest_mode": False, "crosspost_parent": None,
    "discussion_type": None, "downs": 0, "event_end": None, "event_start": None, "gilded": 0,
    "gildings": {"gid_1": 0, "gid_2": 0, "gid_3": 0}, "hidden": False, "hide_score": False, "is_crosspostable": True,
    "is_meta": False, "is_original_content": False, "is_reddit_media_domain": False, "is_robot_indexable": True,
    "is_video": False, "likes": None, "link_flair_background_color": "", "link_flair_css_class": None,
    "link_flair_richtext": [], "link_flair_template_id": None, "link_flair_text": None, "link_flair_text_color": "dark",
    "link_flair_type": "text", "locked": False, "media": None, "media_embed": {}, "media_only": False,
    "mod_note": None, "mod_reason_by": None, "mod_reason_title": None, "mod_reports": [], "no_follow": True,
    "num_crossposts": 0, "num_reports": 0, "parent_whitelist_status": "all_ads", "pinned": False, "previous_visits": [],
    "pwls": 6, "quarantine": False, "removal_reason": None, "report_reasons": [], "saved": False, "secure_media": None,
    "secure_media_embed": {}, "send_replies": True, "spoiler": False, "stickied": False, "subreddit_type": "public",
    "suggested_sort": None, "thumbnail_height": None, "thumbnail_width": None, "top_awarded_type": None,
    "total_awards_received": 0, "treatment_tags": [], "user_reports": [], "view_count": None, "visited": False,
    "whitelist_status": "all_ads", "wls": 6,
}  # fmt: skip
CHANGING = (
    "author", "author_fullname", "created_utc", "distinguished", "domain", "edited",
    "id", "is_self", "num_comments", "over_18", "permalink", "post_hint",
    "preview", "removed_by_category", "retrieved_on", "score", "selftext", "subreddit",
    "subreddit_id", "subreddit_name_prefixed", "subreddit_subscribers", "thumbnail", "title", "ups",
    "url",
)  # fmt: skip
LINK = "https://i.example.net/{name}.jpg"


def _form() -> str:
    """The line with its changing values as %(name)s, its keys in the order of the alphabet."""
    values = {key: json.dumps(value, separators=(",", ":")) for key, value in STEADY.items()} | {
        key: f"%({key})s" for key in CHANGING
    }
    return "{" + ",".join(f'"{key}":{values[key]}' for key in sorted(values)) + "}\n"


def _hex(chance: np.random.Generator, number: int, size: int) -> list[str]:
    return [chance.bytes(size).hex() for _ in range(number)]


def _preview(name: str, secret: str, signatures: str) -> str:
    """The pictures of a link, each address with a signature: most of a line's bytes that do not compress."""
    sizes = ",".join(
        f'{{"url":"https://preview.example.net/{name}.jpg?width={width}&amp;crop=smart&amp;auto=webp&amp;s='
        f'{signatures[32 * step : 32 * step + 32]}","width":{width},"height":{height}}}'
        for step, (width, height) in enumerate(SIZES, start=1)
    )
    return (
        f'{{"images":[{{"source":{{"url":"https://preview.example.net/{name}.jpg?auto=webp&amp;s={signatures[:32]}","width":1242,'
        f'"height":1394}},"resolutions":[{sizes}],"variants":{{}},"id":"{secret}"}}],"enabled":true}}'
    )


def _quoted(text: str) -> str:
    return json.dumps(text.replace("&", "&amp;")).replace("/", "\\/")


def _link(secret: str, signatures: str, share: float) -> dict[str, Any]:
    """A post without text of its own: a picture, or a page."""
    picture = share < 0.6
    return {
        "is_self": "false",
        "domain": '"i.example.net"' if picture else '"news.example.org"',
        "url": json.dumps(LINK.format(name=secret)),
        "post_hint": '"image"' if picture else '"link"',
        "preview": _preview(secret[:13], secret, signatures) if picture else "null",
        "thumbnail": f'"https://b.thumbs.example.com/{signatures[40:75]}.jpg"',
        "selftext": '""',
    }


def _own(text: str, place: str, share: float) -> dict[str, Any]:
    """A self post; three of ten were removed or deleted."""
    gone = share < 0.3
    return {
        "is_self": "true",
        "domain": f'"self.{place}"',
        "url": f'"https://www.reddit.com/r/{place}/"',
        "post_hint": "null",
        "preview": "null",
        "thumbnail": '"self"',
        "selftext": f'"{GONE[share < 0.1]}"' if gone else _quoted(text),
        "removed_by_category": '"moderator"' if gone and share > 0.2 else "null",
    }


def posts(texts: Texts) -> Iterator[bytes]:
    """Lines without end: six of ten are links, three of ten others were removed, half have no two answers."""
    chance, form, number = texts.chance, _form(), 30_000_000
    places = [f"place_{name[:6]}" for name in _hex(chance, SUBREDDITS, 4)]
    while True:
        titles = texts.draw(CHUNK, mean=60, spread=0.5)
        bodies = iter(texts.draw(CHUNK, mean=900, spread=1.2, gaps=("\n\n",)))
        secrets, signatures = _hex(chance, CHUNK, 16), _hex(chance, CHUNK, 16 * (len(SIZES) + 1))
        draws = chance.random((CHUNK, 5)).tolist()
        for title, secret, signed, (own, share, liked, talked, odd) in zip(
            titles, secrets, signatures, draws, strict=True
        ):
            number += 1
            place = places[int(share * odd * SUBREDDITS)]
            score, answers = int(1.5 / (liked**1.3 + 1e-4)), int(1.4 / (talked + 1e-3)) - 1
            fields = _own(next(bodies), place, share) if own > 0.6 else _link(secret, signed, share)
            yield (form % (_shared(number, place, secret, title, score, answers, odd) | fields)).encode()


def _shared(number: int, place: str, secret: str, title: str, score: int, answers: int, odd: float) -> dict[str, Any]:
    author = "[deleted]" if odd < 0.12 else "AutoModerator" if odd < 0.13 else f"u_{secret[3:11]}"
    return {
        "author": f'"{author}"',
        "author_fullname": f'"t2_{secret[:7]}"',
        "created_utc": FIRST + number % 2_600_000,
        "distinguished": '"moderator"' if odd > 0.99 else "null",
        "edited": "false" if odd < 0.95 else FIRST + number % 2_600_000 + 400,
        "id": f'"{number:x}"',
        "num_comments": answers,
        "over_18": "true" if odd > 0.85 else "false",
        "permalink": f'"/r/{place}/comments/{number:x}/"',
        "removed_by_category": "null",
        "retrieved_on": FIRST + 9_000_000 + number % 2_600_000,
        "score": score,
        "subreddit": f'"{place}"',
        "subreddit_id": f'"t5_{place[-6:]}"',
        "subreddit_name_prefixed": f'"r/{place}"',
        "subreddit_subscribers": int(odd * 1_000_000),
        "title": _quoted(title),
        "ups": score,
    }
