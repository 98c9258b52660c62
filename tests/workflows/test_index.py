"""What workflows start is known to the engine."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from bot import workflows
from bot.workflows import index, show

SOURCES = sorted(Path(workflows.__file__).parent.glob("*.py"))


def first_words(name: str) -> set[str]:
    """The literal kinds with which the workflows call `name`."""
    calls = [node for path in SOURCES for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Call)]
    named = [call for call in calls if isinstance(call.func, ast.Name) and call.func.id == name and call.args]
    return {call.args[0].value for call in named if isinstance(call.args[0], ast.Constant)}


@pytest.mark.parametrize(("maker", "table"), [("NewRun", index.RUNS), ("NewTimer", index.TIMERS)])
def test_every_kind_that_is_started_is_known(maker: str, table: dict[str, object]) -> None:
    """A kind without a row would be told to people as work that this release does not know."""
    assert first_words(maker)
    assert first_words(maker) <= table.keys()


def test_every_surface_can_be_shown() -> None:
    """The topic, what Slack is to say by itself, and what is of no incident have their own; all others are rendered."""
    assert index.SURFACES.keys() == show.RENDERS.keys() | {"topic", "watch", "home", "testpage"}
