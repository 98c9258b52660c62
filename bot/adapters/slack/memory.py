"""What the adapter remembers between starts, and the pauses that Slack asked for."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Protocol

from bot.engine.clock import Clock
from bot.ports import Books, Store

READ_EVERY = timedelta(seconds=5)


class Memory(Protocol):
    """Small facts by name, JSON."""

    async def recall(self, name: str) -> Any: ...

    async def remember(self, name: str, value: Any) -> None: ...


class StoredMemory:
    """Memory in the store; each `remember` is a transaction of its own."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    async def recall(self, name: str) -> Any:
        return await self._store.recall(name)

    async def remember(self, name: str, value: Any) -> None:
        async def keep(books: Books) -> None:
            await books.remember(name, value)

        await self._store.transact(keep, self._clock.now())


class SharedPauses(Protocol):
    """Until when each method must not be called (UTC), for all replicas; the store keeps them."""

    async def pause(self, method: str, until: datetime, now: datetime) -> None: ...

    async def pauses(self, now: datetime) -> Mapping[str, datetime]: ...


class LocalMemory:
    """Memory and pauses of this process alone."""

    def __init__(self) -> None:
        self._facts: dict[str, Any] = {}
        self._pauses: dict[str, datetime] = {}

    async def recall(self, name: str) -> Any:
        return self._facts.get(name)

    async def remember(self, name: str, value: Any) -> None:
        self._facts[name] = value

    async def pause(self, method: str, until: datetime, now: datetime) -> None:
        self._pauses[method] = until

    async def pauses(self, now: datetime) -> Mapping[str, datetime]:
        return {method: until for method, until in self._pauses.items() if until > now}


class Pauses:
    """The shared pauses, looked up at most every few seconds; our own are known at once."""

    def __init__(self, shared: SharedPauses, clock: Clock) -> None:
        self._shared = shared
        self._clock = clock
        self._known: dict[str, datetime] = {}
        self._read_at: datetime | None = None

    async def until(self, method: str) -> datetime | None:
        """When the method may be called again; None if it may be called now."""
        now = self._clock.now()
        if self._read_at is None or now - self._read_at >= READ_EVERY:
            self._known |= await self._shared.pauses(now)
            self._read_at = now
        until = self._known.get(method)
        return until if until and until > now else None

    async def pause(self, method: str, until: datetime) -> None:
        """Nobody calls the method before `until`."""
        self._known[method] = until
        await self._shared.pause(method, until, self._clock.now())
