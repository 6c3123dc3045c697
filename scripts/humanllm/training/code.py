"""Which code a training's numbers come from, so that an edit elsewhere trains no finished student again.

    {"sha256": {"ranks": "0c7e..", "sequences": "77b0..", ...}}
Comments and docstrings do not count. What else a rank runs saves, tells and stops, or its outcome stands in the
manifest anyway (knobs, the update, the parts of a sequence); tests/humanllm/training/test_code.py has both lists.
"""

from __future__ import annotations

import ast
import hashlib
from pathlib import Path

DECIDES = ("attention", "knobs", "loss", "ranks", "regroup", "rope", "sequences", "zero")  # modules of this package
HOLDERS = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)  # what may begin with a docstring


def code_facts(folder: Path = Path(__file__).parent) -> dict[str, dict[str, str]]:
    """A digest of each of DECIDES, as `code` of the manifest."""
    return {"sha256": {name: _digest(folder / f"{name}.py") for name in DECIDES}}


def _digest(path: Path) -> str:
    tree = ast.parse(path.read_text(encoding="utf-8"), str(path))
    for node in ast.walk(tree):
        if isinstance(node, HOLDERS) and ast.get_docstring(node, clean=False) is not None:
            node.body = node.body[1:]
    return hashlib.sha256(ast.dump(tree).encode()).hexdigest()[:16]
