"""Whether deadlines can be met, and whether somebody is there to be called when they are not."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from bot.policy.deadlines import HEARD, Deadline, reached
from bot.policy.parts import Parts
from bot.policy.references.finding import Found, Looks, ids, known, unique, words


def _names(parts: Parts) -> Iterator[Found]:
    severities, all = ids(parts.severities.all), parts.deadlines.all
    yield from unique("deadlines", ("deadlines",), ids(all), "deadline")
    for id in severities:
        mine = words(each for each in all if id in each.severities)
        yield from unique("deadlines", ("deadlines",), mine, f"deadline of {id}")
    for n, deadline in enumerate(all):
        yield from known("deadlines", ("deadlines", n, "severities"), deadline.severities, severities, "severity")


def _role(parts: Parts) -> Iterator[Found]:
    named = [parts.deadlines.remind] if parts.deadlines.remind else []
    yield from known("deadlines", ("remind",), named, ids(parts.roles.all), "role")


def _levels(parts: Parts) -> Iterator[Found]:
    levels = ids(parts.escalation.levels)
    for n, deadline in enumerate(parts.deadlines.all):
        named = [deadline.then_call] if deadline.then_call else []
        yield from known("deadlines", ("deadlines", n, "then_call"), named, levels, "level")


def _times(parts: Parts) -> Iterator[Found]:
    for n, deadline in enumerate(parts.deadlines.all):
        for key, told in _wrong(deadline):
            yield "deadlines", ("deadlines", n, key), told


def _wrong(deadline: Deadline) -> Iterator[tuple[str, str]]:
    after_end, every = deadline.since == "resolved", deadline.every
    if isinstance(deadline.within, timedelta) and timedelta() < deadline.within <= deadline.remind_before:
        yield "remind_before", "the reminder comes before anybody could begin. Right is less than within."
    if every is not None and every <= timedelta():
        yield "every", "that is no time at all. Right would be, for example, 15m, or no every."
    elif every is not None and every <= deadline.remind_before:
        yield "every", "the reminder comes before it was met last. Right is more than remind_before."
    if every is not None and after_end:
        yield "every", "it repeats while an incident is open, and this counts from its end. Right is to leave it out."
    if deadline.then_call and after_end:
        yield "then_call", "nobody is called for one that is over. Right is to leave it out."
    if deadline.met_by in ("acknowledged", "announced") and after_end:
        yield "met_by", "that comes before the end, from which this counts. Right would be ended, told or hand."


def _channels(parts: Parts) -> Iterator[Found]:
    for n, deadline in enumerate(parts.deadlines.all):
        path = ("deadlines", n, "channel")
        if deadline.met_by == "told" and deadline.channel is None:
            yield "deadlines", path, "told where? Right is a channel that hears of incidents."
        elif deadline.channel and deadline.met_by not in HEARD:
            yield "deadlines", path, f"{deadline.met_by} is in no channel. Right is met_by: told, or no channel."
        elif mute := _mute(parts, deadline):
            told = f"nothing that would meet it is said in #{deadline.channel} for {', '.join(mute)}"
            yield "deadlines", path, f"{told}. Right is an audience in communications.yml that hears it."


def _mute(parts: Parts, deadline: Deadline) -> list[str]:
    """The severities of which its channel hears nothing; none while an audience there has to be put right anyway."""
    severities, talk = ids(parts.severities.all), parts.communications
    there = [audience for audience in talk.audiences if audience.channel == deadline.channel]
    if any(id not in severities for audience in there for id in audience.severities):
        return []
    return [id for id in deadline.severities if id in severities and not reached(talk, deadline, id)]


NEEDED: Looks = {
    _names: frozenset({"deadlines", "severities"}),
    _role: frozenset({"deadlines", "roles"}),
    _levels: frozenset({"deadlines", "escalation"}),
    _times: frozenset({"deadlines"}),
    _channels: frozenset({"deadlines", "severities", "communications"}),
}
