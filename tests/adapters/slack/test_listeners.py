"""What comes in through Bolt, over the real store and workflows; only Slack itself is played."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse

from bot.adapters.slack import connect
from bot.adapters.slack.identity import Identity
from bot.adapters.slack.listeners.edge import NOT_SHOWN, NOT_WRITTEN, Listeners
from bot.adapters.slack.listeners.errands import Errands
from bot.adapters.slack.listeners.table import VERBS
from bot.adapters.slack.views.dialogs.fields import VALUE
from bot.adapters.store import Store
from bot.domain.incident import Incident
from bot.engine.clock import StoppedClock
from bot.engine.outcomes import Rejected
from bot.messages import Sentence
from bot.policy import book
from bot.simulator.blocks import check_message
from bot.simulator.view_rules import check_view
from bot.workflows.desk import Desk
from tests.fakes import FakeChat, FakeDirectory

NOW = datetime(2026, 11, 21, 3, 0, tzinfo=UTC)
HOOK = "https://hooks.slack.test/1"


class Calls:
    """Takes the calls that open dialogs and bring them up to date."""

    def __init__(self) -> None:
        self.views: list[dict[str, Any]] = []
        self.failure: Exception | None = None

    async def call(self, method: str, **arguments: Any) -> dict[str, Any]:
        assert method in ("views.open", "views.update")
        if self.failure:
            raise self.failure
        check_view(arguments["view"], "modal")
        self.views.append(arguments["view"])
        return {"ok": True}


class Nobody:
    known: Identity | None = None


class Slack:
    """People's gestures, as payloads, each until all that it started is done."""

    def __init__(self, desk: Desk) -> None:
        self.desk, self.calls, self.errands, self.count = desk, Calls(), Errands(), 0
        clock = StoppedClock(NOW)
        listeners = Listeners(desk, self.calls, clock, VERBS, self.errands)  # type: ignore[arg-type]
        self.bolt = connect.build_bolt(listeners, Nobody())

    async def send(self, body: dict[str, Any]) -> BoltResponse:
        body |= {"team": {"id": "T1"}, "team_id": "T1", "api_app_id": "A1"}
        answer = await self.bolt.async_dispatch(AsyncBoltRequest(mode="socket_mode", body=body))
        await self.errands.settle()
        return answer

    async def types(self, text: str, by: str = "U1", place: str = "C1", trigger: str | None = None) -> dict[str, Any]:
        self.count += 1
        answer = await self.send({
            "command": "/incident", "text": text, "user_id": by, "channel_id": place, "response_url": HOOK,
            "trigger_id": trigger or f"trigger{self.count}",
        })  # fmt: skip
        assert answer.status == 200
        said: dict[str, Any] = json.loads(answer.body) if answer.body else {}
        if said.get("blocks"):
            check_message(said["blocks"])
        return said

    async def presses(self, action: dict[str, Any], by: str = "U1", ts: str = "1.2") -> BoltResponse:
        self.count += 1
        kind = {"type": "button", "block_id": "b", "action_ts": str(self.count)}
        return await self.send({
            "type": "block_actions", "user": {"id": by}, "trigger_id": f"trigger{self.count}", "response_url": HOOK,
            "channel": {"id": "C1"}, "container": {"type": "message", "message_ts": ts, "channel_id": "C1"},
            "actions": [{**kind, **action}],
        })  # fmt: skip

    async def presses_in(self, view: dict[str, Any], action: str, value: str = "- ", by: str = "U1") -> BoltResponse:
        """A button inside a dialog."""
        self.count += 1
        element = {"type": "button", "block_id": "classify", "action_ts": str(self.count)}
        return await self.send({
            "type": "block_actions", "user": {"id": by}, "trigger_id": f"trigger{self.count}",
            "container": {"type": "view", "view_id": "V1"},
            "view": {**view, "id": "V1", "hash": "h", "state": {"values": {}}},
            "actions": [{**element, "action_id": action, "value": value}],
        })  # fmt: skip

    async def submits(self, view: dict[str, Any], values: dict[str, Any], by: str = "U1", id: str = "V1") -> Any:
        state = {name: {VALUE: element} for name, element in values.items()}
        filled = {**view, "id": id, "hash": "h", "state": {"values": state}}
        answer = await self.send({"type": "view_submission", "user": {"id": by}, "view": filled})
        assert answer.status == 200
        return json.loads(answer.body) if answer.body else None

    @property
    def private(self) -> list[str]:
        chat = self.desk.chat
        assert isinstance(chat, FakeChat)
        return [m.text for _, m in chat.answers if isinstance(m, Sentence)]

    async def incident(self, number: int = 1) -> Incident:
        found = await self.desk.store.incident_numbered(number)
        assert found
        return found


