from __future__ import annotations

import asyncio
from typing import Any

import aiohttp
import pytest
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.web.async_client import AsyncWebClient

from bot.simulator import Channel, Envelope, Person, Simulator
from bot.simulator.clock import seconds

from .conftest import SILENT, App, HandClock, refused, section, until


async def test_events_reach_the_app(app: App, web: AsyncWebClient, ana: Person, room: Channel) -> None:
    message = await ana.says("#ops", "hello @muster")
    await web.chat_postMessage(channel=room.id, text="hello")
    await until(lambda: len(app.got) == 3)
    said, ours = app.events("message")
    shown = {"user": ana.id, "channel": room.id, "channel_type": "channel", "text": "hello <@U0MUSTER>"}
    assert shown.items() <= said.items()
    assert said["client_msg_id"]
    assert ours["bot_id"] == "B0MUSTER"
    assert app.events("app_mention")[0]["ts"] == message.ts  # type: ignore[union-attr]
    payload = app.got[0].payload
    assert (payload["type"], payload["team_id"]) == ("event_callback", "T0PRACTICE")
    assert payload["authorizations"][0]["user_id"] == "U0MUSTER"


async def test_all_kinds_of_events(app: App, web: AsyncWebClient, sim: Simulator, ana: Person, room: Channel) -> None:
    message: Any = await ana.says("#ops", "one")
    await ana.edits(message, "two")
    await ana.reacts(message, "eyes")
    await ana.pins(message)
    await ana.deletes(message)
    eve = sim.workspace.add_person("eve")
    await ana.invites("#ops", eve)
    await ana.opens_home()
    await ana.opens_dm("muster")
    await until(lambda: len(app.got) >= 9)
    subtypes = [event.get("subtype") for event in app.events("message")]
    assert subtypes == [None, "message_changed", "message_deleted", "channel_join"]
    changed = app.events("message")[1]
    assert (changed["message"]["text"], changed["previous_message"]["text"]) == ("two", "one")
    assert app.events("message")[2]["deleted_ts"] == message.ts
    assert app.events("reaction_added")[0]["item"]["ts"] == message.ts
    assert app.events("pin_added")[0]["item"]["message"]["text"] == "two"
    joined = app.events("member_joined_channel")[0]
    assert (joined["user"], joined["inviter"]) == (eve.id, ana.id)
    assert [event["tab"] for event in app.events("app_home_opened")] == ["home", "messages"]


async def test_what_is_private_or_foreign_is_not_told(app: App, sim: Simulator, ana: Person, room: Channel) -> None:
    sim.workspace.add_channel("elsewhere", members=[ana])
    await ana.says("#elsewhere", "not for the app")
    sim.core.manifest = sim.core.events.manifest
    object.__setattr__(sim.core.manifest, "events", frozenset({"message.groups"}))
    await ana.says("#ops", "not subscribed")
    await asyncio.sleep(0.05)
    assert app.got == []


async def test_an_unacknowledged_event_is_tried_again_on_the_clock(
    app: App, sim: Simulator, clock: HandClock, ana: Person, room: Channel
) -> None:
    sim.ack_seconds = 0.05
    app.reply = lambda request: SILENT
    await ana.says("#ops", "hello")
    await until(lambda: len(app.got) == 2 and sim.idle)
    assert sim.undelivered == 1
    assert sim.next_due() is not None
    clock.move(seconds=61)
    await until(lambda: len(app.got) == 3 and sim.idle)
    app.reply = lambda request: None
    clock.move(seconds=301)
    await until(lambda: len(app.got) == 4 and sim.idle)
    assert [request.retry_attempt for request in app.got] == [0, 1, 2, 3]
    assert [request.retry_reason for request in app.got] == ["", "timeout", "timeout", "timeout"]
    assert len({request.payload["event_id"] for request in app.got}) == 1
    assert len({request.envelope_id for request in app.got}) == 4
    assert (sim.undelivered, sim.next_due()) == (0, None)


async def test_events_wait_for_a_socket(
    sim: Simulator, web: AsyncWebClient, clock: HandClock, ana: Person, room: Channel
) -> None:
    await ana.says("#ops", "nobody listens")
    await until(lambda: sim.idle)
    late = App(sim, web)
    await late.connect()
    clock.move(seconds=61)
    await until(lambda: late.got)
    assert late.got[0].retry_attempt == 2
    await late.close()


async def test_a_cut_socket_brings_the_event_back_but_not_the_command(
    app: App, sim: Simulator, ana: Person, room: Channel
) -> None:
    sim.ack_seconds = 0.4
    app.reply = lambda request: SILENT
    command = asyncio.create_task(ana.runs("#ops", "/incident x"))
    await ana.says("#ops", "hello")
    await until(lambda: len(app.got) == 2)
    app.reply = lambda request: None
    sim.faults.cut_sockets()
    await until(lambda: sim.sockets == 0)
    assert not (await command).ok
    await until(lambda: sim.sockets == 1)
    assert sim.sockets_opened == 2
    assert sum(request.type == "slash_commands" for request in app.got) == 1


