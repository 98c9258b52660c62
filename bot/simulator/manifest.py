"""What the app's manifest says: commands, shortcuts, scopes and subscribed events."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml


@dataclass(frozen=True)
class Command:
    command: str
    description: str = ""
    usage_hint: str = ""
    should_escape: bool = False


@dataclass(frozen=True)
class Shortcut:
    name: str
    type: str
    callback_id: str


@dataclass(frozen=True)
class Manifest:
    name: str
    bot_name: str
    commands: tuple[Command, ...]
    shortcuts: tuple[Shortcut, ...]
    scopes: frozenset[str]
    events: frozenset[str]
    home_tab: bool
    socket_mode: bool
    request_url: str
    interactive: bool

    def command(self, name: str) -> Command | None:
        return next((one for one in self.commands if one.command == name), None)

    def shortcut(self, callback_id: str) -> Shortcut | None:
        return next((one for one in self.shortcuts if one.callback_id == callback_id), None)


def load(source: Path | str | Mapping[str, Any]) -> Manifest:
    """Read a manifest from YAML or JSON text on disk, or from a mapping. ValueError if it is neither."""
    data = source if isinstance(source, Mapping) else yaml.safe_load(Path(source).read_text("utf-8"))
    if not isinstance(data, Mapping):
        raise ValueError("the manifest is empty; it should be a mapping with display_information and features")
    return _parse(data)


def _parse(data: Mapping[str, Any]) -> Manifest:
    features = data.get("features") or {}
    settings = data.get("settings") or {}
    scopes = (data.get("oauth_config") or {}).get("scopes") or {}
    name = str((data.get("display_information") or {}).get("name", "app"))
    return Manifest(
        name=name,
        bot_name=str((features.get("bot_user") or {}).get("display_name", name.lower())),
        commands=tuple(_command(row) for row in features.get("slash_commands") or ()),
        shortcuts=tuple(
            Shortcut(row["name"], row["type"], row["callback_id"]) for row in features.get("shortcuts") or ()
        ),
        scopes=frozenset([*(scopes.get("bot") or ()), *(scopes.get("bot_optional") or ())]),
        events=frozenset((settings.get("event_subscriptions") or {}).get("bot_events") or ()),
        home_tab=bool((features.get("app_home") or {}).get("home_tab_enabled", False)),
        request_url=str((settings.get("event_subscriptions") or {}).get("request_url") or ""),
        socket_mode=bool(settings.get("socket_mode_enabled", False)),
        interactive=bool((settings.get("interactivity") or {}).get("is_enabled", False)),
    )


def _command(row: Mapping[str, Any]) -> Command:
    return Command(
        command=row["command"],
        description=row.get("description", ""),
        usage_hint=row.get("usage_hint", ""),
        should_escape=bool(row.get("should_escape", False)),
    )
