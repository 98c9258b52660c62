import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from bot.engine.clock import StoppedClock, SystemClock
from bot.engine.settings import Settings

START = datetime(2026, 3, 1, tzinfo=UTC)


async def test_a_stopped_clock_wakes_sleepers_in_order():
    clock, woken = StoppedClock(START), []

    async def sleeper(name, seconds):
        await clock.sleep_until(START + timedelta(seconds=seconds))
        woken.append(name)

    tasks = [asyncio.create_task(sleeper(*s)) for s in (("b", 2), ("a", 1), ("c", 9), ("now", 0))]
    await asyncio.sleep(0.001)
    assert woken == ["now"] and clock.next_wake == START + timedelta(seconds=1)
    clock.advance(START + timedelta(seconds=5))
    await asyncio.sleep(0.001)
    assert woken == ["now", "a", "b"]
    tasks[2].cancel()
    await asyncio.sleep(0.001)
    assert clock.next_wake is None


def test_a_stopped_clock_does_not_go_back():
    clock = StoppedClock(START)
    with pytest.raises(ValueError, match="cannot go back"):
        clock.advance(START - timedelta(seconds=1))


async def test_the_system_clock_sleeps_until_the_moment():
    clock = SystemClock()
    until = clock.now() + timedelta(milliseconds=20)
    await clock.sleep_until(until)
    assert clock.now() >= until - timedelta(milliseconds=2)


@pytest.mark.parametrize(("attempts", "least", "most"), [(1, 1, 2), (2, 1, 4), (3, 1, 8), (6, 1, 60), (99, 1, 60)])
def test_backoff_is_jittered_from_one_second_to_sixty(attempts, least, most):
    settings = Settings()
    assert settings.backoff(attempts, lambda low, high: low) == timedelta(seconds=least)
    assert settings.backoff(attempts, lambda low, high: high) == timedelta(seconds=most)
