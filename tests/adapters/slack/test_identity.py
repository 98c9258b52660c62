from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bot.adapters.slack.identity import WhoAmI
from bot.engine.clock import StoppedClock
from bot.engine.outcomes import Busy
from tests.adapters.slack.wire import soon, wired


async def test_slack_says_who_muster_is() -> None:
    async with wired() as wire:
        me = await wire.who.get()
        bot = wire.sim.workspace.bot
        assert (me.bot_user, me.bot) == (bot.id, bot.bot_id)
        assert "chat:write" in me.scopes
        assert me.wrote({"bot_id": bot.bot_id})
        assert me.wrote({"user": bot.id})
        assert not me.wrote({"bot_id": "B0OTHER", "user": bot.id})


async def test_it_is_remembered_while_slack_is_down() -> None:
    async with wired() as wire:
        me = await wire.who.get()
        wire.sim.faults.refuse()
        later = WhoAmI(wire.calls, wire.memory, wire.clock)
        assert await later.get() == me


async def test_muster_starts_without_slack_and_learns_it_later() -> None:
    clock = StoppedClock(datetime(2026, 11, 21, tzinfo=UTC))
    async with wired(clock) as wire:
        wire.sim.faults.refuse()
        await wire.who.start()
        with pytest.raises(Busy):
            await wire.who.get()
        await soon(lambda: clock.next_wake is not None)
        wire.sim.faults.clear()
        clock.advance(clock.now() + timedelta(seconds=60))
        await soon(lambda: wire.who.known is not None)
        await wire.who.stop()


async def test_it_is_asked_again_after_hours() -> None:
    clock = StoppedClock(datetime(2026, 11, 21, tzinfo=UTC))
    async with wired(clock) as wire:
        await wire.who.start()
        await soon(lambda: wire.who.known is not None)
        await soon(lambda: clock.next_wake is not None)
        clock.advance(clock.now() + timedelta(hours=6))
        await soon(lambda: len(wire.sim.calls_to("auth.test")) == 2)
        await wire.who.stop()


async def test_it_is_asked_again_after_it_could_not_be_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = StoppedClock(datetime(2026, 11, 21, tzinfo=UTC))

    async def full(name: str, value: object) -> None:
        raise LookupError("the disk is full")

    async with wired(clock) as wire:
        monkeypatch.setattr(wire.memory, "remember", full)
        await wire.who.start()
        await soon(lambda: clock.next_wake is not None)
        monkeypatch.undo()
        clock.advance(clock.now() + timedelta(seconds=60))
        await soon(lambda: wire.who.known is not None)
        await wire.who.stop()
