from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from bot.adapters.slack.buckets import Buckets
from bot.engine.clock import StoppedClock
from bot.engine.outcomes import Busy

START = datetime(2026, 11, 21, tzinfo=UTC)


@pytest.fixture
def clock() -> StoppedClock:
    return StoppedClock(START)


async def settle() -> None:
    for _ in range(5):
        await asyncio.sleep(0)


async def test_a_bucket_starts_full_and_then_names_the_moment(clock: StoppedClock) -> None:
    buckets = Buckets(clock)
    for _ in range(20):
        await buckets.take("pins.add", "C1", 5)
    with pytest.raises(Busy) as busy:
        await buckets.take("pins.add", "C1", 5)
    assert busy.value.until == START + timedelta(seconds=3)


async def test_a_token_comes_back_with_time(clock: StoppedClock) -> None:
    buckets = Buckets(clock)
    for _ in range(20):
        await buckets.take("pins.add", "C1", 5)
    clock.advance(START + timedelta(seconds=3))
    await buckets.take("pins.add", "C1", 5)
    with pytest.raises(Busy):
        await buckets.take("pins.add", "C1", 5)


async def test_methods_do_not_wait_for_each_other(clock: StoppedClock) -> None:
    buckets = Buckets(clock)
    for _ in range(20):
        await buckets.take("pins.add", "C1", 5)
    await buckets.take("bookmarks.add", "C1", 5)


async def test_each_channel_has_a_second_for_each_message_and_a_burst(clock: StoppedClock) -> None:
    buckets = Buckets(clock)
    for _ in range(5):
        await buckets.take("chat.postMessage", "C1", 5)
    await buckets.take("chat.postMessage", "C2", 5)
    waiting = asyncio.create_task(buckets.take("chat.postMessage", "C1", 5))
    await settle()
    assert not waiting.done()
    clock.advance(START + timedelta(seconds=1))
    await waiting


async def test_whoever_is_urgent_goes_first(clock: StoppedClock) -> None:
    buckets = Buckets(clock)
    for _ in range(5):
        await buckets.take("chat.postMessage", "C1", 5)
    served: list[str] = []

    async def take(name: str, priority: int) -> None:
        await buckets.take("chat.postMessage", "C1", priority)
        served.append(name)

    late = asyncio.create_task(take("note", 5))
    await settle()
    first = asyncio.create_task(take("page", 1))
    await settle()
    for seconds in (1, 2):
        clock.advance(START + timedelta(seconds=seconds))
        await settle()
    await asyncio.gather(late, first)
    assert served == ["page", "note"]


async def test_whoever_is_pushed_back_too_far_is_told(clock: StoppedClock) -> None:
    buckets = Buckets(clock)
    for _ in range(5):
        await buckets.take("chat.postMessage", "C1", 5)
    note = asyncio.create_task(buckets.take("chat.postMessage", "C1", 5))
    await settle()
    pages = [asyncio.create_task(buckets.take("chat.postMessage", "C1", 1)) for _ in range(2)]
    await settle()
    clock.advance(START + timedelta(seconds=1))
    await settle()
    with pytest.raises(Busy) as busy:
        await note
    assert busy.value.until == START + timedelta(seconds=3)
    clock.advance(START + timedelta(seconds=2))
    await asyncio.gather(*pages)


async def test_a_cancelled_wait_leaves_the_queue(clock: StoppedClock) -> None:
    buckets = Buckets(clock)
    for _ in range(5):
        await buckets.take("chat.postMessage", "C1", 5)
    waiting = [asyncio.create_task(buckets.take("chat.postMessage", "C1", 5)) for _ in range(2)]
    await settle()
    waiting[0].cancel()
    await settle()
    clock.advance(START + timedelta(seconds=2))
    await waiting[1]
    assert waiting[0].cancelled()


async def test_full_buckets_are_forgotten(clock: StoppedClock) -> None:
    buckets = Buckets(clock)
    for number in range(50):
        await buckets.take("chat.postMessage", f"C{number}", 5)
        clock.advance(clock.now() + timedelta(seconds=2))
    assert len(buckets._buckets) < 5
