"""A digest of the code behind a rule, so that an edit reruns it and a changed comment does not."""

from __future__ import annotations

import ast
import functools
import hashlib
from collections.abc import Iterator
from pathlib import Path

BLOCKS = ("body", "orelse", "finalbody", "handlers", "cases")  # where a statement holds others


def _statements(tree: ast.Module) -> Iterator[ast.AST]:
    """The module and all its statements. Expressions, which are most of a tree, hold neither imports nor docstrings."""
    waiting: list[ast.AST] = [tree]
    while waiting:
        node = waiting.pop()
        yield node
        for block in BLOCKS:
            waiting += getattr(node, block, ())


def _imports(node: ast.AST) -> set[str]:
    """Names of the library's modules that a statement imports."""
    names: set[str] = set()
    if isinstance(node, ast.ImportFrom) and node.module:
        names = {node.module} | {f"{node.module}.{alias.name}" for alias in node.names}
    elif isinstance(node, ast.Import):
        names = {alias.name for alias in node.names}
    return {name for name in names if name.split(".")[0] == "humanllm"}


def _drop_docstring(node: ast.AST) -> None:
    body = getattr(node, "body", None)
    if body and isinstance(body[0], ast.Expr) and isinstance(body[0].value, ast.Constant):
        node.body = body[1:]  # type: ignore[attr-defined]


@functools.cache
def _read(path: Path) -> tuple[str, frozenset[str]]:
    """The code of a file without comments and docstrings, and what it imports of the library."""
    tree = ast.parse(path.read_text(encoding="utf-8"), str(path))
    names: set[str] = set()
    for node in _statements(tree):
        names |= _imports(node)
        _drop_docstring(node)
    return ast.dump(tree), frozenset(names)


@functools.cache
def _file(scripts: Path, module: str) -> Path | None:
    base = scripts.joinpath(*module.split("."))
    candidates = (base.with_suffix(".py"), base / "__init__.py")
    return next((path for path in candidates if path.is_file()), None)


@functools.cache
def code_digest(scripts: Path, rule: str) -> str:
    """16 hex characters over `scripts/<rule>.py` and the modules of `scripts/humanllm` that it reaches."""
    waiting = [scripts / f"{rule}.py"]
    seen: dict[Path, str] = {}
    while waiting:
        path = waiting.pop()
        if path in seen or not path.is_file():
            continue
        seen[path], names = _read(path)
        waiting += [found for name in names if (found := _file(scripts, name))]
    text = "\0".join(f"{path.relative_to(scripts)}\0{seen[path]}" for path in sorted(seen))
    return hashlib.blake2b(text.encode(), digest_size=8).hexdigest()
