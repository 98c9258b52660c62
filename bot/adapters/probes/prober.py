"""The prober: every reading of every kind passes here, within its time and redacted."""

from __future__ import annotations

import asyncio
import csv
import logging
import math
import re
import sqlite3
import subprocess
import zlib
from collections.abc import Coroutine, Mapping
from dataclasses import replace
from typing import Any

import aiohttp
import asyncpg
import dns.exception
import httpx
import psutil
from pydantic import SecretStr, ValidationError
from sqlalchemy.exc import SQLAlchemyError

from bot.adapters.probes.kind import Kind, Spot, Unseen
from bot.adapters.probes.kinds import KINDS
from bot.adapters.probes.reach import Reach
from bot.domain.observation import Fault, Reading
from bot.domain.redaction import redacted
from bot.policy.diagnosis import Probe, Target

MOST_TEXT = 64 * 1024
LONGEST_SUMMARY = 300
MUCH_TEXT = 4 * 1024
MOST_VALUES, MOST_SERIES, MOST_POINTS = 200, 20, 5000
#: how long a probe that was told to stop may clear up before nobody waits for it any more
GRACE_SECONDS = 0.5
#: what kinds and their libraries raise when things are not as they thought, and a kind did not say more
LAST_NET = (
    OSError, ValueError, LookupError, TypeError, AttributeError, ArithmeticError, EOFError, RuntimeError,
    asyncio.LimitOverrunError, aiohttp.ClientError, httpx.HTTPError, httpx.InvalidURL, asyncpg.PostgresError,
    asyncpg.InterfaceError, dns.exception.DNSException, SQLAlchemyError, sqlite3.Error,
    psutil.Error, subprocess.SubprocessError, csv.Error, zlib.error, re.error,
)  # fmt: skip
log = logging.getLogger(__name__)


class Prober:
    """`addresses` are those of targets by id, from the environment: they stand over what the policy says."""

    def __init__(
        self, addresses: Mapping[str, SecretStr], kinds: Mapping[str, Kind] = KINDS, reach: Reach | None = None
    ) -> None:
        self._addresses, self._kinds, self._reach = addresses, kinds, reach or Reach()

    def sees(self, target: Target | None) -> bool:
        return target is None or bool(self._spot(target, 0.0).address)

    async def read(self, probe: Probe, target: Target | None) -> Reading:
        if not self.sees(target):
            return Reading(Fault.UNSET, f"{target.id if target else probe.id} has no address here")
        seconds = probe.time_out.total_seconds()
        spot = Spot(seconds=seconds) if target is None else self._spot(target, seconds)
        if not (kind := self._kinds.get(probe.kind)):
            return Reading(Fault.BROKEN, f"Muster knows no probe of the kind {probe.kind}")
        try:
            options = kind.options.model_validate(probe.options)
        except ValidationError:
            return Reading(Fault.BROKEN, "the options of this probe are wrong; `muster policy check` says how")
        found = await within(seconds, self._found(kind, spot, options))
        # a full text takes a tenth of a second, and everybody else would wait for it
        return await asyncio.to_thread(clean, found) if len(found.text) > MUCH_TEXT else clean(found)

    async def _found(self, kind: Kind, spot: Spot, options: Any) -> Reading:
        try:
            return await kind.read(spot, options, self._reach)
        except Unseen as why:
            return Reading(why.fault, why.summary)
        except TimeoutError:
            return late(spot.seconds)
        except LAST_NET as why:
            # what it says may hold an address with its password
            log.warning("a probe broke", extra={"action": "probe_broke", "kind": f"{kind.name}: {type(why).__name__}"})
            said = why.strerror if isinstance(why, OSError) and why.strerror else type(why).__name__
            return Reading(Fault.BROKEN, f"the probe broke ({said})")

    def _spot(self, target: Target, seconds: float) -> Spot:
        """An empty variable of the environment is none."""
        given = self._addresses[target.id].get_secret_value() if target.id in self._addresses else ""
        return Spot(given or target.address, target.headers, target.private, seconds, bool(given))


async def within(seconds: float, looking: Coroutine[Any, Any, Reading]) -> Reading:
    """The reading, or that there was none in time. It is waited for no longer, even if it does not let itself end."""
    task = asyncio.create_task(looking)
    try:
        await asyncio.wait({task}, timeout=seconds)
        if task.done():
            return task.result()
        task.cancel()
        await asyncio.wait({task}, timeout=GRACE_SECONDS)
        return late(seconds)
    finally:
        task.cancel()


def late(seconds: float) -> Reading:
    return Reading(Fault.TIME_OUT, f"no answer within {seconds:g} s")


def clean(reading: Reading) -> Reading:
    """Without secrets and personal data, without numbers that are none, and cut."""
    values = {name: value for name, value in list(reading.values.items())[:MOST_VALUES] if math.isfinite(value)}
    series = {
        redacted(name): tuple(point for point in points[-MOST_POINTS:] if math.isfinite(point[1]))
        for name, points in list(reading.series.items())[:MOST_SERIES]
    }
    summary = redacted(" ".join(reading.summary.split())[: 2 * LONGEST_SUMMARY])[:LONGEST_SUMMARY]
    text = cut(redacted(reading.text[: 2 * MOST_TEXT]), MOST_TEXT)
    return replace(reading, summary=summary, text=text, values=values, series=series)


def cut(text: str, most: int) -> str:
    """
    The beginning of it, in at most so many bytes.

    >>> cut("äöü", 3)
    'ä'
    """
    return text.encode("utf-8", errors="replace")[:most].decode("utf-8", errors="ignore")
