"""Probes asked side by side, each within its own time, and their answers as they come."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncGenerator, Callable, Sequence
from datetime import datetime

from bot.domain.observation import Fault, Observation, Reading
from bot.engine.clock import elapsed
from bot.policy.diagnosis import Diagnosis, Probe
from bot.policy.judging import observe
from bot.ports import Prober

logger = logging.getLogger(__name__)

#: seconds of real time that answers are gathered for, once there is one
GATHER = 1.0
#: what a prober may take beyond its probe's time-out, in seconds
SPARE = 1.0

Now = Callable[[], datetime]


async def answers(
    prober: Prober, diagnosis: Diagnosis, probes: Sequence[Probe], now: Now
) -> AsyncGenerator[list[Observation], None]:
    """
    What the probes find, in batches, at most `detector.most` of them asked at a time. Close it (`aclosing`) to ask no
    more.
    """
    turns = asyncio.Semaphore(diagnosis.detector.most)
    asked = {asyncio.create_task(in_turn(turns, prober, diagnosis, probe, now)): probe for probe in probes}
    pending = set(asked)
    try:
        while pending:
            await asyncio.wait(pending, return_when=asyncio.FIRST_COMPLETED)
            done, pending = await asyncio.wait(pending, timeout=GATHER)
            yield [outcome(task, diagnosis, probe, now) for task, probe in asked.items() if task in done]
    finally:
        for task in pending:
            task.cancel()
        await asyncio.gather(*pending, return_exceptions=True)


async def all_of(prober: Prober, diagnosis: Diagnosis, probes: Sequence[Probe], now: Now) -> list[Observation]:
    """What all of them find, in their order."""
    found = [each async for batch in answers(prober, diagnosis, probes, now) for each in batch]
    places = {probe.id: n for n, probe in enumerate(probes)}
    return sorted(found, key=lambda each: places[each.probe])


async def in_turn(
    turns: asyncio.Semaphore, prober: Prober, diagnosis: Diagnosis, probe: Probe, now: Now
) -> Observation:
    async with turns:
        at, began = now(), elapsed()
        reading = await read(prober, diagnosis, probe)
    return observe(diagnosis, probe, reading, at, elapsed() - began)


async def read(prober: Prober, diagnosis: Diagnosis, probe: Probe) -> Reading:
    seconds = probe.time_out.total_seconds()
    try:
        async with asyncio.timeout(seconds + SPARE):
            return await prober.read(probe, diagnosis.target(probe))
    except TimeoutError:
        return Reading(Fault.TIME_OUT, f"no answer within {seconds:g} s")


def outcome(task: asyncio.Task[Observation], diagnosis: Diagnosis, probe: Probe, now: Now) -> Observation:
    """One that broke could not look; the others are as good as ever."""
    if (error := task.exception()) is None:
        return task.result()
    logger.error("The probe %s broke", probe.id, exc_info=error, extra={"action": "probe.broke"})
    return observe(diagnosis, probe, Reading(Fault.BROKEN, f"the probe broke ({type(error).__name__})"), now(), 0.0)
