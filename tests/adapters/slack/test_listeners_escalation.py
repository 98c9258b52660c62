"""Calling others, answering a page and letting the clocks rest, as typed, pressed and filled in."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.adapters.slack.listeners.table import VERBS
from bot.adapters.slack.parsing import Escalation, Pause, command, escalation, pause
from bot.adapters.store import Store
from bot.domain.errors import Refused
from bot.domain.pieces import Called
from bot.workflows.desk import Desk
from tests.adapters.slack.test_listeners import NOW, Slack, chosen, typed
from tests.adapters.slack.test_views_escalation import TEAM
from tests.fakes import FakeChat, FakeDirectory


@pytest.fixture
async def slack(tmp_path: Path) -> AsyncIterator[Slack]:
    store = await Store.open(f"sqlite+aiosqlite:///{tmp_path / 'muster.db'}", NOW)
    yield Slack(Desk(TEAM, store, FakeChat(), FakeDirectory()))
    await store.close()


def person(user: str) -> dict[str, Any]:
    return {"type": "users_select", "selected_user": user}


def button(said: Mapping[str, Any], label: str) -> dict[str, Any]:
    elements = [e for block in said["blocks"] for e in block.get("elements", ())]
    return next(e for e in elements if e.get("text", {}).get("text") == label)  # type: ignore[no-any-return]


async def called(slack: Slack) -> list[Called]:
    return list((await slack.incident()).called)


# the grammar


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("manager it spreads", Escalation("manager", "it spreads")),
        ("Engineering Manager: it spreads", Escalation("manager", "it spreads")),
        ("engineering manager - it spreads", Escalation("manager", "it spreads")),
        ("to manager, it spreads", Escalation("manager", "it spreads")),
        ("data breach a shell on the web host", Escalation("breach", "a shell on the web host")),
        ("manager", Escalation("manager", "")),
        ("slack:U7 we need a DBA", Escalation("slack:U7", "we need a DBA")),
        ("slack:U7: we need a DBA", Escalation("slack:U7", "we need a DBA")),
        ("next it spreads", Escalation("", "it spreads")),
        ("Next", Escalation("", "")),
        ("it spreads", Escalation("it", "spreads", known=False)),
        ("engineering it spreads", Escalation("engineering", "it spreads", known=False)),
        ("to", Escalation("to", "", known=False)),
    ],
)
def test_whom_and_why(words: str, expected: Escalation) -> None:
    assert escalation(words, TEAM.escalation.find) == expected


def test_a_title_of_many_words_is_found() -> None:
    level = TEAM.escalation.levels[0].model_copy(update={"title": "Head of the people who run the shop at night"})
    team = TEAM.escalation.model_copy(update={"levels": (level,)})
    assert escalation("head of the people who run the shop at night it spreads", team.find).reason == "it spreads"


def test_a_name_that_slack_did_not_make_a_person_is_refused() -> None:
    with pytest.raises(Refused, match="I do not know who @ana is"):
        escalation("@ana we need a DBA", TEAM.escalation.find)


@pytest.mark.parametrize(
    ("words", "minutes", "reason"),
    [
        ("30m vendor is on it", 30, "vendor is on it"),
        ("1h30m: lunch", 90, "lunch"),
        ("1h 30m lunch", 90, "lunch"),
        ("for 30 minutes, the vendor restarts it", 30, "the vendor restarts it"),
        ("1 hour and 15 mins maintenance", 75, "maintenance"),
        ("2 H dinner", 120, "dinner"),
        ("15m", 15, ""),
        ("15m 3 people are on it", 15, "3 people are on it"),
        ("45s 5 minutes of patience", 5.75, "of patience"),
    ],
)
def test_how_long_and_what_for(words: str, minutes: float, reason: str) -> None:
    assert pause(words) == Pause(timedelta(minutes=minutes), reason)


@pytest.mark.parametrize(
    "words", ["vendor is on it", "30 vendor", "m30", "soon", "-5m x", "30mx", "½h x", "9999999m x"]
)
def test_what_is_no_length_of_time_gets_an_example(words: str) -> None:
    with pytest.raises(Refused, match="For example: /incident pause 30m the vendor restarts it"):
        pause(words)


@pytest.mark.parametrize("word", ["can't", "can\u2019t", "cannot", "CANT"])
def test_a_phone_may_bend_the_apostrophe(word: str) -> None:
    found = command(f"{word} no laptop", VERBS.wheres())
    assert VERBS.find(found.verb) is VERBS.find("cant")


# escalating


async def test_one_line_calls_a_level_and_says_why(slack: Slack) -> None:
    await slack.types("declare sev1 checkout is failing")
    said = await slack.types("escalate #1 manager it spreads")
    assert "Engineering Manager is called for #1" in said["text"]
    [call] = await called(slack)
    assert (call.level, call.reason, call.by) == ("manager", "it spreads", "slack:U1")


async def test_a_person_is_called_by_name(slack: Slack) -> None:
    await slack.types("declare sev1 checkout is failing")
    said = await slack.types("escalate #1 <@U7|eli> we need a DBA")
    assert "<@U7> is called for #1" in said["text"]
    assert [call.title for call in await called(slack)] == ["slack:U7"]


@pytest.mark.parametrize(
    ("words", "field", "initial"),
    [("", "target", "manager"), ("breach", "target", "breach"), ("<@U7>", "person", "U7")],
)
async def test_without_a_reason_the_dialog_asks(slack: Slack, words: str, field: str, initial: str) -> None:
    await slack.types("declare sev1 checkout is failing")
    assert await slack.types(f"escalate #1 {words}") == {}
    view = slack.calls.views[-1]
    element = next(b["element"] for b in view["blocks"] if b.get("block_id") == field)
    assert initial in (element.get("initial_user"), element.get("initial_option", {}).get("value"))


async def test_words_that_name_no_level_are_not_lost(slack: Slack) -> None:
    await slack.types("declare sev1 checkout is failing")
    said = await slack.types("escalate #1 it spreads")
    assert "There is no level *it*" in said["text"]
    await slack.presses(button(said, "Engineering Manager"))
    assert [(call.level, call.reason) for call in await called(slack)] == [("manager", "it spreads")]


async def test_the_dialog_calls_the_level_that_was_chosen(slack: Slack) -> None:
    await slack.types("declare sev1 checkout is failing")
    await slack.presses({"action_id": "escalate", "value": f"{(await slack.incident()).id} "})
    values = {"target": chosen("breach"), "person": {"type": "users_select"}, "reason": typed("a shell on the host")}
    assert await slack.submits(slack.calls.views[-1], values) is None
    assert [(call.level, call.reason) for call in await called(slack)] == [("breach", "a shell on the host")]


async def test_a_person_chosen_in_the_dialog_is_called_instead(slack: Slack) -> None:
    await slack.types("declare sev1 checkout is failing")
    await slack.types("escalate #1")
    values = {"target": chosen("manager"), "person": person("U7"), "reason": typed("we need a DBA")}
    assert await slack.submits(slack.calls.views[-1], values) is None
    assert [call.title for call in await called(slack)] == ["slack:U7"]


async def test_a_refusal_stands_under_the_reason(slack: Slack) -> None:
    await slack.types("declare sev1 checkout is failing")
    await slack.types("escalate #1")
    view = slack.calls.views[-1]
    values = {"target": chosen("manager"), "person": {"type": "users_select"}, "reason": typed("it spreads")}
    await slack.submits(view, values, by="U2")
    answer = await slack.submits(view, values, by="U3", id="V2")
    assert "called Engineering Manager at 03:00 UTC" in answer["errors"]["reason"]
    answer = await slack.submits(view, {**values, "reason": typed("  ")}, id="V3")
    assert answer["errors"]["reason"].startswith("Why?")
    assert len(await called(slack)) == 1


# answers to a page


async def test_one_press_says_that_somebody_cannot_come(slack: Slack) -> None:
    await slack.types("declare sev1 checkout is failing")
    await slack.presses({"action_id": "cant", "value": f"{(await slack.incident()).id} "}, by="U2")
    answers = (await slack.incident()).answers
    assert not answers["slack:U2"].coming
    assert "you cannot come" in slack.private[-1]


async def test_typed_it_may_say_why(slack: Slack) -> None:
    await slack.types("declare sev1 checkout is failing")
    await slack.types("can't #1 no laptop here", by="U2")
    assert (await slack.incident()).answers["slack:U2"].reason == "no laptop here"


async def test_one_press_says_that_somebody_is_still_on_it(slack: Slack) -> None:
    await slack.types("declare sev1 checkout is failing")
    press = {"action_id": "still", "value": f"{(await slack.incident()).id} "}
    await slack.presses(press, by="U2")
    assert "You have not acknowledged #1" in slack.private[-1]
    await slack.types("ack #1", by="U2")
    await slack.presses(press, by="U2")
    assert slack.private[-1] == "Good. You are still on #1."


# pausing


async def test_a_pause_in_one_line_and_its_end(slack: Slack) -> None:
    await slack.types("declare sev1 checkout is failing")
    assert "Paused until 03:30 UTC" in (await slack.types("pause #1 30m the vendor restarts it"))["text"]
    incident = await slack.incident()
    assert (incident.paused_until, incident.paused_for) == (NOW + timedelta(minutes=30), "the vendor restarts it")
    assert "go on" in (await slack.types("resume #1"))["text"]
    incident = await slack.incident()
    assert (incident.paused_until, incident.paused_for) == (None, "")


async def test_a_pause_from_the_menu_of_the_card(slack: Slack) -> None:
    await slack.types("declare sev1 checkout is failing")
    choice = {"selected_option": {"value": f"pause {(await slack.incident()).id} "}}
    await slack.presses({"type": "overflow", "action_id": "menu:calls", **choice})
    assert slack.calls.views[-1]["callback_id"] == "ask:pause"
    await slack.submits(slack.calls.views[-1], {"length": chosen("1h"), "reason": typed("the vendor restarts it")})
    assert (await slack.incident()).paused_until == NOW + timedelta(hours=1)


@pytest.mark.parametrize(
    ("words", "told"),
    [("vendor is on it", "How long?"), ("30m", "What do you wait for?"), ("5h lunch", "A pause lasts at most 4h")],
)
async def test_a_pause_that_cannot_be_gets_an_example(slack: Slack, words: str, told: str) -> None:
    await slack.types("declare sev1 checkout is failing")
    said = await slack.types(f"pause #1 {words}")
    assert told in said["text"]
    assert "/incident pause 30m the vendor restarts it" in said["text"]
    assert (await slack.incident()).paused_until is None


# lists


async def test_pages_and_contacts_are_shown(slack: Slack) -> None:
    assert "Cloud &lt;support&gt;" in str((await slack.types("contacts"))["blocks"])
    await slack.types("declare sev1 checkout is failing")
    assert "*Next*" in str((await slack.types("pages #1"))["blocks"])
    assert "Counsel" in str((await slack.types("contacts #1"))["blocks"])
