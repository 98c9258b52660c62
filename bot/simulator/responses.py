"""What an app answers to a command or through a response url, put into the channel."""

from __future__ import annotations

from typing import Any

from bot.simulator import talk
from bot.simulator.core import Core
from bot.simulator.errors import Json, SlackError
from bot.simulator.methods.chat import content, need_content
from bot.simulator.records import Message
from bot.simulator.tickets import Hook

KNOWN = {
    "text",
    "blocks",
    "attachments",
    "metadata",
    "response_type",
    "replace_original",
    "delete_original",
    "thread_ts",
    "unfurl_links",
    "unfurl_media",
    "mrkdwn",
}


def through(core: Core, name: str, raw: Json) -> Json:
    """One use of a response url. SlackError if it is spent or the message will not do."""
    hook = core.hooks.use(name)
    respond(core, hook, raw)
    return {}


def respond(core: Core, hook: Hook, raw: Any) -> Message | None:
    """Post, replace or delete as the app asks. SlackError where Slack refuses."""
    if not isinstance(raw, str | dict):
        raise SlackError("invalid_payload")
    payload: Json = {"text": raw} if isinstance(raw, str) else {k: v for k, v in raw.items() if v is not None}
    unknown = set(payload) - KNOWN
    if unknown:
        core.complain(f"response_url: Slack does not know {', '.join(sorted(unknown))} in a response.")
    source = hook.source if hook.source is not None and not hook.source.deleted else None
    if payload.get("delete_original") and source is not None:
        talk.delete(core.workspace, source, core.workspace.bot.id)
        return None
    fields = content({key: payload[key] for key in ("text", "blocks", "attachments", "metadata") if key in payload})
    need_content(fields)
    if payload.get("replace_original") and source is not None:
        talk.edit(core.workspace, source, core.workspace.bot.id, **{"blocks": [], **fields})
        return source
    return _new(core, hook, payload, fields)


def _new(core: Core, hook: Hook, payload: Json, fields: Json) -> Message:
    workspace = core.workspace
    channel = workspace.channels[hook.channel]
    if channel.archived:
        raise SlackError("is_archived")
    kind = payload.get("response_type", "ephemeral")
    if kind not in {"ephemeral", "in_channel"}:
        raise SlackError("invalid_payload")
    return talk.post(
        workspace,
        channel,
        workspace.bot.id,
        bot_id=workspace.bot.bot_id,
        thread_ts=payload.get("thread_ts") or hook.thread_ts,
        ephemeral_to=hook.user if kind == "ephemeral" else None,
        **{"text": "", **fields},
    )
