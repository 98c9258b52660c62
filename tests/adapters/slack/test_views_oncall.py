"""What Slack takes of schedules, however they are called, and what stands in them."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.adapters.slack import parsing
from bot.adapters.slack.parsing import Wish
from bot.adapters.slack.views import render
from bot.adapters.slack.words import moment
from bot.domain.errors import Refused
from bot.messages import CoverWanted, Duty, Message, OnCall, ShiftBegins
from bot.simulator.blocks import check_message
from tests.adapters.slack.faces import AT, HOSTILE

TITLE = (HOSTILE * 9)[:60]
MANY = tuple(f"slack:U{n:07}" for n in range(300))

EXTREMES: list[Message] = [
    OnCall((), "slack:U1"),
    OnCall(tuple(Duty(f"{n:x<40}", TITLE, MANY, AT, MANY, True, HOSTILE) for n in range(60)), MANY[0], True),
    ShiftBegins(TITLE, ()),
    ShiftBegins(TITLE, MANY, MANY[1:], AT, MANY, HOSTILE * 30),
    CoverWanted("01J", "slack:U1", TITLE, AT),
    CoverWanted("01J", "slack:U1", TITLE, AT, "slack:U2"),
]


@pytest.mark.parametrize("message", EXTREMES, ids=lambda message: type(message).__name__)
def test_slack_takes_it(message: Message) -> None:
    shown = render(message)

    check_message(list(shown.blocks))
    assert shown.text and len(shown.text) <= 4000
    assert "<!channel>" not in shown.text and "<!channel>" not in str(shown.blocks)


def test_who_is_on_call_now_and_next() -> None:
    duty = Duty("primary", "Primary", ("slack:U1",), AT, ("slack:S0SECONDS", "@night-watch"), covered=True)
    row, *_ = render(OnCall((duty,), "slack:U1")).blocks

    assert row["text"]["text"].splitlines() == [
        f"*Primary*: <@U1> until {moment(AT)}, as arranged", "then <!subteam^S0SECONDS> @night-watch",
    ]  # fmt: skip
    assert row["accessory"]["value"] == "- cover me 2h primary"


def test_only_whoever_is_on_call_is_offered_cover() -> None:
    duty = Duty("primary", "Primary", ("slack:U1",), None, ())
    assert "accessory" not in render(OnCall((duty,), "slack:U2")).blocks[0]
    assert "accessory" in render(OnCall((duty,), "slack:U1")).blocks[0]


def test_nobody_is_said_to_be_nobody() -> None:
    assert "*Primary*: nobody on call" in render(ShiftBegins("Primary", (), fallback=("slack:U1",))).text


SAID = [
    ("", Wish.SHOW, None, None, ""), ("now", Wish.SHOW, None, None, ""),
    ("override slack:U1 2h", Wish.OVERRIDE, "slack:U1", timedelta(hours=2), ""),
    ("Override slack:U1 for 1h 30m Primary", Wish.OVERRIDE, "slack:U1", timedelta(minutes=90), "Primary"),
    ("override me 1d on-call manager", Wish.OVERRIDE, None, timedelta(days=1), "on-call manager"),
    ("cover me 2h", Wish.COVER, None, timedelta(hours=2), ""), ("cover me", Wish.COVER, None, None, ""),
    ("swap with slack:U1", Wish.SWAP, "slack:U1", None, ""), ("undo secondary", Wish.UNDO, None, None, "secondary"),
]  # fmt: skip


@pytest.mark.parametrize(("words", "wish", "person", "length", "schedule"), SAID, ids=[words for words, *_ in SAID])
def test_what_is_typed(words: str, wish: Wish, person: str | None, length: timedelta | None, schedule: str) -> None:
    said = parsing.oncall(words)
    assert (said.wish, said.person, said.length, said.schedule) == (wish, person, length, schedule)


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("dance", "It takes, for example: /incident oncall,"),
        ("override @ana 2h", "I do not know who @ana is."),
        ("override slack:U1 slack:U2 2h", "One person at a time."),
        ("cover slack:U1 2h", "Nobody can be asked for by name."),
    ],
)
def test_what_is_not_understood_is_said(words: str, told: str) -> None:
    with pytest.raises(Refused) as refused:
        parsing.oncall(words)
    assert told in refused.value.sentence
