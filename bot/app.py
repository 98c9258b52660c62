"""build(): the only place where things are constructed and introduced to each other; the ticker."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial

from aiohttp import ClientSession
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from sqlalchemy.exc import SQLAlchemyError

from bot.adapters.slack import connect
from bot.adapters.slack.calls import SlackCalls, urgency
from bot.adapters.slack.chat import SlackChat
from bot.adapters.slack.directory import SlackDirectory
from bot.adapters.slack.identity import WhoAmI
from bot.adapters.slack.memory import StoredMemory
from bot.adapters.slack.session import open_session, web_client
from bot.adapters.slack.sockets import Sockets
from bot.adapters.slack.views import render
from bot.adapters.store import Store, StoreRefused
from bot.adapters.web import calendar_feed, health
from bot.adapters.web.server import WebServer
from bot.config import Config
from bot.engine.clock import Clock, SystemClock
from bot.engine.engine import Engine
from bot.engine.runs import Run
from bot.engine.settings import Settings
from bot.policy import book
from bot.policy.book import Book
from bot.policy.check import problems
from bot.policy.errors import PolicyError
from bot.rehearsal import Rehearsals
from bot.workflows import feed, handover, index, people, show, told
from bot.workflows.desk import Desk
from bot.workflows.shelf import Shelf

#: what may keep Muster from starting, each with a sentence
REFUSALS = (PolicyError, StoreRefused, OSError)
GRACE_SECONDS = 5.0


class App:
    """One Muster. `start` begins to work, `stop` ends it in order; what is unfinished goes on at the next start."""

    def __init__(
        self, desk: Desk, store: Store, engine: Engine, sockets: Sockets, who: WhoAmI, session: ClientSession,
        web: WebServer, clock: Clock, edge: connect.Edge, ticks: bool,
    ) -> None:  # fmt: skip
        self.desk, self.store, self.engine, self.clock = desk, store, engine, clock
        self._meeting: asyncio.Task[None] | None = None
        self._sockets, self._who, self._session, self._web, self._edge = sockets, who, session, web, edge
        self._ticker = AsyncIOScheduler(timezone="UTC") if ticks else None

    @property
    def idle(self) -> bool:
        """Nothing is under way outside the engine."""
        return self._edge.idle and (self._meeting is None or self._meeting.done())

    async def start(self) -> int:
        """The port of the web server."""
        port = await self._web.start()
        await self.engine.start()
        await handover.arm(self.desk, self.clock.now())
        await self._who.start()
        await self._sockets.start()
        self._meeting = asyncio.create_task(self._meet(), name="getting acquainted")
        if self._ticker:
            every = {"coalesce": True, "max_instances": 1, "misfire_grace_time": None}
            self._ticker.add_job(self._tick, "interval", seconds=1, **every)
            self._ticker.start()
        return port

    async def stop(self) -> None:
        if self._ticker and self._ticker.running:
            self._ticker.shutdown(wait=False)
        if self._meeting:
            self._meeting.cancel()
            await asyncio.gather(self._meeting, return_exceptions=True)
        await self._sockets.stop()
        # side by side: with a Slack that hangs each takes its whole grace, and whoever stopped us soon kills us
        await asyncio.gather(self._edge.stop(), self.engine.stop(GRACE_SECONDS))
        await self._who.stop()
        await self._web.stop()
        await self._session.close()
        await self.store.close()

    async def _meet(self) -> None:
        await self._who.met()
        await people.get_acquainted(self.desk)

    async def _tick(self) -> None:
        await self.engine.run_due(self.clock.now())


async def build(
    config: Config, *, clock: Clock | None = None, settings: Settings | None = None, ticks: bool = True
) -> App:
    """
    Muster as the environment describes it. Raises one of REFUSALS with a sentence.

    `ticks` false leaves it to the caller to drive the engine, as stories on a stopped clock do.
    """
    clock = clock or SystemClock()
    policy = checked(config.policy)
    store = await Store.open(config.database, clock.now())
    session = open_session(config.api_url)
    client = web_client(config.api_url, config.bot_token.get_secret_value(), session)
    memory = StoredMemory(store, clock)
    calls = SlackCalls(client, clock, store)
    who = WhoAmI(calls, memory, clock)
    chat, directory = SlackChat(calls, who, memory, render), SlackDirectory(calls, memory, clock)
    desk = Desk(policy, store, chat, directory, Shelf(await store.policies()), rehearsals=Rehearsals())
    engine = work(desk, store, clock, settings)
    edge = connect.Edge(desk, calls, who, clock)
    sockets = Sockets(edge.bolt, config.app_token.get_secret_value(), config.api_url)
    parts = {"store": partial(writable, store, clock)}, {"slack": partial(listening, sockets)}
    shifts = calendar_feed.route(partial(feed.feed, desk), config.api_token.get_secret_value(), clock)
    web = WebServer([health.route(*parts), shifts], config.host, config.port)
    return App(desk, store, engine, sockets, who, session, web, clock, edge, ticks)


def checked(name: str) -> Book:
    """The policy; if it is the team's own, looked at from all sides first. PolicyError names every mistake."""
    if name not in book.bundled() and (wrong := problems(name)):
        raise PolicyError(name, wrong)
    return book.load(name)


def work(desk: Desk, store: Store, clock: Clock, settings: Settings | None) -> Engine:
    """The engine with every workflow bound to the desk."""
    runs = {kind: hurried(body) for kind, body in index.bound(desk, index.RUNS).items()}
    return Engine(
        store, clock, runs=runs, timers=index.bound(desk, index.TIMERS), surfaces=index.bound(desk, index.SURFACES),
        on_trouble=partial(told.trouble, desk), on_gone=partial(show.gone, desk), settings=settings,
    )  # fmt: skip


def hurried(body: Callable[[Run], Awaitable[None]]) -> Callable[[Run], Awaitable[None]]:
    """The body, with its calls to Slack waiting for their turn by the priority of the run."""

    async def run(run: Run) -> None:
        with urgency(run.priority):
            await body(run)

    return run


async def writable(store: Store, clock: Clock) -> str:
    try:
        await store.transact(lambda books: books.remember("written", clock.now().isoformat()), clock.now())
    except SQLAlchemyError:
        return "the record cannot be written"
    return "ok"


async def listening(sockets: Sockets) -> str:
    connected = sockets.health()
    return "ok" if connected else "no socket is connected"
