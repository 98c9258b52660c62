"""The whole bot over the practice shop: what is broken there, what it makes of it, and how long that takes."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from time import monotonic

import aiohttp
from pydantic import SecretStr

from bot.adapters.probes import Prober
from bot.policy import book
from bot.policy.book import BUNDLED
from bot.policy.judging import Finding, find
from bot.practice.aims import targets_for
from bot.practice.service.running import Running
from bot.workflows.detection import suspicions
from bot.workflows.diagnosis import looking
from tests.stories.policies import a_policy
from tests.town import Town, a_town

#: how many looks the detector may take until it speaks, and until it says that all is well
MOST_LOOKS = 25


@dataclass(frozen=True)
class Expected:
    """`cause` is the id of the first that a diagnosis names, `services` those that may be blamed."""

    cause: str
    services: frozenset[str]


SHOP = frozenset({"shop"})
EXPECTED = {
    "kill": Expected("not-running", SHOP),
    "slow": Expected("overload", SHOP),
    "errors": Expected("code", SHOP),
    "leak": Expected("memory", SHOP),
    "disk": Expected("disk", SHOP),
    "connections": Expected("connections", frozenset({"shop", "database"})),
    "certificate": Expected("certificate", SHOP),
    "bad-release": Expected("bad-release", SHOP),
    "dependency": Expected("dependency", frozenset({"shop", "payments"})),
}


@dataclass(frozen=True)
class Found:
    """
    What became of one break. `looks` is how many rounds the detector needed to speak and `seconds` how long they took;
    `calm` is how many seconds after mending it saw that all is well. `raised` are the alerts, as service:type, `causes`
    what a diagnosis names, the first one first.
    """

    kind: str
    looks: int
    seconds: float
    raised: tuple[str, ...]
    causes: tuple[str, ...]
    blamed: frozenset[str]
    calm: float
    told: bool
    incidents: int

    @property
    def wrong(self) -> str:
        """What is not as expected; "" when all is."""
        expected, services = EXPECTED[self.kind], {each.partition(":")[0] for each in self.raised} | self.blamed
        if not self.raised:
            return "it was not noticed"
        if self.causes[:1] != (expected.cause,):
            return f"the first cause is {', '.join(self.causes) or 'none'}, not {expected.cause}"
        if others := services - expected.services - {""}:
            return f"blamed is also {', '.join(sorted(others))}"
        if self.incidents != 1:
            return f"{self.incidents} incidents were opened"
        return "" if self.told else "that it is well again was not told"


class Practice:
    """A town whose Muster looks at a shop, and somebody who breaks it."""

    def __init__(self, town: Town, panel: str) -> None:
        self.town, self._panel = town, panel

    async def does(self, what: str, kind: str) -> None:
        """`what` is break or mend."""
        async with aiohttp.ClientSession() as http, http.post(f"{self._panel}/{what}", json={"kind": kind}) as answer:
            assert answer.status == 200, await answer.text()

    async def round(self) -> None:
        """A look in real time, and half a minute for Muster."""
        await self.town.muster.look()
        await self.town.later(seconds=30)

    async def rounds_until(self, done: Callable[[], Awaitable[bool]]) -> int:
        """How many it took; MOST_LOOKS when it did not come to that."""
        for count in range(1, MOST_LOOKS + 1):
            await self.round()
            if await done():
                return count
            await asyncio.sleep(0.5)
        return MOST_LOOKS

    async def noticed(self) -> bool:
        return bool(await self.town.muster.store.incidents())

    async def over(self) -> bool:
        """Nothing fires in any incident, and nothing is held against any service."""
        memory = suspicions.read(await self.town.muster.store.recall(suspicions.NAME))
        return not any(each.raised for each in memory.held.values())

    async def diagnosis(self) -> Finding:
        desk, policy = self.town.muster.desk, self.town.muster.desk.book
        assert desk.prober is not None
        probes = [each for each in policy.diagnosis.probes if desk.prober.sees(policy.diagnosis.target(each))]
        found = await looking.all_of(desk.prober, policy.diagnosis, probes, self.town.clock.now)
        return find(policy.diagnosis, found, [grade.id for grade in policy.alerts.severities])

    async def raised(self) -> tuple[str, ...]:
        store = self.town.muster.store
        kept = [each for i in await store.incidents() for each in await store.alerts_of(i.id)]
        return tuple(dict.fromkeys(f"{each.alert.service}:{each.alert.type}" for each in kept))

    async def sees(self, kind: str) -> Found:
        """See it whole; break it, wait until it is noticed, look closer; mend it, wait until that is noticed."""
        await self.round()
        await self.round()
        assert not await self.noticed(), "a shop that is whole was blamed"
        await self.does("break", kind)
        began = monotonic()
        looks = await self.rounds_until(self.noticed)
        seconds = monotonic() - began
        await self.round()
        finding, raised = await self.diagnosis(), await self.raised()
        await self.does("mend", kind)
        began = monotonic()
        await self.rounds_until(self.over)
        calm = monotonic() - began
        # what became well is told together, a little later
        await self.town.later(minutes=2)
        told = any("well again" in self.town.words(room) for room in self.town.rooms())
        causes = tuple(each.cause.id for each in finding.causes)
        blamed = frozenset(symptom.service for symptom in finding.symptoms)
        incidents = len(await self.town.muster.store.incidents())
        return Found(kind, looks, seconds, raised, causes, blamed, calm, told, incidents)


@asynccontextmanager
async def a_practice(folder: Path, policy: str = "default") -> AsyncIterator[Practice]:
    """A shop that is whole, and a town that looks at it."""
    shop = Running(folder / "shop")
    try:
        addresses = await shop.start()
        targets = targets_for(book.load(policy), addresses)
        prober = Prober({id: SecretStr(address) for id, address in targets.items()})
        async with a_town(folder / "town", policy, prober=prober) as town:
            yield Practice(town, addresses.panel)
    finally:
        await shop.stop()


def quick(folder: Path) -> str:
    """The default with shorter looks back, so that what was mended is past sooner."""
    text = (BUNDLED / "default" / "diagnosis.yml").read_text()
    assert "since: 1m" in text and "seconds: 4" in text
    shorter = text.replace("since: 1m", "since: 8s").replace("seconds: 4", "seconds: 2")
    return a_policy(folder / "quick", diagnosis=shorter)
