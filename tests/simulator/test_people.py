from __future__ import annotations

from typing import Any

import pytest
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.webhook.async_client import AsyncWebhookClient

from bot.simulator import Answer, Channel, GestureError, Message, Person, Simulator, SlackError
from bot.simulator.typed import as_command, as_message

from .conftest import SILENT, App, HandClock, actions, button, modal, plain, section, until


@pytest.fixture
def town(sim: Simulator, room: Channel, ana: Person) -> Simulator:
    sim.workspace.add_group("oncall", name="On call", members=[ana])
    return sim


TYPED = [
    ("hello", "hello", "hello"),
    ("a < b & c > d", "a &lt; b &amp; c &gt; d", "a &lt; b &amp; c &gt; d"),
    ("@ana look", "<@U000000001> look", "<@U000000001|ana> look"),
    ("thanks @ana.", "thanks <@U000000001>.", "thanks <@U000000001|ana>."),
    ("@nobody", "@nobody", "@nobody"),
    ("ana@example.org", "ana@example.org", "ana@example.org"),
    ("see #ops", "see <#C000000003|ops>", "see <#C000000003|ops>"),
    ("see #404", "see #404", "see #404"),
    ("@oncall", "<!subteam^S000000004>", "<!subteam^S000000004|@oncall>"),
    ("@channel!", "<!channel>!", "<!channel>!"),
    ("https://e.org/?a=1&b=2.", "<https://e.org/?a=1&amp;b=2>.", "<https://e.org/?a=1&amp;b=2>."),
    ("`@ana <x>`", "`@ana &lt;x&gt;`", "`@ana &lt;x&gt;`"),
    ("<!channel>", "&lt;!channel&gt;", "&lt;!channel&gt;"),
]


@pytest.mark.parametrize(("typed", "message", "command"), TYPED)
def test_typed_text_is_written_down_as_slack_does(town: Simulator, typed: str, message: str, command: str) -> None:
    assert as_message(town.workspace, typed) == message
    assert as_command(town.workspace, typed, True) == command


def test_without_should_escape_names_stay_words(town: Simulator) -> None:
    assert as_command(town.workspace, "@ana #ops <x>", False) == "@ana #ops &lt;x&gt;"


async def test_a_command_reaches_the_app_and_is_answered(app: App, ana: Person, ben: Person, room: Channel) -> None:
    app.reply = lambda request: {"text": "Declared.", "blocks": [section("*Declared*")]}
    answer = await ana.says("#ops", "/incident declare sev2 ask @ben")
    assert isinstance(answer, Answer)
    assert answer.words == "Declared.\n*Declared*"
    [request] = app.got
    expected = {"command": "/incident", "channel_id": room.id, "channel_name": "ops", "user_id": ana.id}
    assert expected.items() <= request.payload.items()
    assert request.payload["text"] == f"declare sev2 ask <@{ben.id}|ben>"
    assert (request.type, request.accepts_response_payload) == ("slash_commands", True)
    assert [row.text for row in ana.sees("#ops")] == ["Declared."]
    assert ben.sees("#ops") == []


async def test_an_answer_may_be_for_everybody(app: App, ana: Person, ben: Person, room: Channel) -> None:
    app.reply = lambda request: {"text": "For all", "response_type": "in_channel"}
    await ana.runs("#ops", "/incident")
    assert [row.text for row in ben.sees("#ops")] == ["For all"]


async def test_a_command_fails_aloud(app: App, sim: Simulator, ana: Person, room: Channel) -> None:
    sim.ack_seconds = 0.1
    app.reply = lambda request: SILENT
    assert (await ana.runs("#ops", "/incident x")).error == "/incident failed because the app did not respond."
    await app.close()
    await until(lambda: sim.sockets == 0)
    assert "dispatch_failed" in (await ana.runs("#ops", "/incident x")).error
    assert "/poem is not a valid command." in (await ana.runs("#ops", "/poem")).error
    assert len(ana.toasts) == 3


async def test_a_wrong_answer_to_a_command_is_a_complaint(app: App, sim: Simulator, ana: Person, room: Channel) -> None:
    app.reply = lambda request: {"blocks": [section("x" * 3001)]}
    answer = await ana.runs("#ops", "/incident x")
    assert answer.error == '/incident failed with the error "invalid_blocks"'
    assert "/blocks/0/text/text" in sim.complaints[-1]


