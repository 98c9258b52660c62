"""Each verb does what its word in the chat does, and answers with what became true."""

from __future__ import annotations

import asyncio
from typing import Any

import aiohttp
import pytest

from bot.domain import facts
from tests.api import INCIDENTS, ONE, Caller, a_caller
from tests.town import Town


async def test_declaring_answers_with_the_incident_and_where_it_is(town: Town, api: Caller) -> None:
    answer = await api.declares(details="Every third payment ends in a 502.", source="monitoring")

    assert answer.status == 201
    assert answer.message == "#1 is declared: SEV1, checkout is failing. Its room is opening."
    incident = answer.json["incident"]
    assert answer.headers["Location"] == f"{INCIDENTS}/{incident['id']}" == incident["links"]["self"]
    assert (incident["declared_by"], incident["declared_at"]) == ("api:ci", "2026-11-21T03:00:00Z")
    assert incident["people"] == {"api:ci": "ci (by API)"}
    assert (incident["severity"], incident["status"], incident["open"], incident["source"]) == (
        "sev1", "investigating", True, "monitoring",
    )  # fmt: skip
    kinds = [entry["text"] for entry in (await api.gets(f"{ONE}/timeline"))["entries"]]
    assert any("Every third payment" in text for text in kinds)


async def test_the_same_words_a_moment_later_are_the_same_incident(town: Town, api: Caller) -> None:
    await api.declares()
    again = await api.declares()

    assert (again.status, again.json["incident"]["number"]) == (200, 1)
    assert "That is already open as #1" in again.message
    assert (await api.declares(another=True)).json["incident"]["number"] == 2


@pytest.mark.parametrize(
    ("title", "severity", "kept"),
    [("SEV3: mail is slow", "sev3", "mail is slow"), ("1 of 3 replicas is down", "sev2", "1 of 3 replicas is down"),
     ("sev1", "sev2", "sev1"), ("major outage of mail", "sev2", "major outage of mail")],
)  # fmt: skip
async def test_a_title_may_begin_with_the_severity(
    town: Town, api: Caller, title: str, severity: str, kept: str
) -> None:
    """By its own name: other names are words that a title may well begin with."""
    incident = (await api.asks("POST", INCIDENTS, {"title": title})).json["incident"]

    assert (incident["severity"], incident["title"]) == (severity, kept)


VERBS: list[tuple[str, str, Any, str, dict[str, Any]]] = [
    ("POST", "acknowledge", None, "You acknowledged #1.", {"acknowledged_by": "api:ci"}),
    ("POST", "updates", {"state": "Half of it works.", "next_in_minutes": 30}, "Update 1 of #1 is on its way.",
     {"updates": 1, "next_update_at": "2026-11-21T03:30:00Z"}),
    ("POST", "notes", {"text": "The database is slow."}, "Noted on the timeline of #1.", {}),
    ("POST", "status", {"status": "monitoring", "reason": "rolled back"}, "#1 is monitoring now.",
     {"status": "monitoring"}),
    ("POST", "severity", {"severity": "sev2"}, "#1 is SEV2 now.", {"severity": "sev2", "severity_title": "SEV2"}),
    ("PUT", "roles/commander", None, "You are Incident Commander of #1 now.", {"commander": "api:ci"}),
    ("PUT", "roles/commander", {"person": "api:ben"}, "ben (by API) is Incident Commander of #1 now.",
     {"commander": "api:ben"}),
    ("POST", "tasks", {"text": "fail over"}, "Task 1 of #1 is written down.", {}),
    ("PATCH", "impact", {"values": {"summary": "nobody can pay"}}, "The impact of #1 is recorded.", {}),
    ("POST", "resolve", {"summary": "the deploy was reverted", "how": "rollback"}, "#1 is resolved.",
     {"open": False, "resolution": {"how": "rollback", "summary": "the deploy was reverted", "cause": ""}}),
    ("POST", "cancel", {"reason": "it was a test"}, "#1 is cancelled.", {"open": False, "status": "cancelled"}),
    ("POST", "escalate", {"reason": "it spreads"}, "is called for #1.", {}),
]  # fmt: skip


