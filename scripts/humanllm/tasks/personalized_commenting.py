"""Earlier comments under their posts, and a new post, to the comment (paper 3.1)."""

from __future__ import annotations

from collections.abc import Iterator

from humanllm.draws import draw
from humanllm.estimates import estimate
from humanllm.tables import Row
from humanllm.tasks.drafts import Draft, Knobs, Refusal
from humanllm.tasks.history import cut, heading
from humanllm.tasks.people import Person

NEEDS = ()
SECTIONS = {"history": frozenset({"history", "post"})}
COMMENTS = frozenset({"comments"})
LEAST = 3  # comments a user (official code)


def drafts(person: Person, knobs: Knobs) -> Iterator[Draft | Refusal]:
    """One for each comment of the later part."""
    count = sum(row["kind"] == "comments" for row in person.records)
    for target in person.targets(COMMENTS):
        yield _draft(person, target, knobs) if count >= LEAST else Refusal(target, "few_comments")


def _draft(person: Person, target: Row, knobs: Knobs) -> Draft | Refusal:
    tokens = estimate(target["clean_text"])
    if tokens < knobs.min_tokens:
        return Refusal(target, "too_short")
    if tokens > knobs.max_tokens:
        return Refusal(target, "too_long")
    if not _post(target):
        return Refusal(target, "no_parent")
    earlier = person.before(target["time"], COMMENTS)
    if not earlier:
        return Refusal(target, "no_history")
    number = draw(knobs.seed, "personalized_commenting", target["id"]).randint(1, knobs.history_records)
    history = earlier[-number:]
    text, cuts = _show(history, knobs.history_words)
    fields = {"history": text, "post": _post(target)}
    posts = list(dict.fromkeys(row["parent_id"] for row in (target, *history) if row["parent_id"] and _post(row)))
    return Draft(target, "history", fields, target["clean_text"], history=history, posts=posts, cuts=cuts)


def _post(comment: Row) -> str:
    """The post that a comment answers, rewritten; "" where it is not known or its rewriting failed."""
    return (comment["clean_parent"] or "").strip()


def _show(comments: list[Row], words: int) -> tuple[str, int]:
    """Each comment after the post that it answers, both cut to `words` words."""
    shown, cuts = [], 0
    for number, comment in enumerate(comments, 1):
        post, post_cut = cut(_post(comment) or "(the post is not known)", words)
        reply, reply_cut = cut(comment["clean_text"], words)
        shown.append(f"[{number}] {heading(comment)}\nPost: {post}\nComment: {reply}")
        cuts += post_cut + reply_cut
    return "\n\n".join(shown), cuts
