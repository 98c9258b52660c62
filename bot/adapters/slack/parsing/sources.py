"""Who noticed what is declared, as people say it at the end."""

from __future__ import annotations

import re

SOURCES = {
    "monitoring": "monitoring", "alerts": "monitoring", "customer": "customer", "customers": "customer",
    "user": "customer", "users": "customer", "team": "team", "us": "team", "third party": "third party",
    "vendor": "third party", "partner": "third party",
}  # fmt: skip
_NOTICED = re.compile(rf"[\s,;:(]+noticed by (?:the |a |our )?({'|'.join(SOURCES)})[.)]*\Z", re.IGNORECASE)


def noticed(words: str) -> tuple[str, str]:
    """
    The words without who noticed it, and who did; "" when nobody says.

    >>> noticed("sev2 checkout is failing, noticed by a customer")
    ('sev2 checkout is failing', 'customer')
    >>> noticed("nothing was noticed by anybody")
    ('nothing was noticed by anybody', '')
    """
    found = _NOTICED.search(words)
    return (words[: found.start()].rstrip(), SOURCES[found[1].lower()]) if found else (words, "")
