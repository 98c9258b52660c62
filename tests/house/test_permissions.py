"""Everything that can be done has a row in the table of permissions, and the table knows nothing else."""

from __future__ import annotations

import re
from pathlib import Path

import yaml

from bot.adapters.slack.listeners import doors, gate
from bot.adapters.slack.listeners.submissions import SUBMISSIONS
from bot.adapters.slack.listeners.table import VERBS
from bot.adapters.slack.parsing import Where
from bot.adapters.slack.views.dialogs import FORMS
from bot.policy.commands import ANYWHERE, COMMANDS, OF_AN_INCIDENT, OF_TWO

ROOT = Path(__file__).parents[2]
#: what is done by marks and shortcuts alone
UNTYPED = {"capture"}


def test_every_command_has_a_row() -> None:
    """bot/policy/commands.py names each with what it does; `.venv/bin/python -m docs.generate` writes the page."""
    assert set(COMMANDS) == {verb.name for verb in VERBS.all} | UNTYPED
    assert len(COMMANDS) == len(OF_AN_INCIDENT) + len(OF_TWO) + len(ANYWHERE)


def test_every_command_has_a_row_on_the_page() -> None:
    page = (ROOT / "docs/permissions.md").read_text("utf-8")
    assert re.findall(r"^\| `(\w+)` \|", page, re.M) == list(COMMANDS)


def test_a_verb_that_takes_no_incident_can_be_said_anywhere() -> None:
    assert {verb.name for verb in VERBS.all if verb.where is Where.NOWHERE} <= ANYWHERE.keys() | OF_TWO.keys()


def test_every_dialog_and_every_shortcut_means_a_command() -> None:
    assert {each.command or kind for kind, each in SUBMISSIONS.items()} <= COMMANDS.keys()
    assert SUBMISSIONS.keys() == FORMS.keys()
    manifest = yaml.safe_load((ROOT / "manifest.yml").read_text("utf-8"))
    declared = {shortcut["callback_id"] for shortcut in manifest["features"]["shortcuts"]}
    assert declared == gate.SHORTCUTS.keys() >= doors.SHORTCUTS.keys()
    assert set(gate.SHORTCUTS.values()) <= COMMANDS.keys()
