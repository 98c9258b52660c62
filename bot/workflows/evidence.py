"""Evidence: what is kept about an incident as it was seen, with a hash that shows whether it is still the same."""

from __future__ import annotations

import asyncio
import hashlib
from datetime import datetime

from ulid import ULID

from bot.domain import facts
from bot.domain.errors import Refused
from bot.domain.incident import Incident
from bot.domain.redaction import redacted
from bot.ports import Books, Evidence
from bot.workflows.desk import record

#: bytes of one piece, and pieces of one incident
MOST_BYTES, MOST_PIECES = 1_000_000, 200
CUT = "\n(cut here: one piece of evidence holds 1 MB at most)\n"
#: media types whose content is text although their name does not say so
WRITTEN = frozenset({"application/json", "application/yaml", "application/xml"})


class Clean(bytes):
    """Content that went through `clean`."""


async def clean(mime: str, content: bytes) -> Clean:
    """
    Content as it may be kept: text redacted and cut to what one piece holds, anything else as it is.

    Away from the loop, as a megabyte takes a second. Refused when something that is no text is too big.
    """
    if isinstance(content, Clean):
        return content
    if mime.startswith("text/") or mime in WRITTEN:
        return Clean(await asyncio.to_thread(_redacted, content))
    if len(content) > MOST_BYTES:
        raise Refused(f"That is {len(content):,} bytes; one piece of evidence holds {MOST_BYTES:,} at most.")
    return Clean(content)


def _redacted(content: bytes) -> bytes:
    # what is far beyond the limit is not even read; redaction makes text longer or shorter
    text = redacted(content[: 2 * MOST_BYTES].decode(errors="replace")).encode()
    if len(text) <= MOST_BYTES and len(content) <= 2 * MOST_BYTES:
        return text
    return text[: MOST_BYTES - len(CUT)].decode(errors="ignore").encode() + CUT.encode()


async def keep(
    books: Books, incident: Incident, *, kind: str, title: str, name: str, mime: str, content: bytes, by: str,
    at: datetime,
) -> Incident:  # fmt: skip
    """
    Keep it, in the transaction of `books`. The incident with that fact; its `EvidenceKept` has the new id.

    Give it what `clean` made where the content may be large: no transaction should wait for that. Refused when the
    incident has as many pieces as may be kept, or when the content is too big.
    """
    count = f"evidence:{incident.id}"
    kept = await books.recall(count) or 0
    if kept >= MOST_PIECES:
        raise Refused(f"{incident.name} has {kept} pieces of evidence, and no more are kept of one incident.")
    content = await clean(mime, content)
    digest = hashlib.sha256(content).hexdigest()
    piece = Evidence(str(ULID()), incident.id, kind, title, name, mime, digest, len(content), at, by)
    event = facts.EvidenceKept(piece.id, kind, title, digest, len(content))
    changed, fact = incident.add(event, by, at)
    await books.keep_evidence(piece, bytes(content))
    await books.remember(count, kept + 1)
    await record(books, changed, fact)
    return changed


def fits(piece: Evidence, content: bytes) -> bool:
    """Whether the content is still what was kept."""
    return hashlib.sha256(content).hexdigest() == piece.sha256
