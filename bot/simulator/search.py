"""Finding messages and files among what one person sees."""

from __future__ import annotations

import heapq
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice

from bot.simulator.canvases import sees
from bot.simulator.records import Channel, Message, SlackFile
from bot.simulator.workspace import Workspace

MOST = 100


@dataclass
class Wanted:
    """What was asked for; every word must be found, in whatever case."""

    words: list[str] = field(default_factory=list)
    places: list[str] = field(default_factory=list)
    people: list[str] = field(default_factory=list)
    has: list[str] = field(default_factory=list)

    @property
    def empty(self) -> bool:
        return not (self.words or self.places or self.people or self.has)


def read(query: str) -> Wanted:
    """
    >>> read("in:#ops from:@Ana the pool")
    Wanted(words=['the', 'pool'], places=['ops'], people=['ana'], has=[])
    """
    wanted = Wanted()
    kinds = {"in": wanted.places, "from": wanted.people, "has": wanted.has}
    for word in query.lower().split():
        kind, colon, rest = word.partition(":")
        if colon and rest and kind in kinds:
            kinds[kind].append(rest.lstrip("#@"))
        else:
            wanted.words.append(word)
    return wanted


def messages(workspace: Workspace, user: str, query: str, limit: int) -> tuple[list[tuple[Channel, Message]], bool]:
    """At most `limit` of them, the newest first, and whether there are more."""
    wanted = read(query)
    if wanted.empty:
        return [], False
    seen = [channel for channel in workspace.channels.values() if workspace.sees(user, channel)]
    places = [channel for channel in seen if all(place in _names(workspace, channel, user) for place in wanted.places)]
    rows = (_in(workspace, channel, user, wanted) for channel in places)
    found = list(islice(heapq.merge(*rows, key=lambda row: row[1].ts, reverse=True), limit + 1))
    return found[:limit], len(found) > limit


def _in(workspace: Workspace, channel: Channel, user: str, wanted: Wanted) -> Iterator[tuple[Channel, Message]]:
    """Newest first, and no further than is asked for."""
    pinned = {pin["ts"] for pin in channel.pins}
    for one in reversed(channel.messages.values()):
        if (
            one.ephemeral_to in (None, user)
            and ("pin" not in wanted.has or one.ts in pinned)
            and ("file" not in wanted.has or one.files)
            and _said(workspace, one, wanted)
        ):
            yield channel, one


def _said(workspace: Workspace, message: Message, wanted: Wanted) -> bool:
    author = workspace.users.get(message.user)
    if any(author is None or author.name.lower() != name for name in wanted.people):
        return False
    words = message.words.lower() if wanted.words else ""
    return all(word in words for word in wanted.words)


def _names(workspace: Workspace, channel: Channel, user: str) -> set[str]:
    """By which a person may name it: the channel's name, or whoever they write to."""
    if channel.kind != "im":
        return {channel.name, channel.id.lower()}
    others = [one for one in channel.members if one != user] or [user]
    return {channel.id.lower(), *(workspace.users[one].name.lower() for one in others)}


def files(workspace: Workspace, user: str, query: str, limit: int) -> list[SlackFile]:
    """Files and canvases whose title has every word, the newest first."""
    words = read(query).words
    found = [one for one in workspace.files.values() if words and one.complete and _seen(workspace, user, one)]
    found = [one for one in found if all(word in f"{one.title} {one.name}".lower() for word in words)]
    return sorted(found, key=lambda one: one.created, reverse=True)[:limit]


def _seen(workspace: Workspace, user: str, file: SlackFile) -> bool:
    canvas = workspace.canvases.get(file.id)
    if canvas is not None:
        return sees(workspace, user, canvas)
    return any(workspace.sees(user, workspace.channels[place]) for place, _ in file.shares)
