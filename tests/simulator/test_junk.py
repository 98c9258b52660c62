"""Whatever an app sends, it gets a refusal by name and never a broken server."""

from __future__ import annotations

from typing import Any

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bot.simulator import Channel, Person, Simulator, SlackError
from bot.simulator.methods import table
from bot.simulator.methods.base import Method, Session

from .conftest import App, modal

JUNK: list[Any] = [
    *(None, "", "x", "U404", "1.1", "1.2.3", 0, -1, 1e99, True, [], {}, [[]], [{}], [1], {"type": 1}, "[{]", "null"),
    *([{"type": ["x"]}], [{"type": "section", "text": []}], [{"id": []}], {"type": "modal", "blocks": {}}),
    *([{"type": "actions", "elements": [[]]}], [{"type": "input", "element": 5, "label": 5, "block_id": []}]),
    {"type": "home", "blocks": [{"type": "section", "accessory": 1}]},
]


@pytest.mark.parametrize("method", table().values(), ids=lambda method: method.name)
async def test_junk_arguments(sim: Simulator, web: AsyncWebClient, room: Channel, ana: Person, method: Method) -> None:
    posted = await web.chat_postMessage(channel=room.id, text="x")
    right = {"channel": room.id, "channel_id": room.id, "ts": posted["ts"], "timestamp": posted["ts"], "user": ana.id}
    base = {name: value for name, value in right.items() if name in method.arguments}
    for name in method.arguments:
        for junk in JUNK:
            raw = {**base, **dict.fromkeys(method.required, "x"), **base, name: junk}
            try:
                method.run(Session(sim.core, method), method.parse(raw))
            except SlackError as refusal:
                assert refusal.error or method.name == "api.test"
            room.archived = False


@pytest.mark.parametrize("reply", ["words", {"response_action": "push"}, {"response_action": "errors"}])
async def test_junk_answers(app: App, sim: Simulator, ana: Person, room: Channel, reply: Any) -> None:
    app.reply = lambda request: reply
    await ana.runs("#ops", "/incident x")
    sim.core.views.open(ana.id, modal())
    outcome = await ana.submits(values={"What": "words"})
    assert outcome.action in {"failed", "close"}
