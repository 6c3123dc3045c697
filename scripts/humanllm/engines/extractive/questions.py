"""The three social questions of one post by rules: next action, inner thoughts, reasons."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from humanllm.engines.extractive.people import reading_of
from humanllm.engines.extractive.text import leading, noun_words, post_lines, stem, stems, whole, within
from humanllm.engines.extractive.voice import OPENER, chatty, telling

NOTHING: dict[str, Any] = {"scenario": "", "question": None, "answer": None}
SCENARIO_WORDS, ANSWER_WORDS = 90, 60
LEAST_SCENARIO = 20  # words
TELLABLE = 0.6  # of the sentences before the answer must come right in the third person
# The verb that shows what was done or felt, and the question that asks for it. {it} needs a thing that both the
# scenario and the answer name; without one there is no such question.
ACTIONS = [
    (r"\bI (?:\w+ly )?decided\b", "What does the writer decide at this point?"),
    (r"\bI (?:\w+ly )?(?:chose|picked)\b", "What does the writer choose in this situation?"),
    (r"\bI (?:\w+ly )?(?:bought|ordered)\b", "What does the writer buy in this situation?"),
    (
        r"\bI (?:\w+ly )?(?:called|phoned|wrote to|emailed)\b",
        "Whom does the writer get in touch with at this point, and what for?",
    ),
    (r"\bI (?:\w+ly )?asked\b", "What does the writer ask at this point?"),
    (r"\bI (?:\w+ly )?(?:told|said|explained)\b", "What does the writer say at this point?"),
    (
        r"\bI (?:\w+ly )?(?:went|started|began|stopped|quit|left|moved|made|tried|took|built|replaced|returned|gave|put"
        r"|fixed|cleaned|planted|cooked|sold|joined|signed|spent|ended up|walked|drove|opened|sat|ran)\b",
        "What does the writer do next?",
    ),
]
THOUGHTS = [
    (
        r"\bI (?:\w+ly )?(?:felt|feel)\b|\bI(?:'m| am| was) (?:\w+ly |so |very |quite |a bit |a little )?"
        r"(?:happy|sad|angry|upset|proud|afraid|scared|nervous|worried|excited|tired|lonely|glad|ashamed|annoyed"
        r"|grateful|relieved|bored|surprised|disappointed|thankful|anxious|content|furious|thrilled|jealous)\b",
        "How does the writer feel at this point?",
    ),
    (r"\bI (?:\w+ly )?(?:hope|hoped|wish|wished)\b", "What does the writer hope or wish for at this point?"),
    (r"\bI (?:\w+ly )?(?:wonder|wondered)\b", "What does the writer wonder at this point?"),
    (
        r"\bI (?:\w+ly )?(?:realized|realised|learned|learnt|understood)\b",
        "What does the writer come to understand at this point?",
    ),
    (
        r"\bI (?:\w+ly )?(?:love|loved|like|liked|enjoy|enjoyed|hate|hated|miss|missed)\b",
        "What does the writer like or dislike about the {it}?",
    ),
    (
        r"\bI (?:\w+ly )?(?:think|thought|believe|believed|suppose|suspect|doubt)\b(?!,)",
        "What does the writer think about the {it}?",
    ),
]
SUBJECT = "(?:I|we|he|she|they|you|it|my|our|the)"
REASONS = re.compile(
    rf"^(.{{15,160}}?),?\s+(because|since(?= {SUBJECT}\b)|so that(?= {SUBJECT}\b))"
    r"\s+(?!then\b|that\b|last\b|of course\b)(.{10,200})$",
    re.IGNORECASE,
)
GOES_ON = re.compile(r"(?:It|That|This|So|But|And|Because)\b")
JOINTS = {"because": "Because", "since": "Because", "so that": "So that"}
OF_WRITER = re.compile(r"\b(?:I|my|we|me)\b")
DANGLING = re.compile(r"(?i)\b(?:but|and|or|just|only|partly|probably|maybe|mainly|mostly|if|that|it|is|was|not)$|[\"]")
SINCE_TIME = re.compile(r"(?i)\b(?:have|has|had|'ve|'s|'d|ever|been|years?|months?|weeks?|days?)\b")  # since when


class _Post:
    """A post's sentences with the stems that each brings, for the three kinds of questions."""

    def __init__(self, posts: str) -> None:
        self.lines = post_lines(posts)
        self.reading = reading_of(posts)
        self.stems = [set(stems(line)) for line in self.lines]

    def usable(self, index: int) -> bool:
        """Whether the sentence can be an answer: whole by itself, and not told before."""
        line, answer = self.lines[index], self.stems[index]
        if len(answer) < 3 or not whole(line) or '"' in line or chatty(line):
            return False
        known = set[str]().union(*self.stems[:index])
        return len(answer - known) >= 0.5 * len(answer)

    def before(self, index: int) -> str:
        """The situation before the sentence, in the third person; empty where too little of it can be told so."""
        stretch = len(leading(reversed(self.lines[:index]), SCENARIO_WORDS))
        kept = telling(self.lines[index - stretch : index])
        text = " ".join(kept)
        enough = len(kept) > 1 and len(kept) >= TELLABLE * stretch and len(text.split()) >= LEAST_SCENARIO
        return text if enough else ""

    def answer(self, index: int) -> str:
        """The sentence, and the next one where it goes on about the same."""
        after = self.lines[index + 1 : index + 2]
        goes_on = [line for line in after if whole(line) and '"' not in line and GOES_ON.match(line)]
        return " ".join(within([self.lines[index], *goes_on], ANSWER_WORDS))


