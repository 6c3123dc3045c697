"""Wrong options by rules: what another person of the test set answered to a prompt of the same task."""

from __future__ import annotations

from typing import Any

from humanllm.draws import draw


def another(fields: dict[str, Any]) -> str:
    """One of the others' answers, by the draw of the system and the sample; nothing where nobody else answered."""
    others = fields["others"]
    return str(draw(0, fields["name"]).choice(others)) if others else ""
