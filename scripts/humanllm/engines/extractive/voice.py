"""From "I am" to "they are", only where the sentence stays right; and what a sentence tells of its writer.

With the singular they, a verb after I stays as it is (I work, they work) but for be: am and was.
"""

from __future__ import annotations

import re

ADVERB = r"(?:\w+ly|also|never|always|just|still|often|once|now|already|soon|ever)"
REFUSE = re.compile(  # other people, other speakers, or a verb whose subject cannot be seen
    r"\b(?:we|us|our|ours|ourselves|you|your|yours|they|them|their|theirs|ain't|was i|were i|am i|have i|had i|do i"
    r"|did i|should i|could i|would i|can i|will i|here|this|tonight|today|tomorrow|yesterday)\b|[\"\[\]#*_=<>]|\?"
    rf"|\b(?:and|but|or|then|so|who|that|,)\s+(?:{ADVERB}\s+)?(?:was|am|wasn't|'m)\b|,\s*(?:was|am)\b|\bu\b|:\)|;\)"
    r"|^(?:(?!\bI\b).)*\band I\b",  # "my sister and I": somebody else is part of the subject
    re.IGNORECASE,
)
BE = [
    (re.compile(rf"\bI((?:\s+{ADVERB})?)\s+am\b", re.IGNORECASE), r"they\1 are"),
    (re.compile(rf"\bI((?:\s+{ADVERB})?)\s+was\b", re.IGNORECASE), r"they\1 were"),
    (re.compile(rf"\bI((?:\s+{ADVERB})?)\s+wasn't\b", re.IGNORECASE), r"they\1 weren't"),
    (re.compile(r"\bI'm\b", re.IGNORECASE), "they're"),
]
WORDS = {
    "i": "they",
    "me": "them",
    "my": "their",
    "mine": "theirs",
    "myself": "themselves",
    "i've": "they've",
    "i'd": "they'd",
    "i'll": "they'll",
}
FIRST = re.compile(r"\b(?:I'(?:ve|d|ll)|I|me|my|mine|myself)\b", re.IGNORECASE)
OPENER = re.compile(
    r"^(?:so|and|but|well|also|anyway|anyways|oh|ok|okay|yeah|yes|now|then|plus)\b[,.…]*\s+", re.IGNORECASE
)
NEEDS_CONTEXT = re.compile(  # words that point at what was said before, smileys, trailing dots
    r"^\(|^(?:or|no|like|i know,)\b"
    r"|^(?:it|that|those|these|such|he|she|then|after|there|which|in fact|hopefully|for those|as i said|instead|again"
    r"|anyhow|however|therefore|also|besides|honestly|still|first|second|next|finally|meanwhile|later)\b"
    r"|\b(?:he|she|him|her|his|hers|i'll|one)\b|[:;=]-?[a-z()](?![a-z])|\.\.|\b(?:lol|haha|dunno|gonna|wanna|cuz|coz|til)\b"
    r"|[.!?:]\s+\S|\w[.!?]\w",
    re.IGNORECASE,
)
FIRST_PERSON = re.compile(r"\b(?:I|I'(?:m|ve|d|ll)|me|my|mine|myself)\b")
ADVERBS = r"(?:\w+ly )?"
BELONGING = (
    "job|wife|husband|partner|daughter|son|kids|children|mother|mom|mum|father|dad|sister|brother|girlfriend|boyfriend"
    "|family|career|shop|class|students|degree|apartment|house"
)
CUES = {  # what kind of thing a sentence tells of its writer
    "self": re.compile(
        rf"\bI(?:'m| am) {ADVERBS}(?:an?|the|from|not an?|in my|now an?|still|one of|\d)\b"
        r"|\bI (?:live|lived|work|worked|study|teach|grew up|moved|was born|was raised|run|own|volunteer)\b"
        r"|\bI have (?:two|three|four|an?|been|always)\b|\bI(?:'ve| have) (?:been|always|lived|worked|had|never)\b"
        rf"|\bmy (?:{BELONGING})\b"
    ),
    "taste": re.compile(
        rf"\bI {ADVERBS}(?:love|loved|like|enjoy|enjoyed|hate|prefer|adore|dislike|can't stand|collect|miss)\b"
        r"|\bmy favou?rite\b"
    ),
    "view": re.compile(
        rf"\bI {ADVERBS}(?:think|believe|know|feel|find|trust|suppose|realized|realised|learned|learnt|wonder"
        r"|agree|doubt)\b"
    ),
    "plan": re.compile(
        rf"\bI {ADVERBS}(?:want|plan|hope|need|intend|wish|decided|promised|will)\b|\bI'(?:ll|m going to)\b"
    ),
    "habit": re.compile(
        r"\bI (?:always|never|usually|often|sometimes|still|keep|tend|try)\b|\bevery (?:day|week|morning|year)\b"
    ),
    "deed": re.compile(
        rf"\bI {ADVERBS}(?:[a-z]{{3,}}ed|went|got|took|made|bought|told|came|saw|left|gave|found|wrote|had|spent)\b"
    ),
}


def third_person(sentence: str) -> str | None:
    """The sentence told of the writer, or None where that could go wrong (other people, inverted verbs, quotes)."""
    text = OPENER.sub("", sentence)
    if not FIRST_PERSON.search(text) or REFUSE.search(text):
        return None
    for pattern, change in BE:
        text = pattern.sub(change, text)
    text = FIRST.sub(lambda match: WORDS[match.group().lower()], text)
    return text[:1].upper() + text[1:]


def stands_alone(sentence: str) -> bool:
    """A statement of the writer that can be understood away from its post."""
    text = OPENER.sub("", sentence)
    return bool(re.search(r"\bI\b", text)) and not NEEDS_CONTEXT.search(text)


def told(sentence: str) -> str | None:
    """The sentence as a statement about the writer: third person, or as it stands when it does not speak of people."""
    changed = third_person(sentence)
    if changed or FIRST_PERSON.search(sentence) or REFUSE.search(sentence):
        return changed
    text = OPENER.sub("", sentence)
    return text[:1].upper() + text[1:]


def cue(sentence: str) -> str | None:
    """What the sentence tells of its writer: self, taste, view, plan, habit, deed; None: nothing."""
    return next((name for name, pattern in CUES.items() if pattern.search(sentence)), None)
