"""Private details in a text: found by form, held against their check digits, and masked.

    mask("Write to kim@mail.net or call 212-555-7788.")
    ("Write to [email] or call [phone].", Counter({"email": 1, "phone": 1}))
Names kept free for invented details (example.com and its kin, RFC 2606; numbers 555-0100 to 555-0199) are not private.
Names of people are not looked for: no form tells them from other words, so they are the teacher's to replace.
"""

from __future__ import annotations

import ipaddress
import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from humanllm.numbers import FORMS

STREET = (
    "Street|St|Avenue|Ave|Road|Rd|Lane|Ln|Drive|Boulevard|Blvd|Court|Place|Terrace|Circle|Highway|Hwy|Parkway|Square"
)
HOSTS = ("com", "org", "net", "co", "io", "ly", "me", "tv")
EMAIL = re.compile(r"[\w.+-]+(?:@|\s?\[at\]\s?|\s?\(at\)\s?)[\w-]+(?:\.[\w-]+)+")
LINK = re.compile(
    rf"(?:https?://|ftp://|www\.\w)\S*[^\s.,;:!?)\]\"'>]|\b[\w-]+\.(?:{'|'.join(HOSTS)})/[^\s)\]]*", re.IGNORECASE
)
LINK_MARKS = ("://", "www.", "WWW.", *(f".{host}/" for host in HOSTS))
HANDLE = re.compile(r"(?<![\w@/.])@(?!\d+(?:am|pm)?\b)\w{2,30}\b|(?<![\w/])/?u/[\w-]{3,20}\b")
ADDRESS = re.compile(
    rf"\d{{1,5}} +(?:[NSEW]{{1,2}}\b\.? +)?(?:(?:[A-Z][a-z]+|\d{{1,3}}(?:st|nd|rd|th)) +){{1,3}}(?:{STREET})\b\.?"
)
BOX = re.compile(r"\bP\.? ?O\.? ?Box \d+")
IP = re.compile(r"(?<![\w.:])(?:\d{1,3}\.){3}\d{1,3}(?!\w|\.\d)")
IPV6 = re.compile(r"(?<![\w.:])(?:[0-9A-Fa-f]{0,4}:){4,7}[0-9A-Fa-f]{1,4}(?![\w:])")
PHONE = re.compile(r"(?<![\w-])(?:\+?1[-. ])?(?:\(\d{3}\)\s?|\d{3}[-. ])\d{3}[-. ]\d{4}(?![\w-])")
LOCAL_PHONE = re.compile(
    r"(?i)\b(?:call|phone|tel|text|cell|mobile|number|reach)\b.{0,25}?(?<![\d-])(\d{3}[- ]\d{4}|\d{10})(?![\d-])"
)
LONG = re.compile(r"\d[\dA-Z\s().+/-]{5,}[\dA-Z]")  # around these alone a number is looked for
AROUND = 40  # characters
LEAST = 4  # digits
REGION = "US"  # whose form a phone number without country code has
INVENTED_HOST = re.compile(r"(?i)(?:^|[@/.])example\.(?:com|org|net)\b|\.(?:example|invalid|test)\b")
INVENTED_PHONE = re.compile(r"555[-. )]*01\d\d$")
Test = Callable[[str], bool]


@dataclass(frozen=True)
class Finding:
    start: int
    end: int
    kind: str


def find(text: str, invented: bool = False) -> list[Finding]:
    """The private details in `text`, in order; of those that overlap the longest; with `invented`, those too."""
    found: list[Finding] = []
    longest_first = sorted([*_written(text, invented), *_numbered(text, invented)], key=lambda one: one.start - one.end)
    for finding in longest_first:
        if all(finding.end <= other.start or finding.start >= other.end for other in found):
            found.append(finding)
    return sorted(found, key=lambda finding: finding.start)


def mask(text: str, replacements: dict[str, str] | None = None, invented: bool = False) -> tuple[str, Counter[str]]:
    """`text` with every private detail replaced (default: by its kind in brackets), and how many of each kind."""
    found = find(text, invented)
    return replaced(text, found, replacements or {}), Counter(finding.kind for finding in found)


def replaced(text: str, found: list[Finding], replacements: dict[str, str]) -> str:
    """`text` with each finding replaced, by its kind in brackets where `replacements` has nothing for the kind."""
    pieces, position = [], 0
    for finding in found:
        pieces += [text[position : finding.start], replacements.get(finding.kind, f"[{finding.kind}]")]
        position = finding.end
    return "".join([*pieces, text[position:]])


def _written(text: str, invented: bool) -> Iterator[Finding]:
    """Addresses, links and handles; the marks that they cannot do without are looked for first, for that is fast."""
    real = _anything if invented else _real_host
    if "@" in text or "at]" in text or "at)" in text:
        yield from _matches("email", EMAIL, text, real)
    if any(mark in text for mark in LINK_MARKS):
        yield from _matches("link", LINK, text, real)
    if "@" in text or "u/" in text:
        yield from _matches("handle", HANDLE, text)
    if text.count(":") >= 4:
        yield from _matches("ip", IPV6, text, _is_public)
    if "Box" in text:
        yield from _matches("address", BOX, text)
    for finding in _matches("address", ADDRESS, text):
        if not text[max(0, finding.start - 1) : finding.start].isalnum():
            yield finding


def _numbered(text: str, invented: bool) -> Iterator[Finding]:
    """Numbers; the forms with check digits first, for a phone number has next to no form."""
    real = _anything if invented else _real_phone
    for start, end in _windows(text):
        part = text[start:end]
        for kind, pattern, is_valid in FORMS:
            yield from _matches(kind, pattern, part, is_valid, start)
        yield from _matches("ip", IP, part, _is_public, start)
        yield from _matches("phone", PHONE, part, real, start)
        yield from _matches("phone", LOCAL_PHONE, part, real, start, group=1)
        yield from _phones(part, real, start)


def _anything(text: str) -> bool:
    return True


def _matches(
    kind: str, pattern: re.Pattern[str], text: str, holds: Test = _anything, offset: int = 0, group: int = 0
) -> Iterator[Finding]:
    for match in pattern.finditer(text):
        if holds(match.group(group)):
            yield Finding(offset + match.start(group), offset + match.end(group), kind)


def _real_host(text: str) -> bool:
    return not INVENTED_HOST.search(text)


def _real_phone(text: str) -> bool:
    return not INVENTED_PHONE.search(text)


def _is_public(text: str) -> bool:
    """Whether it is an address of the open network: one of a home's own network is the same in every home."""
    try:
        return ipaddress.ip_address(text).is_global
    except ValueError:
        return False


def _phones(text: str, real: Test, offset: int) -> Iterator[Finding]:
    """Numbers that are valid somewhere, by phonenumbers."""
    import phonenumbers

    for number in phonenumbers.PhoneNumberMatcher(text, REGION):
        if real(number.raw_string):
            yield Finding(offset + number.start, offset + number.end, "phone")


def _windows(text: str) -> Iterator[tuple[int, int]]:
    """Where digits stand together: (start, end) with AROUND characters on both sides, those that meet as one."""
    start, end = 0, -1
    for match in LONG.finditer(text):
        if sum(map(str.isdigit, match.group())) < LEAST:
            continue
        if 0 <= end < match.start() - AROUND:
            yield start, end
            end = -1
        start = start if end >= 0 else max(0, match.start() - AROUND)
        end = min(len(text), match.end() + AROUND)
    if end >= 0:
        yield start, end