@pytest.fixture
async def slack(tmp_path: Path) -> AsyncIterator[Slack]:
    store = await Store.open(f"sqlite+aiosqlite:///{tmp_path / 'muster.db'}", NOW)
    yield Slack(Desk(book.load("default"), store, FakeChat(), FakeDirectory()))
    await store.close()


def typed(text: str) -> dict[str, Any]:
    return {"type": "plain_text_input", "value": text}


def chosen(value: str) -> dict[str, Any]:
    return {"type": "static_select", "selected_option": {"value": value}}


# commands


async def test_one_line_declares(slack: Slack) -> None:
    said = await slack.types("declare sev1 checkout is &lt;failing&gt; for <@U2|ben>")
    incident = await slack.incident()
    assert incident.title == "checkout is <failing> for slack:U2"
    assert incident.severity == "sev1"
    assert incident.declared_by == "slack:U1"
    assert "#1 is declared" in said["text"]
    assert "<@U2>" in said["text"]


async def test_the_same_delivery_declares_once(slack: Slack) -> None:
    first = await slack.types("declare checkout is failing", trigger="t")
    second = await slack.types("declare checkout is failing", trigger="t")
    assert first == second
    assert len(await slack.desk.store.incidents()) == 1


async def test_the_same_words_again_offer_another(slack: Slack) -> None:
    await slack.types("declare checkout is failing")
    said = await slack.types("declare checkout is failing")
    assert "already open as #1" in said["text"]
    await slack.presses(said["blocks"][-1]["elements"][0])
    assert (await slack.incident(2)).title == "checkout is failing"


async def test_nothing_but_the_command_opens_the_dialog(slack: Slack) -> None:
    assert await slack.types("") == {}
    assert slack.calls.views[0]["callback_id"] == "ask:declare"


async def test_an_unknown_severity_loses_no_words(slack: Slack) -> None:
    said = await slack.types("declare sev9 checkout is failing")
    assert "There is no severity *sev9*. This team uses sev1, sev2, sev3, sev4." in said["text"]
    await slack.presses(said["blocks"][-1]["elements"][2])
    incident = await slack.incident()
    assert (incident.title, incident.severity) == ("checkout is failing", "sev3")


async def test_a_misspelt_verb_loses_no_words(slack: Slack) -> None:
    await slack.types("declare checkout is failing")
    said = await slack.types("updaet #1 the database is failing over")
    assert "Did you mean update?" in said["text"]
    meant, declare = said["blocks"][-1]["elements"]
    await slack.presses(meant)
    incident = await slack.incident()
    assert incident.update
    assert incident.update.state == "the database is failing over"
    await slack.presses(declare)
    assert "the database is failing over" in (await slack.incident(2)).title


async def test_a_sentence_without_a_verb_can_be_declared(slack: Slack) -> None:
    said = await slack.types("everything burns")
    await slack.presses(said["blocks"][-1]["elements"][-1])
    assert (await slack.incident()).title == "everything burns"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ack #1", "You acknowledged #1"),
        ("status #1", "checkout is failing"),
        ("status #1 mitigating we rolled back", "mitigating"),
        ("severity #1 sev2 fewer people", "SEV2"),
        ("severity sev2 #1", "SEV2"),
        ("update #1 half of it works", "Update 1 of #1"),
        ("note #1 the pool is empty", "Noted"),
        ("timeline #1", "Timeline"),
        ("task #1 <@U2> fail over", "Task 1"),
        ("task #1", "Tasks of #1"),
        ("role #1", "Roles of #1"),
        ("role #1 commander", "You are Incident Commander"),
        ("role #1 commander <@U2|ben>", "<@U2> is Incident Commander"),
        ("role #1 king", "There is no role"),
        ("role #1 commander ben", "A person is named with @"),
        ("task #1 done 9", "It has no tasks yet"),
        ("checklist #1", "of 7 done"),
        ("checklist #1 done 99", "numbered 1 to 7"),
        ("resolve #1 rollback the deploy was reverted", "resolved"),
        ("cancel #1 a test", "cancelled"),
        ("status #1 wonky", "There is no status *wonky*"),
        ("list", "1 open incident"),
        ("help", "/incident can do"),
        ("ack #7", "There is no incident"),
        ("ack", "Which incident?"),
        ("retry #1", "Nothing of #1 is waiting"),
        ("snooze #1", "Snoozed"),
        ("room #1", "room"),
        ("postmortem #1", "#1"),
    ],
)
async def test_what_a_command_answers(slack: Slack, text: str, expected: str) -> None:
    await slack.types("declare sev1 checkout is failing")
    said = await slack.types(text)
    assert expected in said["text"]


