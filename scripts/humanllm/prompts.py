"""Prompts as files: a YAML head, `## system` and `## user`, and {{placeholders}} that are filled in one pass.

    ---
    fields: [post]
    reply: score
    ---
    ## system
    You rate posts ...
    ## user
    <data name="post">
    {{post}}
    </data>
Text from dumps may say anything: it stands between <data> marks, marks inside it are broken, and a value is never
searched for placeholders.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import yaml

from humanllm.draws import digest
from humanllm.engines.base import Request, Sampling
from humanllm.errors import InputError
from humanllm.replies import MODELS, Reply, schema_of

PLACEHOLDER = re.compile(r"\{\{(\w+)\}\}")
FORM = re.compile(r"\A---\n(.*?)^---\n## system\n(.*?)^## user\n(.*)\Z", re.DOTALL | re.MULTILINE)
MARK = re.compile(r"<(\s*/?\s*data\b)", re.IGNORECASE)


@dataclass(frozen=True)
class Prompt:
    """One file: `name` is its folder and stem (synthesis/persona), `hash` follows from its content."""

    name: str
    fields: tuple[str, ...]
    reply: type[Reply]
    system: str
    user: str
    hash: str

    def request(self, id: str, sampling: Sampling, **values: str) -> Request:
        """The request with every placeholder filled; `values` must be exactly the declared fields."""
        if set(values) != set(self.fields):
            raise AssertionError(f"prompt {self.name} takes {self.fields}, not {sorted(values)}; please report this")
        messages = [
            {"role": "system", "content": self.system},
            {"role": "user", "content": self._filled(self.user, values)},
        ]
        return Request(id, messages, sampling, schema=schema_of(self.reply), template=self.name, fields=dict(values))

    def _filled(self, text: str, values: dict[str, str]) -> str:
        return PLACEHOLDER.sub(lambda match: as_data(values[match.group(1)]), text)

    def parse(self, text: str) -> Reply:
        """The typed reply. Raises ValueError when the text is not what `reply` asks for."""
        return self.reply.model_validate_json(text)


def as_data(value: str) -> str:
    """`value` with any <data> mark inside it broken, so that it cannot end its own section."""
    return MARK.sub("\u2039\\1", value)


def load_prompt(path: Path) -> Prompt:
    """Read a prompt file. Raises InputError with what is wrong about it."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"prompt {path}: cannot be read ({error})") from error
    match = FORM.match(text)
    if not match:
        raise InputError(f"prompt {path}: wants a YAML head between --- lines, then '## system' and '## user'")
    fields, reply = _head(match.group(1), path)
    used = set(PLACEHOLDER.findall(match.group(3)))
    if used != set(fields) or PLACEHOLDER.search(match.group(2)):
        raise InputError(f"prompt {path}: declares {sorted(fields)}, but '## user' uses {sorted(used)}")
    schema = json.dumps(schema_of(MODELS[reply]), sort_keys=True)
    name = f"{path.parent.name}/{path.stem}"
    return Prompt(name, fields, MODELS[reply], match.group(2).strip(), match.group(3).strip(), digest(text, schema))


def _head(text: str, path: Path) -> tuple[tuple[str, ...], str]:
    """(fields, reply) of a prompt's head."""
    try:
        head = yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise InputError(f"prompt {path}: the head is no YAML ({' '.join(str(error).split())[:200]})") from error
    if isinstance(head, dict) and head.keys() == {"fields", "reply"}:
        fields, reply = head["fields"], head["reply"]
        if isinstance(fields, list) and all(isinstance(name, str) for name in fields) and reply in [*MODELS]:
            return tuple(fields), reply
    raise InputError(f"prompt {path}: the head wants fields, a list of names, and reply, one of {', '.join(MODELS)}")


def load_prompts(paths: Iterable[Path]) -> dict[str, Prompt]:
    """{file's stem: prompt}."""
    return {path.stem: load_prompt(path) for path in paths}
