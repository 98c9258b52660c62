"""Whom to call and why, and for how long the clocks stand still."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta

from bot.adapters.slack.parsing.choices import Find, choice
from bot.adapters.slack.parsing.command import MARKS
from bot.adapters.slack.words import PERSON
from bot.domain.errors import Refused
from bot.policy.model import duration

#: a title of the policy has at most 60 characters
LONGEST = 12
NEXT = "next"
#: begins a user group, by its handle
GROUP = "group:"
_UNIT = r"(?:s|secs?|seconds?|m|mins?|minutes?|h|hrs?|hours?|d|days?)(?![a-z])"
_LENGTH = re.compile(rf"(?:for\s+)?((?:[0-9]{{1,6}}\s*{_UNIT}\s*(?:and\s+)?)+)", re.IGNORECASE)
_SPELT = re.compile(r"([0-9]+)\s*([smhd])[a-z]*", re.IGNORECASE)
PAUSE = "For example: /incident pause 30m the vendor restarts it"


@dataclass(frozen=True)
class Escalation:
    """
    `target` is an id of the policy, a person, a user group ("group:oncall"), "" for whoever is next, or a word as typed
    that is none of these.
    """

    target: str
    reason: str
    known: bool = True


def escalation(words: str, find: Find) -> Escalation:
    """
    Whom to call, and why.

    >>> from types import SimpleNamespace as S
    >>> find = {word: S(id="em") for word in ("em", "manager", "engineering manager")}.get
    >>> escalation("Engineering Manager: it spreads", find), escalation("slack:U1 we need a DBA", find)
    (Escalation(target='em', reason='it spreads', known=True), \
Escalation(target='slack:U1', reason='we need a DBA', known=True))
    >>> escalation("next it spreads", find), escalation("it spreads", find)
    (Escalation(target='', reason='it spreads', known=True), Escalation(target='it', reason='spreads', known=False))
    """
    words = words.strip()
    first, *rest = words.split(None, 1)
    reason = rest[0].lstrip(MARKS + " ") if rest else ""
    who = first.strip(",:")
    if first.lower() == "to" and reason:
        return escalation(reason, find)
    if PERSON.fullmatch(who) or who.startswith(GROUP):
        return Escalation(who, reason)
    if who.startswith("@"):
        raise Refused(f"I do not know who {who} is. Pick the name from the list that Slack shows after @.")
    said = choice(words, find, LONGEST)
    if find(said.word):
        return Escalation(said.word, said.said)
    return Escalation("", reason) if who.lower() == NEXT else Escalation(said.word, said.said, known=False)


@dataclass(frozen=True)
class Pause:
    length: timedelta
    reason: str


def pause(words: str) -> Pause:
    """
    A length of time, and what is waited for.

    >>> pause("30m the vendor restarts it"), pause("for 1 hour and 30 min: lunch").length
    (Pause(length=datetime.timedelta(seconds=1800), reason='the vendor restarts it'), \
datetime.timedelta(seconds=5400))
    """
    found = _LENGTH.match(words.strip())
    if found is None:
        raise Refused(f"How long? {PAUSE}")
    length = duration("".join(f"{amount}{unit}" for amount, unit in _SPELT.findall(found[1])).lower())
    return Pause(length, words.strip()[found.end() :].lstrip(MARKS + " "))
