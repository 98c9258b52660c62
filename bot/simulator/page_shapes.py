"""
What the page shows: the workspace as one person sees it. The page's HTTP, beside what page_api.py says:

GET /sim/state        people and `me` have `presence` ("active", "away"); a channel has `last_read` (ts, "" if never),
                      `unread`, `mentions` (unread ones that name the person, their groups or everybody; every one in a
                      direct message) and `canvases` [{"id", "title"}], the tabs beside its bookmarks
GET /sim/search?q=…   {"messages": [{"channel", "name", "kind", "message"}], "files": [FILE], "has_more"}: newest
                      first, ?limit= up to 100 (20); all words are to be found; narrowed by in:#ops
                      in:@ana from:@ben has:pin has:file
GET /sim/pins?channel=C…   {"pins": [{"by", "created", "message"}]}: the newest pin first; `created` in unix seconds
GET /sim/canvas/F…    {"id", "title", "markdown", "user", "created", "updated", "channel", "permalink",
                      "sections": [{"id", "type", "markdown"}]}; type "h1" "h2" "h3" "text"; `channel` "" if in no tab;
                      /docs/T…/F…, where permalinks lead, goes to /?canvas=F…
GET /sim/calls?since=N&limit=M       {"calls": [CALL], "complaints"}; `since` is the seq of the last that is known;
                      a limit without since gives the latest
GET /sim/deliveries?since=N&limit=M  {"deliveries": [DELIVERY]}, the latest if there are more
GET /sim/faults       {"orders": [ORDER], "rate_limits", "refused", "free_team"}
POST /sim/faults      {"do", …}: slow fail drop hang cut refuse rate free clear; {"do": "cancel", "id"} takes one back;
                      all answer as GET does, with "ok"; refuse shuts the page out too, so give it "seconds"
POST /sim/pin         {"channel", "ts", "on"};  /sim/presence {"presence"};  /sim/read {"channel", "ts"?};
     /sim/edit        {"channel", "ts", "text"};  /sim/delete {"channel", "ts"};  /sim/create {"name", "private"?}
     /sim/upload?name=…   its bytes as the body: {"file": FILE}; with &channel=C…&text=…&thread_ts=… it is shared there
     /sim/invite      {"channel", "users": [U…]};  /sim/archive {"channel"}

WS /sim/feed?as=U…    besides what it had: {"type": "presence", "user", "presence"}, {"type": "canvas", "id", "channel"}
WS …&watch=1          for the drawer, also {"type": "call", "call": CALL}, once when it comes in (status "open", ms
                      null) and once when it is answered; {"type": "delivery", "delivery": DELIVERY} likewise;
                      {"type": "faults"} when orders have changed

CALL      {"seq", "method", "args", "token", "at", "ms", "status", "response", "started", "ended"}: no token in args;
          status "open", "ok", Slack's name of an error, "429", an HTTP status, or "dropped"; at is ISO, ms a number
DELIVERY  {"seq", "id", "kind", "name", "by", "over", "attempt", "reason", "at", "ms", "outcome", "payload"}: kind
          "event", "command", "interaction"; name as "message", "/incident", "block_actions"; by is the user or "";
          over "socket" or "http"; attempt 0 for the first; reason, why it is tried again; outcome "open",
          "acknowledged", "timeout", "connection_failed", "dispatch_failed" (nobody listens) or "http_error"
ORDER     {"id", "do", "method", "times", "seconds", "error", "status", "before", "do_work"}; times, how many are
          left, is null for slow, seconds null for the others; method "*" stands for all; "event", "command" and
          "interaction" are what goes to the app: slow, fail (it does not arrive), drop with before (likewise, after
          Slack's patience), drop and hang (it arrives, its acknowledgement is lost: an event comes again)
"""

from __future__ import annotations

from bot.simulator import search, shapes
from bot.simulator.core import Core
from bot.simulator.errors import Json
from bot.simulator.records import Channel, Message, User
from bot.simulator.views import View
from bot.simulator.workspace import Workspace

#: among so many of the newest unread messages mentions are counted; nobody tells 40 from 50
MOST_LOOKED_AT = 300


def message_shape(workspace: Workspace, message: Message) -> Json:
    """Slack's shape of a message, with what only the page needs."""
    shape = shapes.message(workspace, message)
    shape["channel"] = message.channel
    if message.ephemeral:
        shape["ephemeral"] = True
    for file in shape.get("files", []):
        file.setdefault("preview", "")
    return shape


