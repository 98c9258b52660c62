"""What the store keeps of alerts and of evidence, on every engine."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from bot.domain import facts, incident
from bot.domain.alert import Alert
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