@pytest.mark.parametrize("verb", ["update", "note", "resolve", "severity", "reopen", "cancel"])
async def test_a_verb_without_words_opens_its_dialog(slack: Slack, verb: str) -> None:
    await slack.types("declare sev1 checkout is failing")
    assert await slack.types(f"{verb} #1") == {}
    assert slack.calls.views[-1]["callback_id"] == f"ask:{verb}"
    assert json.loads(slack.calls.views[-1]["private_metadata"])["hook"] == HOOK


async def test_a_severity_instead_of_a_verb_is_asked_about(slack: Slack) -> None:
    said = await slack.types("sev1 checkout is failing")
    await slack.presses(said["blocks"][-1]["elements"][0])
    incident = await slack.incident()
    assert (incident.title, incident.severity) == ("checkout is failing", "sev1")
    said = await slack.types("sev3 #1")
    await slack.presses(said["blocks"][-1]["elements"][1])
    assert (await slack.incident()).severity == "sev3"


# buttons and menus


async def test_a_click_is_answered_privately(slack: Slack) -> None:
    await slack.types("declare sev1 checkout is failing")
    incident = await slack.incident()
    answer = await slack.presses({"action_id": "ack", "value": f"{incident.id} "}, by="U2")
    assert answer.status == 200
    assert not answer.body
    assert (await slack.incident()).acknowledged_by == "slack:U2"
    assert slack.private == ["You acknowledged #1."]


async def test_whoever_takes_command_second_is_told_who_was_faster(slack: Slack) -> None:
    await slack.types("declare sev1 checkout is failing")
    action = {"action_id": "role:take", "value": f"{(await slack.incident()).id} commander"}
    await slack.presses(action, by="U2")
    await slack.presses(action, by="U3")
    assert (await slack.incident()).roles == {"commander": "slack:U2"}
    assert "slack:U2 was faster" in slack.private[-1]


@pytest.mark.parametrize(
    ("said", "shown"),
    [("status {} mitigating", ("mitigating", "sev1")), ("severity {} sev3", ("investigating", "sev3"))],
)
async def test_one_choice_in_a_menu_does_it(slack: Slack, said: str, shown: tuple[str, str]) -> None:
    await slack.types("declare sev1 checkout is failing")
    value = said.format((await slack.incident()).id)
    await slack.presses({"type": "static_select", "action_id": "menu:x", "selected_option": {"value": value}})
    incident = await slack.incident()
    assert (incident.status, incident.severity) == shown


async def test_resolved_in_the_menu_asks_how(slack: Slack) -> None:
    await slack.types("declare sev1 checkout is failing")
    value = f"status {(await slack.incident()).id} resolved"
    await slack.presses({"type": "static_select", "action_id": "menu:status", "selected_option": {"value": value}})
    assert slack.calls.views[-1]["callback_id"] == "ask:resolve"
    assert not (await slack.incident()).over


async def test_a_tick_needs_no_words(slack: Slack) -> None:
    await slack.types("declare sev1 checkout is failing")
    value = f"{(await slack.incident()).id} impact"
    await slack.presses({"action_id": "checklist:tick", "value": value})
    assert "impact" in (await slack.incident()).ticks
    assert slack.private == []
    await slack.presses({"action_id": "checklist:tick", "value": value}, by="U2")
    assert "slack:U1 ticked that" in slack.private[-1]


