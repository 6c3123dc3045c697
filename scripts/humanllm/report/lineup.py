"""Which of a run's systems belong together: a student's base, and what training and merging made of it.

lineup(run)[1]
    {"system": "demo-full-merged", "student": "demo", "variant": "full", "state": "merged"}
A system that is no student's has its own name as `state`, and neither student nor variant.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

Member = dict[str, Any]
STATES = ("unmerged", "merged")


def lineup(run: dict[str, Any]) -> list[Member]:
    """Each system of the run: first those that are no student's, then each student's base, variants and states."""
    members = [
        {"system": f"{student}-base", "student": student, "variant": None, "state": "base"}
        if variant is None
        else {"system": f"{student}-{variant}-{state}", "student": student, "variant": variant, "state": state}
        for student in run["students"]
        for variant, state in [(None, "base"), *((variant, state) for variant in run["variants"] for state in STATES)]
    ]
    own = {member["system"] for member in members}
    others = [{"system": name, "student": None, "variant": None, "state": name} for name in run["systems"]]
    return [member for member in others if member["system"] not in own] + [
        member for member in members if member["system"] in run["systems"]
    ]


def main_variant(run: dict[str, Any]) -> str | None:
    """The training set whose systems stand in the paper's main tables."""
    variants = run["variants"]
    return "full" if "full" in variants else next(iter(variants), None)


def grouped(run: dict[str, Any], names: Iterable[str]) -> list[tuple[str, list[Member]]]:
    """The systems in `names`, by student: [("demo", [member, ...]), ...]; those of no student come as "other systems".

    A name that the run does not know (of an older config) counts as a system of no student.
    """
    wanted = list(names)
    known = [member for member in lineup(run) if member["system"] in wanted]
    strange = set(wanted) - {member["system"] for member in known}
    known = [{"system": name, "student": None, "variant": None, "state": name} for name in sorted(strange)] + known
    groups: dict[str, list[Member]] = {}
    for member in known:
        groups.setdefault(member["student"] or "other systems", []).append(member)
    return list(groups.items())


def label(member: Member) -> str:
    """How a row of a student's group is named: "base", "full, merged"."""
    return f"{member['variant']}, {member['state']}" if member["variant"] else str(member["state"])
