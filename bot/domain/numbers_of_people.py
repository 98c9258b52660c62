"""Numbers that belong to somebody: cards, bank accounts, telephones. Told from other numbers by their check digits."""

# ruff: noqa: E501  (a pattern that is cut into lines is harder to read than a long one)

from __future__ import annotations

import re

# issuers and lengths: https://en.wikipedia.org/wiki/Payment_card_number
CARD = re.compile(
    r"(?<![\w.+-])(?:\d{4}([ -])\d{4}\1\d{4}\1\d{1,4}(?:\1\d{1,3})?|3\d{3}([ -])\d{6}\2\d{4,5}|[2-6]\d{12,15})(?![\w-]|\.\d)"
)
ISSUER = re.compile(r"4|5[0-8]|6(?:[0-9])|2(?:2[2-9]|[3-6]\d|7[01]|720)|3[0-9]")
#: before these digits stands what they are, and that is no card
COUNTED = re.compile(
    r"(?i:(?:trace|span|request|correlation|event|order|transaction|message|offset|seq|time)\w{0,12}\W{0,4})\Z"
)

# https://www.swift.com/standards/data-standards/iban-international-bank-account-number
LENGTHS = {
    15: "NO", 16: "BE", 18: "DK FI FO GL NL", 19: "MK SI", 20: "AT BA EE KZ LT LU XK", 21: "CH HR LI LV",
    22: "BG BH CR DE GB GE IE ME RS VA", 23: "AE GI IL IQ TL", 24: "AD CZ ES MD PK RO SA SE SK TN VG",
    25: "LY PT", 26: "IS TR", 27: "FR GR IT MC MR SM", 28: "AL AZ BY CY DO GT HU LB PL", 29: "BR EG PS QA UA",
    30: "JO KW MU", 31: "MT", 32: "LC",
}  # fmt: skip
LENGTH = {country: length for length, countries in LENGTHS.items() for country in countries.split()}
IBAN = re.compile(r"(?<![A-Za-z0-9])[A-Z]{2}\d\d(?:[ ]?[A-Z0-9]){11,40}")

# https://www.itu.int/rec/T-REC-E.164
WITH_COUNTRY = re.compile(r"(?<![\w.+-])\+[1-9](?:[ ./()-]{0,2}\d){8,14}(?![\w-]|\.\d)")
AMERICAN = re.compile(r"(?<![\w.+/-])(?:\([2-9]\d\d\) ?|[2-9]\d\d[-. ])[2-9]\d\d[-.]\d{4}(?![\w-]|\.\d)")
NAMED = re.compile(
    r"(?i:((?:phone|telephone|mobile|msisdn|fax|(?<![a-z])(?:tel|cell))(?:[_-]?(?:no|nr|number))?[\"']?[ \t]{0,4}[:=][ \t]{0,4}[\"']?))"
    r"\+?\(?\d(?:[ ./()-]{0,2}\d){5,14}(?![\w-])"
)
TELEPHONE = "[redacted telephone]"


def card(text: str) -> str:
    """
    >>> card("paid with 4111-1111-1111-1111, ordered 4111-1111-1111-1112")
    'paid with [redacted card number], ordered 4111-1111-1111-1112'
    """

    def one(found: re.Match[str]) -> str:
        digits = re.sub(r"\D", "", found.group())
        of_card = (
            ISSUER.match(digits)
            and luhn(digits)
            and not COUNTED.search(text, max(0, found.start() - 30), found.start())
        )
        return "[redacted card number]" if of_card else found.group()

    return CARD.sub(one, text)


def luhn(digits: str) -> bool:
    """
    >>> luhn("79927398713"), luhn("79927398714")
    (True, False)
    """
    doubled = (int(digit) * (1 + at % 2) for at, digit in enumerate(reversed(digits)))
    return sum(value - 9 if value > 9 else value for value in doubled) % 10 == 0


def iban(text: str) -> str:
    """
    >>> iban("to DE89 3704 0044 0532 0130 00 EUR 12")
    'to [redacted account] EUR 12'
    """
    return IBAN.sub(lambda found: _account(found.group()), text)


def _account(said: str) -> str:
    wanted, taken = LENGTH.get(said[:2], 0), 0
    for at, letter in enumerate(said, 1):
        taken += letter != " "
        if taken == wanted and _checks(said[:at].replace(" ", "")) and not said[at : at + 1].isalnum():
            return "[redacted account]" + said[at:]
    return said


def _checks(account: str) -> bool:
    turned = account[4:] + account[:4]
    return int("".join(str(int(letter, 36)) for letter in turned)) % 97 == 1


def telephone(text: str) -> str:
    """
    With the country's number, the American way of writing, or by its name: other digits may be anything.

    >>> telephone("+44 20 7946 0958, (555) 234-5678, phone=02079460958, +0200, 2026-11-24")
    '[redacted telephone], [redacted telephone], phone=[redacted telephone], +0200, 2026-11-24'
    """
    text = WITH_COUNTRY.sub(lambda found: found.group() if _decimal(found.group()) else TELEPHONE, text)
    text = AMERICAN.sub(TELEPHONE, text)
    return NAMED.sub(lambda found: found[1] + TELEPHONE, text)


def _decimal(said: str) -> bool:
    return re.fullmatch(r"\+\d+\.\d+", said) is not None