@pytest.mark.parametrize("action", [{"action_id": "unknown", "value": "x"}, {"action_id": "menu:status"}])
async def test_a_strange_click_is_acknowledged(slack: Slack, action: dict[str, Any]) -> None:
    assert (await slack.presses(action)).status == 200


async def test_the_private_answer_falls_back_to_a_direct_message(slack: Slack) -> None:
    await slack.types("declare sev1 checkout is failing")
    chat = slack.desk.chat
    assert isinstance(chat, FakeChat)
    chat.fails("answer", Rejected("It came too late."))
    due_before = await slack.desk.store.next_due()  # type: ignore[attr-defined]
    await slack.presses({"action_id": "ack", "value": f"{(await slack.incident()).id} "})
    assert slack.private == []
    assert due_before is not None


async def test_gestures_are_told_apart_although_the_server_repeats_its_trigger_and_time(slack: Slack) -> None:
    await slack.types("declare sev1 checkout is failing")
    said = {"command": "/incident", "user_id": "U1", "channel_id": "C1", "text": "note #1 it fails"}
    before = (await slack.incident()).version
    for hook in ("1", "2", "2"):
        await slack.send({**said, "trigger_id": "1.1", "response_url": f"{HOOK}{hook}"})
    assert (await slack.incident()).version == before + 2


async def test_a_dialog_that_does_not_open_is_said(slack: Slack) -> None:
    slack.calls.failure = Rejected("expired_trigger_id")
    await slack.types("declare")
    assert "did not open" in slack.private[-1]
    assert "/incident declare sev2 checkout is failing" in slack.private[-1]


# dialogs


async def test_a_filled_in_declaration(slack: Slack) -> None:
    await slack.types("")
    values = {"title": typed("checkout is failing"), "severity": chosen("sev3"), "details": typed("since 03:00")}
    assert await slack.submits(slack.calls.views[0], values) is None
    incident = await slack.incident()
    assert (incident.title, incident.severity) == ("checkout is failing", "sev3")
    assert "#1 is declared" in slack.private[-1]


async def test_a_filled_in_update(slack: Slack) -> None:
    await slack.types("declare sev1 checkout is failing")
    await slack.types("update #1")
    values = {"state": typed("half works"), "impact": typed("EU"), "actions": typed(""), "next_in": chosen("60")}
    assert await slack.submits(slack.calls.views[0], values) is None
    update = (await slack.incident()).update
    assert update
    assert (update.state, update.impact, update.next_at) == ("half works", "EU", NOW.replace(hour=4))


async def test_a_refusal_stands_under_the_field_and_the_words_stay(slack: Slack) -> None:
    await slack.types("declare sev1 checkout is failing")
    await slack.types("resolve #1")
    await slack.types("resolve #1 it works", by="U2")
    values = {"how": chosen("fix"), "summary": typed("we fixed it")}
    answer = await slack.submits(slack.calls.views[0], values)
    assert answer["response_action"] == "errors"
    assert answer["errors"]["summary"].startswith("Somebody else resolved")


async def test_a_role_from_the_dialog(slack: Slack) -> None:
    await slack.types("declare sev1 checkout is failing")
    await slack.presses({"action_id": "role:ask", "value": f"{(await slack.incident()).id} tech"})
    view = slack.calls.views[0]
    values = {
        "role": chosen("tech"),
        "person": {"type": "users_select", "selected_user": "U5"},
        "vacant": {"type": "checkboxes"},
    }
    await slack.submits(view, values)
    assert (await slack.incident()).roles == {"tech": "slack:U5"}
    ticked = {"type": "checkboxes", "selected_options": [{"value": "yes"}]}
    await slack.submits(view, {**values, "vacant": ticked}, id="V2")
    assert (await slack.incident()).roles == {}


@pytest.mark.parametrize(
    ("verb", "values", "after"),
    [
        ("note", {"text": typed("the pool is empty")}, "Noted"),
        ("severity", {"severity": chosen("sev2"), "reason": typed("fewer")}, "SEV2"),
        ("cancel", {"reason": typed("a test")}, "cancelled"),
        (
            "task:ask",
            {"text": typed("fail over"), "owner": {"type": "users_select"}, "later": {"type": "checkboxes"}},
            "Task 1",
        ),
        ("status:ask", {"status": chosen("mitigating"), "reason": typed("")}, "mitigating"),
        ("resolve", {"how": chosen("rollback"), "summary": typed("reverted")}, "resolved"),
    ],
)
async def test_each_dialog_does_what_its_verb_does(slack: Slack, verb: str, values: dict[str, Any], after: str) -> None:
    await slack.types("declare sev1 checkout is failing")
    await slack.presses({"action_id": verb, "value": f"{(await slack.incident()).id} "})
    assert await slack.submits(slack.calls.views[0], values) is None
    assert after in slack.private[-1]


