"""Things inside JSON, whatever shape it turns out to have."""

from __future__ import annotations

from typing import Any


def dig(body: Any, path: str) -> Any:
    """
    What is at a dotted path, where numbers count the items of a list; None when nothing is.

    >>> dig({"a": [{"b": 1}]}, "a.0.b"), dig({"a": 1}, "a.b"), dig([1], "7")
    (1, None, None)
    """
    for step in path.split(".") if path else ():
        if isinstance(body, dict):
            body = body.get(step)
        elif isinstance(body, list) and step.isascii() and step.isdigit() and int(step[:9]) < len(body):
            body = body[int(step[:9])]
        else:
            return None
    return body


def items(body: Any, path: str = "") -> list[Any]:
    """The list that is there; empty when there is none."""
    found = dig(body, path)
    return found if isinstance(found, list) else []


def word(body: Any, path: str, otherwise: str = "") -> str:
    """What is there, as text."""
    found = dig(body, path)
    return otherwise if found is None or isinstance(found, dict | list) else str(found)


def number(found: Any) -> float | None:
    """
    >>> number("1.5"), number(True), number("many"), number(None)
    (1.5, 1.0, None, None)
    """
    if not isinstance(found, int | float | str):
        return None
    try:
        return float(found)
    except (ValueError, OverflowError):
        return None
