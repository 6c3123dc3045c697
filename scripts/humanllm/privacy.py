"""Private details in a text: found by form, and masked.

    mask("Write to kim@mail.net or call 212-555-7788.")
    ("Write to [email] or call [phone].", Counter({"email": 1, "phone": 1}))
Names kept free for invented details (example.com and its kin, RFC 2606; numbers 555-0100 to 555-0199) are not private.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

STREET = (
    "Street|St|Avenue|Ave|Road|Rd|Lane|Ln|Drive|Boulevard|Blvd|Court|Place|Terrace|Circle|Highway|Hwy|Parkway|Square"
)
PATTERNS = {  # in order: the first to match a stretch of text names it
    "email": re.compile(r"[\w.+-]+(?:@|\s?\[at\]\s?|\s?\(at\)\s?)[\w-]+(?:\.[\w-]+)+"),
    "link": re.compile(r"(?:https?://|www\.)\S*[^\s.,;:!?)\]\"'>]|\b[\w-]+\.(?:com|org|net|co|io|ly|me|tv)/[^\s)\]]*"),
    "handle": re.compile(r"(?<![\w@/.])@\w{2,30}\b|(?<![\w/])/?u/[\w-]{3,20}\b"),
    "number": re.compile(
        r"\b\d{3}-\d{2}-\d{4}\b|\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?\b|\b(?:\d[ -]?){12,18}\d\b"
    ),
    "ip": re.compile(r"\b(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)\.){3}(?:25[0-5]|2[0-4]\d|1?\d?\d)\b"),
    "address": re.compile(
        rf"\b\d{{1,5}}\s+(?:[NSEW]\.?\s+)?(?:[A-Z][a-z]+\s+){{1,3}}(?:{STREET})\b\.?|\bP\.?O\.? Box \d+"
    ),
    "phone": re.compile(r"(?<![\w-])(?:\+?1[-. ])?(?:\(\d{3}\)\s?|\d{3}[-. ])\d{3}[-. ]\d{4}(?![\w-])"),
}
NUMBERS = re.compile(r"\d[\d\s().+/-]{5,}\d")
LOCAL_PHONE = re.compile(
    r"(?i)\b(?:call|phone|tel|text|cell|mobile|number)\b.{0,25}?(?<![\d-])(\d{3}[- ]\d{4})(?![\d-])"
)
REGION = "US"  # whose form a phone number without country code has
INVENTED_HOST = re.compile(r"(?i)(?:^|[@/.])example\.(?:com|org|net)\b|\.(?:example|invalid|test)\b")
INVENTED_PHONE = re.compile(r"555[-. )]*01\d\d$")


@dataclass(frozen=True)
class Finding:
    start: int
    end: int
    kind: str


def find(text: str, invented: bool = False) -> list[Finding]:
    """The private details in `text`, in order, no two overlapping; with `invented`, the invented ones too."""
    found: list[Finding] = []
    for finding in [*_by_pattern(text, invented), *_phones(text, invented)]:
        if all(finding.end <= other.start or finding.start >= other.end for other in found):
            found.append(finding)
    return sorted(found, key=lambda finding: finding.start)


def mask(text: str, replacements: dict[str, str] | None = None, invented: bool = False) -> tuple[str, Counter[str]]:
    """`text` with every private detail replaced (default: by its kind in brackets), and how many of each kind."""
    counts: Counter[str] = Counter()
    pieces, position = [], 0
    for finding in find(text, invented=invented):
        counts[finding.kind] += 1
        pieces += [text[position : finding.start], (replacements or {}).get(finding.kind, f"[{finding.kind}]")]
        position = finding.end
    return "".join([*pieces, text[position:]]), counts


def _by_pattern(text: str, invented: bool) -> Iterator[Finding]:
    for kind, pattern in PATTERNS.items():
        for match in pattern.finditer(text):
            if _is_private(kind, match.group(), invented):
                yield Finding(match.start(), match.end(), kind)


def _is_private(kind: str, text: str, invented: bool) -> bool:
    if kind in ("email", "link"):
        return invented or not INVENTED_HOST.search(text)
    if kind == "phone":
        return invented or not INVENTED_PHONE.search(text)
    if kind == "number" and "-" not in text[:4]:
        return _is_iban(text) if text[0].isalpha() else _is_card(text)
    return True


def _is_card(text: str) -> bool:
    """The Luhn sum of payment cards."""
    digits = [int(character) for character in text if character.isdigit()]
    doubled = [sum(divmod(2 * digit, 10)) for digit in digits[-2::-2]]
    return len(set(digits)) > 1 and (sum(doubled) + sum(digits[-1::-2])) % 10 == 0


def _is_iban(text: str) -> bool:
    """ISO 13616: the rearranged number leaves 1 when divided by 97."""
    plain = text.replace(" ", "")
    return int("".join(str(int(character, 36)) for character in plain[4:] + plain[:4])) % 97 == 1


def _phones(text: str, invented: bool) -> Iterator[Finding]:
    """Numbers that are valid somewhere (phonenumbers), and seven digits after a word such as "call"."""
    for match in LOCAL_PHONE.finditer(text):
        if invented or not INVENTED_PHONE.search(match.group(1)):
            yield Finding(match.start(1), match.end(1), "phone")
    if not NUMBERS.search(text):
        return
    import phonenumbers

    for number in phonenumbers.PhoneNumberMatcher(text, REGION):
        if invented or not INVENTED_PHONE.search(number.raw_string):
            yield Finding(number.start, number.end, "phone")
