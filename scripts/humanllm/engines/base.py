"""What every engine takes and gives: requests in, replies out as they are ready, in any order, keyed by id.

A request and its reply:
    Request(id="blogger:blogs:5d1c", messages=[{"role": "user", "content": "Rate this post ..."}],
            sampling=Sampling(temperature=0.3, max_tokens=128, seed=71), schema={"type": "object", ...},
            template="score/score", fields={"post": "I went ..."})
    Reply(id="blogger:blogs:5d1c", text='{"quality":"high","harmful":false}', finish_reason="stop",
          prompt_tokens=412, cached_tokens=352, output_tokens=11)
"""

from __future__ import annotations

import ast
import functools
import hashlib
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, field, fields, replace
from pathlib import Path
from typing import Any, Protocol

from humanllm.draws import digest
from humanllm.errors import InputError

SAMPLES, STRETCH = 64, 1 << 16  # of a weight file of gigabytes: training changes every stretch of it
OF_REPLIES = ("engine", "path", "revision", "chat", "thinking", "quantization")  # the rest changes speed, no reply
OF_ADAPTER = ("adapter", "adapter_revision")  # of replies too, where there is one
OVERFLOW = "overflow"  # finish_reason where the prompt (then it was not asked) or its reply does not fit the model
SERVER = "server"  # finish_reason of a request that the server refused for good
FOR_GOOD = (OVERFLOW, SERVER)  # asking the same again would give the same


@dataclass(frozen=True)
class Sampling:
    """How a reply is drawn. `seed` None: it follows from the request's id when the request is asked."""

    temperature: float
    max_tokens: int
    top_p: float = 1.0
    seed: int | None = None

    @classmethod
    def of(cls, values: Any) -> Sampling:
        """From `sampling` in `--asking`, e.g. {"temperature": 0.3, "max_tokens": 128}. Raises InputError."""
        return cls(**_checked(values, cls, "sampling", ("temperature", "max_tokens", "top_p")))


@dataclass(frozen=True)
class Request:
    """One question. `schema` (JSON schema) or `choice` (allowed texts) bind the reply's form; None leaves it free.

    `letters`: no text is asked for, but how likely each of these letters is as the first token of the reply.
    `stop`: a reply ends before the first of these texts.
    `template` and `fields` are what the messages were made of: rules without a model (extractive) read these.
    """

    id: str
    messages: list[dict[str, str]]
    sampling: Sampling
    schema: dict[str, Any] | None = None
    choice: list[str] | None = None
    letters: list[str] | None = None
    stop: tuple[str, ...] = ()
    template: str = ""
    fields: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Reply:
    """One answer. `finish_reason`: stop, length (cut off at max_tokens), overflow (the prompt is too long, and was not
    asked; or the reply was cut off by the model's context) or server (refused by the server for good).
    `log_likelihoods`: of the request's `letters`, one each; None for a letter, or for all, that was not given.
    """

    id: str
    text: str
    finish_reason: str
    prompt_tokens: int = 0
    cached_tokens: int = 0
    output_tokens: int = 0
    log_likelihoods: list[float | None] | None = None