def view_shape(core: Core, view: View) -> Json:
    return {**core.views.shape(view), "errors": view.errors}


def view_shapes(core: Core, user: str) -> list[Json]:
    return [view_shape(core, view) for view in core.views.stacks.get(user, [])]


def state(core: Core, user: User) -> Json:
    """All that the page needs to draw itself for this person."""
    workspace, home = core.workspace, core.views.homes.get(user.id)
    return {
        "me": _person(user),
        "team": {"id": workspace.team_id, "name": workspace.team_name},
        "bot": {
            "user_id": workspace.bot.id,
            "bot_id": workspace.bot.bot_id,
            "name": workspace.bot.name,
            "real_name": workspace.bot.real_name,
            "home_tab": core.manifest.home_tab,
        },
        "people": [_person(one) for one in workspace.people()],
        "groups": [{"id": one.id, "handle": one.handle, "name": one.name} for one in workspace.groups.values()],
        "commands": [
            {"command": one.command, "description": one.description, "usage_hint": one.usage_hint}
            for one in core.manifest.commands
        ],
        "shortcuts": [
            {"name": one.name, "type": one.type, "callback_id": one.callback_id} for one in core.manifest.shortcuts
        ],
        "channels": [
            _channel(workspace, one, user.id) for one in workspace.channels.values() if workspace.sees(user.id, one)
        ],
        "views": view_shapes(core, user.id),
        "home": view_shape(core, home) if home is not None else None,
        "panels": [{"title": one.title, "url": one.url} for one in core.panels],
    }


def _person(user: User) -> Json:
    names = ("id", "name", "real_name", "color", "tz", "presence")
    return {name: getattr(user, name) for name in names}


def pins(workspace: Workspace, channel: Channel) -> list[Json]:
    """The newest pin first."""
    return [
        {"by": pin["by"], "created": pin["created"], "message": message_shape(workspace, channel.messages[pin["ts"]])}
        for pin in reversed(channel.pins)
        if pin["ts"] in channel.messages
    ]


def found(workspace: Workspace, user: str, query: str, limit: int) -> Json:
    """What a search brings to light."""
    rows, more = search.messages(workspace, user, query, limit)
    shown = [
        {"channel": channel.id, "name": channel.name, "kind": channel.kind, "message": message_shape(workspace, one)}
        for channel, one in rows
    ]
    files = [shapes.file(workspace, one) for one in search.files(workspace, user, query, limit)]
    return {"messages": shown, "files": files, "has_more": more}


def _channel(workspace: Workspace, channel: Channel, user: str) -> Json:
    unread = _unread(channel, user)
    shape: Json = {
        "id": channel.id,
        "name": channel.name,
        "kind": channel.kind,
        "topic": channel.topic.value,
        "purpose": channel.purpose.value,
        "member": user in channel.members,
        "members": list(channel.members),
        "unread": len(unread),
        "mentions": sum(_names(workspace, channel, one, user) for one in unread[:MOST_LOOKED_AT]),
        "last_read": channel.last_read.get(user, ""),
        "archived": channel.archived,
        "bookmarks": [
            {"id": one["id"], "title": one["title"], "link": one["link"], "emoji": one["emoji"]}
            for one in channel.bookmarks
        ],
        "pins": [pin["ts"] for pin in channel.pins],
        "canvases": [
            {"id": one.id, "title": workspace.files[one.id].title}
            for one in workspace.canvases.values()
            if one.channel == channel.id
        ],
    }
    if channel.kind == "im":
        shape["user"] = next((one for one in channel.members if one != user), user)
    return shape


def _unread(channel: Channel, user: str) -> list[Message]:
    if user not in channel.members:
        return []
    read, found = channel.last_read.get(user, ""), []
    for message in reversed(channel.messages.values()):
        if message.ts <= read:
            break
        if not message.is_reply and message.user != user and message.ephemeral_to in (None, user):
            found.append(message)
    return found


def _names(workspace: Workspace, channel: Channel, message: Message, user: str) -> bool:
    """Whether the message calls that person: by name, with a group, with everybody, or by writing to them."""
    if channel.kind == "im":
        return True
    words = message.words
    if "<" not in words:
        return False
    groups = (f"<!subteam^{group.id}" for group in workspace.groups.values() if user in group.users)
    calls = (f"<@{user}>", f"<@{user}|", "<!channel", "<!here", "<!everyone", *groups)
    return any(call in words for call in calls)