async def test_a_button_tells_the_app_all_it_needs(app: App, web: AsyncWebClient, ana: Person, room: Channel) -> None:
    card = actions(button("Resolve :ok:", "resolve", value="7", style="primary"), block_id="b")
    posted = await web.chat_postMessage(channel=room.id, text="card", blocks=[card])
    await ana.clicks(ana.sees("#ops")[-1], "resolve")
    [payload] = app.payloads("block_actions")
    container = {"type": "message", "message_ts": posted["ts"], "channel_id": room.id, "is_ephemeral": False}
    assert payload["container"] == container
    assert payload["channel"] == {"id": room.id, "name": "ops"}
    assert payload["message"]["text"] == "card"
    assert (payload["user"]["id"], payload["user"]["name"]) == (ana.id, "ana")
    [action] = payload["actions"]
    shown = {"type": "button", "action_id": "resolve", "block_id": "b", "value": "7", "style": "primary"}
    assert shown.items() <= action.items()
    assert action["action_ts"]
    opened = await web.views_open(trigger_id=payload["trigger_id"], view=modal())
    assert ana.views[-1].id == opened["view"]["id"]


async def test_buttons_are_found_by_their_words(app: App, web: AsyncWebClient, ana: Person, room: Channel) -> None:
    blocks = [actions(button("Resolve :ok:", "a")), actions(button("Again", "b"), block_id="two")]
    await web.chat_postMessage(channel=room.id, text="card", blocks=blocks)
    message = ana.sees("#ops")[-1]
    for what in ("resolve :ok:", "resolve", "two"):
        assert (await ana.clicks(message, what)).ok
    assert [one["actions"][0]["action_id"] for one in app.payloads("block_actions")] == ["a", "a", "b"]
    with pytest.raises(GestureError, match="There is no explode here; there is Resolve :ok:, Again"):
        await ana.clicks(message, "explode")


CHOICES: list[tuple[dict[str, Any], Any, dict[str, Any]]] = [
    ({"type": "users_select"}, "U1", {"selected_user": "U1"}),
    ({"type": "channels_select"}, "C1", {"selected_channel": "C1"}),
    ({"type": "conversations_select"}, "C1", {"selected_conversation": "C1"}),
    ({"type": "multi_users_select"}, ["U1", "U2"], {"selected_users": ["U1", "U2"]}),
    ({"type": "datepicker"}, "2026-03-04", {"selected_date": "2026-03-04"}),
    ({"type": "timepicker"}, "10:30", {"selected_time": "10:30"}),
    ({"type": "datetimepicker"}, 1772442000, {"selected_date_time": 1772442000}),
]


@pytest.mark.parametrize(("element", "value", "chosen"), CHOICES, ids=lambda row: str(row)[:30])
async def test_choosing(
    app: App, web: AsyncWebClient, ana: Person, room: Channel, element: Any, value: Any, chosen: Any
) -> None:
    blocks = [actions({**element, "action_id": "pick"}, block_id="b")]
    await web.chat_postMessage(channel=room.id, text="card", blocks=blocks)
    await ana.chooses(ana.sees("#ops")[-1], "pick", value)
    [payload] = app.payloads("block_actions")
    assert chosen.items() <= payload["actions"][0].items()
    assert payload["state"]["values"]["b"]["pick"] == {"type": element["type"], **chosen}


@pytest.mark.parametrize("kind", ["static_select", "radio_buttons", "overflow", "checkboxes"])
async def test_choosing_an_option(app: App, web: AsyncWebClient, ana: Person, room: Channel, kind: str) -> None:
    options = [{"text": plain("One"), "value": "1"}, {"text": plain("Two"), "value": "2"}]
    blocks = [actions({"type": kind, "action_id": "pick", "options": options}, block_id="b")]
    await web.chat_postMessage(channel=room.id, text="card", blocks=blocks)
    message = ana.sees("#ops")[-1]
    await ana.chooses(message, "pick", "Two")
    [action] = app.payloads("block_actions")[0]["actions"]
    picked = action["selected_options"][0] if kind == "checkboxes" else action["selected_option"]
    assert picked["value"] == "2"
    with pytest.raises(GestureError, match="no choice 3 here; there are One, Two"):
        await ana.chooses(message, "pick", "3")