_read = lru_cache(maxsize=2)(_Post)


def _ask(fields: dict[str, Any], patterns: Sequence[tuple[re.Pattern[str], str]]) -> dict[str, Any]:
    """The best of the sentences that fit a pattern; what stands before it is the scenario."""
    post = _read(fields["posts"])
    fitting = []
    for index, line in enumerate(post.lines):
        question = next((text for pattern, text in patterns if pattern.search(line)), None)
        if question and post.usable(index):
            general = question == patterns[-1][1]
            weight = post.reading.weights.centrality(line) + min(index, 6) * 0.1 - general * 0.3
            fitting.append((weight, -index, question))
    for _, index, question in sorted(fitting, reverse=True):
        scenario = post.before(-index)
        asked = _with_thing(question, scenario, post.stems[-index])
        if scenario and asked:
            return {"scenario": scenario, "question": asked, "answer": post.answer(-index)}
    return NOTHING


def _with_thing(question: str, scenario: str, answer: set[str]) -> str | None:
    """The question about the last thing of the scenario that the answer speaks of too; None where it needs one."""
    if "{it}" not in question:
        return question
    things = [word for word in noun_words(scenario) if stem(word) in answer]
    return question.replace("{it}", things[-1]) if things else None


def _compiled(patterns: Sequence[tuple[str, str]]) -> list[tuple[re.Pattern[str], str]]:
    return [(re.compile(pattern), question) for pattern, question in patterns]


OF_ACTION, OF_THOUGHT = _compiled(ACTIONS), _compiled(THOUGHTS)


def action(fields: dict[str, Any]) -> dict[str, Any]:
    return _ask(fields, OF_ACTION)


def thought(fields: dict[str, Any]) -> dict[str, Any]:
    return _ask(fields, OF_THOUGHT)


def reason(fields: dict[str, Any]) -> dict[str, Any]:
    """A sentence with its reason: the first half is asked about, the second half is the answer."""
    post = _read(fields["posts"])
    for index, line in enumerate(post.lines):
        match = REASONS.match(line)
        if not match or (match.group(2).lower() == "since" and SINCE_TIME.search(match.group(1))):
            continue
        claim, joint, why = OPENER.sub("", match.group(1).strip()), match.group(2).lower(), match.group(3).strip()
        if DANGLING.search(claim) or claim.count("(") != claim.count(")") or not OF_WRITER.search(claim):
            continue
        if not post.usable(index):
            continue
        if scenario := post.before(index):
            question = f'The writer says: "{claim[:1].upper()}{claim[1:]}." Why?'
            return {"scenario": scenario, "question": question, "answer": f"{JOINTS[joint]} {why}"}
    return NOTHING
