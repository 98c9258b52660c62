"""Which ways there are, and what keeps Muster from starting with one that cannot work."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from pydantic import ValidationError

from bot import app
from bot.adapters.paging.switchboard import Setup, Switchboard, Unusable
from bot.config import Config
from bot.engine.clock import StoppedClock

HUSH = "hush-hush"
ALL = {
    "MUSTER_PAGERDUTY_ROUTING_KEY": f"key-{HUSH}", "MUSTER_PAGERDUTY_TOKEN": f"token-{HUSH}",
    "MUSTER_PAGERDUTY_WEBHOOK_SECRET": f"signed-{HUSH}", "MUSTER_SMTP_URL": f"smtp://muster:{HUSH}@mail.example.org",
    "MUSTER_MAIL_FROM": "muster@example.org", "MUSTER_SMS_WEBHOOK": f"https://sms.example.org/{HUSH}",
    "MUSTER_PHONE_WEBHOOK": f"https://phone.example.org/?token={HUSH}", "MUSTER_WEBHOOK_SECRET": HUSH,
}  # fmt: skip


@pytest.fixture(autouse=True)
def bare(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [str(field.validation_alias) for field in Config.model_fields.values()]:
        monkeypatch.delenv(name, raising=False)


def setup(**environment: Any) -> Setup:
    return app.paging(Config(**environment))


@asynccontextmanager
async def a_board(clock: StoppedClock, **environment: Any) -> AsyncIterator[Switchboard]:
    board = Switchboard(setup(**environment), clock)
    try:
        yield board
    finally:
        await board.close()


async def test_without_settings_there_are_no_ways(clock: StoppedClock) -> None:
    async with a_board(clock) as board:
        assert (dict(board.pagers), board.alarms, board.roster) == ({}, None, None)


@pytest.mark.parametrize(("names", "ways", "alarms", "roster"), [
    (["MUSTER_SMTP_URL", "MUSTER_MAIL_FROM"], {"email"}, False, False),
    (["MUSTER_SMS_WEBHOOK"], {"sms"}, False, False), (["MUSTER_PHONE_WEBHOOK"], {"phone"}, False, False),
    (["MUSTER_PAGERDUTY_ROUTING_KEY"], set(), True, False), (["MUSTER_PAGERDUTY_TOKEN"], set(), False, True),
    (["MUSTER_WEBHOOK_SECRET", "MUSTER_MAIL_FROM"], set(), False, False),
    (list(ALL), {"email", "sms", "phone"}, True, True),
])  # fmt: skip
async def test_each_setting_opens_its_way(
    clock: StoppedClock, names: list[str], ways: set[str], alarms: bool, roster: bool
) -> None:
    async with a_board(clock, **{name: ALL[name] for name in names}) as board:
        assert set(board.pagers) == ways
        assert (board.alarms is not None, board.roster is not None) == (alarms, roster)


@pytest.mark.parametrize("wrong", [
    {"MUSTER_SMS_WEBHOOK": f"http://sms.example.org/{HUSH}"}, {"MUSTER_PHONE_WEBHOOK": HUSH},
    {"MUSTER_SMS_WEBHOOK": f"file:///etc/{HUSH}"}, {"MUSTER_SMS_WEBHOOK": f"https:///{HUSH}"},
    {"MUSTER_SMS_WEBHOOK": f"https://sms.example.org:99999/{HUSH}"}, {"MUSTER_SMS_WEBHOOK": f"http://2130706433/{HUSH}"},
    {"MUSTER_SMS_WEBHOOK": f"http://[::ffff:127.0.0.1]/{HUSH}"}, {"MUSTER_SMS_WEBHOOK": f"http://127.0.0.1.nip.io/{HUSH}"},
    {"MUSTER_SMS_WEBHOOK": f"http://localhost@sms.example.org/{HUSH}"},
    {"MUSTER_PAGERDUTY_EVENTS_URL": "http://events.pagerduty.com"}, {"MUSTER_PAGERDUTY_API_URL": ""},
    {"MUSTER_PAGERDUTY_ROUTING_KEY": f'"{HUSH} '}, {"MUSTER_PAGERDUTY_TOKEN": f"{HUSH}\n"},
    {"MUSTER_PAGERDUTY_TOKEN": f"ключ{HUSH}"},
    {"MUSTER_SMTP_URL": f"smtp://muster:{HUSH}@mail.example.org"},
    {"MUSTER_SMTP_URL": f"muster:{HUSH}@mail.example.org", "MUSTER_MAIL_FROM": "muster@example.org"},
    {"MUSTER_SMTP_URL": "smtp://mail.example.org", "MUSTER_MAIL_FROM": "Muster <muster@example.org>"},
])  # fmt: skip
def test_a_setting_that_will_not_do_is_named_without_its_secret(wrong: dict[str, str]) -> None:
    with pytest.raises(Unusable, match=r"^MUSTER_[A-Z_]+ must be ") as why:
        setup(**wrong)

    assert HUSH not in str(why.value)
    assert why.value.__cause__ is None
    assert isinstance(why.value, app.REFUSALS)


def test_no_secret_is_in_what_settings_look_like() -> None:
    config = Config(**ALL)

    assert HUSH not in f"{config!r}{config!s}{config.model_dump()}{app.paging(config)!r}"


def test_no_secret_is_in_what_is_said_of_a_wrong_environment() -> None:
    with pytest.raises(ValidationError) as why:
        Config(**{**ALL, "MUSTER_SMTP_URL": [HUSH], "MUSTER_PORT": HUSH})

    assert HUSH not in str(why.value)


async def test_a_practice_wakes_nobody_whatever_the_environment_says(
    clock: StoppedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in ALL.items():
        monkeypatch.setenv(name, value)
    assert app.paging(Config()).smtp_url

    setup = app.paging(Config().apart())

    assert Switchboard(setup, clock).pagers == {} and not setup.routing_key and not setup.token
    assert not Config().apart().pagerduty_webhook_secret.get_secret_value()