async def test_a_response_url_replaces_posts_and_deletes(
    app: App, web: AsyncWebClient, sim: Simulator, ana: Person, ben: Person, room: Channel
) -> None:
    await web.chat_postEphemeral(channel=room.id, user=ana.id, text="offer", blocks=[actions(button())])
    offer = ana.sees("#ops")[-1]
    await ana.clicks(offer, "press")
    [payload] = app.payloads("block_actions")
    assert "message" not in payload
    hook = AsyncWebhookClient(payload["response_url"])
    assert (await hook.send(text="taken", replace_original=True)).status_code == 200
    assert (offer.text, offer.blocks) == ("taken", [])
    await hook.send(text="for you")
    await hook.send(text="for all", response_type="in_channel")
    await hook.send(text="", delete_original=True)
    assert [row.text for row in ana.sees("#ops")] == ["for you", "for all"]
    assert [row.text for row in ben.sees("#ops")] == ["for all"]
    assert (await hook.send(text="fifth")).status_code == 200
    assert (await hook.send(text="sixth")).status_code == 404
    assert [call.method for call in sim.calls][-6:] == ["response_url"] * 6
    assert sim.calls[-1].status == "used_url"


async def test_a_response_url_lives_for_half_an_hour(app: App, ana: Person, room: Channel, clock: HandClock) -> None:
    await ana.runs("#ops", "/incident")
    hook = AsyncWebhookClient(app.got[0].payload["response_url"])
    clock.move(minutes=29)
    assert (await hook.send(text="in time")).status_code == 200
    assert (await hook.send(blocks=[section("x" * 3001)])).status_code == 404
    clock.move(minutes=2)
    assert "expired_url" in (await hook.send(text="late")).body


async def test_shortcuts(app: App, ana: Person, room: Channel) -> None:
    message = await ana.says("#ops", "remember this")
    assert isinstance(message, Message)
    await ana.uses_shortcut("note", message)
    await ana.uses_shortcut("declare")
    [on_message] = app.payloads("message_action")
    assert (on_message["message"]["text"], on_message["channel"]["id"]) == ("remember this", room.id)
    assert app.payloads("shortcut")[0]["callback_id"] == "declare"
    with pytest.raises(GestureError, match="no such shortcut"):
        await ana.uses_shortcut("declare", message)


async def test_moving_about(sim: Simulator, ana: Person, ben: Person, room: Channel) -> None:
    lobby = sim.workspace.add_channel("lobby")
    await ana.joins("#lobby")
    await ana.invites("#lobby", ben)
    assert lobby in ben.channels
    await ben.leaves(lobby)
    assert lobby not in ben.channels
    made = await ana.creates("#plans", private=True)
    assert ana.channels[-1] is made
    with pytest.raises(GestureError, match="cannot see"):
        ben.sees(made)
    with pytest.raises(SlackError, match="name_taken"):
        await ana.creates("plans")
    with pytest.raises(GestureError, match="Join #lobby first"):
        await ben.says("#lobby", "hello")
    await ana.archives(lobby)
    with pytest.raises(GestureError, match="is archived"):
        await ana.says("#lobby", "hello")
    with pytest.raises(GestureError, match="no channel #nowhere"):
        await ana.joins("#nowhere")


async def test_people_edit_delete_react_and_pin(ana: Person, ben: Person, room: Channel) -> None:
    message = await ana.says("#ops", "one")
    assert isinstance(message, Message)
    await ana.edits(message, "two")
    await ben.reacts(message, ":eyes:")
    await ben.pins(message)
    assert (message.text, message.reactions[0]["users"], room.pins[0]["by"]) == ("two", [ben.id], ben.id)
    await ben.reacts(message, "eyes", on=False)
    await ben.pins(message, on=False)
    assert (message.reactions, room.pins) == ([], [])
    with pytest.raises(GestureError, match="Only your own"):
        await ben.deletes(message)
    await ana.deletes(message)
    assert ben.sees("#ops") == []
    with pytest.raises(GestureError, match="nothing to send"):
        await ana.says("#ops", "  ")
    with pytest.raises(GestureError, match="not work in threads"):
        await ana.says("#ops", "/incident", thread="1.1")


async def test_only_the_addressee_uses_an_ephemeral_message(
    app: App, web: AsyncWebClient, ana: Person, ben: Person, room: Channel
) -> None:
    await web.chat_postEphemeral(channel=room.id, user=ana.id, text="x", blocks=[actions(button())])
    with pytest.raises(GestureError, match="Only the person it was shown to"):
        await ben.clicks(ana.sees("#ops")[-1], "press")


def test_names_are_unique_and_known(sim: Simulator, ana: Person) -> None:
    assert sim.person("ana").id == sim.person(ana.id).id
    with pytest.raises(ValueError, match="already somebody called ana"):
        sim.workspace.add_person("ana")
    with pytest.raises(KeyError):
        sim.person("zoe")
