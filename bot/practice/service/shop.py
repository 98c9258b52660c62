"""The parts of the web process, and how they become what is wanted."""

from __future__ import annotations

import asyncio
import logging
import os
import ssl
from collections import deque
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path
from time import monotonic

import aiohttp
import redis.asyncio as redis

from bot.engine.clock import SystemClock
from bot.practice.service import certificate
from bot.practice.service.addresses import Addresses
from bot.practice.service.capacity import Capacity
from bot.practice.service.leak import Leak
from bot.practice.service.leash import Json
from bot.practice.service.metrics import STATES, Live, Metrics
from bot.practice.service.orders import Orders
from bot.practice.service.pool import Pool
from bot.practice.service.quota import Quota
from bot.practice.service.wanted import Wanted

#: seconds after which somebody who says nothing more is no session any longer
SESSION = 60.0
#: seconds between two looks at the certificate
LOOK = 5.0

logger = logging.getLogger("shop.web")


class Shop:
    """Opened once; `apply` may be called at any time."""

    def __init__(self, addresses: Addresses, wanted: Wanted) -> None:
        self.addresses, self.wanted, self.clock = addresses, wanted, SystemClock()
        self.pool, self.quota = Pool(addresses.database_file), Quota(addresses.disk)
        self.cache: redis.Redis = redis.from_url(
            addresses.redis, protocol=2, decode_responses=True, socket_timeout=1, socket_connect_timeout=1
        )
        self.http = aiohttp.ClientSession()
        self.orders = Orders(self.pool, self.cache, self.http, addresses.payments_url, self.quota, self.clock)
        self.capacity, self.metrics = Capacity(wanted.capacity), Metrics(self._live())
        self.tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.valid_until = self.clock.now()
        #: whether each of the last orders of this release went wrong, and not for want of payments or places
        self.failed: deque[bool] = deque(maxlen=20)
        self.seen: dict[str, float] = {}
        self.open_sockets = 0
        self._at_work: dict[str, asyncio.Task[None]] = {}

    async def open(self) -> None:
        await self.pool.open()
        # what an earlier shop in this folder was broken with
        self.quota.clear()
        self._certify(expired=False)
        self.addresses.pid_file.write_text(f"{os.getpid()}\n")
        await self._become(self.wanted, frozenset())

    async def close(self) -> None:
        for kind in list(self._at_work):
            await self._rest(kind)
        await self.pool.close()
        await self.cache.aclose()
        await self.http.close()

    async def apply(self, told: Json) -> Json:
        before, self.wanted = self.wanted, Wanted.of(told)
        if before.deploys != self.wanted.deploys:
            self.failed.clear()
        await self._become(self.wanted, before.broken)
        return {"applied": True}

    async def _become(self, wanted: Wanted, before: frozenset[str]) -> None:
        self.metrics.runs(wanted.release)
        await self.capacity.resize(wanted.capacity)
        for kind in wanted.broken - before:
            await self._breaks[kind]()
        for kind in before - wanted.broken:
            await self._mends[kind]()

    @property
    def _breaks(self) -> Mapping[str, Callable[[], Awaitable[None]]]:
        return {
            "slow": self._nothing,
            "leak": lambda: self._work("leak", Leak(self.metrics.memory_percent).grow()),
            "connections": lambda: self._work("connections", self.pool.hold_all()),
            "disk": self._fill,
            "certificate": self._expire,
        }

    @property
    def _mends(self) -> Mapping[str, Callable[[], Awaitable[None]]]:
        return {
            "slow": self._nothing,
            "leak": lambda: self._rest("leak"),
            "connections": lambda: self._rest("connections"),
            "disk": self._clear,
            "certificate": self._renew,
        }

    async def _nothing(self) -> None: ...

    async def _work(self, kind: str, work: Awaitable[None]) -> None:
        self._at_work[kind] = asyncio.ensure_future(work)

    async def _rest(self, kind: str) -> None:
        task = self._at_work.pop(kind, None)
        if task is not None:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task

    async def _fill(self) -> None:
        self.quota.fill()

    async def _clear(self) -> None:
        self.quota.clear()

    async def _expire(self) -> None:
        self._certify(expired=True)
        await self._work("certificate", self._complain())

    async def _renew(self) -> None:
        await self._rest("certificate")
        self._certify(expired=False)

    def _certify(self, expired: bool) -> None:
        self.valid_until = self.clock.now() + (timedelta(days=-1) if expired else timedelta(days=365))
        # connections that begin after this get the new one
        self.tls.load_cert_chain(certificate.write(Path(self.addresses.folder), self.valid_until))

    async def _complain(self) -> None:
        while True:
            logger.error("TLS: certificate has expired (it was valid until %s)", day(self.valid_until))
            await asyncio.sleep(LOOK)

    def met(self, who: str) -> None:
        """Somebody asked for something."""
        self.seen[who] = monotonic()

    def sessions(self) -> int:
        """Whoever asked for something lately, and every open WebSocket."""
        since = monotonic() - SESSION
        self.seen = {who: at for who, at in self.seen.items() if at >= since}
        return len(self.seen) + self.open_sockets

    def _live(self) -> Live:
        pool, quota = self.pool, self.quota
        return {
            "shop_active_sessions": ("Customers of the last minute and open WebSockets.", self.sessions),
            "shop_db_pool_size": ("Database connections there are.", lambda: pool.size),
            "shop_db_pool_in_use": ("Database connections in use.", lambda: pool.in_use),
            "shop_db_pool_waiting": ("Requests that wait for one.", lambda: pool.waiting),
            "shop_capacity": ("Orders that are worked on at a time.", lambda: self.capacity.size),
            "shop_capacity_in_use": ("Orders that are being worked on.", lambda: self.capacity.busy),
            "shop_circuit_state": (
                "Of payments: 0 closed, 1 half-open, 2 open.", lambda: STATES[self.orders.circuit.state]
            ),
            "shop_circuit_open": ("1 while payments are left alone.", lambda: self.orders.circuit.state != "closed"),
            "shop_disk_quota_bytes": ("Bytes that may be on its disk.", lambda: quota.limit),
            "shop_disk_used_bytes": ("Bytes that are on its disk.", lambda: quota.used),
            "disk_usage_percent": ("Of its quota.", lambda: round(100 * quota.used / quota.limit, 1)),
            "shop_certificate_expiry_seconds": (
                "Unix time at which its certificate expires.", lambda: self.valid_until.timestamp()
            ),
        }  # fmt: skip


def day(moment: datetime) -> str:
    return moment.isoformat(timespec="seconds")
