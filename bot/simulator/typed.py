"""How Slack writes down what a person types, https://docs.slack.dev/messaging/formatting-message-text."""

from __future__ import annotations

import re

from bot.simulator.workspace import Workspace

SPECIAL = {"here", "channel", "everyone"}
TOKEN = re.compile(
    r"(?P<code>```.*?```|`[^`\n]+`)"
    r"|(?P<link>https?://[^\s<>]+)"
    r"|(?<![\w<])@(?P<name>[\w][\w.-]*)"
    r"|(?<![\w<&])\#(?P<channel>[a-z0-9_-]+)",
    re.S,
)


def escape(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def as_message(workspace: Workspace, typed: str) -> str:
    """Typed text as a message carries it: mentions, channels and links encoded, & < > as entities."""
    return _encode(workspace, typed, labels=False)


def as_command(workspace: Workspace, typed: str, should_escape: bool) -> str:
    """Typed text as a slash command carries it; names are encoded only if the manifest says should_escape."""
    return _encode(workspace, typed, labels=True) if should_escape else escape(typed)


def _encode(workspace: Workspace, typed: str, labels: bool) -> str:
    done, out = 0, []
    for found in TOKEN.finditer(typed):
        out.append(escape(typed[done : found.start()]))
        out.append(_token(workspace, found, labels))
        done = found.end()
    return "".join([*out, escape(typed[done:])])


def _token(workspace: Workspace, found: re.Match[str], labels: bool) -> str:
    if found["link"]:
        return _link(found["link"])
    if found["name"]:
        return _name(workspace, found["name"], labels)
    if found["channel"]:
        channel = workspace.channel_named(found["channel"])
        return f"<#{channel.id}|{channel.name}>" if channel is not None else escape(found[0])
    return escape(found[0])


def _link(link: str) -> str:
    address = link.rstrip(".,;:!?)'\"")
    return f"<{escape(address)}>{escape(link[len(address) :])}"


def _name(workspace: Workspace, word: str, labels: bool) -> str:
    """A mention; trailing dots and dashes belong to the sentence, not to the name."""
    name = word
    while name:
        known = _known(workspace, name, labels)
        if known:
            return known + word[len(name) :]
        shorter = name.rstrip(".-")
        name = shorter if shorter != name else ""
    return f"@{word}"


def _known(workspace: Workspace, name: str, labels: bool) -> str:
    user = workspace.user_named(name)
    if user is not None:
        return f"<@{user.id}|{user.name}>" if labels else f"<@{user.id}>"
    group = workspace.group_named(name)
    if group is not None:
        return f"<!subteam^{group.id}|@{group.handle}>" if labels else f"<!subteam^{group.id}>"
    return f"<!{name}>" if name in SPECIAL else ""
