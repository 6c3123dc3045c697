"""Ask a model the items of a benchmark, each in every order of its options, and read the letters it answers.

A row of responses/ (tables.RESPONSE), for an item whose gold is option 4 and whose order shows it first:
    {"id": "motivebench:Amazon:0:1", "order": 1, "system": "demo-base", "text": "The answer is A.", "shown": 0,
     "choice": 4, "correct": True, "finish_reason": "stop", "prompt_tokens": 212, "output_tokens": 5,
     "likeliest": 4, "log_likelihoods": [-3.1, -4.0, -6.2, -5.5, -0.2, -7.9], ...}
A reply without a letter is an answer all the same: no choice, not correct. Nothing is asked twice for its form.
The second reading, if it is wanted, is a short request of its own: how likely is each letter as the first token?
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from humanllm.asking import Asked
from humanllm.benchmarks.items import LETTERS, lettered, same_text
from humanllm.benchmarks.options import without_thoughts
from humanllm.draws import digest, draw
from humanllm.engines.base import ModelSpec, Request, Sampling
from humanllm.stats import Tally
from humanllm.tables import Row
from humanllm.tasks.wordings import Wordings

QUESTION = frozenset({"question", "options", "letters"})
FIELDS = {"question": QUESTION}
MORE_FIELDS = {"likelihood": QUESTION, "plain": frozenset[str]()}  # sections that a prompt file may have or not
PLAIN = "Answer:"  # how the prompt of a model without chat template ends, where its file has no `# plain`
BEGINNING = 24  # characters of a prompt that tell it when it is repeated
PLAIN_STOPS = (f"\n{PLAIN}", "\n\nQuestion:", "\n\nUser:")  # where such a model goes on to a question of its own
OF_LETTERS = Sampling(temperature=1.0, max_tokens=1)
WORD = r"(?![A-Za-z'’-])"  # noqa: RUF001  (not the start of a word)
NO_WORD = r"(?! (?!(?:because|since|as|for|is|and|or)\b)[a-z])"  # "A good ..." is no answer
LETTER = rf"(?:[B-HJ-Z]{WORD}|[AI]{WORD}{NO_WORD})"
OPENING = r"[\s*\"'`:：=(\[（【]*"  # noqa: RUF001
AND = r"[\s*\"'`)\]）】]*(?:[,，、/&+]|(?:and|or)\b|和|或)"  # noqa: RUF001
LETTERS_SAID = rf"({LETTER})({AND}{OPENING}{LETTER})?"  # the second group: more than one
MARKED = re.compile(r"\[\[\s*([A-Z])\s*\]\]|\\boxed\{\W*(?:\\\w+\{\W*)?([A-Z])(?![A-Za-z])")
SAID = re.compile(
    r"(?i:answer|choice|option|letter|choose|chose|select|pick|think|答案|选项|选择|应选|选)[\s*]*"
    rf"(?i:is|would be|should be|it is|it's|是|为)?{OPENING}{LETTERS_SAID}"
)
LEADING = re.compile(OPENING + LETTERS_SAID)
ALONE = re.compile(r"\W*([a-zA-Z])\W*")
BRACKETED = re.compile(r"[(\[（]([A-Z])[)\]）]|\*\*([A-Z])\*\*")  # noqa: RUF001


class Questions:
    """The prompt file of a benchmark: a `# system` and a `# question` section.

    It may have `# likelihood`, the question where log-probabilities are asked (else as it is), and `# plain`, the last
    words of a plain prompt. `chat`: whether the model has a chat template.
    """

    def __init__(self, path: Path, chat: bool = True) -> None:
        text = path.read_text(encoding="utf-8")
        self._found = [name for name in MORE_FIELDS if re.search(rf"^# {name}[ \t]*$", text, re.MULTILINE)]
        self._wordings = Wordings(path, FIELDS | {name: MORE_FIELDS[name] for name in self._found})
        self._chat = chat
        self.name = f"{path.parent.name}/{path.stem}"
        self.hash = digest(text)

    def request(self, item: Row, order: int, sampling: Sampling, constrained: bool) -> Request:
        """The item with its options in the given order. `constrained` lets only a letter be answered."""
        choice = letters_of(item) if constrained else None
        messages, fields = self._messages(item, order, "question")
        return Request(request_id(item, order), messages, sampling, choice=choice, template=self.name, fields=fields)

    def likelihood(self, item: Row, order: int) -> Request:
        """Asks for the log-probability of each letter, and for no text."""
        messages, fields = self._messages(item, order, "likelihood" if "likelihood" in self._found else "question")
        name, letters = likelihood_id(item, order), letters_of(item)
        return Request(name, messages, OF_LETTERS, letters=letters, template=self.name, fields=fields)

    def _messages(self, item: Row, order: int, section: str) -> tuple[list[dict[str, str]], dict[str, str]]:
        options = shown_options(item, order)
        fields = {
            "question": item["question"],
            "options": lettered(options),
            "letters": ", ".join(letters_of(item)),
        }
        rng = draw(0, item["id"])
        messages = [
            {"role": "system", "content": self._wordings.render("system", {}, rng)},
            {"role": "user", "content": self._wordings.render(section, fields, rng)},
        ]
        if not self._chat:
            messages.append({"role": "assistant", "content": self.plain})
        return messages, fields

    @property
    def plain(self) -> str:
        """The last words of a plain prompt, after which the letter stands."""
        return self._wordings.render("plain", {}, draw(0)) if "plain" in self._found else PLAIN


def plain_stops(messages: Sequence[dict[str, str]]) -> tuple[str, ...]:
    """Where a written answer to a plain prompt ends: at another question's mark, or where the prompt begins again."""
    return (*PLAIN_STOPS, f"\n\n{messages[0]['content'].strip()[:BEGINNING]}")


