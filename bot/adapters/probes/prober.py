"""The prober: every reading of every kind passes here, within its time and redacted."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import replace

from pydantic import SecretStr

from bot.adapters.probes.kind import Kind, Spot, Unseen
from bot.adapters.probes.kinds import KINDS
from bot.adapters.probes.reach import Reach
from bot.domain.observation import Fault, Reading
from bot.domain.redaction import redacted
from bot.policy.diagnosis import Probe, Target

MOST_TEXT = 64 * 1024
LONGEST_SUMMARY = 300


class Prober:
    """`addresses` are those of targets by id, from the environment: they stand over what the policy says."""

    def __init__(self, addresses: Mapping[str, SecretStr], kinds: Mapping[str, Kind] = KINDS) -> None:
        self._addresses, self._kinds, self._reach = addresses, kinds, Reach()

    def sees(self, target: Target | None) -> bool:
        return target is None or bool(self._address(target))

    async def read(self, probe: Probe, target: Target | None) -> Reading:
        if not self.sees(target):
            return Reading(Fault.UNSET, f"{target.id if target else probe.id} has no address here")
        kind = self._kinds[probe.kind]
        options = kind.options.model_validate(probe.options)
        seconds = probe.time_out.total_seconds()
        try:
            async with asyncio.timeout(seconds):
                found = await kind.read(self._spot(target, seconds), options, self._reach)
        except Unseen as why:
            found = Reading(why.fault, why.summary)
        except TimeoutError:
            found = Reading(Fault.TIME_OUT, f"no answer within {seconds:g} s")
        except OSError as why:
            found = Reading(Fault.BROKEN, why.strerror or type(why).__name__)
        return clean(found)

    def _spot(self, target: Target | None, seconds: float) -> Spot:
        if target is None:
            return Spot(seconds=seconds)
        return Spot(self._address(target), target.headers, target.private, seconds)

    def _address(self, target: Target) -> str:
        given = self._addresses.get(target.id)
        return given.get_secret_value() if given else target.address


def clean(reading: Reading) -> Reading:
    """Without secrets and personal data, and cut."""
    summary = redacted(reading.summary)[:LONGEST_SUMMARY]
    return replace(reading, summary=summary, text=redacted(reading.text[:MOST_TEXT]))
