"""Secrets and personal data taken out of text before anybody keeps or shows it."""

from __future__ import annotations

import re

GONE = "[redacted]"
SHAPES = (
    re.compile(r"xox[abeoprs]-[\w-]{8,}|xapp-[\w-]{8,}"),
    re.compile(r"(?<=://)[^/\s:@]*:[^/\s@]+(?=@)"),
)


def redacted(text: str) -> str:
    """
    >>> redacted("postgresql://app:hunter2@db/shop")
    'postgresql://[redacted]@db/shop'
    """
    for shape in SHAPES:
        text = shape.sub(GONE, text)
    return text