async def test_a_press_in_a_dialog_shows_it_anew(slack: Slack) -> None:
    await slack.types("")
    await slack.presses_in(slack.calls.views[-1], "classify:start")
    await slack.presses_in(slack.calls.views[-1], "classify:answer", "- down yes")
    assert json.loads(slack.calls.views[-1]["private_metadata"]) == {
        "incident": None, "place": "slack:C1", "hook": HOOK, "answers": {"down": "yes"}, "turn": 1,
    }  # fmt: skip


async def test_a_dialog_that_is_not_shown_anew_is_said_where_it_was_asked_for(slack: Slack) -> None:
    await slack.types("declare sev1 checkout is failing")
    await slack.types("severity #1")
    slack.calls.failure = Rejected("Slack is down.")
    answer = await slack.presses_in(slack.calls.views[-1], "classify:start")
    assert answer.status == 200
    assert "choose the severity yourself" in slack.private[-1]
    assert "/incident severity sev1 all customers are affected" in slack.private[-1]


@pytest.mark.parametrize("action", ["classify:answer", "classify:answer:7", "classify", "classify:sing"])
@pytest.mark.parametrize("value", ["- no such thing", "- ", "", "01J x"])
async def test_a_strange_press_in_a_dialog_is_acknowledged(slack: Slack, action: str, value: str) -> None:
    await slack.types("")
    assert (await slack.presses_in(slack.calls.views[-1], action, value)).status == 200
    assert (await slack.presses_in({"callback_id": "ask:note"}, action, value)).status == 200
    assert (await slack.presses_in({"callback_id": "of another app"}, action, value)).status == 200


# what goes wrong


class Broken(Exception):
    pass


async def broken(*_: Any) -> Any:
    raise Broken("disk full")


async def test_a_store_that_cannot_write_is_said(slack: Slack, monkeypatch: pytest.MonkeyPatch) -> None:
    await slack.types("declare sev1 checkout is failing")
    incident = await slack.incident()
    monkeypatch.setattr(slack.desk.store, "transact", broken)
    assert (await slack.types("declare other"))["text"] == NOT_WRITTEN
    answer = await slack.presses({"action_id": "ack", "value": f"{incident.id} "})
    assert answer.status == 200
    assert slack.private == [NOT_WRITTEN]
    await slack.types("note #1")
    said = await slack.submits(slack.calls.views[0], {"text": typed("words that stay")})
    assert said == {"response_action": "errors", "errors": {"text": NOT_WRITTEN}}
    await slack.types("severity #1")
    await slack.presses_in(slack.calls.views[-1], "classify:answer", "- down yes")
    said = await slack.submits(slack.calls.views[-1], {"severity:1": chosen("sev2"), "reason": typed("smaller")})
    assert said == {"response_action": "errors", "errors": {"severity:1": NOT_WRITTEN}}


async def test_a_committed_decision_is_not_denied(slack: Slack, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_view(*_: Any) -> None:
        raise Broken("a view broke")

    monkeypatch.setattr("bot.adapters.slack.listeners.edge.render", no_view)
    assert (await slack.types("declare sev1 checkout is failing"))["text"] == NOT_SHOWN
    assert await slack.incident()


async def test_bolt_holds_no_token_whatever_the_environment(slack: Slack, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SLACK_BOT_TOKEN", "xoxb-practice")
    app = connect.build_bolt(Listeners(slack.desk, slack.calls, StoppedClock(NOW), VERBS, slack.errands), Nobody())  # type: ignore[arg-type]
    assert app.client.token is None


@pytest.mark.parametrize("event", [{"type": "app_mention"}, {"type": "message", "subtype": "channel_join"}])
async def test_events_are_acknowledged(slack: Slack, event: dict[str, Any]) -> None:
    answer = await slack.send({"type": "event_callback", "event": {**event, "user": "U1", "text": "hi"}})
    assert answer.status == 200
