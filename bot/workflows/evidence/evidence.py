"""Evidence: what is kept about an incident as it was seen, with a hash that shows whether it is still the same."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from ulid import ULID

from bot.domain import facts
from bot.domain.errors import AlreadyDone, Refused
from bot.domain.incident import Incident
from bot.domain.redaction import redacted
from bot.engine.journal import NewRun
from bot.engine.outcomes import Rejected
from bot.engine.runs import Run
from bot.messages import Attachment, EvidenceList, EvidenceShown, Sentence
from bot.messages.kept import Piece
from bot.ports import Books, Evidence
from bot.workflows.desk import Desk, Gesture, claim, home_lane, known, record

#: bytes of one piece, and pieces of one incident
MOST_BYTES, MOST_PIECES = 1_000_000, 200
CUT = "\n(cut here: one piece of evidence holds 1 MB at most)\n"
#: media types whose content is text although their name does not say so
WRITTEN = frozenset({"application/json", "application/yaml", "application/xml"})
#: characters of a piece that are shown without a file, and of a title
EXCERPT, LONGEST_TITLE = 1500, 150
CHANGED = "Its content is not what was kept: it was changed in the record since."


class Clean(bytes):
    """Content that went through `clean`."""


async def clean(mime: str, content: bytes) -> Clean:
    """
    Content as it may be kept: text redacted and cut to what one piece holds, anything else as it is.

    Away from the loop, as a megabyte takes a second. Refused when something that is no text is too big.
    """
    if isinstance(content, Clean):
        return content
    if is_text(mime):
        return Clean(await asyncio.to_thread(_redacted, content))
    if len(content) > MOST_BYTES:
        raise Refused(f"That is {len(content):,} bytes; one piece of evidence holds {MOST_BYTES:,} at most.")
    return Clean(content)


def is_text(mime: str) -> bool:
    return mime.startswith("text/") or mime in WRITTEN


def _redacted(content: bytes) -> bytes:
    # what is far beyond the limit is not even read; redaction makes text longer or shorter
    text = redacted(content[: 2 * MOST_BYTES].decode(errors="replace")).encode()
    if len(text) <= MOST_BYTES and len(content) <= 2 * MOST_BYTES:
        return text
    return text[: MOST_BYTES - len(CUT)].decode(errors="ignore").encode() + CUT.encode()


@dataclass(frozen=True)
class Item:
    """Something that is about to be kept: `kind` as in the store, `name` a file name, `mime` a media type."""

    kind: str
    title: str
    name: str
    mime: str
    content: bytes

    async def cleaned(self) -> Item:
        return replace(self, content=await clean(self.mime, self.content))


async def keep(
    books: Books, incident: Incident, *, kind: str, title: str, name: str, mime: str, content: bytes, by: str,
    at: datetime,
) -> Incident:  # fmt: skip
    """
    Keep it, in the transaction of `books`. The incident with that fact.

    Give it what `clean` made where the content may be large: no transaction should wait for that. Refused when the
    incident has as many pieces as may be kept, or when the content is too big.
    """
    return (await add(books, incident, Item(kind, title, name, mime, content), by, at))[0]


async def add(books: Books, incident: Incident, item: Item, by: str, at: datetime) -> tuple[Incident, Evidence]:
    """Keep it; the incident with that fact, and what is kept. Refused as `keep` does."""
    if await left(books, incident.id) < 1:
        raise Refused(f"{incident.name} has {MOST_PIECES} pieces of evidence, and no more are kept of one incident.")
    content = await clean(item.mime, item.content)
    digest, count = hashlib.sha256(content).hexdigest(), f"evidence:{incident.id}"
    piece = Evidence(
        str(ULID()), incident.id, item.kind, shortened(item.title), item.name, item.mime, digest, len(content), at, by
    )  # fmt: skip
    changed, fact = incident.add(facts.EvidenceKept(piece.id, piece.kind, piece.title, digest, piece.size), by, at)
    await books.keep_evidence(piece, bytes(content))
    await books.remember(count, (await books.recall(count) or 0) + 1)
    await record(books, changed, fact)
    return changed, piece


async def left(books: Books, incident: str) -> int:
    """How many pieces may still be kept."""
    return MOST_PIECES - int(await books.recall(f"evidence:{incident}") or 0)


def fits(piece: Evidence, content: bytes) -> bool:
    """Whether the content is still what was kept, or was deleted as the title says."""
    return (not content and piece.size > 0) or hashlib.sha256(content).hexdigest() == piece.sha256


# what a customer says


async def report(desk: Desk, gesture: Gesture, id: str, what: str, who: str = "", when: str = "") -> Sentence:
    """Keep a customer's report, and have its beginning on the timeline."""
    if not what.strip():
        raise Refused("What was reported? For example: /incident report the shop says that their orders do not arrive")
    head = [f"Reported by: {who.strip()}"] * bool(who.strip()) + [f"When: {when.strip()}"] * bool(when.strip())
    taken = f"Taken down by {gesture.by} at {gesture.at:%Y-%m-%d %H:%M} UTC"
    text = "\n".join([*head, taken, "", what.strip(), ""])
    by_whom = f" by {' '.join(redacted(who).split())}" if who.strip() else ""
    title = shortened(f"Report{by_whom}: {redacted(what)}")
    item = await Item("report", title, "report.txt", "text/plain", text.encode()).cleaned()

    async def decision(books: Books) -> Sentence:
        incident, _ = await add(books, await known(books, id), item, gesture.by, gesture.at)
        return Sentence(f"Kept with {incident.name}, and on its timeline: {title}", incident=id)

    return await desk.decide(gesture, decision)


