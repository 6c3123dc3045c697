"""The products of one post by rules: scenario, the three social questions, topic."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from humanllm.engines.extractive.people import Reading
from humanllm.engines.extractive.text import (
    content_words,
    leading,
    listed,
    read_posts,
    sentences,
    stem,
    subjects,
    whole,
    within,
)
from humanllm.engines.extractive.voice import NEEDS_CONTEXT, told

NOTHING: dict[str, Any] = {"scenario": "", "question": None, "answer": None}
SCENARIO_WORDS, ANSWER_WORDS, PLOT_WORDS = 90, 60, 180
RELATION = re.compile(
    r"\b[Mm]y ((?:best |older |younger |little |big |old )?(?:wife|husband|partner|girlfriend|boyfriend|fianc[eé]e?"
    r"|mother|mom|mum|father|dad|parents|sister|brother|daughter|son|kids|children|aunt|uncle|cousin|grandmother|grandma"
    r"|grandfather|grandpa|friends?|boss|manager|teacher|neighbou?rs?|roommate|colleagues?|coworkers?|landlord|doctor"
    r"|dog|cat|niece|nephew|professor))\b"
)
ACTIONS = [  # the verb that shows what was done, and the question that asks for it
    (r"\bI (?:\w+ly )?decided\b", "What did the writer decide?"),
    (r"\bI (?:\w+ly )?(?:chose|picked)\b", "What did the writer choose?"),
    (r"\bI (?:\w+ly )?(?:bought|ordered)\b", "What did the writer buy?"),
    (r"\bI (?:\w+ly )?(?:called|phoned|wrote to|emailed)\b", "Whom did the writer get in touch with, and what for?"),
    (r"\bI (?:\w+ly )?asked\b", "What did the writer ask?"),
    (r"\bI (?:\w+ly )?(?:told|said|explained)\b", "What did the writer say?"),
    (
        r"\bI (?:\w+ly )?(?:went|started|began|stopped|quit|left|moved|made|tried|took|built|replaced|returned|gave|put"
        r"|fixed|cleaned|planted|cooked|sold|joined|signed|spent|ended up|walked|drove|opened|sat|ran)\b",
        "What did the writer do next?",
    ),
]
THOUGHTS = [
    (
        r"\bI (?:\w+ly )?(?:felt|feel)\b|\bI(?:'m| am| was) (?:\w+ly |so |very |quite |a bit |a little )?"
        r"(?:happy|sad|angry|upset|proud|afraid|scared|nervous|worried|excited|tired|lonely|glad|ashamed|annoyed|grateful|relieved|bored"
        r"|surprised|disappointed|thankful|anxious|content|furious|thrilled|jealous)\b",
        "How does the writer feel about it?",
    ),
    (r"\bI (?:\w+ly )?(?:hope|hoped|wish|wished)\b", "What does the writer hope for or wish?"),
    (r"\bI (?:\w+ly )?(?:wonder|wondered)\b", "What does the writer wonder about?"),
    (r"\bI (?:\w+ly )?(?:realized|realised|learned|learnt|understood)\b", "What does the writer come to understand?"),
    (
        r"\bI (?:\w+ly )?(?:love|loved|like|liked|enjoy|enjoyed|hate|hated|miss|missed)\b",
        "What does the writer like or dislike about it?",
    ),
    (
        r"\bI (?:\w+ly )?(?:think|thought|believe|believed|suppose|suspect|doubt)\b(?!,)",
        "What does the writer think about it?",
    ),
]
SUBJECT = "(?:I|we|he|she|they|you|it|my|our|the)"
REASONS = re.compile(
    rf"^(.{{15,160}}?),?\s+(because|since|so that(?= {SUBJECT}\b))"
    r"\s+(?!then\b|that\b|last\b|of course\b)(.{10,200})$",
    re.IGNORECASE,
)
DANGLING = re.compile(r"(?i)\b(?:but|and|or|just|only|partly|probably|maybe|mainly|mostly|if|that|it|is|was)$|[\"]")
SINCE_TIME = re.compile(
    r"(?i)^(?:I was|\d|we were|childhood|high school|college|january|february|march|april|may|june|july"
    r"|august|september|october|november|december|the (?:day|beginning|start))"
)


def scenario(fields: dict[str, Any]) -> dict[str, Any]:
    """The opening of the post as background, who takes part, and what the rest tells as plots."""
    lines = [line for line in _lines(fields) if len(line.split()) > 2]
    if len(lines) < 4:
        return {"background": "", "characters": [], "plots": ""}
    opening = within(lines[: max(2, len(lines) // 4)], SCENARIO_WORDS)
    rest = within(lines[len(opening) :], PLOT_WORDS)
    told_all = _in_one_voice([*opening, *rest])
    return {
        "background": " ".join(told_all[: len(opening)]),
        "characters": _characters(lines),
        "plots": " ".join(told_all[len(opening) :]),
    }


def _in_one_voice(lines: Sequence[str]) -> list[str]:
    """All in the third person, or, where one sentence resists, all as the writer wrote them."""
    changed = [text for line in lines if (text := told(line))]
    return changed if len(changed) == len(lines) else list(lines)


def _characters(lines: Sequence[str]) -> list[dict[str, str]]:
    """The writer, and the people named by their relation to the writer, each with the first sentence about them."""
    first = next((line for line in lines if whole(line) and re.search(r"\bI\b", line)), lines[0])
    found = [{"name": "the writer", "description": f"The person who tells it: {_quoted(first)}"}]
    seen: set[str] = set()
    for line in lines:
        for relation in RELATION.findall(line):
            name = relation.lower()
            if name not in seen and len(found) < 6 and len(line.split()) <= 45:
                seen.add(name)
                found.append(
                    {"name": f"the writer's {name}", "description": f"Of them the writer says: {_quoted(line)}"}
                )
    return found


def _quoted(line: str) -> str:
    return f'"{line}"' if '"' not in line else line


def _lines(fields: dict[str, Any]) -> list[str]:
    return [line for post in read_posts(fields["posts"]) for line in sentences(post.text)]


def _ask(fields: dict[str, Any], patterns: list[tuple[str, str]]) -> dict[str, Any]:
    """The sentence that best fits the first pattern; what stands before it is the scenario."""
    lines = _lines(fields)
    reading = Reading(read_posts(fields["posts"]))
    best: tuple[float, int, str] | None = None
    for index, line in enumerate(lines):
        question = next((text for pattern, text in patterns if re.search(pattern, line)), None)
        if question is None or not _usable(lines, index):
            continue
        general = question == patterns[-1][1]
        weight = reading.weights.centrality(line) + min(index, 6) * 0.1 - general * 0.3
        if best is None or weight > best[0]:
            best = (weight, index, question)
    return _with_answer(lines, best[1], best[2]) if best else NOTHING


def _usable(lines: Sequence[str], index: int) -> bool:
    """Enough before it to understand the question, not told there already, and whole by itself."""
    before = " ".join(lines[:index])
    answer = {stem(word) for word in content_words(lines[index])}
    known = {stem(word) for word in content_words(before)}
    return (
        whole(lines[index])
        and '"' not in lines[index]
        and len(before.split()) >= 12
        and len(answer) >= 3
        and len(answer - known) >= 0.5 * len(answer)
    )


def _with_answer(lines: Sequence[str], index: int, question: str, answer: str | None = None) -> dict[str, Any]:
    """The question with the stretch before the answer, and one more sentence of it when that goes on."""
    before = [line for line in reversed(lines[:index])]
    kept = list(reversed(leading(before, SCENARIO_WORDS)))
    told_on = [lines[index], *(line for line in lines[index + 1 : index + 2] if whole(line) and '"' not in line)]
    return {
        "scenario": " ".join(_in_one_voice(kept)),
        "question": question,
        "answer": answer or " ".join(within(told_on, ANSWER_WORDS)),
    }


def action(fields: dict[str, Any]) -> dict[str, Any]:
    return _ask(fields, ACTIONS)


def thought(fields: dict[str, Any]) -> dict[str, Any]:
    return _ask(fields, THOUGHTS)


def reason(fields: dict[str, Any]) -> dict[str, Any]:
    """A sentence with its reason: the first half is asked about, the second half is the answer."""
    lines = _lines(fields)
    for index, line in enumerate(lines):
        match = REASONS.match(line)
        if not match or not _usable(lines, index) or (match.group(2) == "since" and SINCE_TIME.match(match.group(3))):
            continue
        if DANGLING.search(match.group(1)) or not re.search(r"\b(?:I|my|we|me)\b", match.group(1)):
            continue
        claim, joint, why = match.group(1).strip(), match.group(2).lower(), match.group(3).strip()
        question = f'The writer says: "{claim.strip(chr(34))}." Why?'
        head = "So that" if joint == "so that" else "Because"
        return _with_answer(lines, index, question, answer=f"{head} {why}")
    return NOTHING


def topic(fields: dict[str, Any]) -> dict[str, Any]:
    """What the post is about: the thing reviewed, its title or its nouns, and its most central sentence."""
    post = read_posts(fields["posts"])[0]
    lines = [line for line in sentences(post.text) if whole(line)]
    about = subjects([post.text], 3)
    weights = Reading([post]).weights
    ranked = sorted(lines, key=lambda line: (-weights.centrality(line), line))
    central = next(
        (
            changed
            for line in ranked[:8]
            if len(line.split()) <= 28 and not NEEDS_CONTEXT.search(line) and (changed := told(line))
        ),
        None,
    )
    if post.item:
        first = f"The writer reviews {post.item}."
    elif post.title:
        first = (
            f"The writer tells about {listed(about)}: {_quoted(post.title)}."
            if about
            else f"The post is headed {_quoted(post.title)}."
        )
    else:
        first = f"The writer tells about {listed(about)}." if about else ""
    if central is None and len(about) < 2 and not post.item:
        return {"topic": ""}
    return {"topic": " ".join(filter(None, [first, central]))}
