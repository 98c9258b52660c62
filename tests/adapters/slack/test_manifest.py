"""The manifest for requests is that for sockets, and keeps to the same rules."""

from __future__ import annotations

import pytest
import yaml
from typer.testing import CliRunner

from bot.__main__ import cli
from bot.adapters.slack import manifest
from bot.simulator import manifest as simulated

URL = "https://muster.example.org/slack/events"


def test_without_an_address_it_is_the_file_itself() -> None:
    assert CliRunner().invoke(cli, ["manifest"]).stdout == manifest.path().read_text("utf-8")


@pytest.mark.parametrize("url", ["https://muster.example.org", "https://muster.example.org/", URL])
def test_with_an_address_all_comes_there(url: str) -> None:
    ours = yaml.safe_load(manifest.path().read_text("utf-8"))
    printed = CliRunner().invoke(cli, ["manifest", "--url", url])
    made = yaml.safe_load(printed.stdout)

    assert printed.exit_code == 0
    assert made["settings"]["event_subscriptions"].pop("request_url") == URL
    assert made["settings"]["interactivity"].pop("request_url") == URL
    assert [row.pop("url") for row in made["features"]["slash_commands"]] == [URL]
    assert made["settings"]["socket_mode_enabled"] is False
    made["settings"]["socket_mode_enabled"] = True
    assert made == ours


def test_a_slack_takes_it() -> None:
    taken = simulated.load(yaml.safe_load(manifest.written("https://muster.example.org")))

    assert (taken.socket_mode, taken.request_url) == (False, URL)


@pytest.mark.parametrize("url", ["http://muster.example.org", "muster.example.org", "https://", "https://a.org/?b=c"])
def test_slack_takes_no_other_address(url: str) -> None:
    printed = CliRunner().invoke(cli, ["manifest", "--url", url])

    assert printed.exit_code == 2
    assert "It takes an address like https://muster.example.org" in printed.stderr