def shown_options(item: Row, order: int) -> list[str]:
    """The options as the given order shows them."""
    return [item["options"][place] for place in item["orders"][order]]


def letters_of(item: Row) -> list[str]:
    return list(LETTERS[: len(item["options"])])


def request_id(item: Row, order: int) -> str:
    return f"{item['id']}#{order}"


def likelihood_id(item: Row, order: int) -> str:
    return f"{request_id(item, order)}:likelihood"


def requests(
    items: Iterable[Row], questions: Questions, sampling: Sampling, constrained: bool, likelihood: bool
) -> Iterator[Request]:
    """One request an item and order; with `likelihood` another one right after it, which finds its prompt cached."""
    for item in items:
        for order in range(len(item["orders"])):
            yield questions.request(item, order, sampling, constrained)
            if likelihood:
                yield questions.likelihood(item, order)


def chosen(text: str, options: list[str]) -> int | None:
    r"""Which of the shown `options` a reply names, or None.

    In this order: the whole text of one option; the last [[B]] or \boxed{B}; the last "answer is B"; a letter at the
    start ("B", "B.", "(B) ..."); a lone "b"; the only letter in brackets. "A" and "I" before a small letter are words.
    A letter beyond the options is no answer, nor are several ("A, B", "the answer is B or C"). What a reasoning model
    thinks before it answers is passed over.
    """
    text = without_thoughts(text)
    said = _bare(text)
    matching = [place for place, option in enumerate(options) if len(said) > 1 and _bare(option) == said]
    if len(matching) == 1:
        return matching[0]
    letter = _letter(text.strip())
    place = LETTERS.index(letter) if letter else len(options)
    return place if place < len(options) else None


def _bare(text: str) -> str:
    return same_text(text).strip(" .\"'")


def _letter(text: str) -> str | None:
    if marked := MARKED.findall(text):
        return str(marked[-1][0] or marked[-1][1])
    *_, said = None, *SAID.finditer(text)
    if found := said or LEADING.match(text):
        letter, more = found.groups()
        return None if more else str(letter)
    if alone := ALONE.fullmatch(text):
        return alone[1].upper()
    bracketed = {first or second for first, second in BRACKETED.findall(text)}
    return bracketed.pop() if len(bracketed) == 1 else None


def responses(
    items: Iterable[Row], asked: Asked[str], spec: ModelSpec, system: str, prompt: str, tally: Tally
) -> Iterator[Row]:
    """One row an item and order, the dead ones too: they have no choice, and their reason as finish_reason."""
    model, revision = spec.weights()
    for item in items:
        for order in range(len(item["orders"])):
            name = request_id(item, order)
            row: Row = {"id": item["id"], "order": order, "system": system, "shown": None, "correct": False}
            row |= {"model": model, "revision": revision, "prompt": prompt}
            tally.take()
            if name in asked.dead:
                tally.die(asked.dead[name])
                row["finish_reason"] = asked.dead[name]
            else:
                tally.keep()
                row |= _answered(item, order, asked, name)
            if (likely := asked.answers.get(likelihood_id(item, order))) is not None:
                row |= _likely(item, order, likely.reply.log_likelihoods)
            yield row


def _answered(item: Row, order: int, asked: Asked[str], name: str) -> Row:
    reply = asked.answers[name].reply
    shown = chosen(reply.text, shown_options(item, order))
    choice = None if shown is None else item["orders"][order][shown]
    return {
        "text": reply.text,
        "shown": shown,
        "choice": choice,
        "correct": choice == item["gold"],
        "finish_reason": reply.finish_reason,
        "prompt_tokens": reply.prompt_tokens,
        "output_tokens": reply.output_tokens,
    }


def _likely(item: Row, order: int, shown: list[float | None] | None) -> Row:
    """The log-probabilities by the item's own options, and the likeliest one; nothing where none was given."""
    if shown is None or all(value is None for value in shown):
        return {}
    own: list[float | None] = [None] * len(item["options"])
    for place, value in zip(item["orders"][order], shown, strict=True):
        own[place] = value
    given = [(value, -place) for place, value in enumerate(own) if value is not None]
    return {"likeliest": -max(given)[1], "log_likelihoods": own}