def shortened(text: str) -> str:
    """On one line, as long as a title may be."""
    words = " ".join(text.split())
    return words if len(words) <= LONGEST_TITLE else words[: LONGEST_TITLE - 1] + "…"


# showing it


async def pieces(desk: Desk, viewer: str | None, incident: Incident) -> list[Piece]:
    kept = await desk.store.evidence_of(incident.id, viewer)
    return [
        Piece(n, each.id, each.kind, each.title, each.name, each.size, each.sha256, each.at, each.by)
        for n, each in enumerate(kept, 1)
    ]


async def listing(desk: Desk, viewer: str, incident: Incident) -> EvidenceList:
    found = await pieces(desk, viewer, incident)
    return EvidenceList(desk.book_of(incident), incident, tuple(found), "Evidence")


async def showing(desk: Desk, viewer: str, incident: Incident, number: int) -> EvidenceShown:
    """One piece, by its number in the list: whether it is sound, and how it begins."""
    piece = numbered(incident, await pieces(desk, viewer, incident), number)
    kept, content = await whole(desk, piece.id, viewer)
    there(kept, content)
    excerpt = content[: 4 * EXCERPT].decode(errors="ignore")[:EXCERPT] if is_text(kept.mime) else ""
    return EvidenceShown(desk.book_of(incident), incident, piece, fits(kept, content), excerpt)


def numbered(incident: Incident, found: Sequence[Piece], number: int) -> Piece:
    if not 1 <= number <= len(found):
        how = f"It has evidence 1 to {len(found)}." if found else "None is kept yet. /incident snapshot keeps some."
        raise Refused(f"{incident.name} has no evidence {number}. {how}")
    return found[number - 1]


async def whole(desk: Desk, id: str, viewer: str | None) -> tuple[Evidence, bytes]:
    found = await desk.store.evidence(id, viewer)
    if found is None:
        raise Refused("There is no such evidence. /incident evidence lists what is kept.")
    return found


def there(piece: Evidence, content: bytes) -> None:
    """Refused when its content was deleted."""
    if piece.size and not content:
        raise Refused(f"Only the hash is left of it, {piece.sha256}: {piece.title}.")


async def check(desk: Desk, viewer: str, incident: Incident) -> Sentence:
    """Whether the content of each piece still fits its hash."""
    found = await pieces(desk, viewer, incident)
    wrong = [piece for piece in found if not fits(*await whole(desk, piece.id, viewer))]
    if not wrong:
        count = f"{len(found)} piece{'' if len(found) == 1 else 's'}"
        return Sentence(f"The evidence of {incident.name} is as it was kept: {count} checked.", incident=incident.id)
    named = "; ".join(f"{piece.number} ({piece.title})" for piece in wrong[:10])
    return Sentence(f"Changed in the record since it was kept: evidence {named}.", incident=incident.id)


# handing it out


async def give(desk: Desk, gesture: Gesture, id: str, piece: str, *, to_all: bool = False) -> Sentence:
    """Its content as a file: to whoever asks, or once to all who work on the incident."""
    kept, content = await whole(desk, piece, gesture.by)
    there(kept, content)
    if kept.incident != id:
        raise Refused("That is evidence of another incident.")
    if kept.size == 0:
        raise Refused("That piece of evidence is empty: there is no file to show.")

    async def decision(books: Books) -> Sentence:
        incident = await known(books, id)
        if to_all and not await claim(books, "exhibits", id, [piece]):
            raise AlreadyDone("That file is in the room already.")
        data = {"piece": piece, "person": None if to_all else gesture.by}
        await books.start(NewRun("evidence", id, data, gesture.by, priority=5))
        where = f"where people work on {incident.name}" if to_all else "to you in a direct message"
        return Sentence(f"{kept.title} comes {where}.", incident=id)

    return await desk.decide(gesture, decision)


async def hand_out(desk: Desk, run: Run) -> None:
    """Bring it to the chat, and show it where it was asked for."""
    staged, title, comment = await run.step("stage", lambda: stage(desk, run.data["piece"]), label="Fetching evidence")
    person = run.data["person"]
    if person:
        place = await run.step("direct", lambda: desk.chat.direct(person), label=f"Writing to {person}")
    else:
        place = desk.home_of(await desk.incident(run.subject))
    await run.keyed(
        "share",
        lambda key: desk.chat.share_file(place, staged, title, comment, key),
        label="Showing evidence",
        lane=None if person else home_lane(run.subject),
    )


async def stage(desk: Desk, piece: str) -> list[Any]:
    """The staged file, its title, and what is said with it: also that its content was changed."""
    found = await desk.store.evidence(piece)
    if found is None:
        raise Rejected("That evidence is not on record any more.")
    kept, content = found
    staged = await desk.chat.stage_file(Attachment(kept.name, kept.title, content, kept.title))
    told = f"Kept at {kept.at:%Y-%m-%d %H:%M} UTC by {kept.by}, SHA-256 {kept.sha256}"
    return [staged, kept.title, f"{told}." if fits(kept, content) else f"{told}. Careful: {CHANGED}"]


async def selected(desk: Desk, incident: Incident, ids: Collection[str]) -> list[Piece]:
    """Those of these ids, with their numbers."""
    return [piece for piece in await pieces(desk, None, incident) if piece.id in ids]
