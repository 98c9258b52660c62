"""People read the rules where they work: all of them, a section, or what one word of them means."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot.policy import show
from bot.simulator import Message
from tests.practice import harbour
from tests.town import Town, a_town


@pytest.fixture
async def quay(tmp_path: Path) -> AsyncIterator[Town]:
    """A town under a policy that uses everything."""
    async with a_town(tmp_path / "data", str(harbour.build(tmp_path))) as town:
        yield town


@dataclass
class Read:
    """One private answer: `message`, the words of its sections, and what stands in small print."""

    message: Message

    @property
    def words(self) -> str:
        return "\n".join(block["text"]["text"] for block in self.message.blocks or [] if block["type"] == "section")

    @property
    def small(self) -> str:
        parts = (block["elements"] for block in self.message.blocks or [] if block["type"] == "context")
        return "\n".join(part["text"] for elements in parts for part in elements)


async def reads(town: Town, where: object, text: str) -> Read:
    return await _read(town, town.says(town.ana, where, text))


async def picks(town: Town, read: Read, section: str) -> Read:
    return await _read(town, town.chooses(town.ana, read.message, "Read a section", section))


async def _read(town: Town, gesture: Awaitable[str]) -> Read:
    before = [id(message) for message in town.private(town.ana)]
    await gesture
    [new] = [message for message in town.private(town.ana) if id(message) not in before]
    return Read(new)


async def test_the_policy_says_what_it_is_and_offers_its_sections(quay: Town) -> None:
    whole = await reads(quay, "#general", "/incident policy")

    assert whole.words.startswith("*Harbour* · The policy harbour\nFor a made-up harbour")
    assert all(f"_{id}:_" in whole.words for id in show.PAGES)
    assert whole.small == "What a new incident is opened under."

    conflicts = await picks(quay, whole, "Conflicts")

    assert "*How fast a P0 is answered*" in conflicts.words
    assert "• The table says 5 minutes\n• The chart says 15 minutes\n_Runs:_ 5 minutes" in conflicts.words


async def test_a_section_is_lines_that_a_phone_can_show(quay: Town) -> None:
    read = await reads(quay, "#general", "/incident policy severities")

    assert "*P0 Sinking* · Respond: 5 min · Mitigate: 30 min · Resolve: 2 h · Update: every 10 min" in read.words
    assert "_Examples:_\n• A container fell\n• The &lt;big&gt; gate &amp; its lock" in read.words


@pytest.mark.parametrize("id", list(show.PAGES))
async def test_every_section_can_be_read(quay: Town, id: str) -> None:
    read = await reads(quay, "#general", f"/incident policy {id}")

    page = show.sections(quay.muster.desk.book)[id]
    assert read.message.text == f"{page.title}: {page.about}"
    assert "4711" not in read.words


async def test_a_word_after_the_section_shows_only_that(quay: Town) -> None:
    read = await reads(quay, "#general", "/incident policy role diver")
    assert "Diver" in read.words and "Caller" not in read.words

    answer = await reads(quay, "#general", "/incident policy roles pilot")
    assert answer.words == 'The section Roles says nothing about "pilot". Leave that out to see all of it.'


async def test_an_unknown_section_is_told_those_there_are(town: Town) -> None:
    answer = await reads(town, "#general", "/incident policy wonky")

    assert answer.words.startswith("A policy has no section wonky. It has: severities, classification, impact,")


async def test_in_the_room_of_an_incident_it_is_the_policy_of_that_incident(tmp_path: Path) -> None:
    """Restarted under other rules, an open incident keeps its own until somebody adopts those of today."""
    async with a_town(tmp_path / "data") as town:
        room = await town.declares("sev1 checkout is failing")
        read = await reads(town, room, "/incident policy")
        assert read.words.startswith("*Default* · ")
        assert read.small == "#1 runs under this policy, the one of today."

        town.runs_under(str(harbour.build(tmp_path)))
        await town.restarts()
        read = await reads(town, room, "/incident policy severities")
        assert "SEV1 Critical" in read.words and "P0" not in read.words
        assert "The policy of today is Harbour (harbour). /incident policy adopt moves it to Harbour." in read.small

        picked = await picks(town, read, "Roles")
        assert "Incident Commander" in picked.words and "Harbour Master" not in picked.words
        assert "Incident Commander" in (await reads(town, "#general", "/incident policy roles #1")).words
        assert "Harbour Master" in (await reads(town, "#general", "/incident policy roles")).words


async def test_an_incident_adopts_the_policy_of_today(tmp_path: Path) -> None:
    async with a_town(tmp_path / "data") as town:
        room = await town.declares("sev1 checkout is failing")
        town.runs_under(str(harbour.build(tmp_path)))
        await town.restarts()

        await town.says(town.ana, room, "/incident policy adopt")
        assert town.ana.views
        answer = await reads(town, room, "/incident policy adopt p0 mitigating the quay is ours now")
        assert "runs under the policy harbour now: P0, Mitigating" in answer.words
        assert (await town.incident()).policy == town.muster.desk.book.hash
        assert "Why: the quay is ours now" in town.words(room)

        assert "already" in (await reads(town, room, "/incident policy adopt")).words


async def test_adopting_from_elsewhere_takes_the_number_first(tmp_path: Path) -> None:
    async with a_town(tmp_path / "data") as town:
        room = await town.declares("sev1 checkout is failing")
        town.runs_under(str(harbour.build(tmp_path)))
        await town.restarts()

        unknown = await reads(town, "#general", "/incident policy adopt #1 p7")
        assert "p7" in unknown.words and "p0" in unknown.words
        await town.says(town.ana, "#general", "/incident policy adopt #1 p1")
        await town.later(seconds=5)
        assert "P1" in town.card(room).words
