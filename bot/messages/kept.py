"""What is kept of an incident, and what people make of why it happened."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.messages.plain import About


@dataclass(frozen=True)
class Attachment:
    """A file of any sort: `name` with its ending, `title` for people; `alt` says in words what a picture shows."""

    name: str
    title: str
    content: bytes
    alt: str = ""


@dataclass(frozen=True)
class Piece:
    """One piece of evidence: `number` counts from 1 in the order of keeping, `size` is in bytes, `sha256` in hex."""

    number: int
    id: str
    kind: str
    title: str
    name: str
    size: int
    sha256: str
    at: datetime
    by: str


@dataclass(frozen=True)
class EvidenceList(About):
    """Pieces of evidence under a title; `notes` are sentences on them."""

    pieces: tuple[Piece, ...] = ()
    title: str = ""
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class EvidenceShown(About):
    """One piece; `sound` is whether its content still fits its hash, `excerpt` how it begins if it is text."""

    piece: Piece
    sound: bool
    excerpt: str = ""


@dataclass(frozen=True)
class Whys(About):
    """The five whys and the root cause, as far as they are answered."""


@dataclass(frozen=True)
class Fishbone(About):
    """The causes on each branch."""
