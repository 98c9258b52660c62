"""Where each alert goes: by its group, its rule, what is open, and what has just ended."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from bot.adapters.store import Store
from bot.domain import facts
from bot.domain.alert import Alert
from bot.domain.incident import Incident
from bot.engine.journal import Timer
from bot.policy import book
from bot.policy.alerts import Alerts
from bot.policy.book import Book
from bot.policy.routing import Route, Routing, When
from bot.workflows.access import restricting
from bot.workflows.alerts import intake, offers
from bot.workflows.alerts.belonging import MOST_GROUPS
from bot.workflows.alerts.intake import Taken
from bot.workflows.declare import Order, declare
from bot.workflows.desk import Desk, Gesture
from bot.workflows.lifecycle import Outcome, resolve
from tests.fakes import FakeChat, FakeDirectory
from tests.town import NIGHT

GRAVE = Route(id="grave", do="open", when=When(grades=("high", "critical")))
OFFERED = Route(id="offered", do="offer", when=When(grades=("medium",)))


class House:
    """A desk whose store is real, and a clock in the hand; nothing is carried out."""

    def __init__(self, store: Store, policy: Book) -> None:
        self.desk, self.store, self.now = Desk(policy, store, FakeChat(), FakeDirectory()), store, NIGHT

    def routes(self, *rules: Route, **more: object) -> None:
        routing = Routing(rules=rules, **more)  # type: ignore[arg-type]
        self.desk = replace(self.desk, book=replace(self.desk.book, routing=routing))

    def alert(self, name: str = "Slow", service: str = "api", grade: str = "high", n: int = 1, **more: object) -> Alert:
        said = Alert("am", f"{name}|{service}|{n}", name, True, grade, self.now, service=service)
        return replace(said, **more)  # type: ignore[arg-type]

    async def hears(self, *alerts: Alert) -> Taken:
        return await self.store.transact(lambda books: intake.take(self.desk, books, alerts), self.now)

    async def well(self, *alerts: Alert) -> Taken:
        return await self.hears(*(replace(each, firing=False, until=self.now) for each in alerts))

    def later(self, **length: float) -> datetime:
        self.now += timedelta(**length)
        return self.now

    async def incidents(self) -> list[Incident]:
        """Oldest first."""
        return sorted(await self.store.incidents(open=None), key=lambda i: i.number)  # type: ignore[arg-type]

    async def types(self, id: str) -> list[str]:
        return [fact.event.TYPE for fact in await self.store.facts(id) if "alert" in fact.event.TYPE]

    async def resolves(self, incident: Incident) -> None:
        await resolve(self.desk, Gesture("slack:U1", self.now, f"r{self.now}"), incident.id, Outcome("fix", "mended"))


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    store = await Store.open(f"sqlite:///{tmp_path / 'm.db'}", NIGHT)
    made = House(store, book.load("default"))
    made.routes(GRAVE, OFFERED)
    yield made
    await store.close()


async def test_all_of_one_group_are_one_fact_and_each_is_a_row(house: House) -> None:
    taken = await house.hears(*(house.alert(n=n) for n in range(50)))
    [incident] = await house.incidents()
    assert (taken.new, taken.opened) == (50, (incident.id,))
    assert set(taken.placed.values()) == {incident.id}
    assert await house.types(incident.id) == ["alert_raised"]
    assert len(await house.store.alerts_of(incident.id)) == 50


async def test_a_group_is_well_when_its_last_alert_is(house: House) -> None:
    first, second = house.alert(n=1), house.alert(n=2)
    await house.hears(first, second)
    [incident] = await house.incidents()
    await house.well(first)
    assert await house.types(incident.id) == ["alert_raised"]
    house.later(minutes=1)
    assert (await house.well(second)).cleared == 1
    assert await house.types(incident.id) == ["alert_raised", "alert_cleared"]
    [ended] = (await house.incidents())[0].alerts.values()
    assert ended.cleared_at == house.now


async def test_an_alert_that_fires_again_comes_back_to_its_incident_however_late(house: House) -> None:
    await house.hears(house.alert())
    await house.well(house.alert())
    house.later(hours=5)
    taken = await house.hears(house.alert(n=2), house.alert())
    [incident] = await house.incidents()
    assert (taken.new, taken.opened) == (2, ())
    assert await house.types(incident.id) == ["alert_raised", "alert_cleared", "alert_raised"]
    kept = {each.alert.fingerprint: each.times for each in await house.store.alerts_of(incident.id)}
    assert kept == {"Slow|api|1": 3, "Slow|api|2": 1}


async def test_the_word_of_what_is_well_is_kept_also_without_its_beginning(house: House) -> None:
    assert (await house.well(house.alert())).cleared == 1
    assert await house.incidents() == []
    assert (await house.well(house.alert())).repeated == 1
    assert len((await house.hears(house.alert())).opened) == 1


@pytest.mark.parametrize(("minutes", "incidents"), [(9, 1), (11, 2)])
async def test_other_alerts_join_what_alerts_opened_a_moment_ago(house: House, minutes: int, incidents: int) -> None:
    await house.hears(house.alert())
    house.later(minutes=minutes)
    await house.hears(house.alert("Errors", "web"))
    assert len(await house.incidents()) == incidents


async def test_without_together_each_group_is_an_incident(house: House) -> None:
    house.routes(GRAVE, together="0s")
    await house.hears(house.alert(), house.alert(n=2), house.alert("Errors"))
    await house.hears(house.alert("Errors", n=2))
    assert [len(await house.store.alerts_of(i.id)) for i in await house.incidents()] == [2, 2]


async def test_what_joins_comes_also_to_an_older_incident_of_its_service(house: House) -> None:
    house.routes(replace_do(GRAVE, "join"))
    await house.hears(house.alert())
    house.later(hours=1)
    await house.hears(house.alert("Errors", "api"))
    await house.hears(house.alert("Errors", "web"))
    assert [set(i.alerts) for i in await house.incidents()] == [{"Slow|api", "Errors|api"}, {"Errors|web"}]


def replace_do(route: Route, do: str) -> Route:
    return route.model_copy(update={"do": do})


async def test_people_choose_what_belongs_together(house: House) -> None:
    house.routes(GRAVE.model_copy(update={"by": ("region",)}), together="0s")
    await house.hears(
        house.alert(labels={"region": "eu"}), house.alert("Errors", labels={"region": "eu"}),
        house.alert("Down", labels={"region": "us"}),
    )  # fmt: skip
    assert [list(i.alerts) for i in await house.incidents()] == [["eu"], ["us"]]


async def test_offered_and_recorded_alerts_open_nothing(house: House) -> None:
    taken = await house.hears(house.alert(grade="medium"), house.alert("Chat", grade="info"))
    assert (taken.new, taken.opened, taken.placed) == (2, (), {})
    told = {each.alert.name: each.told for each in (await firing(house))}
    assert told == {"Slow": False, "Chat": True}
    assert await house.store.due("alerts", "offers") == house.now + timedelta(seconds=15)


async def firing(house: House) -> list:  # type: ignore[type-arg]
    return await house.store.transact(lambda books: books.firing(), house.now)


async def test_nobody_hears_of_what_was_only_recorded(house: House) -> None:
    await house.hears(house.alert(grade="info"))
    await house.well(house.alert(grade="info"))
    assert await house.store.due("alerts", "offers") is None


async def test_an_alert_that_grows_graver_is_looked_at_anew(house: House) -> None:
    await house.hears(house.alert(grade="warning"))
    assert await house.incidents() == []
    await house.hears(house.alert(grade="critical"))
    [incident] = await house.incidents()
    assert incident.severity == "sev1"
    assert await firing(house) == []


# how grave, and who is woken


@pytest.mark.parametrize(
    ("grade", "severity"), [("critical", "sev1"), ("FATAL", "sev1"), ("high", "sev2"), ("what?", "sev2")]
)
async def test_the_severity_is_what_the_policy_makes_of_the_grade(house: House, grade: str, severity: str) -> None:
    house.routes(Route(id="all", do="open"))
    await house.hears(house.alert(grade="low", n=2), house.alert(grade=grade))
    assert (await house.incidents())[0].severity == severity


async def test_a_rule_may_say_how_grave_it_is(house: House) -> None:
    house.routes(Route(id="all", do="open", severity="sev4"))
    await house.hears(house.alert(grade="critical"))
    assert (await house.incidents())[0].severity == "sev4"


async def pages(house: House) -> int:
    """Runs that page, waiting to be carried out."""
    claimed = await house.store.transact(lambda bench: bench.claim("test", 100), house.now)
    return sum(run.kind == "page" for run in claimed)


@pytest.mark.parametrize(
    ("rule", "page_from", "paged"), [(None, None, 1), (False, None, 0), (True, "critical", 1), (None, "critical", 0)]
)
async def test_rule_and_alerts_yml_say_whether_it_pages(
    house: House, rule: bool | None, page_from: str | None, paged: int
) -> None:  # fmt: skip
    alerts = Alerts(severities=house.desk.book.alerts.severities, page_from=page_from)
    house.desk = replace(house.desk, book=replace(house.desk.book, alerts=alerts))
    house.routes(GRAVE.model_copy(update={"page": rule}))
    await house.hears(house.alert())
    assert await pages(house) == paged


async def test_what_was_opened_in_silence_pages_when_a_paging_alert_joins(house: House) -> None:
    quiet = Route(id="quiet", do="open", when=When(name=("Slow",)), page=False)
    house.routes(quiet, GRAVE)
    await house.hears(house.alert())
    assert await pages(house) == 0
    await house.hears(house.alert("Errors"))
    assert await pages(house) == 1
    await house.hears(house.alert("More"))
    assert await pages(house) == 0


async def test_a_graver_alert_never_lowers_and_is_not_heard_over_a_person(house: House) -> None:
    await house.hears(house.alert())
    await house.hears(house.alert("Low", grade="high"), house.alert("Top", grade="critical"))
    assert (await house.incidents())[0].severity == "sev1"
    await house.hears(house.alert("Low2", grade="high"))
    [incident] = await house.incidents()
    assert incident.severity == "sev1"
    changed, fact = incident.regrade("sev3", "slack:U1", house.now)
    await house.store.transact(lambda books: books.record(changed, [fact]), house.now)
    await house.hears(house.alert("Top2", grade="critical"))
    assert (await house.incidents())[0].severity == "sev3"


async def test_an_incident_that_a_person_declared_keeps_its_severity(house: House) -> None:
    await declare(house.desk, Gesture("slack:U1", house.now, "d1"), Order("shop is slow", "sev3"))
    [incident] = await house.incidents()
    assert (incident.source, incident.declared_by) == ("manual", "slack:U1")
    await house.hears(house.alert(grade="critical"))
    assert [i.severity for i in await house.incidents()] == ["sev3", "sev1"]


# after the end


@pytest.mark.parametrize(("minutes", "incidents"), [(9, 1), (11, 2)])
async def test_a_new_firing_echoes_for_a_while_and_opens_another_later(
    house: House, minutes: int, incidents: int
) -> None:  # fmt: skip
    await house.hears(house.alert())
    await house.well(house.alert())
    await house.resolves((await house.incidents())[0])
    house.later(minutes=minutes)
    await house.hears(house.alert())
    assert len(await house.incidents()) == incidents
    assert (await house.incidents())[0].over


async def test_what_only_goes_on_firing_after_the_end_opens_nothing(house: House) -> None:
    await house.hears(house.alert())
    await house.resolves((await house.incidents())[0])
    for _ in range(5):
        house.later(minutes=5)
        assert (await house.hears(house.alert())).repeated == 1
    assert len(await house.incidents()) == 1


# how much


async def test_a_storm_makes_no_more_facts_than_groups_that_people_can_read(house: House) -> None:
    for n in range(4):
        await house.hears(*(house.alert(f"Alert{m}", n=n) for m in range(n * 50, n * 50 + 60)))
        house.later(minutes=6)
    [incident] = await house.incidents()
    assert len(incident.alerts) == MOST_GROUPS
    assert (await house.types(incident.id)).count("alert_raised") == MOST_GROUPS
    assert len(await house.store.alerts_of(incident.id)) == 240


async def test_old_alerts_that_are_well_are_forgotten(house: House) -> None:
    house.routes(keep="2d")
    await house.hears(house.alert(n=1), house.alert(n=2))
    await house.well(house.alert(n=1))
    due = await house.store.due("alerts", "alerts_prune")
    assert due == house.now + timedelta(days=1)
    for days, left in ((1, 2), (2, 1)):
        house.later(days=days)
        timer = Timer("alerts_prune", "alerts", house.now, {}, "alerts:prune", timedelta())
        await house.store.transact(lambda books, timer=timer: offers.prune(house.desk, books, timer), house.now)
        known = await house.store.transact(lambda books: books.alerts(["am:Slow|api|1", "am:Slow|api|2"]), house.now)
        assert len(known) == left


async def test_muster_needs_no_person_to_be_behind_an_alert(house: House) -> None:
    await house.hears(house.alert())
    [incident] = await house.incidents()
    by = {fact.by for fact in await house.store.facts(incident.id)}
    assert by == {"muster"}
    assert isinstance((await house.store.facts(incident.id))[0].event, facts.Declared)
    assert incident.source == "monitoring"


async def test_nothing_joins_a_restricted_incident_but_what_it_had_already(house: House) -> None:
    house.routes(replace_do(GRAVE, "join"), OFFERED)
    [id] = (await house.hears(house.alert())).opened
    gesture = Gesture("slack:U1", house.now, "restrict")
    await restricting.restrict(house.desk, gesture, id, "a leak")
    house.later(minutes=1)

    again = await house.hears(house.alert(n=2))
    assert again.opened == () and set(again.placed.values()) == {id}
    beside = await house.hears(house.alert("Down", grade="medium"), house.alert("Gone"))
    [other] = beside.opened
    assert other != id and id not in beside.placed.values()
