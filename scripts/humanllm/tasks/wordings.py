"""Prompt files with several wordings of each instruction, one of which is drawn for a sample.

    # history_topic            a section: a form of the task, or `system`
    Here are posts ... {{history}} ... about {{topic}}.
    ---                        between two wordings
    You know these posts ... {{history}} ... {{topic}}

A field is filled in one pass, so braces in a person's text stay what they are.
"""

from __future__ import annotations

import random
import re
from collections.abc import Mapping
from pathlib import Path

from humanllm.errors import InputError

SECTION = re.compile(r"^# (\w+)[ \t]*$", re.MULTILINE)
BETWEEN = re.compile(r"^---[ \t]*$", re.MULTILINE)
FIELD = re.compile(r"\{\{(\w+)\}\}")


class Wordings:
    """The wordings of one prompt file, checked against the fields that its task fills."""

    def __init__(self, path: Path, sections: Mapping[str, frozenset[str]]) -> None:
        parts = SECTION.split(path.read_text(encoding="utf-8"))
        found = dict(zip(parts[1::2], parts[2::2], strict=True))
        wanted = {"system": frozenset[str](), **sections}
        if parts[0].strip() or found.keys() != wanted.keys():
            raise InputError(f"{path} must hold the sections {', '.join(wanted)}, it holds {', '.join(found)}")
        self._wordings = {name: [text.strip() for text in BETWEEN.split(found[name])] for name in wanted}
        for name, wordings in self._wordings.items():
            for wording in wordings:
                if not wording or set(FIELD.findall(wording)) != wanted[name]:
                    fields = ", ".join(sorted(wanted[name])) or "none"
                    raise InputError(f"{path}: each wording of # {name} must name the fields {fields}, and no other")

    def render(self, section: str, fields: Mapping[str, str], rng: random.Random) -> str:
        """A wording of `section` by `rng`, its fields filled."""
        wording = rng.choice(self._wordings[section])
        return FIELD.sub(lambda match: fields[match[1]].strip(), wording)
