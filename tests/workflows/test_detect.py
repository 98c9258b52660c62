"""The detector's rounds over a real record: what is remembered, who looks, and how long it takes."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.adapters.store import Store
from bot.domain.alert import Alert
from bot.domain.observation import Fault, Reading
from bot.policy import book
from bot.policy.book import Book
from bot.policy.diagnosis import Detector, Diagnosis, Meaning, Probe, Service
from bot.policy.diagnosis import Maintenance as Planned
from bot.workflows.desk import Desk, Gesture
from bot.workflows.detection import detect, maintenance, suspicions
from bot.workflows.detection.lookout import Lookout
from tests.fakes import FakeChat, FakeDirectory, FakeProber
from tests.postgres import Server

NIGHT = datetime(2026, 11, 21, 3, tzinfo=UTC)
EVERY = timedelta(seconds=30)
DOWN = Reading(Fault.REFUSED, "nobody listens on port 8080")
WELL = Reading(Fault.NONE, "200 in 0.1 s")
BLIND = Reading(Fault.BROKEN, "the probe itself broke")


def probe(id: str, service: str | None = "shop", **more: Any) -> Probe:
    faults = {Fault.REFUSED: Meaning(symptom="service_down", grade="critical")}
    return Probe(id=id, title=id.capitalize(), kind="http", service=service, faults=faults, detect=True, **more)


def policy(*probes: Probe, detector: Detector | None = None, planned: Sequence[Planned] = ()) -> Book:
    services = tuple(Service(id=id, title=id.capitalize()) for id in ("shop", "cache"))
    diagnosis = Diagnosis(
        services=services, probes=probes, detector=detector or Detector(), maintenance=tuple(planned)
    )  # fmt: skip
    return replace(book.load("default"), diagnosis=diagnosis)


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    store = await Store.open(f"sqlite:///{tmp_path / 'muster.db'}", NIGHT)
    yield store
    await store.close()


class Night:
    """Rounds, one after the other, over one record."""

    def __init__(self, store: Store, prober: FakeProber, policy: Book) -> None:
        self.prober, self.chat, self.now = prober, FakeChat(), NIGHT
        self.desk = Desk(
            policy, store, self.chat, FakeDirectory(channels={"incidents": "fake:incidents"}), prober=prober
        )
        self.lookout = Lookout(self.desk)

    async def rounds(self, count: int) -> None:
        for _ in range(count):
            await self.lookout.look(self.now)
            self.now += EVERY

    async def alert(self, id: str = "detector:health:service_down") -> Alert | None:
        kept = await self.desk.store.transact(lambda books: books.alerts([id]), self.now)
        return kept[id].alert if id in kept else None

    async def held(self) -> suspicions.Memory:
        return suspicions.read(await self.desk.store.recall(suspicions.NAME))

    async def begun(self, kind: str) -> list[dict[str, Any]]:
        """The runs of that kind that wait to be done."""
        claimed = await self.desk.store.transact(lambda books: books.claim("test", 1000), self.now)  # type: ignore[attr-defined]
        return [dict(run.data) for run in claimed if run.kind == kind]


async def test_two_looks_raise_it_and_two_others_end_it(store: Store) -> None:
    night = Night(store, FakeProber(health=[DOWN, DOWN, DOWN, WELL]), policy(probe("health")))
    await night.rounds(1)
    assert await night.alert() is None
    await night.rounds(1)
    raised = await night.alert()
    assert raised and (raised.firing, raised.since, raised.name) == (True, NIGHT, "Service down")
    assert (raised.source, raised.service, raised.type, raised.grade) == (
        "detector",
        "shop",
        "service_down",
        "critical",
    )
    await night.rounds(2)
    assert (await night.alert()) == raised
    await night.rounds(1)
    over = await night.alert()
    assert over and (over.firing, over.since, over.until) == (False, NIGHT, NIGHT + 4 * EVERY)
    assert (await night.held()).held == {}


async def test_a_restart_forgets_nothing(store: Store) -> None:
    prober = FakeProber(health=[DOWN])
    await Night(store, prober, policy(probe("health"))).rounds(1)
    after = Night(store, prober, policy(probe("health")))
    after.now = NIGHT + EVERY
    await after.rounds(1)
    assert await after.alert()


async def test_of_several_replicas_one_looks_each_round(store: Store) -> None:
    prober = FakeProber()
    replicas = [Night(store, prober, policy(probe("health"))) for _ in range(4)]
    for n in range(10):
        await asyncio.gather(*(each.lookout.look(NIGHT + n * EVERY) for each in replicas))
    assert prober.asked == ["health"] * 10


async def test_replicas_on_one_postgresql_look_once_a_round_and_raise_it_once(postgres: Server) -> None:
    address, prober = postgres.database(), FakeProber(health=[DOWN])
    stores = [await Store.open(address, NIGHT) for _ in range(3)]
    replicas = [Night(store, prober, policy(probe("health"))) for store in stores]
    for n in range(5):
        await asyncio.gather(*(each.lookout.look(NIGHT + n * EVERY) for each in replicas))
    incidents = await stores[0].incidents()
    for store in stores:
        await store.close()
    assert prober.asked == ["health"] * 5
    assert len(incidents) == 1


async def test_a_round_that_nobody_finished_is_taken_over_when_its_time_is_over(store: Store) -> None:
    prober = FakeProber()
    prober.gates["health"] = asyncio.Event()
    dying, living = (Night(store, prober, policy(probe("health"))) for _ in range(2))
    looking = asyncio.create_task(dying.lookout.look(NIGHT))
    while not prober.asked:
        await asyncio.sleep(0)
    await dying.lookout.stop()
    await looking
    due = await detect.cycle(living.desk, NIGHT + EVERY)
    assert prober.asked == ["health"] and due == NIGHT + EVERY + timedelta(seconds=15)
    prober.gates["health"].set()
    await detect.cycle(living.desk, due)
    assert prober.asked == ["health"] * 2


async def test_a_round_that_comes_too_late_changes_nothing(store: Store) -> None:
    """A replica that was asleep while another took its round over."""
    slow = FakeProber(health=[DOWN])
    slow.gates["health"] = asyncio.Event()
    asleep, awake = Night(store, slow, policy(probe("health"))), Night(store, FakeProber(), policy(probe("health")))
    looking = asyncio.create_task(detect.cycle(asleep.desk, NIGHT))
    while not slow.asked:
        await asyncio.sleep(0)
    await detect.cycle(awake.desk, NIGHT + timedelta(minutes=2))
    slow.gates["health"].set()
    await looking
    assert (await awake.held()).held == {}


async def test_a_probe_without_an_address_is_not_asked_and_without_any_nothing_is_written(store: Store) -> None:
    there, nowhere = probe("there", target="here"), probe("nowhere", target="away")
    prober = FakeProber()
    prober.unset = {"away"}
    unset = policy(nowhere)
    targets = book.load("default").diagnosis.targets[:1]
    away = tuple(targets[0].model_copy(update={"id": id}) for id in ("here", "away"))
    night = Night(store, prober, with_targets(unset, away))
    await night.rounds(1)
    assert prober.asked == [] and await store.recall(detect.CLAIM) is None
    night = Night(store, prober, with_targets(policy(there, nowhere), away))
    await night.rounds(1)
    assert prober.asked == ["there"]


def with_targets(policy: Book, targets: Sequence[Any]) -> Book:
    return replace(policy, diagnosis=policy.diagnosis.model_copy(update={"targets": tuple(targets)}))


async def test_what_a_probe_raised_that_is_no_longer_asked_is_over(store: Store) -> None:
    prober = FakeProber(health=[DOWN], ping=[DOWN])
    before = Night(store, prober, policy(probe("health"), probe("ping")))
    await before.rounds(2)
    after = Night(store, prober, policy(probe("ping")))
    after.now = before.now
    await after.rounds(1)
    over, still = await after.alert(), await after.alert("detector:ping:service_down")
    assert over and not over.firing and still and still.firing


async def test_one_probe_that_breaks_keeps_no_other_from_being_heard(store: Store, caplog: Any) -> None:
    prober = FakeProber(health=[DOWN])
    prober.broken = {"ping"}
    night = Night(store, prober, policy(probe("ping"), probe("health")))
    await night.rounds(2)
    assert await night.alert()
    assert {subject for subject, _ in (await night.held()).held} == {"health"}


async def test_a_hundred_that_hang_cost_no_more_than_a_round_and_come_first_in_the_next(store: Store) -> None:
    prober = FakeProber()
    probes = [probe(f"p{n}", time_out="1s") for n in range(100)]
    prober.hangs = {each.id for each in probes}
    night = Night(store, prober, policy(*probes, detector=Detector(every=timedelta(seconds=2), most=20)))
    began = asyncio.get_running_loop().time()
    await night.rounds(1)
    assert asyncio.get_running_loop().time() - began < 2 + 1 + 2
    assert prober.busiest <= 20
    left = (await night.held()).left
    assert 20 <= len(left) < 100
    asked = len(prober.asked)
    prober.hangs = set()
    await night.rounds(1)
    assert set(prober.asked[asked : asked + 20]) <= set(left)
    assert set(prober.asked[asked : asked + len(left)]) == set(left)


async def test_during_maintenance_it_is_quiet_and_afterwards_it_is_raised(store: Store) -> None:
    window = Planned(title="Upgrade", start=NIGHT, end=NIGHT + 4 * EVERY, services=("shop",))
    prober = FakeProber(health=[DOWN], cache=[DOWN])
    night = Night(store, prober, policy(probe("health"), probe("cache", "cache"), planned=[window]))
    await night.rounds(4)
    assert await night.alert() is None
    assert await night.alert("detector:cache:service_down")
    [kept] = suspicions.hushed(await night.held())
    assert kept.symptom.probe == "health"
    assert "Kept quiet: nobody listens" in (await maintenance.listing(night.desk, night.now)).text
    await night.rounds(1)
    raised = await night.alert()
    assert raised and raised.since == NIGHT


async def test_maintenance_by_hand_is_kept_and_ends_by_hand_or_by_itself(store: Store) -> None:
    night = Night(store, FakeProber(health=[DOWN]), policy(probe("health")))
    gesture = Gesture("slack:U1", NIGHT, "d1")
    await maintenance.begin(night.desk, gesture, ("shop",), timedelta(hours=1), "deploying")
    await night.rounds(3)
    assert await night.alert() is None
    await maintenance.end(night.desk, replace(gesture, delivery="d2"), None)
    await night.rounds(1)
    assert await night.alert()
    assert [run["text"] for run in await night.begun("notice")] == [
        "🔧 Shop under maintenance until Sat 21 Nov 04:00 UTC, says slack:U1 (deploying). The detector is quiet.",
        "🔧 The maintenance of Shop is over, says slack:U1.",
    ]


async def test_rounds_that_break_are_told_once_and_that_they_work_again(store: Store, caplog: Any) -> None:
    prober = Torn()
    night = Night(store, prober, policy(probe("health")))
    await night.rounds(10)
    prober.torn = False
    await night.rounds(2)
    told = [run["text"] for run in await night.begun("notice")]
    assert told[0].startswith("The detector could not finish its round (KeyError), so nobody is told")
    assert told[1:] == ["The detector looks at the services again, after 5 min."]


class Torn(FakeProber):
    torn = True

    def sees(self, target: Any) -> bool:
        if self.torn:
            raise KeyError("a bug")
        return True


async def test_when_the_record_cannot_be_written_it_is_told_all_the_same(store: Store, caplog: Any) -> None:
    night = Night(store, FakeProber(), policy(probe("health")))
    night.desk.store.transact, whole = broken(night.desk.store.transact), night.desk.store.transact  # type: ignore[method-assign]
    await night.rounds(3)
    night.desk.store.transact = whole  # type: ignore[method-assign]
    said = [posted.message.text for posted in night.chat.said("fake:incidents")]  # type: ignore[union-attr]
    assert len(said) == 1 and "(RuntimeError)" in said[0] and "secret" not in said[0]
    assert [record.levelname for record in caplog.records] == ["ERROR"] * 3


def broken(transact: Any) -> Any:
    async def refuse(decide: Any, now: datetime) -> Any:
        raise RuntimeError("secret")

    return refuse
