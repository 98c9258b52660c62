"""Somebody who speaks to Muster over HTTP."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from typing import Any

import aiohttp
from sqlalchemy.exc import SQLAlchemyError

from bot.adapters.web import api
from bot.adapters.web.server import WebServer
from bot.policy.book import Book
from tests.town import Town

TOKEN = "0ur-api-token"
INCIDENTS = "/api/incidents"
ONE = f"{INCIDENTS}/1"


@dataclass(frozen=True)
class Answered:
    status: int
    text: str
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def json(self) -> Any:
        return json.loads(self.text)

    @property
    def message(self) -> str:
        return str(self.json["message"])

    @property
    def detail(self) -> str:
        """What is wrong."""
        assert self.headers["Content-Type"].startswith("application/problem+json"), self.text
        said = self.json
        assert said["status"] == self.status
        return str(said["detail"])


@dataclass
class Caller:
    """With the token, as `api:ci`, unless other headers are given; `body` is sent as it is, or as JSON."""

    session: aiohttp.ClientSession
    address: str
    actor: str = "ci"
    server: WebServer | None = None

    async def asks(
        self, method: str, path: str, body: Any = None, *, key: str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answered:  # fmt: skip
        said = {"Authorization": f"Bearer {TOKEN}", "X-Muster-Actor": self.actor, "Content-Type": "application/json"}
        said |= {"Idempotency-Key": key} if key else {}
        data = body if isinstance(body, bytes) or body is None else json.dumps(body).encode()
        sent = said if headers is None else headers
        async with self.session.request(method, self.address + path, data=data, headers=sent) as got:
            return Answered(got.status, await got.text(), dict(got.headers))

    async def gets(self, path: str) -> Any:
        got = await self.asks("GET", path)
        assert got.status == 200, got.text
        return got.json

    async def does(self, way: str, body: Any = None, *, method: str = "POST", key: str | None = None) -> Answered:
        """Something about the first incident."""
        return await self.asks(method, f"{ONE}/{way}", body, key=key)

    async def declares(self, title: str = "checkout is failing", severity: str = "sev1", **more: Any) -> Answered:
        return await self.asks("POST", INCIDENTS, {"title": title, "severity": severity, **more})


@asynccontextmanager
async def a_caller(town: Town, token: str = TOKEN, book: Book | None = None) -> AsyncIterator[Caller]:
    """The API of the town's Muster (under another policy), on a port of its own, for as long as that Muster lives."""
    muster = town.muster
    desk = replace(muster.desk, book=book) if book else muster.desk
    routes = api.routes(desk, town.clock, muster.store.on_commit, token, (SQLAlchemyError,))
    server = WebServer(routes, "127.0.0.1", 0)
    port = await server.start()
    async with aiohttp.ClientSession() as session:
        yield Caller(session, f"http://127.0.0.1:{port}", server=server)
    await server.stop()
