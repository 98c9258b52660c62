"""Without Socket Mode: what only a Muster does that Slack sends requests to."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest

from bot.domain import facts
from bot.simulator import Message
from bot.simulator.envelopes import Undelivered
from tests.town import Town, a_town


@pytest.fixture
async def town(tmp_path: Path) -> AsyncIterator[Town]:
    async with a_town(tmp_path, over_http=True) as town:
        yield town


def address(town: Town) -> str:
    assert town.simulator.requests
    return town.simulator.requests.url


async def test_slack_sees_whose_address_it_is_and_no_socket_is_opened(town: Town) -> None:
    assert town.simulator.requests
    assert await town.simulator.requests.verify(3.0)
    town.simulator.requests.secret = "another app's"
    with pytest.raises(Undelivered, match="http_error"):
        await town.simulator.requests.verify(3.0)
    assert (town.simulator.sockets_opened, town.simulator.calls_to("apps.connections.open")) == (0, [])


async def test_its_health_asks_for_no_socket(town: Town) -> None:
    health = address(town).replace("/slack/events", "/healthz")
    async with aiohttp.ClientSession() as session, session.get(health) as answer:
        assert (answer.status, (await answer.json())["slack"]) == (200, "ok")


async def test_any_word_may_be_typed(town: Town) -> None:
    await town.declares("sev1 the payload & the 'ssl_check=1' are late: 100 % ünlucky")
    assert (await town.incident()).title == "the payload & the 'ssl_check=1' are late: 100 % ünlucky"


async def test_an_event_that_comes_again_counts_once(town: Town) -> None:
    room = await town.declares("sev1 checkout is failing")
    message = await town.ana.says(room, "the pool is exhausted")
    assert isinstance(message, Message)
    await town.ana.reacts(message, "pushpin")
    await town.settle()
    reaction = next(e for e in town.simulator.envelopes if e.payload.get("event", {}).get("type") == "reaction_added")
    await town.simulator.redeliver(reaction)
    await town.settle()

    found = await town.muster.store.facts((await town.incident()).id)
    assert sum(isinstance(fact.event, facts.Captured) for fact in found) == 1


async def test_what_comes_while_muster_is_away_comes_again(town: Town) -> None:
    room = await town.declares("sev1 checkout is failing")
    message = await town.ana.says(room, "the pool is exhausted")
    assert isinstance(message, Message)
    await town.settle()
    await town.muster.stop()
    await town.ana.reacts(message, "pushpin")
    said = await town.ana.runs("#general", "/incident help")
    assert said.error == '/incident failed with the error "dispatch_failed"'
    await town.opens()
    await town.later(minutes=1)

    assert [kept.text for kept in (await town.incident()).captures.values()] == ["the pool is exhausted"]
    assert town.simulator.lost == []


async def test_whoever_knows_no_secret_changes_nothing(town: Town) -> None:
    form = {"command": "/incident", "text": "declare sev1 x", "user_id": town.ana.id, "channel_id": "C1"}
    async with aiohttp.ClientSession() as session, session.post(address(town), data=form) as answer:
        assert (answer.status, await answer.text()) == (401, "")
    await town.settle()
    assert await town.muster.store.incidents() == []
