"""What the store keeps of alerts and of evidence, on every engine."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from bot.domain import facts, incident
from bot.domain.alert import Alert, AlertGroup
from bot.ports import Evidence, KeptAlert

AT = datetime(2026, 11, 21, 3, 0, tzinfo=UTC)
LATE = Alert(
    "am", "f1", "HighLatency", True, "high", AT, service="api", summary="p95 is 3 s", labels={"severity": "high"}
)  # fmt: skip
FIRST = KeptAlert(LATE, "HighLatency|api", "high", None, AT, AT, 1)
LOG = Evidence("01E", "01I", "log", "The last 100 lines", "api.log", "text/plain", "ab" * 32, 5, AT, "slack:U1")


async def declared(store: Any, visibility: str = "open") -> None:
    event = facts.Declared("01I", 1, "api is slow", "sev1", "investigating", "hash", "words", visibility=visibility)
    opened, fact = incident.declare(event, "slack:U1", AT)
    await store.transact(lambda books: books.record(opened, [fact]), AT)


async def keep(store: Any, *alerts: KeptAlert) -> None:
    await store.transact(lambda books: books.keep_alerts(alerts), AT)


async def firing(store: Any, **which: Any) -> Sequence[KeptAlert]:
    found: Sequence[KeptAlert] = await store.transact(lambda books: books.firing(**which), AT)
    return found


async def test_an_alert_is_kept_as_it_came_and_replaced_by_its_next_word(store: Any) -> None:
    await keep(store, FIRST)
    again = replace(FIRST, last=AT + timedelta(minutes=1), times=2)
    await keep(store, again, replace(FIRST, alert=replace(LATE, fingerprint="f2")))
    found = await store.transact(lambda books: books.alerts(["am:f1", "am:f3"]), AT)
    assert found == {"am:f1": again}


async def test_those_that_fire_are_found_by_where_they_belong(store: Any) -> None:
    await declared(store)
    over = replace(LATE, fingerprint="f2", firing=False, until=AT)
    inside = replace(FIRST, alert=replace(LATE, fingerprint="f3"), incident="01I", group="Errors|api")
    await keep(store, FIRST, replace(FIRST, alert=over), inside)
    assert await firing(store) == [FIRST]
    assert await firing(store, incident="01I") == [inside]
    assert await firing(store, group="Errors|api") == [inside]
    assert await store.alerts_of("01I") == [inside]


async def test_ten_thousand_alerts_are_kept_and_known_again(store: Any) -> None:
    many = [replace(FIRST, alert=replace(LATE, fingerprint=f"f{n}")) for n in range(10_000)]
    await keep(store, *many)
    found = await store.transact(lambda books: books.alerts([each.alert.id for each in many]), AT)
    assert len(found) == 10_000


async def test_evidence_is_kept_once_with_its_content(store: Any) -> None:
    await declared(store)
    for content in (b"\x00\xff12", b"other"):
        await store.transact(lambda books, content=content: books.keep_evidence(LOG, content), AT)
    assert await store.evidence_of("01I") == [LOG]
    assert await store.evidence("01E") == (LOG, b"\x00\xff12")
    assert await store.evidence("01X") is None


async def test_whoever_may_not_see_an_incident_sees_nothing_of_it(store: Any) -> None:
    await declared(store, "restricted")
    await keep(store, replace(FIRST, incident="01I"))
    await store.transact(lambda books: books.keep_evidence(LOG, b"12345"), AT)
    assert await store.alerts_of("01I", "slack:U9") == await store.evidence_of("01I", "slack:U9") == []
    assert await store.evidence("01E", "slack:U9") is None
    assert await store.evidence("01E", "slack:U1") is not None


async def groups(store: Any, incident: str | None) -> Sequence[AlertGroup]:
    found: Sequence[AlertGroup] = await store.transact(lambda books: books.alert_groups(incident), AT)
    assert found == await store.alert_groups(incident)
    return found


def one(n: int, *, firing: bool = True, told: bool = False, **more: Any) -> KeptAlert:
    return replace(FIRST, alert=replace(LATE, fingerprint=f"f{n}", firing=firing), told=told, **more)


async def test_groups_are_counted_in_each_incident_and_outside(store: Any) -> None:
    await declared(store)
    later = {"group": "Errors|api", "first": AT + timedelta(minutes=1)}
    await keep(
        store, one(1), one(2, told=True), one(3, firing=False), one(4, firing=False, told=True, **later),
        one(5, firing=False, told=True, group="Old|api"), one(6, incident="01I"), one(7, **later),
    )  # fmt: skip
    slow, errors = await groups(store, None)
    assert (slow.id, slow.count, slow.firing, slow.new, slow.well) == ("HighLatency|api", 3, 2, 1, 1)
    assert (slow.alert.fingerprint, slow.alert.firing, slow.grade) == ("f1", True, "high")
    assert (errors.id, errors.count, errors.new, errors.alert.fingerprint) == ("Errors|api", 1, 1, "f7")
    [inside] = await groups(store, "01I")
    assert (inside.id, inside.count, inside.firing, inside.alert.fingerprint) == ("HighLatency|api", 1, 1, "f6")


async def test_an_alert_that_fires_stands_for_its_group(store: Any) -> None:
    await declared(store)
    await keep(store, one(1, firing=False, incident="01I"), one(2, incident="01I"))
    [group] = await groups(store, "01I")
    assert (group.alert.fingerprint, group.count) == ("f2", 2)


async def test_told_is_told_in_one_place_only(store: Any) -> None:
    await declared(store)
    await keep(store, one(1), one(2, incident="01I"))
    await store.transact(lambda books: books.tell_alerts("01I"), AT)
    assert ([g.new for g in await groups(store, "01I")], [g.new for g in await groups(store, None)]) == ([0], [1])
    await store.transact(lambda books: books.tell_alerts(None), AT)
    assert [g.new for g in await groups(store, None)] == [0]


async def test_what_fires_of_a_group_is_known_and_moves_as_a_whole(store: Any) -> None:
    await declared(store)
    await keep(store, one(1), one(2), one(3, firing=False, told=True), one(4, group="Other|api"))

    async def asked(books: Any) -> Any:
        return await books.groups_firing("01I", ["HighLatency|api", "Other|api", *(f"g{n}" for n in range(600))])

    assert await store.transact(asked, AT) == set()
    assert await store.transact(lambda books: books.move_alerts("HighLatency|api", "01I"), AT) == 2
    assert await store.transact(asked, AT) == {"HighLatency|api"}
    assert [kept.alert.fingerprint for kept in await store.alerts_of("01I")] == ["f1", "f2"]


async def test_only_what_is_well_and_old_and_outside_is_forgotten(store: Any) -> None:
    await declared(store)
    old = {"last": AT - timedelta(days=3)}
    await keep(store, one(1, **old), one(2, firing=False, **old), one(3, firing=False), one(4, firing=False,
               incident="01I", **old))  # fmt: skip
    assert await store.transact(lambda books: books.forget_alerts(AT - timedelta(days=1)), AT) == 1
    ids = [f"am:f{n}" for n in range(1, 5)]
    assert set(await store.transact(lambda books: books.alerts(ids), AT)) == {"am:f1", "am:f3", "am:f4"}


async def test_nobody_counts_the_alerts_of_an_incident_that_they_may_not_see(store: Any) -> None:
    await declared(store, "restricted")
    await keep(store, one(1, incident="01I"))
    assert await store.alert_groups("01I", "slack:U9") == []
    assert len(await store.alert_groups("01I", "slack:U1")) == 1
