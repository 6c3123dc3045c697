"""Rewriting and scoring by rules: markup, links, handles and noise out, private details masked; quality by counts."""

from __future__ import annotations

import html
import re
import warnings
from typing import Any

from humanllm import privacy
from humanllm.engines.extractive.text import sentences, words
from humanllm.engines.extractive.voice import FIRST_PERSON

RULES: list[tuple[re.Pattern[str], str]] = [
    (re.compile(r"(?i)<\s*(?:br|/p|/div|/li)\b[^>]*>"), "\n"),
    (re.compile(r"\[([^\]\n]{1,200})\]\((?:https?:|www\.|/)[^)\s]*\)"), r"\1"),  # markdown links keep their words
    (re.compile(r"\[\[(?:VIDEOID|ASIN)[^\]]*\]\]"), " "),
    (re.compile(r"(?i)\burllink\b"), " "),
    (re.compile(r"(?im)^\s*(?:edit|update|eta)\s*\d*\s*:.*$"), " "),
    (re.compile(r"(?m)^\s*(?:>+|#{1,6}\s|[*+-]\s|\d+[.)]\s)\s*"), ""),  # quotes, headings, lists
    (re.compile(r"(?m)^\s*[-*_=~]{3,}\s*$"), " "),
    (re.compile(r"\*\*|__|~~|\^|`"), ""),
    (re.compile(r"(?<!\w)[*_]([^*_\n]+)[*_](?!\w)"), r"\1"),
    (re.compile(r"(?i)^\s*RT @\w+:?"), ""),
    (re.compile(r"\A\s*(?:@\w+[\s,:]+)+"), ""),  # mentions at the start of a reply
    (re.compile(r"(?<=[.!?\u2026\"')])(?:\s+#\w+)+\s*\Z"), ""),  # hashtags after the last sentence are labels
    (re.compile(r"(#\w+)(?:\s+#\w+)+\s*\Z"), r"\1"),
    (re.compile(r"#(?=[A-Za-z])"), ""),
    (re.compile("[\u200b-\u200f\u2060\ufeff\u00ad]"), ""),
    (re.compile("[\U0001f000-\U0001faff\u2600-\u27bf\ufe0f\u20e3]"), ""),
    (re.compile(r"([!?.,])\1{3,}"), r"\1\1\1"),
    (re.compile(r"([A-Za-z])\1{4,}"), r"\1\1\1"),
]
TAIL: list[tuple[re.Pattern[str], str]] = [
    (re.compile(r"\(\s*\)|\[\s*\]"), ""),
    (re.compile(r"[ \t\u00a0]{2,}|[\t\u00a0]"), " "),
    (re.compile(r" +([,.;!?](?:\s|$))"), r"\1"),
    (re.compile(r" ?\n ?"), "\n"),
    (re.compile(r"\n{3,}"), "\n\n"),
]
MASKS = {"handle": "someone", "link": "", "phone": "555-0100", "email": "someone@example.com"}
TAG = re.compile(r"<[a-zA-Z/!][^>]*>")
HARMFUL = re.compile(  # in a text in lower case
    r"\b(?:kill (?:yourself|urself|them all)|kys|gas the|lynch|heil hitler|white power|race war|subhumans?"
    r"|vermin like|deserve to die|should be shot|hope (?:you|they) die|rape (?:you|her|them)|child porn|porn"
    r"|xxx|blowjobs?|how to (?:make|build) a (?:pipe )?bomb|buy (?:cocaine|heroin|meth))\b"
)

# Sexually explicit: four of these words together; one or two stand in many a harmless text.
EXPLICIT = re.compile(
    r"\b(?:naked|nude|breasts?|nipples?|tits?|boobs|erect|erections?|penis|dick|cock|balls|pussy|clit|vagina|thongs?"
    r"|panties|orgasms?|horny|moan(?:ed|ing)|masturbat\w+|lick(?:ed|ing)|suck(?:ed|ing)|fuck(?:ed|ing))\b"
)
EXPLICIT_WORDS = 4


def rewrite(fields: dict[str, Any]) -> dict[str, Any]:
    """{"text": the post without markup, noise and private details}."""
    return {"text": clean(fields["post"])}


def clean(text: str) -> str:
    text = html.unescape(html.unescape(text)).replace("\r\n", "\n").replace("\r", "\n")
    if TAG.search(text):
        text = _without_tags(RULES[0][0].sub(RULES[0][1], text))
    for pattern, change in RULES:
        text = pattern.sub(change, text)
    text, _ = privacy.mask(text, MASKS, invented=True)
    for pattern, change in TAIL:
        text = pattern.sub(change, text)
    return text.strip()


def _without_tags(text: str) -> str:
    from bs4 import BeautifulSoup

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # about texts that look like an address or a file
        soup = BeautifulSoup(text, "html.parser")
    for part in soup(["script", "style"]):
        part.decompose()
    return str(soup.get_text())


def score(fields: dict[str, Any]) -> dict[str, Any]:
    """Quality by five counts (length, variety, the writer's presence, sentences, letters); harmful by short lists."""
    text = fields["post"]
    all_words = words(text)
    first = len(FIRST_PERSON.findall(text))
    lengths = [len(sentence.split()) for sentence in sentences(text)] or [0]
    letters = sum(map(str.isalpha, text)) + sum(map(text.count, " \n.,'!?"))
    capitals = sum(map(str.isupper, text))
    window = all_words[:200]
    points = [
        len(all_words) >= 20,
        len(set(window)) >= 0.45 * len(window),
        first >= 2 and first >= 0.01 * len(all_words),
        5 <= sum(lengths) / len(lengths) <= 40 and len(lengths) >= 2,
        letters >= 0.93 * len(text) and capitals <= 0.2 * len(text),
    ]
    # all five: high; without its writer or in fragments: medium or low
    quality = {5: "high", 4: "medium"}.get(sum(points), "low") if all_words else "low"
    return {"quality": quality, "harmful": is_harmful(text.lower())}


def is_harmful(text: str) -> bool:
    """Of a text in lower case."""
    return bool(HARMFUL.search(text)) or len({found[:4] for found in EXPLICIT.findall(text)}) >= EXPLICIT_WORDS
