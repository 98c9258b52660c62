"""No message, whatever it holds, is one that Slack refuses."""

from __future__ import annotations

import typing
from collections.abc import Iterator
from typing import Any

from hypothesis import HealthCheck, given, settings

from bot import messages
from bot.adapters.slack.verbs import Ask
from bot.adapters.slack.views import VIEWS, dialogs, render
from bot.adapters.slack.views.limits import weight
from bot.messages import Message
from bot.simulator.blocks import check_message
from bot.simulator.view_rules import check_view
from tests.adapters.slack.faces import BOOK, HOSTILE, any_message, incidents

TRIES = settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))


def test_every_kind_of_message_has_a_view() -> None:
    assert set(VIEWS) == set(typing.get_args(messages.Message))


@TRIES
@given(any_message())
def test_slack_takes_every_message(message: Message) -> None:
    shown = render(message)
    check_message(shown.blocks)
    assert shown.blocks
    assert len(shown.blocks) <= 50
    assert weight(shown.blocks) + len(shown.text) <= 12_000
    assert shown.text.strip()


def marked_up(value: Any) -> Iterator[str]:
    """The texts in which Slack looks for mentions."""
    if isinstance(value, dict):
        if value.get("type") == "mrkdwn":
            yield value["text"]
        for inner in value.values():
            yield from marked_up(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from marked_up(inner)


@TRIES
@given(any_message())
def test_nothing_typed_notifies_anybody(message: Message) -> None:
    shown = render(message)
    allowed = isinstance(message, messages.Mention | messages.Nudge)
    for words in (shown.text, *marked_up(shown.blocks)):
        assert allowed or "<!here" not in words
        assert "<!channel" not in words
        assert "<!everyone" not in words


@TRIES
@given(incidents())
def test_slack_takes_every_dialog(incident: object) -> None:
    for kind in dialogs.FORMS:
        given = {"title": HOSTILE * 99, "text": HOSTILE * 99, "severity": "sev9", "role": HOSTILE, "how": "x"}
        about = None if kind == "declare" else incident
        view = dialogs.build(Ask(kind, about, given), BOOK, "https://hooks.test/" + "x" * 4000, "slack:C1")  # type: ignore[arg-type]
        check_view(view, "modal")
