"""What must be set, in either mode, and what is said when it is not."""

from __future__ import annotations

import pytest
from pydantic import SecretStr

from bot.config import Config


def config(bot: str = "xoxb-1", app: str = "", secret: str = "") -> Config:
    return Config(bot_token=SecretStr(bot), app_token=SecretStr(app), signing_secret=SecretStr(secret))


@pytest.mark.parametrize(
    ("set_up", "over_http"),
    [(config(app="xapp-1"), False), (config(secret="s"), True), (config(app="xapp-1", secret="s"), False)],
)
def test_sockets_need_an_app_token_and_requests_a_secret(set_up: Config, over_http: bool) -> None:
    assert set_up.missing() is None
    assert set_up.over_http is over_http


@pytest.mark.parametrize(
    ("set_up", "named"),
    [
        (config(), {"SLACK_APP_TOKEN", "SLACK_SIGNING_SECRET"}),
        (config(app="xoxb-1", secret="s"), {"SLACK_APP_TOKEN"}),
        (config(bot="", secret="s"), {"SLACK_BOT_TOKEN"}),
        (config(bot=""), {"SLACK_BOT_TOKEN", "SLACK_APP_TOKEN"}),
    ],
)
def test_what_is_missing_is_named(set_up: Config, named: set[str]) -> None:
    said = set_up.missing() or ""
    assert named <= {word.strip(",;.") for word in said.split()}
    assert ("SLACK_BOT_TOKEN" in said) is ("SLACK_BOT_TOKEN" in named)
