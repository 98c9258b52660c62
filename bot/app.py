"""build(): the only place where things are constructed and introduced to each other; the ticker."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial
from typing import NamedTuple

from aiohttp import ClientSession
from aiohttp.web import RouteDef
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from sqlalchemy.exc import SQLAlchemyError

from bot import __version__, ports
from bot.adapters.charts import Pictures
from bot.adapters.paging.acquainted import acquainted
from bot.adapters.paging.counted import CountedPager
from bot.adapters.paging.switchboard import Setup, Switchboard, Unusable
from bot.adapters.probes import Prober, problems
from bot.adapters.slack import connect
from bot.adapters.slack.buckets import TIERS
from bot.adapters.slack.calls import SlackCalls, urgency
from bot.adapters.slack.chat import SlackChat
from bot.adapters.slack.check import sockets
from bot.adapters.slack.directory import SlackDirectory
from bot.adapters.slack.identity import WhoAmI
from bot.adapters.slack.memory import StoredMemory
from bot.adapters.slack.requests import Requests
from bot.adapters.slack.session import open_session, web_client
from bot.adapters.slack.sockets import Sockets
from bot.adapters.slack.views import render
from bot.adapters.store import Store, StoreRefused
from bot.adapters.web import alerts, api, calendar_feed, health, metrics, pagerduty
from bot.adapters.web.body import bounded
from bot.adapters.web.server import WebServer
from bot.config import Config
from bot.doctor import Check, doctor
from bot.domain.finding import Finding, well
from bot.engine.clock import Clock, SharedClock, SystemClock
from bot.engine.engine import Engine
from bot.engine.runs import Run
from bot.engine.settings import Settings
from bot.policy import book
from bot.policy.book import Book
from bot.policy.errors import PolicyError
from bot.rehearsal import Rehearsals
from bot.workflows import feed, handover, index, restored, retention, show, told
from bot.workflows.desk import Desk
from bot.workflows.detection.lookout import Lookout
from bot.workflows.home import setup
from bot.workflows.shelf import Shelf

#: what may keep Muster from starting, each with a sentence
REFUSALS = (PolicyError, StoreRefused, Unusable, OSError)
GRACE_SECONDS = 5.0


class App:
    """One Muster. `start` begins to work, `stop` ends it in order; what is unfinished goes on at the next start."""

    def __init__(
        self, desk: Desk, store: Store, engine: Engine, hears: Sockets | Requests, who: WhoAmI, session: ClientSession,
        web: WebServer, clock: Clock, edge: connect.Edge, board: Switchboard, calls: SlackCalls, ticks: bool,
    ) -> None:  # fmt: skip
        self.desk, self.store, self.engine, self.clock = desk, store, engine, clock
        self._meeting: asyncio.Task[None] | None = None
        self._hears, self._who, self._session, self._web, self._edge = hears, who, session, web, edge
        self._board, self._calls, self._lookout = board, calls, Lookout(desk)
        self._ticker = AsyncIOScheduler(timezone="UTC") if ticks else None

    @property
    def idle(self) -> bool:
        """Nothing is under way outside the engine."""
        met = self._meeting is None or self._meeting.done()
        return self._edge.idle and self._lookout.idle and met

    async def start(self) -> int:
        """The port of the web server."""
        port = await self._web.start()
        await self.engine.start()
        await restored.tell(self.desk, self.clock.now())
        await handover.arm(self.desk, self.clock.now())
        await retention.arm(self.desk, self.clock.now())
        await self._who.start()
        await self._hears.start()
        self._meeting = asyncio.create_task(self._meet(), name="getting acquainted")
        if self._ticker:
            every = {"coalesce": True, "max_instances": 1, "misfire_grace_time": None}
            self._ticker.add_job(self._tick, "interval", seconds=1, **every)
            if isinstance(self.clock, SharedClock):
                self._ticker.add_job(self.clock.renew, "interval", seconds=10, **every)
            self._ticker.start()
        return port

    async def look(self) -> None:
        """A round of the detector, if one is due: the ticker's, without the ticker."""
        await self._lookout.look(self.clock.now())

    async def standing(self) -> metrics.Standing:
        """How things stand, in figures."""
        kept = await self.store.figures(self.clock.now())
        opened = self._hears.tally.ever if isinstance(self._hears, Sockets) else 0
        return metrics.Standing(
            kept.open, kept.declared, kept.runs_due, kept.overdue, kept.timers_due, kept.given_up, kept.seats, kept.lag,
            kept.backed_up, self._hears.health(), opened, self._calls.waiting, self._lookout.rounds,
        )  # fmt: skip

    async def stop(self) -> None:
        if self._ticker and self._ticker.running:
            self._ticker.shutdown(wait=False)
        if self._meeting:
            self._meeting.cancel()
            await asyncio.gather(self._meeting, return_exceptions=True)
        await self._lookout.stop()
        await self._hears.stop()
        # side by side: with a Slack that hangs each takes its whole grace, and whoever stopped us soon kills us
        await asyncio.gather(self._edge.stop(), self.engine.stop(GRACE_SECONDS))
        await self._who.stop()
        await self._web.stop()
        await self._session.close()
        await self._board.close()
        await self.store.close()

    async def _meet(self) -> None:
        await self._who.met()
        await setup.acquaint(self.desk, self.clock.now())

    async def _tick(self) -> None:
        self._lookout.tick(self.clock.now())
        await self.engine.run_due(self.clock.now())


