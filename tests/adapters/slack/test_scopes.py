"""Whatever we call has a tier, a purpose in words, and its permissions in the manifest."""

from __future__ import annotations

import re
from pathlib import Path

import yaml

from bot.adapters.slack import scopes
from bot.adapters.slack.buckets import TIERS
from bot.adapters.slack.errors import PURPOSES
from tests.adapters.slack.wire import MANIFEST

HERE = Path(scopes.__file__).parent
METHOD = re.compile(r'"((?:auth|bookmarks|chat|conversations|files|pins|usergroups|users|views)\.[A-Za-z.]+)"')
TABLES = {"scopes.py", "errors.py", "buckets.py"}


def called() -> set[str]:
    sources = [path.read_text("utf-8") for path in HERE.rglob("*.py") if path.name not in TABLES]
    return {method for source in sources for method in METHOD.findall(source)}


def test_every_method_we_call_is_known() -> None:
    assert "chat.postMessage" in called()
    assert called() <= set(scopes.SCOPES)


def test_every_known_method_has_a_tier_and_a_purpose() -> None:
    assert set(scopes.SCOPES) == set(PURPOSES)
    assert set(scopes.SCOPES) - {"chat.postMessage"} <= set(TIERS)


def test_the_manifest_asks_for_what_is_needed() -> None:
    asked = set(yaml.safe_load(MANIFEST.read_text("utf-8"))["oauth_config"]["scopes"]["bot"])
    assert {scope for needed in scopes.SCOPES.values() for scope in needed} <= asked
