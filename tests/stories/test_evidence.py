"""What is kept of an incident while it can be seen, and that it is still the same later."""

from __future__ import annotations

import hashlib
import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.domain import facts
from bot.domain.observation import Fault, Reading
from bot.simulator import Channel, Message
from tests.fakes import FakeProber
from tests.stories.policies import a_policy
from tests.town import Town, a_town, acts

EYES = """
targets:
  - {id: shop}
services:
  - {id: shop, title: Shop}
  - {id: database, title: Database}
sets: []
triage: {services: [shop]}
probes:
  - {id: web, title: Shop answers, kind: http, service: shop, target: shop}
  - {id: log, title: Shop's log, kind: log, service: shop, target: shop, patterns: true}
  - {id: rate, title: Requests, kind: http, service: shop, target: shop}
  - {id: db, title: Database answers, kind: http, service: database, target: shop}
"""
LOG = Reading(Fault.NONE, "2 lines", text="ERROR payment 17 failed\nlogin of ana@example.com password=hunter2")
DOWN = Reading(Fault.REFUSED, "connection refused")
OPEN = Reading(Fault.NONE, "open", text="table orders\ntable customers of ana@example.com")
RATE = Reading(Fault.NONE, "12 per second", {"rate": 12.0}, series={"200": ((1764014233.0, 1.0), (1764014248.0, 2.0))})


@pytest.fixture
async def town(tmp_path: Path) -> AsyncIterator[Town]:
    policy = a_policy(tmp_path / "ours", diagnosis=EYES)
    prober = FakeProber(web=[DOWN], log=[LOG], rate=[RATE], db=[OPEN])
    async with a_town(tmp_path / "data", policy, prober=prober) as town:
        yield town


async def kept(town: Town) -> list[tuple[str, str, bytes]]:
    """Kind, title and content of every piece, in order."""
    store = town.muster.store
    pieces = [await store.evidence(each.id) for each in await store.evidence_of((await town.incident()).id)]
    return [(piece[0].kind, piece[0].title, piece[1]) for piece in pieces if piece]


def snapshot(town: Town, room: Channel) -> Message:
    [message] = [m for m in town.heard(room) if "*Snapshot*" in m.words]
    return message


async def test_a_snapshot_keeps_logs_state_and_graphs(town: Town) -> None:
    room = await town.declares("sev1 checkout is failing")
    told = await town.says(town.ben, room, "/incident snapshot")
    assert "The list follows" in told
    await town.later(seconds=10)

    pieces = await kept(town)
    assert [kind for kind, _, _ in pieces] == ["log", "state", "readings", "graph"]
    log, state, readings, graph = (content for _, _, content in pieces)
    assert b"ERROR payment 17 failed" in log and b"hunter2" not in log and b"ana@example.com" not in log
    assert "WRONG" not in state.decode() and "connection refused" in state.decode()
    assert "         table orders" in state.decode() and b"ana@" not in state and b"payment 17" not in state
    assert {each["probe"] for each in json.loads(readings)} == {"web", "log", "rate", "db"}
    assert graph.startswith(b"\x89PNG")
    words = snapshot(town, room).words
    assert all(f"{hashlib.sha256(content).hexdigest()[:12]}" in words for _, _, content in pieces)
    [shared] = town.files(room)
    assert town.simulator.workspace.files[shared.files[0]].content == graph
    recorded = [f.event for f in await town.muster.store.facts((await town.incident()).id)]
    assert sum(isinstance(event, facts.EvidenceKept) for event in recorded) == 4
    assert "kept as evidence: Shop's log" in [entry.text for entry in await town.timeline()]


async def test_a_snapshot_of_one_service_looks_at_nothing_else(town: Town) -> None:
    room = await town.declares("sev1 checkout is failing")
    await town.says(town.ben, room, "/incident snapshot database")
    await town.later(seconds=10)
    assert [title for _, title, _ in await kept(town)] == ["State of Database", "Readings of Database"]
    assert "nothing called" in await town.says(town.ben, room, "/incident snapshot printer")


async def test_a_snapshot_is_kept_once_however_often_its_command_comes(town: Town) -> None:
    room = await town.declares("sev1 checkout is failing")
    await town.says(town.ben, room, "/incident snapshot database")
    await town.repeats(town.ben)
    await town.later(seconds=10)
    assert len(await kept(town)) == 2
    assert snapshot(town, room)


async def test_a_report_is_kept_without_what_is_private(town: Town) -> None:
    room = await town.declares("sev1 checkout is failing")
    told = await town.says(town.ben, room, "/incident report ana@example.com says that orders do not arrive")
    assert "Report: [redacted e-mail] says that orders do not arrive" in told
    [(kind, title, content)] = await kept(town)
    assert kind == "report" and b"orders do not arrive" in content and b"ana@" not in content
    assert any(title in entry.text for entry in await town.timeline())


