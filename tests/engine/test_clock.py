import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from bot.engine.clock import SharedClock, StoppedClock, SystemClock
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


class There:
    """A clock elsewhere, the time that passes here, and how long an answer takes."""

    def __init__(self):
        self.passed, self.time, self.takes = 100.0, START, 0.0

    def go(self, seconds, there=None):
        self.passed += seconds
        self.time += timedelta(seconds=seconds if there is None else there)

    async def ask(self):
        answer = self.time
        self.go(self.takes)
        return answer


@pytest.fixture
async def shared():
    there = There()
    clock = SharedClock(there.ask, lambda: there.passed)
    await clock.renew()
    return there, clock


def seconds(clock):
    return (clock.now() - START).total_seconds()


async def test_a_shared_clock_goes_by_the_one_there_and_by_what_passes_here(shared):
    there, clock = shared
    assert clock.now() == START
    there.go(5)
    assert seconds(clock) == 5
    there.go(0, there=3)
    await clock.renew()
    assert seconds(clock) == 8


async def test_a_shared_clock_that_is_ahead_slows_down_and_never_goes_back(shared):
    there, clock = shared
    there.go(10, there=6)
    await clock.renew()
    read = [seconds(clock)]
    for _ in range(12):
        there.go(1)
        read.append(seconds(clock))
    assert read == [10, 10.5, 11, 11.5, 12, 12.5, 13, 13.5, 14, 15, 16, 17, 18]
    assert clock.now() == there.time


async def test_a_slow_answer_changes_nothing_that_may_be_right(shared):
    there, clock = shared
    there.takes = 4
    there.go(10)
    await clock.renew()
    assert clock.now() == there.time
    there.go(1)
    assert clock.now() == there.time


async def test_a_shared_clock_sleeps_until_the_moment():
    async def ask():
        return SystemClock().now() + timedelta(hours=1)

    clock = SharedClock(ask)
    await clock.renew()
    until = clock.now() + timedelta(milliseconds=20)
    await clock.sleep_until(until)
    assert clock.now() >= until - timedelta(milliseconds=2)
    assert until - SystemClock().now() > timedelta(minutes=59)
