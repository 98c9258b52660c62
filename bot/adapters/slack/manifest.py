"""The app's manifest, for sockets or for requests: https://docs.slack.dev/reference/app-manifest/"""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import yaml

from bot.adapters.slack.requests import PATH as EVENTS

ROOT = Path(__file__).parents[3]
#: beside the package in a checkout, inside it where it is installed
PLACES = (ROOT / "manifest.yml", ROOT / "bot" / "manifest.yml")


class BadAddress(Exception):
    """A sentence that says what is wrong with it, and what would be right."""


def path() -> Path:
    return next(place for place in PLACES if place.exists())


def written(url: str = "") -> str:
    """In YAML: as it is, for Socket Mode; with the address at which Muster is reached, for requests. BadAddress."""
    text = path().read_text("utf-8")
    if not url:
        return text
    return yaml.safe_dump(for_requests(yaml.safe_load(text), requested(url)), sort_keys=False, allow_unicode=True)


def requested(url: str) -> str:
    """
    Where Slack sends its requests, if that is where Muster is reached.

    >>> requested("https://muster.example.org/")
    'https://muster.example.org/slack/events'
    """
    parts = urlsplit(url)
    if parts.scheme != "https" or not parts.hostname or parts.query or parts.fragment:
        raise BadAddress(f"Slack cannot send anything to {url}. It takes an address like https://muster.example.org")
    return url.rstrip("/").removesuffix(EVENTS) + EVENTS


def for_requests(manifest: dict[str, Any], request_url: str) -> dict[str, Any]:
    """The same app without Socket Mode: events, gestures and commands all come to the one address."""
    features, settings = manifest["features"], manifest["settings"]
    commands = [{"command": row["command"], "url": request_url, **row} for row in features["slash_commands"]]
    events = {"request_url": request_url, **settings["event_subscriptions"]}
    interactivity = {**settings["interactivity"], "request_url": request_url}
    changed = {"event_subscriptions": events, "interactivity": interactivity, "socket_mode_enabled": False}
    return {
        **manifest, "features": {**features, "slash_commands": commands}, "settings": {**settings, **changed}
    }  # fmt: skip
