"""What may be kept of an incident, and in which shape."""

from __future__ import annotations

import hashlib
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from bot.adapters.store import Store
from bot.domain import facts, incident
from bot.domain.errors import Refused
from bot.domain.incident import Incident
from bot.policy.book import load
from bot.workflows.desk import Desk, Gesture
from bot.workflows.evidence import evidence
from bot.workflows.evidence.evidence import Item
from tests.fakes import FakeChat, FakeDirectory

AT = datetime(2026, 11, 21, 3, 0, tzinfo=UTC)
LOG = Item("log", "The shop's log", "shop.log", "text/plain", b"login of ana@example.com password=hunter2\n")


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    store = await Store.open(f"sqlite:///{tmp_path / 'muster.db'}", AT)
    event = facts.Declared("01I", 1, "api is slow", "sev1", "investigating", "hash", "words", visibility="restricted")
    opened, fact = incident.declare(event, "slack:U1", AT)
    await store.transact(lambda books: books.record(opened, [fact]), AT)
    yield store
    await store.close()


async def keep(store: Store, *items: Item) -> Incident:
    async def decide(books: Any) -> Incident:
        now = await books.incident("01I")
        for item in items:
            now = await evidence.keep(books, now, **vars(item), by="slack:U1", at=AT)
        return now

    return await store.transact(decide, AT)


async def test_text_is_kept_redacted_with_the_hash_of_what_is_kept(store: Store) -> None:
    after = await keep(store, LOG)
    [piece] = await store.evidence_of("01I")
    found = await store.evidence(piece.id)
    assert found
    content = b"login of [redacted e-mail] password=[redacted secret]\n"
    assert found[1] == content
    assert (piece.sha256, piece.size) == (hashlib.sha256(content).hexdigest(), len(content))
    assert evidence.fits(*found) and not evidence.fits(piece, LOG.content)
    history = await store.facts("01I")
    kept = history[-1].event
    assert isinstance(kept, facts.EvidenceKept) and kept.sha256 == piece.sha256
    assert after == await store.incident("01I")


async def test_what_is_no_text_is_kept_to_the_byte(store: Store) -> None:
    picture = Item("graph", "Requests", "rate.png", "image/png", b"\x89PNG password=hunter2 \xff")
    await keep(store, picture)
    [piece] = await store.evidence_of("01I")
    found = await store.evidence(piece.id)
    assert found and found[1] == picture.content


async def test_long_text_is_cut_and_says_so_and_a_long_file_is_refused() -> None:
    long = "é".encode() * 700_000
    cut = await evidence.clean("text/plain", long)
    assert len(cut) <= evidence.MOST_BYTES and cut.endswith(evidence.CUT.encode())
    assert cut.decode().startswith("éé")
    with pytest.raises(Refused, match="1,000,000 at most"):
        await evidence.clean("image/png", bytes(1_000_001))
    assert await evidence.clean("text/plain", cut) is cut


async def test_a_secret_at_the_cut_is_not_left_over() -> None:
    text = b"x " * 990_000 + b"password=hunter2 " * 10_000
    assert b"hunter2" not in await evidence.clean("text/plain", text)


async def test_so_many_pieces_and_no_more(store: Store) -> None:
    note = Item("report", "Report", "report.txt", "text/plain", b"slow")
    await keep(store, *[note] * evidence.MOST_PIECES)
    with pytest.raises(Refused, match="#1 has 200 pieces"):
        await keep(store, note)
    assert len(await store.evidence_of("01I")) == evidence.MOST_PIECES


async def test_evidence_of_a_restricted_incident_is_for_its_people(store: Store) -> None:
    seen = await keep(store, LOG)
    [piece] = await store.evidence_of("01I")
    desk = Desk(load("default"), store, FakeChat(), FakeDirectory())
    stranger = Gesture("slack:U9", AT, "act:1")

    assert (await evidence.listing(desk, "slack:U1", seen)).pieces
    assert (await evidence.listing(desk, "slack:U9", seen)).pieces == ()
    for refused in (evidence.showing(desk, "slack:U9", seen, 1), evidence.give(desk, stranger, "01I", piece.id)):
        with pytest.raises(Refused):
            await refused


async def test_nothing_of_it_is_kept_when_the_transaction_breaks(store: Store) -> None:
    big = Item("file", "Core dump", "core", "application/octet-stream", bytes(1_000_001))
    with pytest.raises(Refused):
        await keep(store, LOG, big)
    assert await store.evidence_of("01I") == []
    assert len(await store.facts("01I")) == 1
