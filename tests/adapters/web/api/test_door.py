"""Who is let in, what is wrong with a request, and that a key stands for one request."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.exc import OperationalError

from bot.policy.permissions import Permissions, Rule
from tests.api import INCIDENTS, ONE, TOKEN, Caller, a_caller
from tests.town import Town, a_town

BEARER = {"Authorization": f"Bearer {TOKEN}"}

# who may


@pytest.mark.parametrize("said", [
    None, "", "Bearer", "Bearer ", f"Bearer {TOKEN}x", f"Bearer {TOKEN[:-1]}", f"Basic {TOKEN}", TOKEN, "Bearer \xff",
])  # fmt: skip
async def test_without_the_token_nothing_is_said_or_done(town: Town, api: Caller, said: str | None) -> None:
    headers = {} if said is None else {"Authorization": said}

    for method, path in (("GET", INCIDENTS), ("POST", INCIDENTS), ("GET", "/api/nowhere"), ("GET", f"{ONE}?token=x")):
        answer = await api.asks(method, path, {"title": "x"}, headers=headers)
        assert answer.status == 401
        assert "MUSTER_API_TOKEN" in answer.detail and TOKEN not in answer.text
        assert answer.headers["WWW-Authenticate"].startswith("Bearer")
    assert (await api.asks("GET", f"{INCIDENTS}?token={TOKEN}", headers={})).status == 401
    assert await town.muster.store.incidents() == []


async def test_without_a_token_of_its_own_the_api_is_off_and_says_so(town: Town) -> None:
    async with a_caller(town, token="") as api:
        for headers in ({}, {"Authorization": "Bearer "}, BEARER):
            answer = await api.asks("GET", INCIDENTS, headers=headers)
            assert (answer.status, answer.json["type"]) == (404, "/docs#problems-off")
            assert "The API is off" in answer.detail
        assert (await api.asks("GET", "/docs", headers={})).status == 200


async def test_the_token_reaches_no_log_and_no_answer(
    town: Town, api: Caller, caplog: pytest.LogCaptureFixture
) -> None:  # fmt: skip
    caplog.set_level(logging.DEBUG)
    await api.declares()
    await api.asks("GET", INCIDENTS, headers={"Authorization": "Bearer wrong-secret"})

    assert TOKEN not in caplog.text and "wrong-secret" not in caplog.text


@pytest.mark.parametrize(("said", "is_"), [
    ("ana", "api:ana"), ("api:ana", "api:ana"), (" ana.lopez ", "api:ana.lopez"), (None, "api:token"),
])  # fmt: skip
async def test_who_asks(town: Town, api: Caller, said: str | None, is_: str) -> None:
    named = {"X-Muster-Actor": said} if said is not None else {}
    answer = await api.asks("POST", INCIDENTS, {"title": "it fails"},
                            headers={**BEARER, **named, "Content-Type": "application/json"})  # fmt: skip

    assert answer.json["incident"]["declared_by"] == is_


@pytest.mark.parametrize("said", ["two words", "slack:U1", "v2", "9", "a" * 60, "muster/", "<@U1>", "\xe9", "-"])
async def test_a_name_that_will_not_do(town: Town, api: Caller, said: str) -> None:
    answer = await api.asks("GET", INCIDENTS, headers={**BEARER, "X-Muster-Actor": said})

    assert (answer.status, "X-Muster-Actor" in answer.detail) == (400, True)


async def test_the_permissions_of_the_policy_hold(town: Town) -> None:
    book = town.muster.desk.book
    rule = Rule(commands=("resolve", "list"), open=("lead",), restricted=("lead",))
    narrower = replace(book, permissions=Permissions(rules=(rule,)))
    async with a_caller(town, book=narrower) as api:
        await api.declares()
        refused = await api.does("resolve", {"summary": "reverted"}, key="end-it")
        listing = await api.asks("GET", INCIDENTS)
        await api.does("roles/commander", method="PUT")
        allowed = await api.does("resolve", {"summary": "reverted"}, key="end-it")

    for answer in (refused, listing):
        assert (answer.status, answer.json["type"]) == (403, "/docs#problems-not-permitted")
    assert "Ask one of them to do it" in refused.detail
    assert "denied" in [line.kind for line in await town.timeline()]
    assert (allowed.status, allowed.json["incident"]["open"]) == (200, False)


# what is wrong


HOSTILE: list[tuple[bytes, int, str]] = [
    (b"{", 400, "no JSON"),
    (b"\xff\xfe", 400, "no JSON"),
    (b"[" * 60_000, 400, "no JSON"),
    (b"[]", 422, "an object"),
    (b'"title"', 422, "an object"),
    (b"", 422, "title: This is needed."),
    (b"{}", 422, "title: This is needed."),
    (b'{"title": ""}', 422, "title: This must not be empty."),
    (b'{"title": "   "}', 422, "title: This must not be empty."),
    (b'{"title": 5}', 422, "title: This must be text."),
    (b'{"title": "a\\u0000b"}', 422, "title: This holds characters that are no text."),
    (b'{"title": "a\\ud800b"}', 422, "title: This holds characters that are no text."),
    (b'{"title": "a\\u001b[31m"}', 422, "title: This holds characters that are no text."),
    (json.dumps({"title": "x" * 301}).encode(), 422, "title: This may have 300 characters at most."),
    (b'{"title": "x", "colour": "red"}', 422, "colour: There is no such field."),
    (b'{"title": "x", "severity": "sev9"}', 422, "There is no severity *sev9*. This team uses"),
    (b'{"title": "x", "source": "rumour"}', 422, "source: Right would be 'manual'"),
    (b'{"title": "x", "another": "perhaps"}', 422, "another: This must be true or false."),
]  # fmt: skip


@pytest.mark.parametrize(("body", "status", "said"), HOSTILE, ids=lambda each: str(each)[:24])
async def test_a_body_that_will_not_do(town: Town, api: Caller, body: bytes, status: int, said: str) -> None:
    answer = await api.asks("POST", INCIDENTS, body)

    assert (answer.status, said in answer.detail) == (status, True), answer.text
    for field, sentence in answer.json.get("errors", {}).items():
        assert f"{field}: {sentence}" in answer.detail
    assert await town.muster.store.incidents(open=None) == []


async def test_what_people_type_is_text_and_nothing_else(town: Town, api: Caller) -> None:
    typed = "<!channel> & *bold* slack:S1 `x` \u202e\U0001f525 '; DROP TABLE incidents; --"
    answer = await api.declares(typed)
    await town.settle()

    assert answer.json["incident"]["title"] == typed
    assert town.ringing() == []
    [room] = town.rooms()
    assert "<!channel>" not in town.card(room).words


async def test_a_body_is_bounded_and_is_json(town: Town, api: Caller) -> None:
    large = json.dumps({"title": "x", "details": "y" * 70_000}).encode()
    assert (await api.asks("POST", INCIDENTS, large)).status == 413
    for kind in ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"):
        answer = await api.asks("POST", INCIDENTS, b'{"title": "x"}', headers={**BEARER, "Content-Type": kind})
        assert (answer.status, "Content-Type" in answer.detail) == (415, True)
    headers = {**BEARER, "Content-Type": "application/json; charset=utf-8"}
    assert (await api.asks("POST", INCIDENTS, b'{"title": "x"}', headers=headers)).status == 201


async def test_what_stands_after_the_question_mark_is_checked(town: Town, api: Caller) -> None:
    for query in ("limit=0", "limit=many", "state=half", "colour=red", "before=-1", f"before={10**30}"):
        answer = await api.asks("GET", f"{INCIDENTS}?{query}")
        assert (answer.status, query.partition("=")[0] in answer.json["errors"]) == (422, True)
    await api.declares()
    assert (await api.asks("GET", f"{ONE}/timeline?wait=31")).status == 422


async def test_an_address_that_is_not_there(town: Town, api: Caller) -> None:
    assert (await api.asks("GET", "/api/nothing")).status == 404
    answer = await api.asks("PUT", INCIDENTS)
    assert (answer.status, answer.headers["Allow"], answer.detail) == (405, "GET, POST", "There one can GET, POST.")


async def test_refusals_are_sentences_with_names(town: Town, api: Caller) -> None:
    await api.declares()
    await town.settle()
    await api.does("acknowledge")
    later = await Caller(api.session, api.address, "ben").does("acknowledge")
    unknown = await api.does("status", {"status": "nowhere"})
    gone = await api.does("roles/king", method="PUT")

    assert (later.status, later.detail) == (409, "ci (by API) acknowledged it at 03:00 UTC.")
    assert (unknown.status, "This team uses" in unknown.detail) == (422, True)
    assert (gone.status, "There is no role *king*" in gone.detail) == (422, True)


async def test_a_person_whom_nobody_knows(town: Town, api: Caller) -> None:
    await api.declares()
    await town.settle()
    for person, status in (("nobody@nowhere.test", 422), ("just a word", 422), ("api:v2", 422)):
        answer = await api.does("roles/commander", {"person": person}, method="PUT")
        assert answer.status == status, answer.text
    town.simulator.faults.refuse(True)
    town.let_down = True
    answer = await api.does("roles/commander", {"person": "unheard@of.test"}, method="PUT")
    town.simulator.faults.refuse(False)
    assert (answer.status, "chat does not say" in answer.detail) == (503, True)


async def test_impact_is_refused_by_field(town: Town, api: Caller) -> None:
    await api.declares()
    fields = town.muster.desk.book.impact.fields
    numbers = [field.id for field in fields if field.kind == "number"]
    for id in numbers[:1]:
        answer = await api.does("impact", {"values": {id: "a lot"}}, method="PATCH")
        assert (answer.status, list(answer.json["errors"])) == (422, [id])


async def test_what_cannot_be_written_down_is_to_be_sent_again(
    town: Town, api: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:  # fmt: skip
    async def full(*_: object) -> None:
        raise OperationalError("INSERT", {}, Exception("database or disk is full"))

    with monkeypatch.context() as broken:
        broken.setattr(town.muster.store, "_transact", full)
        answer = await api.asks("POST", INCIDENTS, {"title": "it fails"}, key="k1")
    assert (answer.status, answer.headers["Retry-After"]) == (503, "10")
    assert "cannot write" in answer.detail and "disk" not in answer.text
    assert answer.headers["Idempotency-Key"] == "k1"
    assert (await api.asks("POST", INCIDENTS, {"title": "it fails"}, key="k1")).status == 201
    town.errors.clear()


# a key stands for one request


async def test_the_same_key_is_answered_as_before(town: Town, api: Caller) -> None:
    body = {"title": "it fails", "severity": "sev2"}
    first = await api.asks("POST", INCIDENTS, body, key="deploy-4711")
    again = await api.asks("POST", INCIDENTS, b'{ "severity":"sev2",\n"title" : "it fails" }', key="deploy-4711")
    await town.restarts()
    async with a_caller(town) as later:
        after = await later.asks("POST", INCIDENTS, body, key="deploy-4711")

    assert {(each.status, each.message, each.json["incident"]["id"]) for each in (first, again, after)} == {
        (201, first.message, first.json["incident"]["id"])
    }
    assert first.headers["Idempotency-Key"] == "deploy-4711"
    assert len(await town.muster.store.incidents()) == 1


@pytest.mark.parametrize("other", [
    {"title": "it fails", "severity": "sev1"}, {"title": "another"}, {"title": "it fails", "details": "more"},
])  # fmt: skip
async def test_the_same_key_with_something_else_is_refused(town: Town, api: Caller, other: dict[str, Any]) -> None:
    await api.asks("POST", INCIDENTS, {"title": "it fails"}, key="k")
    answer = await api.asks("POST", INCIDENTS, other, key="k")
    elsewhere = await api.does("notes", {"text": "it fails"}, key="k")
    somebody = await Caller(api.session, api.address, "eve").asks("POST", INCIDENTS, {"title": "it fails"}, key="k")

    for refused in (answer, elsewhere, somebody):
        assert (refused.status, refused.json["type"]) == (422, "/docs#problems-key-reused")
    assert len(await town.muster.store.incidents()) == 1


async def test_every_verb_heeds_its_key(town: Town, api: Caller) -> None:
    await api.declares()
    await town.settle()
    for way, body in (("acknowledge", None), ("notes", {"text": "x"}), ("updates", {"state": "y"}),
                      ("tasks", {"text": "z"}), ("resolve", {"summary": "s"})):  # fmt: skip
        before = (await town.incident()).version
        answers = [await api.does(way, body, key=f"key-{way}") for _ in range(3)]
        assert {answer.status for answer in answers} == {200}
        assert len({answer.message for answer in answers}) == 1
        await town.settle()
        kinds = [line.kind for line in await town.timeline()]
        assert (await town.incident()).version > before
    counted = {kind: kinds.count(kind) for kind in ("acknowledged", "noted", "updated", "task_added", "resolved")}
    assert counted["resolved"] == counted["acknowledged"] == counted["noted"] == counted["updated"] == 1
    [room] = town.rooms()
    assert sum("noted: x" in message.text for message in town.heard(room)) == 1


async def test_a_key_that_will_not_do(town: Town, api: Caller) -> None:
    for key in ("k" * 201, "two words", "schl\xfcssel"):
        answer = await api.asks("POST", INCIDENTS, {"title": "x"}, key=key)
        assert (answer.status, "Idempotency-Key" in answer.detail) == (400, True)
    generated = await api.asks("POST", INCIDENTS, {"title": "x"})
    assert len(generated.headers["Idempotency-Key"]) == 26


@pytest.fixture(params=["sqlite", "postgresql"])
async def crowded(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Town]:
    database = request.getfixturevalue("postgres").database() if request.param == "postgresql" else ""
    async with a_town(tmp_path, database=database) as town:
        yield town


async def test_fifty_at_once_with_one_key_are_one_incident(crowded: Town) -> None:
    async with a_caller(crowded) as api:
        body = {"title": "it fails", "severity": "sev1"}
        answers = await asyncio.gather(*(api.asks("POST", INCIDENTS, body, key="one") for _ in range(50)))
        await crowded.settle()

    assert {answer.status for answer in answers} == {201}
    assert len({answer.json["incident"]["id"] for answer in answers}) == 1
    assert len(await crowded.muster.store.incidents(open=None)) == 1
    assert len(crowded.rooms()) == 1
