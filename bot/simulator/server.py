"""The simulator: a Slack on one port, for tests and for practice."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from aiohttp import web

from bot.simulator import manifest as manifests
from bot.simulator import responses, uploads
from bot.simulator.calls import Call, CallHook
from bot.simulator.clock import Clock, seconds
from bot.simulator.core import Core
from bot.simulator.deliveries import DeliveryHook
from bot.simulator.doors import Doors
from bot.simulator.envelopes import Envelope
from bot.simulator.faults import Faults
from bot.simulator.gestures import Gestures
from bot.simulator.limits import RateLimits
from bot.simulator.methods.scheduling import fire
from bot.simulator.page_api import PageApi
from bot.simulator.panels import Panel
from bot.simulator.people import Person
from bot.simulator.records import Change, User
from bot.simulator.requests import Requests
from bot.simulator.storage import Storage
from bot.simulator.ticker import Ticker
from bot.simulator.web_api import WebApi
from bot.simulator.workspace import Workspace

MOST_BODY = 64 * 1024 * 1024


class Simulator:
    """A Slack to hold in the hand.

    `clock` needs now() (aware, UTC) and sleep_until(instant); every wait that Slack chooses goes through it.
    With `save_to` the workspace is loaded from that file and saved to it. `tick`: look at the clock also every
    so many real seconds, for clocks whose sleep_until does not wake when time is moved. `panels` are pages of others
    that the page shows beside the messages; they may be added to later. Where the manifest has no Socket Mode, what
    goes to the app are requests, signed with `signing_secret`, to `deliver_to` or else to the manifest's request_url.
    """

    def __init__(
        self,
        clock: Clock,
        manifest: Path | str | Mapping[str, Any],
        *,
        host: str = "127.0.0.1",
        port: int = 0,
        save_to: Path | None = None,
        tick: float | None = None,
        panels: Iterable[Panel] = (),
        deliver_to: str = "",
        signing_secret: str = "practice-signing-secret",
    ) -> None:
        self.clock = clock
        self.core = Core(clock, manifests.load(manifest))
        if not self.core.manifest.socket_mode:
            url = deliver_to or self.core.manifest.request_url
            self.core.deliveries.requests = Requests(clock, url, signing_secret)
        self.core.panels.extend(panels)
        self.limits = RateLimits()
        self.faults = Faults(self.limits)
        self.gestures = Gestures(self.core)
        self.web_api = WebApi(self.core, self.faults, self.limits)
        self.page_api = PageApi(self.core, self.gestures, self.web_api, self.faults)
        self.storage = Storage(self.core.workspace, self.core.views, save_to) if save_to is not None else None
        self.ticker = Ticker(clock, self.next_due, self._run_due, tick)
        self.doors = Doors(host, port)
        self._runner: web.AppRunner | None = None
        self._connect()

    def _connect(self) -> None:
        self.core.workspace.as_person = self._as_person
        self.core.workspace.listeners.append(self._heard)
        self.core.deliveries.poke = self.ticker.poke
        self.faults.cut = self.core.sockets.cut
        self.faults.shut = self._shut
        self.faults.plan = self._plan
        self.core.deliveries.faults = self.faults
        self.doors.opened_again = self.faults.let_in
        if self.storage is not None:
            self.storage.load()

    def _as_person(self, user: User) -> Person:
        return Person(self.core, self.gestures, user)

    def _heard(self, change: Change) -> None:
        if change.kind == "scheduled":
            self.ticker.poke()

    # life

    async def start(self) -> None:
        """Open the port and begin to serve. OSError if the port is taken."""
        app = web.Application(client_max_size=MOST_BODY)
        app.add_routes(self._routes())
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1, handle_signals=False)
        await self._runner.setup()
        port = await self.doors.open(self._runner)
        self.core.workspace.url = f"http://{self.doors.host}:{port}"
        if self.storage is not None:
            self.storage.start()
        self.core.deliveries.live = True
        self.ticker.start()

    def _routes(self) -> list[web.AbstractRouteDef]:
        return [
            web.post("/api/{method}", self.web_api.handle),
            web.get("/api/{method}", self.web_api.handle),
            web.post("/hooks/{id}", self._hook),
            web.post("/upload/{id}", self._upload),
            web.get("/files/{id}/{name}", self._download),
            web.get("/socket/{ticket}", self.core.sockets.handle),
            *self.page_api.routes(),
        ]

    async def _hook(self, request: web.Request) -> web.StreamResponse:
        name = request.match_info["id"]
        return await self.web_api.hook(request, lambda raw: responses.through(self.core, name, raw))

    async def _upload(self, request: web.Request) -> web.StreamResponse:
        name, content = request.match_info["id"], await uploads.content(request)
        return await self.web_api.upload(request, {"file": name}, lambda: uploads.keep(self.core, name, content))

    async def _download(self, request: web.Request) -> web.StreamResponse:
        return uploads.download(self.core, request)

    async def stop(self) -> None:
        """Close everything; takes less than a second."""
        await self.ticker.stop()
        await self.core.deliveries.stop()
        await self.core.sockets.stop()
        await self.page_api.feed.stop()
        await self.web_api.stop()
        await self.doors.stop()
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None
        if self.storage is not None:
            self.storage.stop()

    def _shut(self, on: bool, lasting: float | None) -> None:
        if not on:
            self.doors.let_in()
            return
        self.doors.refuse(lasting)
        self.core.sockets.cut()
        for transport in self.web_api.transports:
            transport.abort()

    def _plan(self, free: bool) -> None:
        self.core.workspace.free = free

    # what tests hold

    @property
    def url(self) -> str:
        return self.core.workspace.url

    @property
    def port(self) -> int:
        return self.doors.port

    @property
    def panels(self) -> list[Panel]:
        return self.core.panels

    @property
    def api_url(self) -> str:
        return f"{self.url}/api/"

    @property
    def bot_token(self) -> str:
        return self.core.bot_token

    @property
    def app_token(self) -> str:
        return self.core.app_token

    @property
    def requests(self) -> Requests | None:
        """What delivers where there is no Socket Mode; its `url` may be set at any time."""
        return self.core.deliveries.requests

    @property
    def workspace(self) -> Workspace:
        return self.core.workspace

    def person(self, who: str) -> Person:
        """Somebody by handle or id. KeyError if there is nobody of that name."""
        return self.core.workspace.person(who)

    @property
    def calls(self) -> list[Call]:
        return self.web_api.calls

    def calls_to(self, method: str) -> list[Call]:
        return [call for call in self.web_api.calls if call.method == method]

    @property
    def complaints(self) -> list[str]:
        return self.core.complaints

    @property
    def requests_open(self) -> int:
        return self.web_api.requests_open

    @property
    def undelivered(self) -> int:
        return self.core.deliveries.undelivered

    @property
    def lost(self) -> list[dict[str, Any]]:
        """Events that the app did not acknowledge in any of their four tries."""
        return self.core.deliveries.lost

    @property
    def connections(self) -> int:
        return self.web_api.connections

    @property
    def sockets(self) -> int:
        return len(self.core.sockets.open)

    @property
    def sockets_opened(self) -> int:
        return self.core.sockets.opened

    @property
    def on_call(self) -> list[CallHook]:
        return self.web_api.hooks

    @property
    def on_delivery(self) -> list[DeliveryHook]:
        return self.core.deliveries.hooks

    @property
    def ack_times(self) -> list[tuple[str, float]]:
        return self.core.deliveries.ack_times

    @property
    def envelopes(self) -> list[Envelope]:
        """What was sent to the app lately, oldest first."""
        return list(self.core.deliveries.sent)

    @property
    def ack_seconds(self) -> float:
        """How long, in real seconds, the app has to acknowledge; 3 as in Slack."""
        return self.core.deliveries.ack_seconds

    @ack_seconds.setter
    def ack_seconds(self, value: float) -> None:
        self.core.deliveries.ack_seconds = value

    async def redeliver(self, which: Envelope | str) -> Envelope:
        """Send a delivery once more and wait for its acknowledgement."""
        return await self.core.deliveries.again(which)

    async def refresh_sockets(self, *, warning: bool = False) -> None:
        """Tell the app to connect anew, as Slack does every few hours."""
        await self.core.sockets.refresh(warning=warning)

    # time

    @property
    def idle(self) -> bool:
        """Nothing is under way and nothing is due."""
        due = self.next_due()
        busy = self.requests_open or self.core.deliveries.in_flight
        return not busy and (due is None or due > self.clock.now())

    def next_due(self) -> datetime | None:
        """When the simulator will next do something by itself: retry an event, post what was scheduled."""
        zone = self.clock.now().tzinfo
        instants = [datetime.fromtimestamp(one.post_at, zone) for one in self.core.workspace.scheduled.values()]
        retry = self.core.deliveries.next_due()
        return min([*instants, *([retry] if retry is not None else [])], default=None)

    async def run_due(self, now: datetime) -> None:
        """Do what is due at `now`; the background task does the same by itself."""
        self._run_due(now)
        await asyncio.sleep(0)

    def _run_due(self, now: datetime) -> None:
        for one in list(self.core.workspace.scheduled.values()):
            if one.post_at <= seconds(now):
                fire(self.core, one)
        self.core.deliveries.run_due(now)
