"""The postmortem is a document to write on together, where the workspace has such a thing; the file comes anyway."""

from __future__ import annotations

import pytest

from bot.simulator import Channel
from bot.simulator.records import Canvas
from tests.town import Town


@pytest.fixture
async def room(town: Town) -> Channel:
    return await town.declares("sev1 checkout is failing")


def canvases(town: Town) -> list[Canvas]:
    return list(town.simulator.workspace.canvases.values())


async def resolved(town: Town, room: Channel) -> None:
    await town.says(town.ben, room, "/incident resolve the pool is bigger")
    await town.later(seconds=10)


async def test_it_stands_beside_the_room_and_the_file_links_it(town: Town, room: Channel) -> None:
    await resolved(town, room)

    [canvas] = canvases(town)
    assert canvas.channel == room.id and canvas.access[room.id] == "write"
    assert "the pool is bigger" in canvas.markdown
    [file] = town.files(room)
    assert f"/docs/{town.simulator.workspace.team_id}/{canvas.id}" in file.words
    assert [mark["title"] for mark in room.bookmarks].count("Postmortem") == 1
    assert (await town.incident()).canvas == f"slack:{canvas.id}"
    assert await town.troubles() == []


async def test_what_people_wrote_in_it_is_never_replaced(town: Town, room: Channel) -> None:
    await resolved(town, room)
    await town.says(town.ben, room, "/incident postmortem")
    await town.later(seconds=10)

    assert len(canvases(town)) == 1 and len(town.files(room)) == 2
    assert "as you have it" in town.files(room)[-1].words
    assert [mark["title"] for mark in room.bookmarks].count("Postmortem") == 1


async def test_while_it_is_open_there_is_only_the_file(town: Town, room: Channel) -> None:
    await town.says(town.ben, room, "/incident postmortem")
    await town.later(seconds=10)
    assert canvases(town) == [] and len(town.files(room)) == 1


@pytest.mark.parametrize(
    ("error", "said"),
    [("canvas_disabled_user_team", "switched off"), ("unknown_method", "no such thing"),
     ("missing_scope", "the app lacks"), ("free_team_canvas_tab_already_exists", "has one canvas")],
)  # fmt: skip
async def test_where_slack_refuses_the_file_stays_and_it_is_said_once(town: Town, error: str, said: str) -> None:
    for n, words in enumerate(("checkout is failing", "search is empty")):
        room = await town.declares(f"sev1 {words}")
        town.simulator.faults.fail("canvases.create", error=error)
        await resolved(town, room)

        [file] = town.files(room)
        assert (said in file.words) is (n == 0)
        assert await town.troubles(n + 1) == []
    assert canvases(town) == []


async def test_an_answer_that_was_lost_makes_no_second_one(town: Town, room: Channel) -> None:
    town.simulator.faults.drop("canvases.create")
    await resolved(town, room)
    await town.later(minutes=2)

    assert len(canvases(town)) == 1
    [file] = town.files(room)
    assert "cannot be seen" in file.words


async def test_a_restart_in_the_middle_makes_no_second_one(town: Town, room: Channel) -> None:
    town.simulator.faults.hang("canvases.create", do_work=True)
    await town.ben.runs(room, "/incident resolve the pool is bigger")
    while not canvases(town):
        await town.breath()
    await town.restarts()
    await town.later(minutes=2)

    assert len(canvases(town)) == 1 and len(town.files(room)) == 1


async def test_a_small_incident_in_a_thread_has_the_file_alone(town: Town) -> None:
    announced = await town.announces("sev3 the newsletter is late")
    await town.says(town.ana, "#general", "/incident resolve #1 it is sent")
    await town.later(seconds=10)
    assert canvases(town) == []
    assert announced
