from __future__ import annotations

from typing import Any

import aiohttp
import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bot.simulator import Channel, Person, Simulator, canvases

from .conftest import refused

REPORT = (
    "# What happened\n\nThe pool was empty.\n\n- 03:00 alert\n- 03:10 more\n\n"
    "## Why\nA limit.\n\n```\n# no heading\n\nx\n```"
)


def document(markdown: str) -> dict[str, str]:
    return {"type": "markdown", "markdown": markdown}


async def a_canvas(web: AsyncWebClient, markdown: str = REPORT, **rest: Any) -> str:
    answer = await web.canvases_create(title="Postmortem", document_content=document(markdown), **rest)
    return str(answer["canvas_id"])


def kinds(sim: Simulator, canvas: str) -> list[tuple[str, str]]:
    found = sim.workspace.canvases[canvas]
    return [(canvases.kind(one), one["markdown"].splitlines()[0]) for one in found.sections]


async def test_a_canvas_is_a_file_in_sections(
    web: AsyncWebClient, sim: Simulator, room: Channel, http: aiohttp.ClientSession
) -> None:
    canvas = await a_canvas(web, channel_id=room.id)

    file = (await web.files_info(file=canvas))["file"]
    assert (file["filetype"], file["mode"], file["title"]) == ("quip", "quip", "Postmortem")
    assert (file["mimetype"], file["permalink"]) == (
        "application/vnd.slack-docs",
        f"{sim.url}/docs/T0PRACTICE/{canvas}",
    )
    assert kinds(sim, canvas) == [
        ("h1", "# What happened"), ("text", "The pool was empty."), ("text", "- 03:00 alert"), ("h2", "## Why"),
        ("text", "A limit."), ("text", "```"),
    ]  # fmt: skip
    async with http.get(file["permalink"], allow_redirects=False) as answer:
        assert (answer.status, answer.headers["Location"]) == (302, f"/?canvas={canvas}")


async def test_its_sections_are_found_by_kind_and_words(web: AsyncWebClient, sim: Simulator) -> None:
    canvas = await a_canvas(web)

    async def found(**criteria: Any) -> list[str]:
        answer = await web.canvases_sections_lookup(canvas_id=canvas, criteria=criteria)
        ids = {one["id"]: one["markdown"] for one in sim.workspace.canvases[canvas].sections}
        return [ids[one["id"]].splitlines()[0] for one in answer["sections"]]

    assert await found(section_types=["any_header"]) == ["# What happened", "## Why"]
    assert await found(section_types=["h2"], contains_text="happened") == []
    assert await found(contains_text="heading") == ["```"]
    for criteria in ({}, {"section_types": ["h9"]}):
        answer = await refused(web.canvases_sections_lookup(canvas_id=canvas, criteria=criteria))
        assert answer["error"] == "invalid_arguments"


async def test_each_change_goes_where_it_says(web: AsyncWebClient, sim: Simulator) -> None:
    canvas = await a_canvas(web, "# A\n\nb")

    async def changed(**change: Any) -> list[str]:
        await web.canvases_edit(canvas_id=canvas, changes=[change])
        return [one["markdown"] for one in sim.workspace.canvases[canvas].sections]

    def section(markdown: str) -> str:
        return next(one["id"] for one in sim.workspace.canvases[canvas].sections if one["markdown"] == markdown)

    assert await changed(operation="insert_at_end", document_content=document("z")) == ["# A", "b", "z"]
    assert await changed(operation="insert_after", section_id=section("b"), document_content=document("c")) == [
        "# A", "b", "c", "z",
    ]  # fmt: skip
    assert await changed(operation="insert_before", section_id=section("b"), document_content=document("a")) == [
        "# A", "a", "b", "c", "z",
    ]  # fmt: skip
    assert await changed(operation="replace", section_id=section("b"), document_content=document("B\n\nBB")) == [
        "# A", "a", "B", "BB", "c", "z",
    ]  # fmt: skip
    assert await changed(operation="delete", section_id=section("BB")) == ["# A", "a", "B", "c", "z"]
    assert await changed(operation="insert_at_start", document_content=document("0")) == [
        "0",
        "# A",
        "a",
        "B",
        "c",
        "z",
    ]
    await changed(operation="rename", title_content=document("Renamed"))
    assert (await web.files_info(file=canvas))["file"]["title"] == "Renamed"
    assert await changed(operation="replace", document_content=document("new")) == ["new"]
    assert sim.workspace.files[canvas].content == b"new"


