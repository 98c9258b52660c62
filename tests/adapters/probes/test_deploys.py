"""Deploys, from a file and over HTTP."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.domain.observation import Fault
from tests.adapters.probes.looks import look

NOW = datetime(2026, 11, 24, 20, 0, tzinfo=UTC)
DEPLOYS = [
    {"version": "1.4.1", "at": "2026-11-22T20:00:00+00:00", "by": "eli", "what": "delivery days"},
    {"version": "1.5.0", "at": "2026-11-24T19:50:00Z", "by": "ben", "what": "discounts"},
    {"version": "1.4.0", "at": "2026-11-15T20:00:00", "by": "dana", "what": "orders"},
]


def written(folder: Path, told: Any) -> Path:
    (folder / "deploys.json").write_text(json.dumps(told))
    return folder / "deploys.json"


async def test_the_newest_of_a_file(tmp_path: Path) -> None:
    found = await look("deploys", written(tmp_path, DEPLOYS), at=NOW)
    assert found.fault is Fault.NONE
    assert found.values == {"deploys": 1, "minutes_since": 10}
    assert found.text == "2026-11-24T19:50:00Z 1.5.0 discounts by ben"
    assert found.summary == "deploys: 1 in 24 h; the last was 1.5.0 discounts by ben"


async def test_the_look_back(tmp_path: Path) -> None:
    file = written(tmp_path, DEPLOYS)
    assert (await look("deploys", file, at=NOW, since="9m")).values == {"deploys": 0, "minutes_since": 10}
    lately = await look("deploys", file, at=NOW, since="3d")
    assert [line.split()[1] for line in lately.text.splitlines()] == ["1.5.0", "1.4.1"]


async def test_over_http() -> None:
    async def releases(request: web.Request) -> web.Response:
        return web.json_response(DEPLOYS)

    app = web.Application()
    app.router.add_get("/releases", releases)
    async with TestServer(app) as server:
        found = await look("deploys", str(server.make_url("/releases")), at=NOW, since="30m")
        gone = await look("deploys", str(server.make_url("/nothing")), at=NOW)
    assert found.values == {"deploys": 1, "minutes_since": 10}
    assert gone.fault is Fault.UNEXPECTED


async def test_none_at_all(tmp_path: Path) -> None:
    found = await look("deploys", written(tmp_path, []), at=NOW)
    assert (found.fault, found.values, found.summary) == (Fault.NONE, {"deploys": 0}, "deploys: none in 24 h")


async def test_one_that_is_planned_is_none_yet(tmp_path: Path) -> None:
    planned = {"version": "2.0.0", "at": "2026-11-25T06:00:00Z"}
    assert (await look("deploys", written(tmp_path, [planned]), at=NOW)).values == {"deploys": 0}


async def test_fields_of_other_names(tmp_path: Path) -> None:
    told = {"items": [{"sha": "abc", "done": NOW.timestamp() - 60, "who": "ana"}]}
    fields = {"version": "sha", "at": "done", "by": "who"}
    found = await look("deploys", written(tmp_path, told), at=NOW, list="items", fields=fields)
    assert found.text == "2026-11-24T19:59:00Z abc by ana"


@pytest.mark.parametrize("told", [{}, "deploys", [7], [{"version": "1"}], [{"at": "yesterday"}], [{"at": 1e30}], None])
async def test_what_is_no_list_of_deploys(tmp_path: Path, told: Any) -> None:
    assert (await look("deploys", written(tmp_path, told), at=NOW)).fault is Fault.UNEXPECTED


async def test_what_is_no_json_and_what_is_not_there(tmp_path: Path) -> None:
    (tmp_path / "deploys.json").write_text("version 1.5.0\n")
    assert (await look("deploys", tmp_path / "deploys.json", at=NOW)).fault is Fault.UNEXPECTED
    assert (await look("deploys", tmp_path / "gone.json", at=NOW)).fault is Fault.MISSING
