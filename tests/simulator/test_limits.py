from __future__ import annotations

import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.simulator import Channel, Simulator
from bot.simulator.limits import TIERS, RateLimits
from bot.simulator.methods import table

from .conftest import HandClock

SPECIAL = {"auth.test", "chat.postMessage", "chat.getPermalink"}


def test_every_served_method_has_its_tier() -> None:
    assert set(TIERS) | SPECIAL == set(table())


@pytest.mark.parametrize(("method", "most"), [("bookmarks.add", 20), ("chat.update", 50), ("views.open", 100)])
def test_a_tier_allows_so_many_a_minute(clock: HandClock, method: str, most: int) -> None:
    limits = RateLimits()
    limits.on = True
    for _ in range(most):
        assert limits.wait(method, "", clock.now()) is None
        clock.move(milliseconds=100)
    wait = limits.wait(method, "", clock.now())
    assert wait is not None
    assert 50 <= wait <= 60
    assert limits.wait("pins.add", "", clock.now()) is None
    assert limits.wait(method, "", clock.move(seconds=wait)) is None


def test_posting_is_limited_in_each_channel(clock: HandClock) -> None:
    limits = RateLimits()
    limits.on = True
    for _ in range(5):
        assert limits.wait("chat.postMessage", "C1", clock.now()) is None
    assert limits.wait("chat.postMessage", "C1", clock.now()) == 1
    assert limits.wait("chat.postMessage", "C2", clock.now()) is None
    clock.move(seconds=1)
    assert limits.wait("chat.postMessage", "C1", clock.now()) is None
    assert limits.wait("chat.postMessage", "C1", clock.now()) == 1


async def test_limits_are_off_until_ordered(web: AsyncWebClient, sim: Simulator, room: Channel) -> None:
    for _ in range(7):
        await web.chat_postMessage(channel=room.id, text="x")
    sim.faults.rate_limits(True)
    with pytest.raises(SlackApiError) as caught:
        for _ in range(7):
            await web.chat_postMessage(channel=room.id, text="x")
    assert caught.value.response.headers["Retry-After"] == "1"
    assert caught.value.response["error"] == "ratelimited"
    assert sim.calls[-1].status == "429"
