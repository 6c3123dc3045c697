"""The rules for Reddit's posts and comments (paper 2.1)."""

from __future__ import annotations

from humanllm.filters.common import Knobs
from humanllm.readers.draft import Draft

GONE = ("[deleted]", "[removed]", "[ removed by reddit ]", "[ removed by moderator ]", "[deleted by user]")


def official(draft: Draft, knobs: Knobs) -> str | None:
    """Posts and comments that a moderator or an admin wrote as such are removed (2.1)."""
    return "moderator" if draft.facts["distinguished"] else None


def not_self(draft: Draft, knobs: Knobs) -> str | None:
    """Only self posts hold a person's own text (2.1)."""
    return None if draft.facts["is_self"] else "not_self_post"


def removed(draft: Draft, knobs: Knobs) -> str | None:
    """Removed and deleted texts are no longer there (2.1)."""
    gone = draft.facts.get("removed_by") or any(
        (part or "").strip().lower() in GONE for part in (draft.title, draft.text)
    )
    return "removed" if gone else None


def engagement(draft: Draft, knobs: Knobs) -> str | None:
    """Score >= 2 and comments >= 2 (2.1); with `either`, one of them is enough (official code). Unknown is below."""
    low = [
        (draft.facts["score"] or 0) < knobs["min_score"],
        (draft.facts["comments"] or 0) < knobs["min_comments"],
    ]
    dropped = all(low) if knobs["engagement"] == "either" else any(low)
    return "low_engagement" if dropped else None


def short_post(draft: Draft, knobs: Knobs) -> str | None:
    """Title and text together have 300 characters or more (2.1)."""
    return "short" if len(draft.title or "") + len(draft.text) < knobs["min_characters"] else None


def top_level(draft: Draft, knobs: Knobs) -> str | None:
    """Personalised commenting answers the post itself, not another comment (3.1)."""
    return None if draft.facts["top_level"] else "not_top_level"


def short_comment(draft: Draft, knobs: Knobs) -> str | None:
    """A comment has 200 characters or more (official code)."""
    return "short" if len(draft.text) < knobs["min_comment_characters"] else None
