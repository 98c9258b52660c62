"""What to rehearse: `sev1 ack 12m resolve 3h at saturday 03:00`."""

from __future__ import annotations

import re

from bot.domain.errors import Refused
from bot.policy.asked import Asked

EXAMPLE = "For example: /incident simulate sev1 ack 12m resolve 3h at saturday 03:00"
_PARTS = re.compile(r"(?:^|\s+)(ack|resolve|at)\s+", re.IGNORECASE)


def simulation(words: str) -> Asked:
    """
    >>> simulation("sev1 ack 12m at Saturday 03:00")
    Asked(severity='sev1', title='', ack='12m', ack_by='', resolve='', at='Saturday 03:00', do=(), until='')
    >>> simulation("").severity
    ''
    """
    severity, *pairs = _PARTS.split(words.strip())
    said = {key.lower(): value.strip() for key, value in zip(pairs[::2], pairs[1::2], strict=True)}
    if len(said) * 2 != len(pairs) or not all(said.values()):
        raise Refused(f"Each of ack, resolve and at is said once, with a time. {EXAMPLE}")
    return Asked(severity.strip(), **said)