async def test_an_acknowledgement_may_come_on_another_socket(
    app: App, sim: Simulator, ana: Person, room: Channel
) -> None:
    await app.connect()
    assert sim.sockets == 2
    held: list[SocketModeRequest] = []

    def hold(request: SocketModeRequest) -> Any:
        held.append(request)
        return SILENT

    app.reply = hold
    command = asyncio.create_task(ana.runs("#ops", "/incident x"))
    await until(lambda: held)
    for client in app.clients:
        await client.send_message(f'{{"envelope_id": "{held[0].envelope_id}", "payload": {{"text": "here"}}}}')
    assert (await command).text == "here"


async def test_every_envelope_goes_to_one_of_the_sockets(app: App, sim: Simulator, ana: Person, room: Channel) -> None:
    await app.connect()
    for _ in range(20):
        await ana.runs("#ops", "/incident x")
    assert len(app.got) == 20
    assert len({id(envelope.socket) for envelope in sim.envelopes}) == 2
    assert [kind for kind, _ in sim.ack_times] == ["slash_commands"] * 20
    assert all(0 < taken < 1 for _, taken in sim.ack_times)


async def test_a_refresh_is_followed_by_a_new_connection(app: App, sim: Simulator, ana: Person, room: Channel) -> None:
    await sim.refresh_sockets(warning=True)
    assert sim.sockets == 1
    await sim.refresh_sockets()
    await until(lambda: sim.sockets == 1 and sim.sockets_opened >= 2)
    assert (await ana.runs("#ops", "/incident x")).ok


async def test_redelivery(app: App, sim: Simulator, ana: Person, room: Channel) -> None:
    phases: list[tuple[str, str]] = []
    sim.on_delivery.append(lambda envelope, phase: phases.append((envelope.type, phase)))
    await ana.says("#ops", "hello")
    await until(lambda: sim.idle and len(app.got) == 1)
    again: Envelope = await sim.redeliver(app.got[0].envelope_id)
    assert (again.retry_attempt, again.retry_reason) == (1, "timeout")
    assert app.got[1].payload == app.got[0].payload
    await ana.runs("#ops", "/incident x")
    await sim.redeliver(sim.envelopes[-1])
    assert app.got[-1].payload["trigger_id"] == app.got[-2].payload["trigger_id"]
    assert phases[:2] == [("events_api", "sent"), ("events_api", "acked")]
    with pytest.raises(KeyError):
        await sim.redeliver("unknown")


async def test_a_ticket_opens_one_socket_and_hello_comes_first(
    sim: Simulator, web: AsyncWebClient, http: aiohttp.ClientSession
) -> None:
    url = (await web.apps_connections_open(app_token=sim.app_token))["url"]
    async with http.ws_connect(url) as ws:
        hello = await ws.receive_json()
        assert (hello["type"], hello["num_connections"]) == ("hello", 1)
        with pytest.raises(aiohttp.WSServerHandshakeError):
            await http.ws_connect(url)
    assert (await refused(web.api_call("apps.connections.open")))["error"] == "not_allowed_token_type"


async def test_ten_sockets_are_the_most(sim: Simulator, http: aiohttp.ClientSession) -> None:
    open_ = [await http.ws_connect(f"{sim.url}/socket/{sim.core.sockets.ticket()}") for _ in range(10)]
    await until(lambda: sim.sockets == 10)
    eleventh = await http.ws_connect(f"{sim.url}/socket/{sim.core.sockets.ticket()}")
    assert (await eleventh.receive_json())["reason"] == "too_many_websockets"
    for ws in [*open_, eleventh]:
        await ws.close()


async def test_time_moves_scheduled_messages_by_itself(
    app: App, sim: Simulator, web: AsyncWebClient, clock: HandClock, room: Channel, ana: Person
) -> None:
    at = seconds(clock.now()) + 60
    await web.chat_scheduleMessage(channel=room.id, text="later", post_at=at, blocks=[section()])
    clock.move(seconds=60)
    assert not sim.idle
    await until(lambda: sim.idle and ana.sees("#ops"))
    assert ana.sees("#ops")[-1].text == "later"


async def test_scheduling_with_metadata_does_not_post_as_slack_documents(
    sim: Simulator, web: AsyncWebClient, clock: HandClock, room: Channel, ana: Person
) -> None:
    metadata = {"event_type": "e", "event_payload": {}}
    at = seconds(clock.now()) + 60
    await web.chat_scheduleMessage(channel=room.id, text="later", post_at=at, metadata=metadata)
    await sim.run_due(clock.move(minutes=2))
    assert ana.sees("#ops") == []
    assert "metadata" in sim.complaints[-1]
