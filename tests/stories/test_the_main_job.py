"""One line opens a room with everybody and everything in it."""

from __future__ import annotations

import pytest

from tests.town import Town, acts, labels


async def test_one_line_opens_a_room_with_everybody_in_it(town: Town) -> None:
    room = await town.declares("sev1 checkout is failing")

    assert room.name == "inc-1-checkout-is-failing"
    assert not room.is_private
    assert town.people_in(room) == {"ana", "ben", "chen", "dana"}


@pytest.mark.parametrize("verb", ["declare", "create", "new"])
async def test_each_word_for_it_declares(town: Town, verb: str) -> None:
    await town.says(town.ana, "#general", f"/incident {verb} sev2 search is slow")

    incident = await town.incident()
    assert (incident.title, incident.severity) == ("search is slow", "sev2")
    assert [room.name for room in town.rooms()] == ["inc-1-search-is-slow"]


@pytest.mark.parametrize(
    ("words", "severity"),
    [("sev1 checkout is failing", "sev1"), ("checkout is failing sev3", "sev3"), ("checkout is failing", "sev2")],
)
async def test_the_severity_stands_first_or_last_or_is_the_usual_one(town: Town, words: str, severity: str) -> None:
    await town.says(town.ana, "#general", f"/incident declare {words}")

    incident = await town.incident()
    assert (incident.title, incident.severity) == ("checkout is failing", severity)


async def test_the_usual_severity_is_changed_by_one_click(town: Town) -> None:
    room = await town.declares("checkout is failing")
    assert town.told(town.dana) == []

    await town.chooses(town.ana, town.card(room), "menu:severity", "🔴 SEV1 Critical")

    assert (await town.incident()).severity == "sev1"
    assert "SEV1" in town.card(room).words
    assert len(town.told(town.dana)) == 1, "a graver severity pages whom it asks for"


async def test_the_room_is_ready_to_work_in(town: Town) -> None:
    """One card, pinned; a checklist; the topic; a bookmark that leads to the announcement. Nothing else."""
    room = await town.declares("sev1 checkout is failing")

    card, checklist = town.heard(room)
    assert acts(card) >= {"ack", "role:take", "update", "resolve", "menu:status", "menu:severity"}
    assert acts(checklist) == {"checklist:tick"}
    assert [pin["ts"] for pin in room.pins] == [card.ts]
    assert "SEV1" in room.topic.value
    assert "checkout is failing" in room.topic.value
    [mark] = room.bookmarks
    assert mark["link"].endswith((await town.announcement()).ts.replace(".", ""))


async def test_the_announcement_leads_to_the_room_and_follows_what_happens(town: Town) -> None:
    room = await town.declares("sev1 checkout is failing")
    await town.later(seconds=3)
    announcement = await town.announcement()
    assert announcement.channel == town.simulator.workspace.find("incidents").id
    assert f"<#{room.id}>" in announcement.words

    await town.says(town.ben, room, "/incident role commander")
    await town.says(town.ben, room, "/incident status mitigating")
    await town.later(seconds=10)

    assert town.ben.mention in announcement.words
    assert "Mitigating" in announcement.words


async def test_whoever_declares_is_privately_given_the_way_in(town: Town) -> None:
    told = await town.says(town.ana, "#general", "/incident declare sev1 checkout is failing")

    [room] = town.rooms()
    assert "#1" in told
    assert f"<#{room.id}>" in told
    assert town.heard("#general") == []


async def test_responders_are_paged_in_person_and_before_all(town: Town) -> None:
    room = await town.declares("sev1 checkout is failing")

    for person in (town.ben, town.chen, town.dana):
        [page] = town.told(person)
        assert f"<#{room.id}>" in page.words
        assert person.mention in town.words("incidents")
    assert town.told(town.ana) == [], "whoever declared it knows"
    assert town.told(town.eli) == []
    assert town.ringing() == []


async def test_a_severity_that_there_is_not_is_refused_and_no_word_is_lost(town: Town) -> None:
    told = await town.says(town.ana, "#general", "/incident declare sev9 checkout is failing")

    assert "sev9" in told
    assert "sev1" in told.lower()
    assert town.rooms() == []

    await town.clicks(town.ana, town.private(town.ana)[-1], "Declare as SEV1")

    assert (await town.incident()).title == "checkout is failing"


@pytest.mark.parametrize("typed", ["/incident", "/incident declare", "/incident declare sev1"])
async def test_without_a_title_a_dialog_asks_for_it(town: Town, typed: str) -> None:
    await town.says(town.ana, "#general", typed)
    [dialog] = town.ana.views

    outcome = await town.submits(town.ana, title="checkout is failing", severity="sev1", details="since 02:50")

    assert outcome.ok
    assert town.ana.views == []
    [room] = town.rooms()
    assert town.people_in(room) >= {"ana", "ben"}
    assert any("since 02:50" in entry.text for entry in await town.timeline())
    assert f"<#{room.id}>" in "\n".join(m.words for m in town.private(town.ana))
    assert dialog.type == "modal"


async def test_a_dialog_without_a_title_stays_open(town: Town) -> None:
    await town.says(town.ana, "#general", "/incident")

    outcome = await town.submits(town.ana, title="   ")

    assert "title" in outcome.errors
    assert town.rooms() == []


async def test_the_same_words_twice_are_one_incident(town: Town) -> None:
    await town.declares("sev1 checkout is failing")
    await town.later(seconds=90)

    told = await town.says(town.ana, "#general", "/incident declare sev1 Checkout is  failing")

    assert "#1" in told
    assert len(town.rooms()) == 1

    await town.clicks(town.ana, town.private(town.ana)[-1], "Open another")

    assert [room.name for room in town.rooms()] == ["inc-1-checkout-is-failing", "inc-2-checkout-is-failing"]
    assert (await town.incident(2)).severity == "sev1"


async def test_the_same_words_later_or_by_another_person_are_another_incident(town: Town) -> None:
    await town.declares("sev1 checkout is failing")
    await town.declares("sev1 checkout is failing", town.ben)
    await town.later(minutes=2, seconds=1)
    await town.declares("sev1 checkout is failing")

    assert (await town.incident(3)).declared_by != (await town.incident(2)).declared_by


async def test_two_rooms_never_share_a_name(town: Town) -> None:
    """A channel of that name stands already: the room takes the next one."""
    await town.eli.creates("inc-1-checkout-is-failing")

    room = await town.declares("sev1 checkout is failing")

    assert room.name.startswith("inc-1-checkout-is-failing-")
    assert town.people_in(room) >= {"ana", "ben"}
    assert (await town.incident()).room_name == room.name
    assert await town.troubles() == []


async def test_the_checklist_is_ticked_by_whoever_did_it(town: Town) -> None:
    room = await town.declares("sev1 checkout is failing")
    checklist = town.checklist(room)

    await town.clicks(town.ben, checklist, "checklist:tick")
    await town.later(seconds=5)

    assert town.ben.mention in checklist.words
    assert "1 of 7" in checklist.words
    assert labels(checklist).count("Undo") == 1

    assert "2" in await town.says(town.ana, room, "/incident checklist")
    await town.says(town.ana, room, "/incident checklist done 2")
    await town.clicks(town.ben, checklist, "Undo")
    await town.later(seconds=5)

    assert "1 of 7" in checklist.words
    assert town.ana.mention in checklist.words
