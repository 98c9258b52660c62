"""What every Pager, every Alarms and every Roster promises: over the wire, against real servers, and in memory."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Protocol

import pytest

from bot.adapters.paging.http import Line, open_client
from bot.adapters.paging.mail import MailPager
from bot.adapters.paging.pagerduty import PagerDutyAlarms
from bot.adapters.paging.relay import Relay
from bot.adapters.paging.roster import PagerDutyRoster
from bot.adapters.paging.webhook import WebhookPager
from bot.engine.clock import StoppedClock
from bot.engine.outcomes import Busy, Doubt, Key, Rejected
from bot.ports import Alarm, Alarms, Contact, Pager, Roster
from tests.adapters.paging.servers import HttpService, Mailbox, Order, a_mail_server, an_http_service
from tests.fakes import Orders
from tests.fakes_paging import FakeAlarms, FakePager, FakeRoster

NIGHT = datetime(2026, 11, 21, 3, 0, tzinfo=UTC)
ANA = Contact("Ana Lopez", "ana@example.org", "+44 20 7946 0123", "Europe/London")
ALARM = Alarm(
    "01JINC", "#12", "#12 SEV1: checkout is failing", "checkout is failing\nIn Slack: #inc-12", severity="critical"
)
OTHER = Alarm("01JOTH", "#13", "#13 SEV2: search is slow", "search is slow")


def key(id: str, *, doubtful: bool = False) -> Key:
    return Key(id, NIGHT, doubtful)


class Wrong(Protocol):
    """The hands of a test on the other side: the next call goes wrong in one of four ways."""

    def busy(self) -> None:
        """It is told to wait."""

    def silent(self) -> None:
        """It is done, but the answer is lost."""

    def refuses(self) -> None: ...

    def well(self) -> None:
        """From now on everything works."""


class PagerWorld(Wrong, Protocol):
    @property
    def pager(self) -> Pager: ...

    def reached(self) -> list[tuple[str, str]]:
        """What arrived, oldest first: the identity it came under and its words."""


class InMemory:
    """For any fake: it orders failures of the verbs it is made with."""

    def __init__(self, fake: Orders, *verbs: str) -> None:
        self.orders, self.verbs = fake, verbs

    def _fails(self, failure: Exception, landed: bool = False) -> None:
        for verb in self.verbs:
            self.orders.fails(verb, failure, landed=landed)

    def busy(self) -> None:
        self._fails(Busy(datetime(2026, 11, 21, 3, 1, tzinfo=UTC)))

    def silent(self) -> None:
        self._fails(Doubt(), landed=True)

    def refuses(self) -> None:
        self._fails(Rejected("No."))

    def well(self) -> None: ...


class FakePagerWorld(InMemory):
    def __init__(self) -> None:
        self.pager = FakePager()
        super().__init__(self.pager, "page")

    def reached(self) -> list[tuple[str, str]]:
        found = self.pager.rung.items()
        return [(id, f"{r.alarm.subject}\n{r.alarm.text}") for id, r in found for _ in range(r.times)]


class ByMail:
    def __init__(self, mailbox: Mailbox) -> None:
        self.mailbox = mailbox
        relay = Relay("127.0.0.1", mailbox.port, tls=False, starttls=False)
        self.pager = MailPager(relay, "muster@example.org", StoppedClock(NIGHT))

    def busy(self) -> None:
        self.mailbox.says = {"rcpt": "451 later"}

    def silent(self) -> None:
        self.mailbox.says = {"data": "drop"}

    def refuses(self) -> None:
        self.mailbox.says = {"rcpt": "550 nobody here"}

    def well(self) -> None:
        self.mailbox.says = {}

    def reached(self) -> list[tuple[str, str]]:
        mails = [mail for _, mail in self.mailbox.mails]
        return [(mail["Message-ID"], f"{mail['Subject']}\n{mail.get_content()}") for mail in mails]


class OverHttp:
    """The failures of an HTTP service."""

    def __init__(self, service: HttpService, good: Order) -> None:
        self.service, self.good = service, good

    def busy(self) -> None:
        self.service.answers(Order(429, headers={"Retry-After": "7"}), self.good)

    def silent(self) -> None:
        self.service.answers(Order(0), self.good)

    def refuses(self) -> None:
        self.service.answers(Order(400, json.dumps({"status": "invalid event", "message": "no"})), self.good)

    def well(self) -> None:
        self.service.answers(self.good)


class ByWebhook(OverHttp):
    def __init__(self, service: HttpService, line: Line, clock: StoppedClock) -> None:
        super().__init__(service, Order(200))
        self.well()
        self.pager = WebhookPager(line, clock, "sms", "MUSTER_SMS_WEBHOOK", f"{service.address}/send", "s3cret")

    def reached(self) -> list[tuple[str, str]]:
        bodies = [got.json for got in self.service.got]
        return [(body["key"], f"{body['subject']}\n{body['text']}") for body in bodies]


@asynccontextmanager
async def by_webhook() -> AsyncIterator[ByWebhook]:
    clock = StoppedClock(NIGHT)
    async with an_http_service() as service, open_client() as client:
        yield ByWebhook(service, Line("The sender of text messages", client, clock), clock)


@asynccontextmanager
async def by_mail() -> AsyncIterator[ByMail]:
    async with a_mail_server() as mailbox:
        yield ByMail(mailbox)


@asynccontextmanager
async def in_memory() -> AsyncIterator[FakePagerWorld]:
    yield FakePagerWorld()


@pytest.fixture(params=[in_memory, by_mail, by_webhook])
async def world(request: pytest.FixtureRequest) -> AsyncIterator[PagerWorld]:
    async with request.param() as world:
        yield world


async def test_a_page_says_what_is_wrong(world: PagerWorld) -> None:
    await world.pager.page(ANA, ALARM, key("1"))

    [(_, words)] = world.reached()
    assert ALARM.subject in words and "In Slack: #inc-12" in words


async def test_two_pages_are_told_apart_and_one_is_known_again(world: PagerWorld) -> None:
    for id in ("1", "2", "1"):
        await world.pager.page(ANA, ALARM, key(id))

    identities = [id for id, _ in world.reached()]
    assert len(identities) == 3 and len(set(identities)) == 2


async def test_without_an_address_nothing_is_sent_and_a_sentence_says_so(world: PagerWorld) -> None:
    with pytest.raises(Rejected, match="Ana Lopez") as why:
        await world.pager.page(Contact("Ana Lopez"), ALARM, key("1"))

    assert why.value.sentence.endswith(".")
    assert world.reached() == []


async def test_told_to_wait_it_says_until_when(world: PagerWorld) -> None:
    world.busy()

    with pytest.raises(Busy) as why:
        await world.pager.page(ANA, ALARM, key("1"))

    assert why.value.until > NIGHT


async def test_a_lost_answer_is_a_doubt_and_the_next_try_has_the_same_identity(world: PagerWorld) -> None:
    world.silent()
    with pytest.raises(Doubt):
        await world.pager.page(ANA, ALARM, key("1"))
    world.well()
    await world.pager.page(ANA, ALARM, key("1", doubtful=True))

    identities = [id for id, _ in world.reached()]
    assert len(identities) == 2 and len(set(identities)) == 1


async def test_a_refusal_is_for_good(world: PagerWorld) -> None:
    world.refuses()

    with pytest.raises(Rejected):
        await world.pager.page(ANA, ALARM, key("1"))


# alarms


class AlarmsWorld(Wrong, Protocol):
    @property
    def alarms(self) -> Alarms: ...

    def states(self) -> dict[str, str]:
        """How each alarm stands there, by the id of the incident."""


class FakeAlarmsWorld(InMemory):
    def __init__(self) -> None:
        self.alarms = FakeAlarms()
        super().__init__(self.alarms, "trigger")

    def states(self) -> dict[str, str]:
        return {id: raised.state for id, raised in self.alarms.raised.items()}


MOVES = {"trigger": "triggered", "acknowledge": "acknowledged", "resolve": "resolved"}


class OverPagerDuty(OverHttp):
    def __init__(self, service: HttpService, line: Line) -> None:
        super().__init__(service, Order(202, json.dumps({"status": "success", "message": "Event processed"})))
        self.well()
        self.alarms = PagerDutyAlarms(line, f"{service.address}/v2", "R0UTING")

    def states(self) -> dict[str, str]:
        """As PagerDuty would have it: one alarm for each key, and what is resolved stays so until it is triggered."""
        found: dict[str, str] = {}
        for got in self.service.got:
            assert got.path == "/v2/enqueue"
            id, action = got.json["dedup_key"].removeprefix("muster-"), got.json["event_action"]
            known = found.get(id, "resolved" if action != "trigger" else "")
            if action == "trigger" and known in ("triggered", "acknowledged"):
                continue
            if action == "trigger" or known != "resolved":
                found[id] = MOVES[action]
        return found


@asynccontextmanager
async def alarms_in_memory() -> AsyncIterator[FakeAlarmsWorld]:
    yield FakeAlarmsWorld()


@asynccontextmanager
async def over_pagerduty() -> AsyncIterator[OverPagerDuty]:
    async with an_http_service() as service, open_client() as client:
        yield OverPagerDuty(service, Line("PagerDuty", client, StoppedClock(NIGHT)))


@pytest.fixture(params=[alarms_in_memory, over_pagerduty])
async def paging(request: pytest.FixtureRequest) -> AsyncIterator[AlarmsWorld]:
    async with request.param() as world:
        yield world


async def test_an_incident_is_one_alarm_however_often_it_is_raised(paging: AlarmsWorld) -> None:
    await paging.alarms.trigger(ALARM)
    await paging.alarms.trigger(ALARM)
    await paging.alarms.trigger(OTHER)

    assert paging.states() == {"01JINC": "triggered", "01JOTH": "triggered"}


async def test_an_alarm_is_acknowledged_and_resolved_and_may_be_so_again(paging: AlarmsWorld) -> None:
    for verb in (paging.alarms.trigger, paging.alarms.acknowledge, paging.alarms.acknowledge):
        await verb(ALARM)
    assert paging.states() == {"01JINC": "acknowledged"}

    for verb in (paging.alarms.resolve, paging.alarms.resolve, paging.alarms.acknowledge):
        await verb(ALARM)
    assert paging.states() == {"01JINC": "resolved"}


async def test_a_doubtful_alarm_is_raised_again_as_the_same(paging: AlarmsWorld) -> None:
    paging.silent()
    with pytest.raises(Doubt):
        await paging.alarms.trigger(ALARM)
    await paging.alarms.trigger(ALARM)

    assert paging.states() == {"01JINC": "triggered"}


async def test_an_alarm_is_told_to_wait_or_refused(paging: AlarmsWorld) -> None:
    paging.busy()
    with pytest.raises(Busy) as why:
        await paging.alarms.trigger(ALARM)
    assert why.value.until > NIGHT

    paging.refuses()
    with pytest.raises(Rejected):
        await paging.alarms.trigger(ALARM)


# rosters


class RosterWorld(Wrong, Protocol):
    @property
    def roster(self) -> Roster: ...

    def has(self, schedule: str, people: Sequence[str]) -> None: ...


class FakeRosterWorld(InMemory):
    def __init__(self) -> None:
        self.roster = FakeRoster()
        super().__init__(self.roster, "on_call")

    def has(self, schedule: str, people: Sequence[str]) -> None:
        self.roster.schedules = {schedule: people}


class AtPagerDuty(OverHttp):
    def __init__(self, service: HttpService, line: Line, clock: StoppedClock) -> None:
        super().__init__(service, Order(404, json.dumps({"error": {"message": "Not Found", "code": 2100}})))
        self.well()
        self.roster = PagerDutyRoster(line, clock, service.address, "T0KEN")

    def has(self, schedule: str, people: Sequence[str]) -> None:
        entries = [
            {"user": {"id": f"P{n}", "type": "user", "email": mail}, "schedule": {"id": schedule}, "start": None,
             "escalation_level": n, "end": None}
            for n, mail in enumerate(people, 1)
        ]  # fmt: skip
        self.good = Order(200, json.dumps({"oncalls": entries, "limit": 100, "offset": 0, "more": False}))
        self.well()


@asynccontextmanager
async def roster_in_memory() -> AsyncIterator[FakeRosterWorld]:
    yield FakeRosterWorld()


@asynccontextmanager
async def at_pagerduty() -> AsyncIterator[AtPagerDuty]:
    clock = StoppedClock(NIGHT)
    async with an_http_service() as service, open_client() as client:
        yield AtPagerDuty(service, Line("PagerDuty", client, clock), clock)


@pytest.fixture(params=[roster_in_memory, at_pagerduty])
async def rota(request: pytest.FixtureRequest) -> AsyncIterator[RosterWorld]:
    async with request.param() as world:
        yield world


async def test_whoever_is_on_call_is_named_by_address(rota: RosterWorld) -> None:
    rota.has("PSCHED1", ["ana@example.org", "ben@example.org"])

    assert await rota.roster.on_call("PSCHED1") == ("ana@example.org", "ben@example.org")


async def test_nobody_on_call_is_nobody(rota: RosterWorld) -> None:
    rota.has("PSCHED1", [])

    assert await rota.roster.on_call("PSCHED1") == ()


async def test_a_schedule_that_is_not_there_is_refused_by_its_name(rota: RosterWorld) -> None:
    with pytest.raises(Rejected, match="PNONE"):
        await rota.roster.on_call("PNONE")


async def test_a_roster_that_cannot_answer_now(rota: RosterWorld) -> None:
    rota.has("PSCHED1", ["ana@example.org"])
    rota.busy()
    with pytest.raises(Busy) as why:
        await rota.roster.on_call("PSCHED1")
    assert why.value.until > NIGHT

    rota.silent()
    with pytest.raises(Doubt):
        await rota.roster.on_call("PSCHED1")
    assert await rota.roster.on_call("PSCHED1") == ("ana@example.org",)
