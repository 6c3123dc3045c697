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
        ("SSN 123-45-6789", "SSN [id]"),
        ("card 4111 1111 1111 1111 now", "card [card] now"),
        ("IBAN DE89 3704 0044 0532 0130 00.", "IBAN [iban]."),
        ("from 8.8.4.4 today, or 2001:4860:4860::8844", "from [ip] today, or [ip]"),
        ("at 12 Oak Tree Lane, P.O. Box 99", "at [address], [address]"),
        ("at 5683 NW 36th Street and 506 N. Oak St.", "at [address] and [address]"),
        ("reach him @ 9886008401", "reach him @ [phone]"),
        ("ftp://kim:pass1@200.80.35.234/x", "[link]"),
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
        "my printer sits at 192.168.10.4, and version 300.1.2.3 is out",
        "we met @5pm and @ home, 3/4 of the way",
        "WWW...WOW...how random",
        "Toy Story 4 \n\nJoker \n\nPenguin Highway",
        "on 2004-05-31 12:33 at 5 Good Things",
        "order 1234 5678 9012 3456 failed its check sum",
        "The score was 10-12-2004.",
    ],
)
def test_what_only_looks_private_stays(text: str) -> None:
    assert find(text) == []


def test_long_numbers_are_found_wherever_they_stand() -> None:
    """Numbers are looked for about digits alone: what stands far apart, near, or at an end is found all the same."""
    far = " and then nothing happened for a long, long while" * 3
    text = f"212-555-7788{far} 212-555-7788 or 212-555-7789{far} card 4111111111111111"
    assert mask(text) == (f"[phone]{far} [phone] or [phone]{far} card [card]", {"phone": 3, "card": 1})


def test_counts_and_own_replacements() -> None:
    assert mask("a@b.cd c@d.ef", {"email": "X"}) == ("X X", {"email": 2})