@pytest.mark.parametrize(
    "change",
    [
        {"operation": "insert"},
        {"operation": "insert_after", "document_content": document("x")},
        {"operation": "insert_at_end", "document_content": {"type": "html", "markdown": "x"}},
        {"operation": "insert_at_end", "document_content": {"type": "markdown"}},
    ],
)
async def test_a_change_of_another_form_is_refused(web: AsyncWebClient, sim: Simulator, change: dict[str, Any]) -> None:
    canvas = await a_canvas(web, "x")
    assert (await refused(web.canvases_edit(canvas_id=canvas, changes=[change])))["error"] == "invalid_arguments"
    assert sim.workspace.canvases[canvas].markdown == "x"


async def test_a_section_that_is_not_there_and_two_changes_at_once(web: AsyncWebClient) -> None:
    canvas = await a_canvas(web, "x")
    gone = [{"operation": "delete", "section_id": "temp:C:0"}]
    assert (await refused(web.canvases_edit(canvas_id=canvas, changes=gone)))["error"] == "canvas_editing_failed"
    assert (await refused(web.canvases_edit(canvas_id=canvas, changes=gone * 2)))["error"] == "invalid_arguments"


async def test_a_free_team_has_one_canvas_in_the_tab_of_each_channel(
    web: AsyncWebClient, sim: Simulator, room: Channel
) -> None:
    before = await a_canvas(web)
    sim.faults.free_team()

    assert (await refused(web.canvases_create(title="x")))["error"] == "free_teams_cannot_create_non_tabbed_canvases"
    edit = [{"operation": "insert_at_end", "document_content": document("y")}]
    answer = await refused(web.canvases_edit(canvas_id=before, changes=edit))
    assert answer["error"] == "free_teams_cannot_edit_standalone_canvases"
    answer = await refused(web.conversations_canvases_create(channel_id=room.id, document_content=document("y")))
    assert answer["error"] == "team_tier_cannot_create_channel_canvases"
    tab = await a_canvas(web, "x", channel_id=room.id)
    await web.canvases_edit(canvas_id=tab, changes=edit)
    answer = await refused(web.canvases_create(title="x", channel_id=room.id))
    assert answer["error"] == "free_team_canvas_tab_already_exists"
    sim.faults.clear()
    await a_canvas(web)


async def test_it_is_deleted_and_shared(web: AsyncWebClient, sim: Simulator, room: Channel, ana: Person) -> None:
    canvas = await a_canvas(web)
    kept = sim.workspace.canvases[canvas]
    assert not canvases.sees(sim.workspace, ana.id, kept)
    await web.canvases_access_set(canvas_id=canvas, access_level="read", channel_ids=[room.id])
    assert canvases.sees(sim.workspace, ana.id, kept)
    both = web.canvases_access_set(canvas_id=canvas, access_level="read", channel_ids=[room.id], user_ids=[ana.id])
    assert (await refused(both))["error"] == "invalid_parameters"
    await web.canvases_delete(canvas_id=canvas)
    assert canvas not in sim.workspace.files
    assert (await refused(web.canvases_delete(canvas_id=canvas)))["error"] == "canvas_not_found"


async def test_a_channel_has_one_canvas_of_its_own(web: AsyncWebClient, room: Channel) -> None:
    await web.conversations_canvases_create(channel_id=room.id, document_content=document("x"))
    answer = await refused(web.conversations_canvases_create(channel_id=room.id, document_content=document("y")))
    assert answer["error"] == "channel_canvas_already_exists"
    answer = await refused(web.canvases_create(title="x", document_content={"type": "html", "markdown": "x"}))
    assert answer["error"] == "invalid_arguments"