@pytest.mark.parametrize(("method", "way", "body", "said", "stands"), VERBS, ids=lambda each: str(each)[:30])
async def test_a_verb(
    town: Town, api: Caller, method: str, way: str, body: Any, said: str, stands: dict[str, Any]
) -> None:
    await api.declares()
    await town.settle()

    answer = await api.does(way, body, method=method)
    await town.settle()

    assert answer.status == 200, answer.text
    assert said in answer.message
    incident = answer.json["incident"]
    assert {name: incident[name] for name in stands} == stands
    assert await town.troubles() == []


async def test_tasks_are_given_taken_and_finished(town: Town, api: Caller) -> None:
    await api.declares()
    await town.settle()
    ben = f"slack:{town.ben.id}"

    await api.does("tasks", {"text": "fail over"})
    await api.does("tasks", {"text": "write it up", "owner": ben, "later": True})
    taken = await api.does("tasks/1/take")
    finished = await api.does("tasks/1/done")

    assert "with ci (by API) now" in taken.message
    failed_over, written = finished.json["incident"]["tasks"]
    assert (failed_over["owner"], failed_over["done_by"], failed_over["later"]) == ("api:ci", "api:ci", False)
    assert (written["owner"], written["done"], written["later"]) == (ben, False, True)
    assert (await api.does("tasks/9/done")).status == 422
    assert (await api.does("tasks/nine/done")).status == 404


async def test_a_role_is_given_by_address_and_left(town: Town, api: Caller) -> None:
    await api.declares()
    await town.settle()
    address = town.simulator.workspace.users[town.ben.id].email

    given = await api.does("roles/commander", {"person": address}, method="PUT")
    await town.settle()
    left = await api.does("roles/commander", method="DELETE")

    assert given.json["incident"]["commander"] == f"slack:{town.ben.id}"
    assert given.json["incident"]["people"][f"slack:{town.ben.id}"] in given.message
    assert left.json["incident"]["commander"] is None


async def test_it_is_reopened(town: Town, api: Caller) -> None:
    await api.declares()
    await api.does("resolve", {"summary": "reverted"})
    answer = await api.does("reopen", {"reason": "it fails again"})

    assert answer.json["incident"]["open"] is True


async def test_an_incident_is_found_by_id_number_and_name(town: Town, api: Caller) -> None:
    id = (await api.declares()).json["incident"]["id"]

    for word in (id, id.lower(), "1", "%231"):
        assert (await api.gets(f"{INCIDENTS}/{word}"))["id"] == id
    for word in ("2", "nothing", "01JD6M9Z5T8QW3K4XN7RCVB2HE", "%00", "a%2Fb", "9" * 300):
        answer = await api.asks("GET", f"{INCIDENTS}/{word}")
        assert (answer.status, "no incident" in answer.detail) == (404, True)


# lists


async def test_a_list_is_filtered_and_paged(town: Town, api: Caller) -> None:
    for n in range(7):
        await api.declares(f"service {n} is failing", "sev1" if n % 2 else "sev3")
    await api.asks("POST", f"{INCIDENTS}/7/cancel", {"reason": "a test"})

    async def numbers(query: str) -> list[int]:
        return [each["number"] for each in (await api.gets(INCIDENTS + query))["incidents"]]

    assert await numbers("") == [6, 5, 4, 3, 2, 1]
    assert await numbers("?state=ended") == [7]
    assert await numbers("?state=all&severity=sev3") == [7, 5, 3, 1]
    assert await numbers("?search=SERVICE%204") == [5]
    assert await numbers("?status=cancelled&state=all") == [7]
    seen, path = [], f"{INCIDENTS}?limit=2&severity=sev1"
    while path:
        page = await api.gets(path)
        seen.append([each["number"] for each in page["incidents"]])
        path = page["next"]
    assert seen == [[6, 4], [2]]


