"""The house is as its papers say: README, manifest, environment and clocks."""

from __future__ import annotations

import re
from pathlib import Path

import yaml

from bot.adapters.slack.listeners.table import VERBS
from bot.adapters.slack.scopes import EVENT_SCOPES, SCOPES
from bot.config import Config
from bot.console.settings import Reach

ROOT = Path(__file__).parents[2]
MANIFEST = yaml.safe_load((ROOT / "manifest.yml").read_text())
PYTHON = sorted((ROOT / "bot").rglob("*.py"))

#: the clocks themselves, and the SDK's own measure of how long an answer took
MAY_READ_THE_TIME = {"bot/engine/clock.py", "bot/adapters/slack/sockets.py"}


def test_every_verb_has_help() -> None:
    assert all(verb.help for verb in VERBS.all)


def test_every_variable_has_a_sentence() -> None:
    assert all(field.description for each in (Config, Reach) for field in each.model_fields.values())


def test_the_manifest_asks_for_what_the_calls_need_and_no_more() -> None:
    known = {**SCOPES, **EVENT_SCOPES}
    needed = {scope for scopes in known.values() for scope in scopes} | {"commands"}

    assert set(MANIFEST["settings"]["event_subscriptions"]["bot_events"]) == set(EVENT_SCOPES)
    assert set(MANIFEST["oauth_config"]["scopes"]["bot"]) == needed


def test_the_manifest_keeps_to_slacks_lengths() -> None:
    """https://docs.slack.dev/reference/app-manifest/"""
    shown, features = MANIFEST["display_information"], MANIFEST["features"]
    [command] = features["slash_commands"]

    assert len(shown["name"]) <= 35 and len(shown["description"]) <= 140
    assert len(features["bot_user"]["display_name"]) <= 80
    assert command["command"] == "/incident" and command["should_escape"] is True
    assert len(command["usage_hint"]) <= 1000 and len(command["description"]) <= 2000


def test_only_clocks_read_the_time() -> None:
    reads = re.compile(r"datetime\.now\(|utcnow\(|time\.time\(|(?<!\.)\btime\(\)")
    guilty = {p.relative_to(ROOT).as_posix() for p in PYTHON if reads.search(p.read_text())}

    assert guilty - MAY_READ_THE_TIME == set()


def test_files_hold_one_noun() -> None:
    long = {p.name: n for p in PYTHON if (n := sum(1 for line in p.read_text().splitlines() if line.strip())) > 300}

    assert long == {}
