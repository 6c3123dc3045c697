"""Reddit records that a rule must drop, at least one for each; the texts of a person's are cut from a good post."""

from __future__ import annotations

import json
from collections.abc import Iterator
from html import unescape
from typing import Any, NamedTuple

from humanllm.sample.reddit_rows import Row, comment, submission

NOTICE = (
    "Welcome to the weekly thread. Please read the rules before you post, be kind to each other and keep to the topic. "
    "I am a bot, and this action was performed automatically. We remove posts that ask for money, posts without text "
    "and posts that name other people. My makers can be reached by a message to the moderators of this community."
)
FRENCH = (
    "Aujourd'hui j'ai planté mes tomates au fond du jardin, malgré le froid de la nuit et les conseils de ma voisine. "
    "J'étais inquiet parce que la terre était encore lourde, mais je n'avais plus de patience. Ma fille m'a aidé avec "
    "son petit arrosoir bleu, et nous avons ri comme des enfants. Alors je me suis promis de revenir chaque soir, "
    "après le travail, pour voir si quelque chose pousse enfin dans ce petit coin de terre que j'aime tant."
)
HATE = (
    "I am so full of rage today that I can hardly type. The man from the second floor took my parking space again, and "
    "I hate him, I hate his stupid dog and his stupid car. I want to kill him, I am going to slash his tyres and burn "
    "his door down, and people like that should be beaten up in the street until they learn it. I will hurt him."
)
NOISE = "first lol lol lol follow me lol " * 4 + "$$$ asdf asdf qwer !!!! 111 222 333 " * 5 + "lol lol lol first " * 4


class Bad(NamedTuple):
    fate: str
    row: Row | str


def bad_submissions(post: Row, time: int, number: int) -> Iterator[Bad]:
    """Posts to be dropped at ingest, made after one good post; numbers count up from `number`."""
    author, place = post["author"], post["subreddit"]
    title, text = unescape(post["title"]), unescape(post["selftext"])
    cases: list[tuple[str, dict[str, Any]]] = [
        ("bot", {"author": "AutoModerator", "selftext": NOTICE, "stickied": True}),
        ("bot", {"author": "weekly_thread_bot", "selftext": NOTICE}),
        ("no_author", {"author": "[deleted]"}),
        ("no_author", {"author": None}),
        ("removed", {"selftext": "[removed]"}),
        ("removed", {"selftext": "[deleted]"}),
        ("removed", {"removed_by_category": "moderator"}),
        ("moderator", {"author": "kind_gatekeeper", "distinguished": "moderator", "selftext": NOTICE}),
        ("moderator", {"author": "site_admin_anna", "distinguished": "admin", "selftext": NOTICE}),
        ("not_self_post", {"is_self": False, "selftext": "", "domain": "example.org", "url": "https://example.org/a"}),
        ("low_engagement", {"score": 1}),
        ("low_engagement", {"score": None}),
        ("low_engagement", {"num_comments": 0}),
        ("low_engagement", {"num_comments": -1, "score": 0}),
        ("short", {"selftext": "", "title": "Does anybody else talk to their kettle?"}),
        ("short", {"selftext": "It rained, so I stayed in.", "title": "Sunday"}),
        ("other_language", {"selftext": FRENCH, "title": "Mon petit jardin", "author": "petite_pelle_3"}),
    ]
    for step, (fate, other) in enumerate(cases):
        yield Bad(fate, submission(author, title, text, time + step, number + step, place) | other)
    absent = submission(author, title, text, time + 30, number + 30, place)
    del absent["author"]
    yield Bad("no_author", absent)
    yield Bad("broken_json", json.dumps(post)[:200])
    yield Bad("no_object", json.dumps(["not", "a", "post"]))


def bad_comments(post: Row, body: str, author: str, time: int, number: int) -> Iterator[Bad]:
    """Comments to be dropped at ingest, under one good post."""
    lost = "t3_" + "zzzz99"
    cases: list[tuple[str, dict[str, Any]]] = [
        ("bot", {"author": "AutoModerator", "body": NOTICE}),
        ("bot", {"author": "helpful-units-bot", "body": NOTICE}),
        ("no_author", {"author": "[deleted]"}),
        ("removed", {"body": "[removed]"}),
        ("removed", {"body": "[deleted]"}),
        ("moderator", {"author": "kind_gatekeeper", "distinguished": "moderator", "body": NOTICE}),
        ("not_top_level", {"parent_id": "t1_abc1234"}),
        ("not_top_level", {"parent_id": "t1_abc1235"}),
        ("short", {"body": "Same here, I felt that."}),
        ("short", {"body": "Thank you for this, it made my evening."}),
        ("other_language", {"body": FRENCH, "author": "petite_pelle_3"}),
        ("no_parent_post", {"link_id": lost, "parent_id": lost}),
        ("no_parent_post", {"link_id": lost, "parent_id": lost, "body": f"{body} I mean it."}),
    ]
    for step, (fate, other) in enumerate(cases):
        yield Bad(fate, comment(author, body, time + step, number + step, post) | other)
    yield Bad("broken_json", '{"author": "", "body": "half a li')
