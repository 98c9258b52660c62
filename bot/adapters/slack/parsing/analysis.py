"""What is said of why it happened: a number and an answer, a branch and a cause."""

from __future__ import annotations

import re
from dataclasses import dataclass

from bot.domain.analysis import BRANCHES, numbered
from bot.workflows.evidence.whys import ROOT

_STEP = re.compile(r"(?:why\s*)?#?(\d{1,2}|root(?:\s*cause)?)\s*(?:[:.)=]\s*|$|\s+)", re.IGNORECASE)
_BACK = frozenset({"-", "\u2013", "remove", "delete", "clear", "none"})
_OFF = re.compile(r"(?:remove|delete|off|-)\s+", re.IGNORECASE)


@dataclass(frozen=True)
class Answered:
    """`step` is None when no number was said; `back` is whether an answer is taken back."""

    step: int | None
    text: str
    back: bool = False


@dataclass(frozen=True)
class Cause:
    """`branch` is "" when none was named."""

    branch: str
    text: str
    remove: bool = False


def why(words: str) -> Answered:
    """
    >>> why("2 the pool was too small"), why("root cause: no limit"), why("3 -")
    (Answered(step=2, text='the pool was too small', back=False), Answered(step=6, text='no limit', back=False), \
Answered(step=3, text='', back=True))
    >>> why("remove 4"), why("nobody looked")
    (Answered(step=4, text='', back=True), Answered(step=None, text='nobody looked', back=False))
    """
    if off := _OFF.match(words):
        found = _STEP.fullmatch(words[off.end() :].strip())
        return Answered(_step(found[1]), "", True) if found else Answered(None, words)
    found = _STEP.match(words)
    if found is None:
        return Answered(None, words.strip())
    text = words[found.end() :].strip()
    return Answered(_step(found[1]), "", True) if text.lower() in _BACK else Answered(_step(found[1]), text)


def _step(said: str) -> int:
    return numbered(int(said)) if said.isdecimal() else ROOT


def cause(words: str) -> Cause:
    """
    >>> cause("machines: the disk was full"), cause("remove the disk was full"), cause("nobody knew")
    (Cause(branch='machines', text='the disk was full', remove=False), \
Cause(branch='', text='the disk was full', remove=True), Cause(branch='', text='nobody knew', remove=False))
    """
    if off := _OFF.match(words):
        return Cause("", words[off.end() :].strip(), True)
    first, _, rest = words.strip().partition(" ")
    branch = first.strip(":,").lower()
    if branch in BRANCHES:
        return Cause(branch, rest.strip(" :"))
    return Cause("", words.strip())
