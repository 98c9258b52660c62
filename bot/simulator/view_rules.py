"""What Slack takes as a modal or as a Home tab, https://docs.slack.dev/reference/views/."""

from __future__ import annotations

import json
from typing import Any

from bot.simulator.blocks import MOST_BLOCKS_IN_VIEWS, problems
from bot.simulator.checks import Report, anything, boolean, shape, string, wrong
from bot.simulator.elements import plain
from bot.simulator.errors import SlackError, explained

MOST_BYTES = 250_000
SHARED = {"private_metadata": string(3000), "callback_id": string(255), "external_id": string(255)}
MODAL = shape(
    {"title": plain(24), "blocks": anything},
    {
        **SHARED,
        "submit": plain(24),
        "close": plain(24),
        "clear_on_close": boolean,
        "notify_on_close": boolean,
        "submit_disabled": boolean,
    },
)
HOME = shape({"blocks": anything}, {**SHARED, "title": anything, "submit": anything, "close": anything})


def check_view(view: Any, kind: str) -> None:
    """Refuse a view that Slack would refuse as this kind ("modal" or "home"). SlackError."""
    report: Report = []
    if not isinstance(view, dict):
        raise explained("invalid_arguments", ["must provide an object [json-pointer:/view]"])
    if view.get("type") != kind:
        wrong(report, "/view/type", f"must be {kind}")
    (MODAL if kind == "modal" else HOME)(view, "/view", report)
    report += problems(view.get("blocks", []), MOST_BLOCKS_IN_VIEWS, "/view/blocks")
    if kind == "modal" and not report and _needs_submit(view):
        wrong(report, "/view/submit", "missing required field: submit (a modal with input blocks needs one)")
    if report:
        raise explained("invalid_arguments", report)
    if len(json.dumps(view)) > MOST_BYTES:
        raise SlackError("view_too_large")


def _needs_submit(view: dict[str, Any]) -> bool:
    return "submit" not in view and any(block["type"] == "input" for block in view["blocks"])