async def build(
    config: Config,
    *,
    clock: Clock | None = None,
    settings: Settings | None = None,
    ticks: bool = True,
    prober: ports.Prober | None = None,
) -> App:
    """
    Muster as the environment describes it. Raises one of REFUSALS with a sentence.

    `ticks` false leaves it to the caller to drive the engine, as stories on a stopped clock do; `prober` sees in place
    of the real one.
    """
    policy, ways = checked(config.policy), paging(config)
    store, clock = await opened(config, clock)
    board, slack = Switchboard(ways, clock), connected(config, store, clock)
    figures = observed(store, slack.calls)
    pagers = {way: CountedPager(pager, way, figures.paged) for way, pager in board.pagers.items()}
    checks = doctor(config, lambda: desk.book, ways, clock, [Check("Sockets", lambda: sockets_now(hears))])
    desk = Desk(
        policy, store, slack.chat, slack.directory, Shelf(store.kept), pagers=pagers, alarms=board.alarms,
        roster=board.roster, rehearsals=Rehearsals(), prober=prober or Prober(config.targets),
        charts=Pictures(), checks=checks,
    )  # fmt: skip
    engine = work(desk, store, clock, settings)
    edge = connect.Edge(desk, slack.calls, slack.who, clock)
    hears, doors = listener(config, edge, clock, figures.acknowledged)
    doors += states(store, engine, hears, clock, figures, lambda: muster.standing())
    doors += offered(config, desk, store, board, clock, figures)
    web = WebServer(doors, config.host, config.port)
    muster = App(desk, store, engine, hears, slack.who, slack.session, web, clock, edge, board, slack.calls, ticks)
    return muster


class Slack(NamedTuple):
    """All by which Slack is spoken to, over one session."""

    session: ClientSession
    calls: SlackCalls
    who: WhoAmI
    chat: SlackChat
    directory: SlackDirectory


def connected(config: Config, store: Store, clock: Clock) -> Slack:
    session, memory = open_session(config.api_url), StoredMemory(store, clock)
    client = web_client(config.api_url, config.bot_token.get_secret_value(), session)
    calls = SlackCalls(client, clock, store)
    who = WhoAmI(calls, memory, clock)
    return Slack(session, calls, who, SlackChat(calls, who, memory, render), SlackDirectory(calls, memory, clock))


