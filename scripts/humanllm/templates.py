"""Samples in a model's chat template, as tokens of which only the answer counts for the loss.

    <|im_start|>system ...<|im_end|> <|im_start|>user ...<|im_end|> <|im_start|>assistant   no loss
    the answer <|im_end|>                                                                  loss
The answer begins where the prompt, rendered as for generation, ends: that is what the model will see when it is asked.
It ends with the model's own end token; what a template writes after that is left out.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from humanllm.errors import InputError
from humanllm.messages import CLOCK, control_tokens, for_template
from humanllm.modelfiles import demand_hub_name, demand_tokenizer
from humanllm.sharegpt import Line, answer_of, messages_of

if TYPE_CHECKING:
    from tokenizers import Encoding

UNUSABLE = {  # what a reason means of a template
    "no_end": "its answers do not end with the tokenizer's end token: set eos_token to the one that they end with",
    "no_prefix": "a prompt that asks for an answer does not read as the same prompt does with its answer",
    "other_tokens": "a prompt gets other tokens when its answer follows: end it with one line end or a control token",
    "special_token": "the tokenizer takes plain words for control tokens",
}
PROBES: list[Line] = [  # prompts and answers whose ends a tokenizer may join with what stands beside them
    {"system": "Be brief.\nBe kind.", "conversations": [{"value": prompt}, {"value": answer}]}
    for prompt, answer in (
        ("Who came first?", "Anna did.\n\nBen was late."),
        ("Who came first?\n\nAnna: me!\n  Ben: 2nd\n", '"Me," said Anna.'),
        ("Their places:", "1st was Anna"),
        ("Go on: I saw ", "anna, she said"),
    )
]


@dataclass(frozen=True)
class Tokens:
    """A sample's tokens; those from `prompt` on are the answer."""

    ids: list[int]
    prompt: int


def load_tokenizer(path: str, revision: str) -> Any:
    """The tokenizer of a model's folder or hub name. InputError if there is none, or it has no chat template."""
    from transformers import AutoTokenizer

    if Path(path).is_dir():
        demand_tokenizer(Path(path))
    else:
        demand_hub_name(path)
    try:
        tokenizer = AutoTokenizer.from_pretrained(path, revision=revision)
    except Exception as error:  # what a missing file raises differs by the tokenizer's kind
        reason = str(error).strip().splitlines()[0]
        raise InputError(f"no tokenizer can be loaded from {path}: give a complete model ({reason})") from error
    if not tokenizer.chat_template:
        raise InputError(f"the tokenizer of {path} has no chat template: give an instruction-tuned model")
    if tokenizer.eos_token_id is None:
        raise InputError(f"the tokenizer of {path} has no end token: set eos_token in its tokenizer_config.json")
    return tokenizer


class Template:
    """A model's chat template, checked once on probes."""

    def __init__(self, tokenizer: Any, name: str) -> None:
        self.tokenizer, self.name = tokenizer, name
        self._fitted = for_template(tokenizer)
        self._control = control_tokens(tokenizer)
        added = tokenizer.added_tokens_decoder.items()
        self._greedy = {number for number, token in added if token.rstrip}  # they take the white space after them
        self._demand_usable()

    def _demand_usable(self) -> None:
        """InputError unless each probe's tokens are its prompt's, as the model is asked, and an answer's."""
        for probe, found in zip(PROBES, self.tokens(PROBES), strict=True):
            asked = self._encode([self._render(messages_of(probe), True)])[0].ids
            why = found if isinstance(found, str) else "other_tokens" if found.ids[: found.prompt] != asked else ""
            if why:
                raise InputError(
                    f"the chat template of {self.name} cannot be used for training on answers: {why}, {UNUSABLE[why]}"
                )

    def tokens(self, lines: Sequence[Line]) -> list[Tokens | str]:
        """The tokens of each sample, or the reason why it has none: special_token, no_prefix, no_end."""
        prompts = [self._render(messages_of(line), True) for line in lines]
        wholes = [
            self._render([*messages_of(line), {"role": "assistant", "content": answer_of(line)}], False)
            for line in lines
        ]
        return [
            "special_token" if self._has_control(line) else self._tokens(prompt, whole, encoding)
            for line, prompt, whole, encoding in zip(lines, prompts, wholes, self._encode(wholes), strict=True)
        ]

    def _encode(self, texts: list[str]) -> list[Encoding]:
        """The texts as they stand: the template writes the special tokens itself."""
        return list(self.tokenizer(texts, add_special_tokens=False).encodings)

    def _render(self, messages: list[dict[str, str]], ask: bool) -> str:
        try:
            return str(
                self.tokenizer.apply_chat_template(
                    self._fitted(messages), tokenize=False, add_generation_prompt=ask, enable_thinking=False, **CLOCK
                )
            )
        except Exception as error:  # a template may raise whatever it likes
            raise InputError(f"the chat template of {self.name} fails: {error}") from error

    def _has_control(self, line: Line) -> bool:
        """Whether a person's text spells a control token: it would end the prompt or the answer too early."""
        texts = (line["system"], *(turn["value"] for turn in line["conversations"]))
        return any(self._control.search(text) for text in texts)

    def _tokens(self, prompt: str, whole: str, encoding: Encoding) -> Tokens | str:
        if not whole.startswith(prompt):
            return "no_prefix"
        ids, start = encoding.ids, self._start(encoding, len(prompt), len(whole))
        if start is None:
            return "no_prefix"
        try:
            end = ids.index(self.tokenizer.eos_token_id, start) + 1
        except ValueError:
            return "no_end"
        return Tokens(ids[:end], start)

    def _start(self, encoding: Encoding, prompt: int, whole: int) -> int | None:
        """The answer's first token; None if one holds the prompt's end and the answer's beginning."""
        found = (encoding.char_to_token(place) for place in range(prompt, whole))
        start = next((token for token in found if token is not None), None)  # some count no leading space
        if start is None:
            return None
        if (
            _chars(encoding, start)[0] < prompt
        ):  # if it took the answer's leading space, it is the prompt's all the same
            return start + 1 if encoding.ids[start] in self._greedy else None
        return None if start and _chars(encoding, start - 1)[1] > prompt else start


def _chars(encoding: Encoding, token: int) -> tuple[int, int]:
    """Where a token begins and ends in the text."""
    return encoding.token_to_chars(token) or (0, 0)


def digest_of(tokenizer: Any) -> str:
    """sha256 of all that the tokens of a sample follow from: tokenizer, chat template and the code that runs them."""
    import tokenizers
    import transformers

    parts = [tokenizer.backend_tokenizer.to_str(), tokenizer.chat_template, tokenizer.special_tokens_map]
    parts += [tokenizers.__version__, transformers.__version__]
    return hashlib.sha256(json.dumps(parts, sort_keys=True, default=str).encode()).hexdigest()
