"""The keeper of the shop: it starts its processes, keeps them alive, breaks and mends them."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from bot.engine.clock import Clock
from bot.practice.service.addresses import Addresses
from bot.practice.service.breaks import BREAKS, KINDS, WITHIN, known, unknown
from bot.practice.service.child import Child, Gone
from bot.practice.service.leash import Json
from bot.practice.service.releases import BAD, RELEASES, deployed, first_deploys
from bot.practice.service.wanted import MOST_CAPACITY, QUICK_CHECKOUT, Deploy, Wanted

#: seconds before a process that died is started again
PAUSE = 0.5
ROOM = "bot.practice.service"


class Unheard(Exception):
    """What was asked for cannot be done: a sentence for whoever asked."""


class Keeper:
    """One thing is done to the shop at a time. `stopped` are the processes that stay down until they are mended."""

    def __init__(self, addresses: Addresses, clock: Clock) -> None:
        self.addresses, self._clock = addresses, clock
        self.wanted = Wanted(first_deploys(clock.now()))
        errors = Path(addresses.folder) / "processes.err"
        self.children = {name: Child(f"{ROOM}.{name}", errors) for name in ("cache", "payments", "web")}
        self.stopped: set[str] = set()
        self._turn = asyncio.Lock()
        self._watches: list[asyncio.Task[None]] = []

    # life

    async def start(self) -> None:
        await asyncio.gather(*map(self._start, self.children))
        self._watches = [asyncio.create_task(self._watch(name)) for name in self.children]

    async def stop(self) -> None:
        for watch in self._watches:
            watch.cancel()
        await asyncio.gather(*(child.stop() for child in self.children.values()))

    async def _start(self, name: str) -> None:
        words = {
            "cache": str(self.addresses.cache), "payments": str(self.addresses.payments),
            "web": json.dumps({"addresses": self.addresses.as_json(), "wanted": self.wanted.as_json()}),
        }  # fmt: skip
        await self.children[name].start(words[name])

    async def _watch(self, name: str) -> None:
        """Start it again whenever it has died, unless it shall stay down."""
        while True:
            await self.children[name].ended()
            await asyncio.sleep(PAUSE)
            async with self._turn:
                await self._revive(name)

    async def _revive(self, name: str) -> None:
        if name not in self.stopped and not self.children[name].alive:
            with suppress(Gone, TimeoutError):
                await self._start(name)

    # what it is

    @property
    def broken(self) -> list[str]:
        ways = {
            "kill": "web" in self.stopped, "errors": self.wanted.flags.get(QUICK_CHECKOUT, False),
            "bad-release": self.wanted.release == BAD, "dependency": "payments" in self.stopped,
        }  # fmt: skip
        return known([*self.wanted.broken, *(kind for kind, so in ways.items() if so)])

    def state(self) -> Json:
        broken = self.broken
        return {
            "broken": broken,
            "breaks": [
                {"kind": each.kind, "title": each.title, "does": each.does, "broken": each.kind in broken}
                for each in BREAKS
            ],
            "processes": {name: child.pid for name, child in self.children.items()},
            "release": self.wanted.release, "releases": list(RELEASES), "capacity": self.wanted.capacity,
            "flags": dict(self.wanted.flags), "addresses": self.addresses.as_json(),
        }  # fmt: skip

    # what is done to it

    async def break_(self, kind: str) -> None:
        """Unheard for a kind that there is not; nothing if it is broken so already."""
        ways: Mapping[str, Callable[[], Awaitable[None]]] = {
            "kill": lambda: self._end("web", kill=True),
            "dependency": lambda: self._end("payments"),
            "errors": lambda: self._become(self._with_flag(QUICK_CHECKOUT, True)),
            "bad-release": lambda: self._become(self._with_deploy(self._deploy(BAD))),
        }
        if kind not in KINDS:
            raise Unheard(unknown(kind))
        async with self._turn:
            if kind in WITHIN:
                await self._become(replace(self.wanted, broken=self.wanted.broken | {kind}))
            elif kind not in self.broken:
                await ways[kind]()

    async def mend(self, kind: str) -> None:
        """One of the kinds, or all of them."""
        if kind not in (*KINDS, "all"):
            raise Unheard(unknown(kind))
        async with self._turn:
            for each in self.broken if kind == "all" else [kind]:
                if each in self.broken:
                    await self._mend(each)

    async def _mend(self, kind: str) -> None:
        ways: Mapping[str, Callable[[], Awaitable[None]]] = {
            "kill": lambda: self._begin("web"),
            "dependency": lambda: self._begin("payments"),
            "errors": lambda: self._become(self._with_flag(QUICK_CHECKOUT, False)),
            "bad-release": self._roll_back,
        }
        if kind in ways:
            await ways[kind]()
            return
        self.wanted = replace(self.wanted, broken=self.wanted.broken - {kind})
        # what has leaked is given back by the end of the process alone
        await (self._renew() if kind == "leak" else self._become(self.wanted))

    async def restart(self) -> None:
        """A new web process; what a restart helps against is over."""
        async with self._turn:
            over = {each.kind for each in BREAKS if each.restart}
            self.wanted = replace(self.wanted, broken=self.wanted.broken - over)
            await self._renew()

    async def release(self, version: str) -> None:
        if version not in RELEASES:
            raise Unheard(f"There is no release {version or 'without a version'}. There are: {', '.join(RELEASES)}.")
        async with self._turn:
            await self._become(self._with_deploy(self._deploy(version)))

    async def roll_back(self) -> None:
        """To the release before the one that runs."""
        async with self._turn:
            await self._roll_back()

    async def resize(self, capacity: object) -> None:
        if not isinstance(capacity, int) or isinstance(capacity, bool) or not 1 <= capacity <= MOST_CAPACITY:
            raise Unheard(f"The capacity is a whole number from 1 to {MOST_CAPACITY}.")
        async with self._turn:
            await self._become(replace(self.wanted, capacity=capacity))

    async def flag(self, name: str, on: object) -> None:
        if name not in self.wanted.flags:
            raise Unheard(f"There is no flag {name or 'without a name'}. There are: {', '.join(self.wanted.flags)}.")
        if not isinstance(on, bool):
            raise Unheard(f'A flag is on or off: {{"name": "{name}", "on": true}}.')
        async with self._turn:
            await self._become(self._with_flag(name, on))

    async def _become(self, wanted: Wanted) -> None:
        """A web process that is down becomes it when it starts."""
        self.wanted = wanted
        with suppress(Gone):
            await self.children["web"].ask(wanted.as_json())

    async def _end(self, name: str, kill: bool = False) -> None:
        self.stopped.add(name)
        if kill:
            self.children[name].kill()
        await self.children[name].stop()

    async def _begin(self, name: str) -> None:
        self.stopped.discard(name)
        if not self.children[name].alive:
            await self._start(name)

    async def _renew(self) -> None:
        await self._end("web")
        await self._begin("web")

    async def _roll_back(self) -> None:
        now, earlier = self.wanted.release, [deploy.version for deploy in self.wanted.deploys]
        before = next((version for version in reversed(earlier) if version != now), None)
        if before is None:
            raise Unheard(f"Release {now} is the first: there is none to go back to.")
        await self._become(self._with_deploy(self._deploy(before, f"rollback of {now}")))

    def _deploy(self, version: str, what: str = "") -> Deploy:
        return deployed(version, self._clock.now(), what)

    def _with_deploy(self, deploy: Deploy) -> Wanted:
        return replace(self.wanted, deploys=(*self.wanted.deploys[-49:], deploy))

    def _with_flag(self, name: str, on: bool) -> Wanted:
        return replace(self.wanted, flags={**self.wanted.flags, name: on})