async def test_a_report_is_taken_down_in_a_dialog(town: Town) -> None:
    room = await town.declares("sev1 checkout is failing")
    await town.says(town.ben, room, "/incident report")
    assert (await town.submits(town.ben, what="no orders since breakfast", who="A shop", when="09:40")).ok
    [(_, title, content)] = await kept(town)
    assert title == "Report by A shop: no orders since breakfast"
    assert content.startswith(b"Reported by: A shop\nWhen: 09:40\n")


async def test_the_list_leads_to_each_piece_and_its_file(town: Town) -> None:
    room = await town.declares("sev1 checkout is failing")
    assert "Nothing is kept yet" in await town.says(town.ben, room, "/incident evidence")
    await town.says(town.ana, room, "/incident report orders do not arrive ``` <!channel>")
    listed = await town.says(town.ben, room, "/incident evidence")
    content = (await kept(town))[0][2]
    assert hashlib.sha256(content).hexdigest()[:12] in listed and "*1.*" in listed

    shown = await town.says(town.ben, room, "/incident evidence 1")
    assert "Its content is what was kept." in shown and "&lt;!channel&gt;" in shown
    message = [m for m in town.private(town.ben) if "evidence:share" in acts(m)][-1]
    await town.clicks(town.ben, message, "Send me the file")
    await town.later(seconds=10)
    [file] = [m for m in town.files(town.ben.dm(town._bot))]
    assert town.file(file).encode() == content
    assert town.files(room) == []

    await town.clicks(town.ben, message, "Show it to all")
    await town.later(seconds=10)
    assert "in the room already" in await town.clicks(town.ben, message, "Show it to all")
    await town.later(seconds=10)
    assert len(town.files(room)) == 1


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("evidence 7", "has no evidence 7. None is kept yet"),
        ("evidence everything", "Which piece?"),
        ("evidence 0", "has no evidence 0"),
        ("evidence check", "0 pieces checked"),
    ],
)
async def test_what_is_not_there_is_a_sentence(town: Town, typed: str, told: str) -> None:
    room = await town.declares("sev1 checkout is failing")
    assert told in await town.says(town.ben, room, f"/incident {typed}")


async def test_content_that_was_changed_since_is_told(town: Town) -> None:
    room = await town.declares("sev1 checkout is failing")
    await town.says(town.ana, room, "/incident report orders do not arrive")
    await town.says(town.ana, room, "/incident report and now nothing does")
    assert "2 pieces checked" in await town.says(town.ana, room, "/incident evidence check")
    await tamper(town)

    told = await town.says(town.ana, room, "/incident evidence check")
    assert "Changed in the record since it was kept: evidence 1 (" in told and "2 (" not in told
    assert "is not what was kept" in await town.says(town.ana, room, "/incident evidence 1")
    message = [m for m in town.private(town.ana) if "evidence:share" in acts(m)][-1]
    await town.clicks(town.ana, message, "Show it to all")
    await town.later(seconds=10)
    assert "is not what was kept" in town.files(room)[0].text


async def tamper(town: Town) -> None:
    """Somebody with a hand in the database."""
    import sqlalchemy as sa

    from bot.adapters.store.tables import evidence

    first, *_ = await town.muster.store.evidence_of((await town.incident()).id)
    change = evidence.update().where(evidence.c.id == first.id).values(content=sa.bindparam("made_up"))

    async def decide(books: object) -> None:
        await books._change(change, made_up=b"all was well")  # type: ignore[attr-defined]

    await town.muster.store.transact(decide, town.clock.now())


async def test_evidence_of_another_incident_is_not_handed_out(town: Town) -> None:
    room = await town.declares("sev1 checkout is failing")
    other = await town.declares("sev1 login is failing")
    await town.says(town.ana, room, "/incident report orders do not arrive")
    [piece] = await town.muster.store.evidence_of((await town.incident(1)).id)
    await town.says(town.ana, room, "/incident evidence 1")
    message = [m for m in town.private(town.ana) if "evidence:share" in acts(m)][-1]
    for block in message.blocks:
        for element in block.get("elements", []):
            if "value" in element:
                element["value"] = f"{(await town.incident(2)).id} {piece.id}"
    told = await town.clicks(town.ana, message, "Show it to all")
    await town.later(seconds=10)
    assert "another incident" in told
    assert town.files(other) == [] == town.files(room)


async def test_a_policy_that_looks_at_nothing_says_so(tmp_path: Path) -> None:
    policy = a_policy(
        tmp_path / "ours", diagnosis="targets: []\nservices: []\nsets: []\nprobes: []\ntriage: {services: []}\n"
    )
    async with a_town(tmp_path / "data", policy, prober=FakeProber()) as town:
        room = await town.declares("sev1 checkout is failing")
        assert "names nothing to look at" in await town.says(town.ben, room, "/incident snapshot")