def observed(store: Store, calls: SlackCalls) -> metrics.Metrics:
    """The figures, told of every decision and every call."""
    found = metrics.Metrics(__version__, TIERS, ("email", "sms", "phone"))
    store.when_decided, calls.when_called = found.wrote, found.called
    return found


def listener(
    config: Config, edge: connect.Edge, clock: Clock, answered: Callable[[str, float], None]
) -> tuple[Sockets | Requests, list[RouteDef]]:
    """Whatever hears Slack, with its routes on our own web server; `answered` is told of every delivery."""
    if config.over_http:
        requests = Requests(edge.bolt, config.signing_secret.get_secret_value(), clock, bounded)
        requests.when_answered = answered
        return requests, [requests.route]
    sockets = Sockets(edge.bolt, config.app_token.get_secret_value(), config.api_url)
    sockets.tally.when_answered = answered
    return sockets, []


def states(
    store: Store, engine: Engine, hears: Sockets | Requests, clock: Clock, figures: metrics.Metrics,
    standing: Callable[[], Awaitable[metrics.Standing]],
) -> list[RouteDef]:  # fmt: skip
    """What tells machines how Muster is."""
    vital, others = {"store": partial(writable, store, clock)}, {"slack": partial(listening, hears)}
    return [
        *health.routes(vital, others, {"engine": partial(working, engine)}),
        metrics.route(figures, standing),
    ]


def offered(
    config: Config, desk: Desk, store: Store, board: Switchboard, clock: Clock, figures: metrics.Metrics
) -> list[RouteDef]:
    """The API, the calendars of shifts, and what takes alerts."""
    token = config.api_token.get_secret_value()
    shifts = calendar_feed.route(partial(feed.feed, desk), token, clock)
    asked = api.routes(desk, clock, store.on_commit, token, (SQLAlchemyError,))
    return [shifts, *webhooks(config, desk, board, clock, figures), *asked]


def paging(config: Config) -> Setup:
    """What the environment says of ways outside the chat; Unusable if one of them cannot be used."""
    return Setup(
        events_url=config.pagerduty_events_url, api_url=config.pagerduty_api_url,
        routing_key=config.pagerduty_routing_key.get_secret_value(), token=config.pagerduty_token.get_secret_value(),
        smtp_url=config.smtp_url.get_secret_value(), mail_from=config.mail_from,
        senders={"sms": config.sms_webhook.get_secret_value(), "phone": config.phone_webhook.get_secret_value()},
        secret=config.webhook_secret.get_secret_value(),
    )  # fmt: skip


def webhooks(config: Config, desk: Desk, board: Switchboard, clock: Clock, figures: metrics.Metrics) -> list[RouteDef]:
    """Those for which there is a secret: nobody else is listened to."""
    secret, token = config.pagerduty_webhook_secret.get_secret_value(), config.alert_token.get_secret_value()
    known = acquainted(board.roster, desk.directory) if board.roster else None
    found = [pagerduty.route(desk, clock, secret, known)] if secret else []
    if secret or token:
        found.append(alerts.route(alerts.Door(desk, clock, token, secret, (SQLAlchemyError,), figures.alerted)))
    return found


async def opened(config: Config, clock: Clock | None) -> tuple[Store, Clock]:
    """The store, and the clock that everybody who shares it goes by."""
    here = clock or SystemClock()
    store = await Store.open(config.database, here.now())
    if clock or not store.shared:
        return store, here
    there = SharedClock(store.time)
    await there.renew()
    return store, there


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


async def listening(hears: Sockets | Requests) -> str:
    if hears.health():
        return "ok"
    return "no socket is connected" if isinstance(hears, Sockets) else "no requests are taken"


async def working(engine: Engine) -> str:
    return "ok" if engine.holds else "another Muster has taken over, or this one stood still"


async def sockets_now(hears: Sockets | Requests) -> list[Finding]:
    if isinstance(hears, Sockets):
        return sockets(hears.health(), hears.count, hears.tally.lately())
    return [well("Requests", "Slack sends its requests here, and they are taken.")] if hears.health() else []
