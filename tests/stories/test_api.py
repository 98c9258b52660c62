"""Slack is down, and people work on all the same; when it is back, the room has it all, once and in order."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.api import ONE, Caller, a_caller
from tests.town import Town, a_town

#: what people did while Slack was down, in their order
TOLD = (
    "ci (by API) acknowledged this and is looking.",
    "ci (by API) is *Incident Commander* now.",
    "ci (by API) noted: the pool was too small",
    "Task 1: fail over the database (nobody yet)",
    "ci (by API) changed the severity from SEV1 to *SEV2*: fewer are affected",
    "*Update 1*",
    "ci (by API) recorded the impact.",
    "ci (by API) finished task 1: fail over the database",
)


async def works(api: Caller) -> None:
    assert (await api.declares()).status == 201
    for method, way, body in (
        ("POST", "acknowledge", None),
        ("PUT", "roles/commander", None),
        ("POST", "notes", {"text": "the pool was too small"}),
        ("POST", "tasks", {"text": "fail over the database"}),
        ("POST", "severity", {"severity": "sev2", "reason": "fewer are affected"}),
        ("POST", "updates", {"state": "Half of the payments work again."}),
        ("PATCH", "impact", {"values": {"summary": "some cannot pay"}}),
        ("POST", "tasks/1/done", None),
    ):
        answer = await api.does(way, body, method=method, key=f"{method} {way}".replace(" ", "-"))
        assert answer.status == 200, answer.text


async def everything_is_told(town: Town) -> None:
    """Each once, in its order, on the card and in the room."""
    [room] = town.rooms()
    texts = [message.words for message in town.heard(room)]
    card = town.card(room).words
    places = []
    for told in TOLD:
        found = [n for n, words in enumerate(texts) if told in words and words != card]
        assert len(found) == 1, f"{told} was told {len(found)} times: {texts}"
        places.append(found[0])
    assert places == sorted(places), places
    assert "ci (by API)" in card and "SEV2" in card
    assert "api:" not in "\n".join(message.words for message in town.everything())
    assert await town.troubles() == []


@pytest.mark.parametrize("restarted", [False, True], ids=["in one life", "with a restart"])
async def test_what_is_done_by_api_while_slack_is_down_is_in_the_room_later(tmp_path: Path, restarted: bool) -> None:
    async with a_town(tmp_path, slack_down=True) as town:
        town.let_down = True
        async with a_caller(town) as api:
            await works(api)
            assert (await api.gets(ONE))["commander"] == "api:ci"
            assert [e["text"] for e in (await api.gets(f"{ONE}/timeline"))["entries"] if e["kind"] == "noted"] == [
                "noted: the pool was too small"
            ]
        assert town.rooms() == []
        if restarted:
            await town.muster.stop()
            await town.opens(connected=False)
            async with a_caller(town) as api:
                again = await api.does("notes", {"text": "the pool was too small"}, key="POST-notes")
                assert again.status == 200

        town.simulator.faults.refuse(False)
        await town.connects()
        await town.later(minutes=6)

        await everything_is_told(town)
        assert town.errors == []


async def test_with_slack_there_each_thing_is_told_at_once_and_once(town: Town) -> None:
    async with a_caller(town) as api:
        await works(api)
        await town.settle()

    await everything_is_told(town)


async def test_nobody_tries_to_write_to_whoever_speaks_by_api(town: Town) -> None:
    """Called again after an acknowledgement that nothing follows, asked for an update, told of what failed."""
    async with a_caller(town) as api:
        await api.declares()
        await api.does("acknowledge")
        await api.does("roles/commander", method="PUT")
        await api.does("tasks", {"text": "fail over", "owner": "api:ben"})
        await town.later(hours=3)
        await api.does("resolve", {"summary": "reverted"})
        await town.later(minutes=5)

    assert await town.troubles() == []
    assert "cannot be written to" not in "\n".join(line.text for line in await town.timeline())


async def test_people_and_programs_work_on_one_incident(town: Town) -> None:
    room = await town.declares("sev1 checkout is failing")
    async with a_caller(town) as api:
        assert (await api.does("notes", {"text": "deploy 4711 is out"})).status == 200
        await town.settle()
        assert "ci (by API) acknowledged" not in town.words(room)
        told = await town.says(town.ana, room, "/incident timeline")
        answer = await api.does("acknowledge")
        await town.settle()
        ended = await town.says(town.ana, room, "/incident resolve rollback the deploy was reverted")
        after = await api.gets(ONE)

    assert "noted: deploy 4711 is out" in told and "ci (by API)" in told
    assert answer.status == 200 and "resolved" in ended
    assert after["resolution"] == {"how": "rollback", "summary": "the deploy was reverted", "cause": ""}
    assert town.ana.id in str(after["declared_by"]) and after["people"][after["declared_by"]]
    [file] = town.files(room)
    assert "ci (by API)" in town.file(file) and "api:ci" not in town.file(file)


async def test_merging_what_was_declared_by_api_invites_nobody_who_cannot_come(town: Town) -> None:
    room = await town.declares("sev1 checkout is failing")
    async with a_caller(town) as api:
        assert (await api.declares("payments are slow", "sev4")).status == 201
        await town.settle()
        await town.says(town.ana, room, "/incident merge #2 into #1")
        after = await api.gets("/api/incidents/2")

    assert after["open"] is False
    assert await town.troubles(1) == await town.troubles(2) == []
