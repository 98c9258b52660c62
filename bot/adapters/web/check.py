"""Whether Muster is running here, and ready."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import aiohttp

from bot.domain.finding import Finding, doubtful, well, wrong

SECONDS = 5.0
LOOPBACK = {"127.0.0.1", "localhost", "::1"}
ANY = {"0.0.0.0": "127.0.0.1", "::": "::1"}


class ServerCheck:
    """`guarded` is whether the calendars of shifts and the API ask for a secret."""

    def __init__(self, host: str, port: int, guarded: bool) -> None:
        self._host, self._port, self._guarded = host, port, guarded

    async def look(self) -> list[Finding]:
        return [*self._open(), *await self._ready()]

    def _open(self) -> list[Finding]:
        if self._guarded or self._host in LOOPBACK:
            return []
        said = f"The web server listens on {self._host} and asks nobody for a secret."
        return [doubtful("Web server", said, "Set MUSTER_API_TOKEN, or MUSTER_HOST to 127.0.0.1.")]

    async def _ready(self) -> list[Finding]:
        if not self._port:
            return []
        host = ANY.get(self._host, self._host)
        where = f"http://{f'[{host}]' if ':' in host else host}:{self._port}"
        try:
            status, said = await asked(f"{where}/readyz")
        except (aiohttp.ClientError, OSError, TimeoutError):
            remedy = "Start it with `muster run`, if it should be running on this machine."
            return [doubtful("Web server", f"Muster does not answer at {where}.", remedy)]
        if status == 200:
            return [well("Web server", f"Muster is running at {where}, and ready.")]
        parts = "; ".join(sorted(f"{name}: {part}" for name, part in said.items() if name != "ok" and part != "ok"))
        remedy = "Muster goes on trying; the other findings say what keeps it."
        return [wrong("Web server", f"Muster is running at {where}, but not ready ({parts or status}).", remedy)]


async def asked(address: str) -> tuple[int, dict[str, Any]]:
    timeout = aiohttp.ClientTimeout(total=SECONDS)
    async with aiohttp.ClientSession(timeout=timeout) as session, session.get(address) as response:
        try:
            said = await asyncio.wait_for(response.json(), SECONDS)
        except (json.JSONDecodeError, aiohttp.ContentTypeError):
            said = {}
        return response.status, said if isinstance(said, dict) else {}