@dataclass(frozen=True)
class ModelSpec:
    """An entry of the config's `models` with its name.

    Of vllm alone: adapter (a LoRA adapter for the model at `path`: a folder or a hub's name), adapter_revision, gpus,
    quantization (as vLLM names it; null: as the weights are), ngram_tokens (tokens guessed from the prompt at a time;
    0: none), memory_share (of a GPU's memory), max_num_seqs (requests that run at a time).
    Of openai alone: base_url, key_variable (the environment variable that holds the key), concurrency (requests in
    flight), requests_a_minute and tokens_a_minute (null: no limit of ours), timeout (seconds a request).
    """

    name: str
    engine: str
    path: str
    revision: str
    gpus: int = 0
    max_model_len: int | None = None
    chat: bool = True
    thinking: bool | None = None
    adapter: str | None = None
    adapter_revision: str = "main"
    quantization: str | None = None
    ngram_tokens: int = 0
    memory_share: float = 0.92
    max_num_seqs: int | None = None
    base_url: str = "https://api.openai.com/v1"
    key_variable: str = "OPENAI_API_KEY"
    concurrency: int = 64
    requests_a_minute: int | None = None
    tokens_a_minute: int | None = None
    timeout: float = 600.0

    @classmethod
    def of(cls, values: Any) -> ModelSpec:
        """From `model` in `--asking`. Raises InputError on a missing or unknown key."""
        spec = cls(**_checked(values, cls, "model", [one.name for one in fields(cls)]))
        if spec.engine not in ENGINES:
            raise InputError(f"--asking: model {spec.name}: no engine {spec.engine!r}; known: {', '.join(ENGINES)}")
        return spec

    def pinned(self) -> ModelSpec:
        """With a digest of its files as revision if it lies in a folder here: made again, it is another model."""
        spec = self
        if self.engine == "vllm" and Path(self.path).is_dir():
            spec = replace(spec, revision=fingerprint(Path(self.path)))
        if self.adapter is not None and Path(self.adapter).is_dir():
            spec = replace(spec, adapter_revision=fingerprint(Path(self.adapter)))
        return spec

    def weights(self) -> tuple[str, str]:
        """Path and revision for the rows of the results, an adapter's after its base's."""
        if self.adapter is None:
            return self.path, self.revision
        return f"{self.path} + {self.adapter}", f"{self.revision} + {self.adapter_revision}"

    def identity(self) -> str:
        """A digest of what makes its replies its own: replies of another model or revision are never reused.

        Of a model in a folder here, the files count and not the folder's name: a model made again is another one.
        """
        facts = {key: value for key, value in asdict(self).items() if key in OF_REPLIES}
        if self.engine == "extractive":
            facts["path"] = _rules_code()
        elif self.engine == "vllm" and Path(self.path).is_dir():
            facts["path"] = fingerprint(Path(self.path))
        if self.adapter is not None:
            here = Path(self.adapter).is_dir()
            facts["adapter"] = fingerprint(Path(self.adapter)) if here else [self.adapter, self.adapter_revision]
        return digest(json.dumps(facts, sort_keys=True))


@functools.cache
def _rules_code() -> str:
    """The extractive engine's code without comments: its rules are its weights, so an edited rule is another model."""
    here = Path(__file__).parent
    files = [*sorted((here / "extractive").glob("*.py")), here.parent / "privacy.py", here.parent / "numbers.py"]
    return digest(*(ast.dump(ast.parse(path.read_text(encoding="utf-8"))) for path in files))


def fingerprint(folder: Path) -> str:
    """A digest of a model's folder: small files whole, of each large one its size and SAMPLES stretches."""
    parts: list[object] = []
    for file in sorted(path for path in folder.iterdir() if path.is_file()):
        size = file.stat().st_size
        places = range(0, size, max(STRETCH, size // SAMPLES))
        summed = hashlib.blake2b()
        with file.open("rb") as opened:
            for place in places:
                opened.seek(place)
                summed.update(opened.read(STRETCH))
        parts += [file.name, size, summed.hexdigest()]
    return digest(*parts)


Feed = Callable[[], Request | None]


class Engine(Protocol):
    """A model that is ready to answer."""

    def replies(self, feed: Feed) -> Iterator[Reply]:
        """A reply for every request, in any order. `feed()` is called whenever there is room for one more.

        It gives None when there is nothing to ask now; a reply that is still to come may change that, so an engine
        ends when `feed()` gives None and no request is in flight. Raises EngineError when it cannot go on.
        """
        ...

    def close(self) -> None:
        """Give its memory back."""
        ...


ENGINES = ("vllm", "openai", "extractive")


def open_engine(spec: ModelSpec) -> Engine:
    """Start the engine of `spec`. Raises InputError when its model cannot be loaded."""
    if spec.engine == "extractive":
        from humanllm.engines.extractive import ExtractiveEngine

        return ExtractiveEngine()
    if spec.engine == "openai":
        from humanllm.engines.openai import OpenAiEngine

        return OpenAiEngine(spec)
    from humanllm.engines.vllm import VllmEngine

    return VllmEngine(spec)


def _checked(values: Any, kind: type, part: str, known: Sequence[str]) -> dict[str, Any]:
    """`values`, if they are an object with keys of `known` alone and all that the dataclass `kind` needs."""
    if not isinstance(values, dict) or values.keys() - set(known):
        unknown = sorted(values.keys() - set(known)) if isinstance(values, dict) else values
        raise InputError(f"--asking: {part}: unknown {unknown}; known: {', '.join(sorted(known))}")
    try:
        kind(**values)
    except TypeError as error:
        raise InputError(f"--asking: {part} {values}: {error}".replace("__init__() ", "")) from error
    return values