async def test_a_restricted_incident_is_there_for_insiders_alone(town: Town, api: Caller) -> None:
    await api.declares()
    await town.settle()
    incident = await town.incident()
    await town.muster.store.transact(lambda books: restrict(books, incident.id), town.clock.now())

    stranger = Caller(api.session, api.address, "eve")
    assert (await api.gets(ONE))["visibility"] == "restricted"
    assert (await stranger.gets(f"{INCIDENTS}?state=all"))["incidents"] == []
    for path in ("", "/timeline", "/alerts", "/postmortem"):
        assert (await stranger.asks("GET", ONE + path)).status == 404
    unknown = await stranger.asks("GET", f"{INCIDENTS}/2")
    denied = await stranger.asks("GET", ONE)
    assert denied.text.replace(" 1.", " 2.") == unknown.text
    assert (await stranger.does("notes", {"text": "hello"})).status == 404
    assert (await stranger.asks("GET", f"{INCIDENTS}/{incident.id}")).status == 404


async def test_one_is_declared_for_those_alone_who_work_on_it(town: Town, api: Caller) -> None:
    answer = await api.declares("the ledger was read by a stranger", restricted=True)
    await town.settle()

    assert answer.json["incident"]["visibility"] == "restricted"
    assert (await Caller(api.session, api.address, "eve").asks("GET", ONE)).status == 404
    assert "ledger" not in town.words("incidents")
    assert await town.troubles() == []


async def restrict(books: Any, id: str) -> None:
    incident = await books.incident(id)
    after, fact = incident.witness(facts.VisibilityChanged("open", "restricted"), books.now)
    await books.record(after, [fact])


# what happened


async def test_the_timeline_goes_on_where_it_was_left(town: Town, api: Caller) -> None:
    await api.declares()
    await town.settle()
    begun = await api.gets(f"{ONE}/timeline")
    await api.does("notes", {"text": "first"})
    await api.does("notes", {"text": "second"})

    after = await api.gets(f"{ONE}/timeline?after={begun['cursor']}")
    one = await api.gets(f"{ONE}/timeline?after={begun['cursor']}&limit=1")

    assert begun["entries"][0]["text"].startswith("declared #1 SEV1")
    assert [entry["text"] for entry in after["entries"]] == ["noted: first", "noted: second"]
    assert [entry["number"] for entry in after["entries"]] == [begun["cursor"] + 1, begun["cursor"] + 2]
    assert one["cursor"] == begun["cursor"] + 1
    assert (await api.gets(f"{ONE}/timeline?after=999")) == {"entries": [], "cursor": 999, "people": {}}


async def test_whoever_waits_hears_what_happens_as_it_does(town: Town, api: Caller) -> None:
    await api.declares()
    await town.settle()
    cursor = (await api.gets(f"{ONE}/timeline"))["cursor"]
    loop = asyncio.get_running_loop()
    begun = loop.time()

    waiting = asyncio.create_task(api.gets(f"{ONE}/timeline?after={cursor}&wait=20"))
    await asyncio.sleep(0.1)
    assert not waiting.done()
    await api.does("notes", {"text": "news"})
    heard = await waiting

    assert [entry["text"] for entry in heard["entries"]] == ["noted: news"]
    assert loop.time() - begun < 5


async def test_whoever_waits_does_not_keep_muster_from_stopping(town: Town) -> None:
    loop = asyncio.get_running_loop()
    async with a_caller(town) as api:
        await api.declares()
        await town.settle()
        cursor = (await api.gets(f"{ONE}/timeline"))["cursor"]
        waiting = asyncio.create_task(api.asks("GET", f"{ONE}/timeline?after={cursor}&wait=30"))
        await asyncio.sleep(0.1)
        begun = loop.time()
        assert api.server
        await api.server.stop()
        assert loop.time() - begun < 5
        assert isinstance((await asyncio.gather(waiting, return_exceptions=True))[0], aiohttp.ClientError)


async def test_alerts_the_postmortem_and_who_is_on_call_can_be_read(town: Town, api: Caller) -> None:
    await api.declares()
    await api.does("roles/commander", None, method="PUT")
    await town.settle()

    document = await api.asks("GET", f"{ONE}/postmortem")
    assert document.headers["Content-Type"].startswith("text/markdown")
    assert "checkout is failing" in document.text
    assert "ci (by API)" in document.text and "api:ci" not in document.text
    assert await api.gets(f"{ONE}/alerts") == {"alerts": []}
    assert await api.gets("/api/alerts") == {"groups": []}
    assert isinstance((await api.gets("/api/oncall"))["schedules"], list)
