"""From "I am" to "they are", only where the sentence stays right; and what a sentence tells of its writer.

With the singular they, a verb after I stays as it is (I work, they work) but for be: am and was.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

PAST = (  # what somebody did, in past forms of their own
    "went|got|took|made|bought|told|came|saw|left|gave|found|wrote|spent|said|ran|sat|put|began|drove|ate|fell|lost|sent"
    "|read|heard|met|brought|kept|stood"
)
ADVERB = r"(?:\w+ly|also|never|always|just|still|often|once|now|already|soon|ever)"
REFUSE = re.compile(  # other people, other speakers, or a verb whose subject cannot be seen
    r"\b(?:you|your|yours|they|them|their|theirs|ain't|was i|were i|am i|have i|had i|do i"
    r"|did i|should i|could i|would i|can i|will i)\b|[\"\[\]#*_=<>]|\?|(?:^|\s)'|\b(?-i:US)\b"
    rf"|\b(?:and|but|or|then|so|who|that|,)\s+(?:{ADVERB}\s+)?(?:was|am|wasn't|'m)\b|,\s*(?:was|am)\b|\bu\b|:\)|;\)"
    r"|^(?:(?!\bI\b).)*\band I\b|\band I\b\W*(?:$|[).,])",  # "my sister and I": somebody else is part of the subject
    re.IGNORECASE,
)
REFUSE_ALONE = re.compile(  # of a statement away from its post: a group, a time or a place that only the post knows
    r"\b(?:we|us|our|ours|ourselves|here|this|tonight|today|tomorrow|yesterday)\b", re.IGNORECASE
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
    "we": "they",
    "us": "them",
    "our": "their",
    "ours": "theirs",
    "ourselves": "themselves",
    "we're": "they're",
    "we've": "they've",
    "we'd": "they'd",
    "we'll": "they'll",
}
FIRST = re.compile(
    r"\b(?:I'(?:ve|d|ll)|we'(?:re|ve|d|ll)|I|me|my|mine|myself|we|us|our|ours|ourselves)\b", re.IGNORECASE
)
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
CHAT = re.compile(  # how people type, not how they are described
    r"(?i)\b(?:lol|haha|hehe|u|ur|dunno|gonna|wanna|gotta|cuz|coz|cus|til|omg|ya|yea|yeah|im|ive|iam"
    r"|dont|cant|didnt|doesnt|wasnt|isnt|thats|lemme|wif|tt|juz|dun|frens?|realli|noe|ok)\b|!!|\.\.|\?!|\w[.!?,]\w*[a-z]{2}|\d+\.$|:|&"
)
FIRST_PERSON = re.compile(r"\b(?:I|I'(?:m|ve|d|ll)|[Mm]e|[Mm]y|[Mm]ine|[Mm]yself)\b")
OF_SELF = re.compile(r"(?:I|My)\b|[A-Z][\w' ]{2,30},? I\b")  # the statement's subject is its writer, or nearly
ADVERBS = r"(?:\w+ly )?"
BELONGING = (
    "job|wife|husband|partner|daughter|son|kids|children|mother|mom|mum|father|dad|sister|brother|girlfriend|boyfriend"
    "|family|career|shop|class|students|degree|apartment|house"
)
CUES = {  # what kind of thing a sentence tells of its writer
    "self": re.compile(
        rf"\bI(?:'m| am) {ADVERBS}(?:an?|from|not an?|in my|now an?|one of|\d+)\b(?! (?:bit|little|lot|mess|while)\b)"
        r"|\bI (?:live|work|study|teach|grew up|moved to|was born|was raised|run|own|volunteer|keep (?:an?|my))\b"
        rf"|\bI have (?:two|three|four|an?) (?:\w+ )?(?:{BELONGING}|dogs?|cats?|brothers?|sisters?|sons?|daughters?)\b"
        r"|\bI(?:'ve| have) (?:always|lived|worked|never)\b"
        rf"|\bmy (?:{BELONGING}) (?:is|are|was|and I|died|works|lives)\b"
    ),
    "taste": re.compile(
        rf"\bI {ADVERBS}(?:love|loved|like|enjoy|enjoyed|hate|prefer|adore|dislike|can't stand|collect|miss)\b"
        r"|\bmy favou?rite\b"
    ),
    "view": re.compile(  # of more than the matter at hand
        rf"\bI {ADVERBS}(?:think|believe|feel|trust|realized|realised|learned|learnt|agree|doubt)\b"
        r"(?=.*\b(?:people|person|life|lives|world|love|friends?|famil(?:y|ies)|always|never|every(?:one|body|thing)|nobody"
        r"|anybody|should|god|music|books?|children|kids|men|women|schools?|work|money|truth|patience|teaches)\b)"
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


@lru_cache(maxsize=1 << 12)
def chatty(line: str) -> bool:
    """Whether it is typed as people chat."""
    return bool(CHAT.search(line))


def third_person(sentence: str, alone: bool = True) -> str | None:
    """The sentence told of the writer, or None where that could go wrong (other people, inverted verbs, quotes).

    `alone`: it is to stand away from its post; in a stretch of it "we" becomes "they", and "today" stays.
    """
    text = OPENER.sub("", sentence)
    if not FIRST.search(text) or REFUSE.search(text) or (alone and REFUSE_ALONE.search(text)):
        return None
    for pattern, change in BE:
        text = pattern.sub(change, text)
    text = FIRST.sub(lambda match: WORDS[match.group().lower()], text)
    return text[:1].upper() + text[1:]


def stands_alone(sentence: str) -> bool:
    """A statement about its writer that can be understood away from its post."""
    text = OPENER.sub("", sentence)
    return bool(OF_SELF.match(text)) and not NEEDS_CONTEXT.search(text) and not chatty(text)


@lru_cache(maxsize=1 << 12)
def told(sentence: str, alone: bool = True) -> str | None:
    """The sentence as a statement about the writer: third person, or as it stands when it does not speak of people."""
    changed = third_person(sentence, alone)
    if changed or FIRST.search(sentence) or REFUSE.search(sentence) or (alone and REFUSE_ALONE.search(sentence)):
        return changed
    text = OPENER.sub("", sentence)
    return text[:1].upper() + text[1:]


POINTING = re.compile(r"(?:He|She|It|That|This|These|Those|There|His|Her|Its)\b")
STARTS = [  # how "They ..." goes on when it is "The writer ..."
    (re.compile(r"^They(?: are|'re)\b(?!.* and )"), "The writer is"),
    (re.compile(r"^They were\b"), "The writer was"),
    (re.compile(r"^They(?: have|'ve)\b(?!.* and )"), "The writer has"),
    (re.compile(rf"^They(?= (?:\w+ed|had|felt|did|{PAST})\b)"), "The writer"),
]


def telling(lines: Sequence[str]) -> list[str]:
    """Those of a stretch's sentences that come right in the third person; the first I says who it is: the writer."""
    found: list[str] = []
    named = False
    for line in lines:
        text = None if chatty(line) else told(line, alone=False)
        if text and (len(text.split()) < 3 or (not found and POINTING.match(text))):
            continue  # an exclamation; or it points at what has not been told
        if text and not named and OPENER.sub("", line).startswith(("I ", "I'")):
            named = True
            text = next((new for pattern, change in STARTS if (new := pattern.sub(change, text)) != text), text)
        if text:
            found.append(text)
    return found


OF_CUES = re.compile(r"\bI\b|\bmy |\bevery ")  # each of them has one of these
EVENT = re.compile(rf"(?i)\b(?:they|he|she|it|writer|their \w+|who|and)(?: \w+ly)? (?:[a-z]{{2,}}ed|{PAST})\b")


def events(lines: Sequence[str]) -> int:
    """In how many sentences, told in the third person, somebody does something."""
    return sum(bool(EVENT.search(line)) for line in lines)


def cue(sentence: str) -> str | None:
    """What the sentence tells of its writer: self, taste, view, plan, habit, deed; None: nothing."""
    if not OF_CUES.search(sentence):
        return None
    return next((name for name, pattern in CUES.items() if pattern.search(sentence)), None)
