"""Numbers that name a person or an account, each by its form and its check digits (python-stdnum).

    "4111 1111 1111 1111"   a card: Luhn sum, first digit of a card issuer
    "123-45-6789"           an id: US social security number, its area in use
Only numbers whose form hardly occurs otherwise are looked for: bare digits with one check digit (Poland's PESEL, the
Dutch BSN, tax numbers) are valid one time in ten by chance, and would mask order numbers and scores.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from stdnum import iban, luhn
from stdnum.br import cpf
from stdnum.ca import sin
from stdnum.cn import ric
from stdnum.es import dni, nie
from stdnum.fr import nir
from stdnum.in_ import aadhaar
from stdnum.it import codicefiscale
from stdnum.kr import rrn
from stdnum.mx import curp
from stdnum.us import itin, ssn

ISSUERS = "23456"  # first digits of payment cards (ISO/IEC 7812)


def _is_card(text: str) -> bool:
    digits = re.sub(r"\D", "", text)
    return digits[0] in ISSUERS and len(set(digits)) > 1 and bool(luhn.is_valid(digits))


FORMS: list[tuple[str, re.Pattern[str], Callable[[str], bool]]] = [
    ("iban", re.compile(r"\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?\b"), iban.is_valid),
    ("id", re.compile(r"\b\d{17}[\dX]\b"), ric.is_valid),
    ("id", re.compile(r"\b[12] ?\d{2} ?(?:0[1-9]|1[0-2]) ?(?:\d{2}|2[AB]) ?\d{3} ?\d{3} ?\d{2}\b"), nir.is_valid),
    ("card", re.compile(r"(?<![\w.,/-])(?:\d[ -]?){12,18}\d(?![\w-]|[.,]\d)"), _is_card),
    ("id", re.compile(r"(?<![\w-])\d{3}-\d{2}-\d{4}(?![\w-])"), lambda text: ssn.is_valid(text) or itin.is_valid(text)),
    ("id", re.compile(r"(?<![\w-])\d{3}-\d{3}-\d{3}(?![\w-])"), sin.is_valid),
    ("id", re.compile(r"\b\d{3}\.\d{3}\.\d{3}-\d{2}\b"), cpf.is_valid),
    ("id", re.compile(r"(?<![\w-])\d{6}-[1-8]\d{6}(?![\w-])"), rrn.is_valid),
    ("id", re.compile(r"(?<!\d )\b[2-9]\d{3} \d{4} \d{4}\b(?! \d)"), aadhaar.is_valid),
    ("id", re.compile(r"\b\d{8}-?[A-Z]\b"), dni.is_valid),
    ("id", re.compile(r"\b[XYZ]-?\d{7}-?[A-Z]\b"), nie.is_valid),
    ("id", re.compile(r"\b[A-Z]{6}[A-Z\d]{2}[A-Z][A-Z\d]{2}[A-Z][A-Z\d]{3}[A-Z]\b"), codicefiscale.is_valid),
    ("id", re.compile(r"\b[A-Z]{4}\d{6}[HM][A-Z]{5}[A-Z\d]\d\b"), curp.is_valid),
]
