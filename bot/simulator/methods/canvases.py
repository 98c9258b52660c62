"""canvases.* and conversations.canvases.*, https://docs.slack.dev/surfaces/canvases/"""

from __future__ import annotations

from typing import Any

from bot.simulator import canvases
from bot.simulator.errors import Json, SlackError, explained
from bot.simulator.methods.base import Args, Method, Session
from bot.simulator.records import Canvas

MOST_TITLE = 255
HEADINGS = {"h1", "h2", "h3"}
LEVELS = {"read", "write", "owner"}
#: what a change must bring, beside its operation
NEEDS: dict[str, tuple[str, ...]] = {
    "insert_after": ("section_id", "document_content"),
    "insert_before": ("section_id", "document_content"),
    "insert_at_start": ("document_content",),
    "insert_at_end": ("document_content",),
    "replace": ("document_content",),
    "delete": ("section_id",),
    "rename": ("title_content",),
}


def create(here: Session, args: Args) -> Json:
    channel = args.get("channel_id", "")
    if here.workspace.free and not channel:
        raise SlackError("free_teams_cannot_create_non_tabbed_canvases")
    if channel:
        here.channel(args, "channel_id", member=True, live=True)
    if here.workspace.free and any(one.channel == channel for one in here.workspace.canvases.values()):
        raise SlackError("free_team_canvas_tab_already_exists")
    return _made(here, args, channel)


def create_in_channel(here: Session, args: Args) -> Json:
    channel = here.channel(args, "channel_id", member=True, live=True).id
    if here.workspace.free:
        raise SlackError("team_tier_cannot_create_channel_canvases")
    if any(one.channel == channel for one in here.workspace.canvases.values()):
        raise SlackError("channel_canvas_already_exists")
    return _made(here, args, channel)


def _made(here: Session, args: Args, channel: str) -> Json:
    if len(args.get("title", "")) > MOST_TITLE:
        raise explained("invalid_arguments", [f"must be less than {MOST_TITLE + 1} characters [json-pointer:/title]"])
    markdown = _markdown(args["document_content"], "/document_content") if "document_content" in args else ""
    return {"canvas_id": canvases.create(here.workspace, here.me, args.get("title", ""), markdown, channel).id}


def _markdown(content: Any, path: str) -> str:
    if not isinstance(content, dict) or content.get("type") != "markdown":
        raise explained("invalid_arguments", [f"must be an object of type markdown [json-pointer:{path}]"])
    markdown = content.get("markdown")
    if not isinstance(markdown, str):
        raise explained("invalid_arguments", [f"must provide a string [json-pointer:{path}/markdown]"])
    if len(markdown) > canvases.MOST_MARKDOWN:
        raise explained(
            "invalid_arguments", [f"must be less than {canvases.MOST_MARKDOWN + 1} [json-pointer:{path}/markdown]"]
        )
    return markdown


def _found(here: Session, args: Args, *levels: str) -> Canvas:
    canvas = here.workspace.canvases.get(args["canvas_id"])
    if canvas is None or not canvases.sees(here.workspace, here.me, canvas):
        raise SlackError("canvas_not_found")
    held = {canvas.access.get(here.me)}
    held |= {level for place, level in canvas.access.items() if here.me in _members(here, place)}
    if levels and not held.intersection(levels):
        raise SlackError("restricted_action")
    return canvas


def _members(here: Session, place: str) -> list[str]:
    channel = here.workspace.channels.get(place)
    return channel.members if channel is not None else []


def edit(here: Session, args: Args) -> Json:
    canvas = _found(here, args, "write", "owner")
    if here.workspace.free and not canvas.channel:
        raise SlackError("free_teams_cannot_edit_standalone_canvases")
    changes = args["changes"]
    if not isinstance(changes, list) or len(changes) != 1:
        # one at a time, https://docs.slack.dev/reference/methods/canvases.edit
        raise explained("invalid_arguments", ["must be an array of one change [json-pointer:/changes]"])
    _check(changes[0])
    canvases.change(here.workspace, canvas, changes)
    return {}


def _check(change: Any) -> None:
    operation = change.get("operation") if isinstance(change, dict) else None
    needs = NEEDS.get(operation) if isinstance(operation, str) else None
    if needs is None:
        raise explained("invalid_arguments", [f"must be one of {', '.join(NEEDS)} [json-pointer:/changes/0/operation]"])
    for name in needs:
        if name not in change:
            raise explained("invalid_arguments", [f"missing required field: {name} [json-pointer:/changes/0]"])
        if name.endswith("_content"):
            _markdown(change[name], f"/changes/0/{name}")


def delete(here: Session, args: Args) -> Json:
    canvases.delete(here.workspace, _found(here, args, "owner"))
    return {}


def lookup(here: Session, args: Args) -> Json:
    canvas, criteria = _found(here, args), args["criteria"]
    if not isinstance(criteria, dict) or not {"section_types", "contains_text"} & set(criteria):
        raise explained("invalid_arguments", ["must define section_types or contains_text [json-pointer:/criteria]"])
    types = set(criteria.get("section_types") or ())
    if types - HEADINGS - {"any_header"}:
        raise explained("invalid_arguments", ["must be h1, h2, h3, any_header [json-pointer:/criteria/section_types]"])
    wanted = HEADINGS if "any_header" in types else types
    text = str(criteria.get("contains_text", ""))
    found = [one for one in canvas.sections if text in one["markdown"] and (not wanted or canvases.kind(one) in wanted)]
    return {"sections": [{"id": one["id"]} for one in found]}


def set_access(here: Session, args: Args) -> Json:
    canvas = _found(here, args, "owner")
    level, channels, users = args["access_level"], args.get("channel_ids", []), args.get("user_ids", [])
    if level not in LEVELS or bool(channels) == bool(users):
        raise SlackError("invalid_parameters")
    if any(one not in here.workspace.channels for one in channels):
        raise SlackError("channel_not_found")
    for user in users:
        here.user(user)
    canvas.access.update(dict.fromkeys([*channels, *users], level))
    return {}


METHODS = (
    Method("canvases.create", create, "title document_content:json channel_id", "canvases:write"),
    Method("canvases.edit", edit, "canvas_id! changes!:json", "canvases:write"),
    Method("canvases.delete", delete, "canvas_id!", "canvases:write"),
    Method("canvases.sections.lookup", lookup, "canvas_id! criteria!:json", "canvases:read"),
    Method(
        "canvases.access.set",
        set_access,
        "canvas_id! access_level! channel_ids:list user_ids:list",
        "canvases:write",
    ),
    Method(
        "conversations.canvases.create", create_in_channel, "channel_id! title document_content:json", "canvases:write"
    ),
)
