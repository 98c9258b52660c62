"""How incidents belong together, and what becomes of their rooms."""

from __future__ import annotations

from dataclasses import dataclass

from bot.domain.event import Event


@dataclass(frozen=True)
class Related(Event):
    """Two incidents have to do with each other: each has this fact about the other."""

    TYPE = "related"
    other: str
    name: str


@dataclass(frozen=True)
class Unrelated(Event):
    TYPE = "unrelated"
    other: str
    name: str


@dataclass(frozen=True)
class Merged(Event):
    """This incident is a part of `into`, where people go on; `duplicate` says that it was the same all along."""

    TYPE = "merged"
    into: str
    name: str
    duplicate: bool = False


@dataclass(frozen=True)
class Absorbed(Event):
    """The incident `other` was merged into this one."""

    TYPE = "absorbed"
    other: str
    name: str
    title: str
    duplicate: bool = False


@dataclass(frozen=True)
class Retitled(Event):
    TYPE = "retitled"
    was: str
    now: str


@dataclass(frozen=True)
class RoomRenamed(Event):
    TYPE = "room_renamed"
    was: str
    now: str


@dataclass(frozen=True)
class RoomAdopted(Event):
    """People worked in that room before; from now on it is the incident's."""

    TYPE = "room_adopted"
    room: str
    name: str


@dataclass(frozen=True)
class RoomArchived(Event):
    TYPE = "room_archived"
    room: str


@dataclass(frozen=True)
class RoomUnarchived(Event):
    """People work in it again."""

    TYPE = "room_unarchived"
    room: str


@dataclass(frozen=True)
class HandedOff(Event):
    """Command passed to `to`, with the words of whoever had it before."""

    TYPE = "handed_off"
    role: str
    to: str
    words: str = ""


@dataclass(frozen=True)
class CanvasWritten(Event):
    """The postmortem stands in a canvas of the chat."""

    TYPE = "canvas_written"
    canvas: str
    link: str = ""
