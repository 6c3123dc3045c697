"""Numbers with check digits: right ones are named, the same with one digit changed are not."""

from __future__ import annotations

import pytest

from humanllm.privacy import find

VALID = {
    "card": ["4111111111111111", "5500-0055-5555-5559", "3782 822463 10005"],
    "iban": ["DE89 3704 0044 0532 0130 00", "GB82WEST12345698765432"],
    "id": [
        "390.533.447-05",  # Brazil
        "54362315K",  # Spain, citizens
        "X-2482300W",  # Spain, foreigners
        "BOXW310820HNERXN09",  # Mexico
        "RCCMNL83S18D969H",  # Italy
        "2 95 10 99 126 111 93",  # France
        "11010519491231002X",  # China
        "2341 2341 2346",  # India
        "123-456-782",  # Canada
        "078-05-1121",  # USA
        "912-90-3456",  # USA, without social security
    ],
}


@pytest.mark.parametrize(("kind", "text"), [(kind, text) for kind, texts in VALID.items() for text in texts])
def test_a_valid_number_is_named_by_its_kind(kind: str, text: str) -> None:
    (found,) = find(f"Mine is {text}, I think.")
    assert (found.kind, found.start, found.end) == (kind, 8, 8 + len(text))


@pytest.mark.parametrize(
    "text",
    [
        "4111111111111112",
        "0000000000000000",
        "9780306406157",  # an ISBN: no card begins with 9
        "DE88 3704 0044 0532 0130 00",
        "390.533.447-06",
        "54362315A",
        "RCCMNL83S18D969A",
        "2341 2341 2347",
        "123-456-789",
        "000-12-3456",
        "123-1234567-1234567",  # an order of a shop
        "20040531-1200",
    ],
)
def test_a_wrong_check_digit_or_another_form_is_no_such_number(text: str) -> None:
    assert find(f"It was {text} then.") == []
