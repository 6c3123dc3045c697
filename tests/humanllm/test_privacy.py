"""Private details by form; what only looks like one stays."""

from __future__ import annotations

import pytest

from humanllm.privacy import find, mask


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("Write to kim@mail.net!", "Write to [email]!"),
        ("kim.lee [at] mail.net", "[email]"),
        ("see https://kim.net/a?b=1, or www.kim.org.", "see [link], or [link]."),
        ("ask @kim_lee or u/kim_lee", "ask [handle] or [handle]"),
        ("call (212) 555-7788 or +44 20 7946 0958", "call [phone] or [phone]"),
        ("my cell is 555-9876", "my cell is [phone]"),
        ("SSN 123-45-6789", "SSN [number]"),
        ("card 4111 1111 1111 1111 now", "card [number] now"),
        ("IBAN DE89 3704 0044 0532 0130 00.", "IBAN [number]."),
        ("from 192.168.10.4 today", "from [ip] today"),
        ("at 12 Oak Tree Lane, P.O. Box 99", "at [address], [address]"),
    ],
)
def test_private_details_are_masked(text: str, masked: str) -> None:
    assert mask(text)[0] == masked
    assert mask(masked) == (masked, {})


@pytest.mark.parametrize(
    "text",
    [
        "someone@example.com and http://shop.example.org/x are invented",
        "call 212-555-0133 or call 555-0100",
        "from 1999-2004 I owned 12 hens, 3.5 each",
        "on 2004-05-31 12:33 at 5 Good Things",
        "order 1234 5678 9012 3456 failed its check sum",
        "The score was 10-12-2004.",
    ],
)
def test_what_only_looks_private_stays(text: str) -> None:
    assert find(text) == []


def test_counts_and_own_replacements() -> None:
    assert mask("a@b.cd c@d.ef", {"email": "X"}) == ("X X", {"email": 2})
