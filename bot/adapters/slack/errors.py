"""What an answer of Slack means for the engine: surely not done, perhaps done, or never will be, in words."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import aiohttp

from bot.engine.outcomes import Busy, Doubt, Rejected

CONNECT_PAUSE = timedelta(seconds=3)
MIGRATION_PAUSE = timedelta(seconds=60)
RETRY_AFTER, MOST_RETRY_AFTER = 30.0, 3600.0
CODE = re.compile(r"[a-z0-9_]{1,60}")
USER = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}")
UNNAMED = "unnamed_error"
SCOPE = re.compile(r"[a-z_]+(?::[a-z_.]+)*")

PURPOSES = {
    "auth.test": "say who Muster is",
    "bookmarks.add": "add the bookmark",
    "bookmarks.list": "list the bookmarks",
    "chat.deleteScheduledMessage": "withdraw a message that it was to post later",
    "chat.getPermalink": "give the link of the message",
    "chat.postEphemeral": "show them the message",
    "chat.postMessage": "post the message",
    "chat.scheduleMessage": "take a message to post later",
    "chat.scheduledMessages.list": "list the messages that it is to post later",
    "chat.update": "update the message",
    "canvases.create": "write the canvas",
    "conversations.archive": "archive the channel",
    "conversations.create": "create the channel",
    "conversations.info": "look at the channel",
    "conversations.history": "show the messages of the channel",
    "conversations.invite": "invite people",
    "conversations.join": "let Muster join the channel",
    "conversations.kick": "take the person out of the channel",
    "conversations.list": "list the channels",
    "conversations.members": "see who is in the channel",
    "conversations.open": "open the direct conversation",
    "conversations.rename": "rename the channel",
    "conversations.replies": "show the thread",
    "conversations.setPurpose": "set the purpose",
    "conversations.setTopic": "set the topic",
    "conversations.unarchive": "bring the channel back from the archive",
    "files.completeUploadExternal": "share the file",
    "files.getUploadURLExternal": "take the file",
    "pins.add": "pin the message",
    "usergroups.list": "list the user groups",
    "usergroups.users.list": "list the people of the user group",
    "usergroups.users.update": "change the people of the user group",
    "users.conversations": "list the channels Muster is in",
    "users.info": "show the person",
    "users.lookupByEmail": "find the person by e-mail address",
    "views.open": "open the dialog",
    "views.publish": "show the Home tab",
    "views.update": "bring the dialog up to date",
}
REINSTALL = "install the app in the workspace again and give Muster the new token in SLACK_BOT_TOKEN"
REASONS = {
    "access_denied": "Muster may not do that in this workspace; ask a workspace administrator",
    "account_inactive": f"Muster's bot account was deactivated; {REINSTALL}",
    "already_in_channel": "they are in the channel already",
    "canvas_creation_failed": "it could not make one; try again later",
    "canvas_disabled_user_team": "this workspace has canvases switched off",
    "cant_archive_general": "the general channel stays",
    "cant_archive_required": "the workspace needs this channel",
    "cant_invite": "they cannot be invited to this channel",
    "cant_invite_self": "Muster cannot invite itself",
    "cant_update_message": "the message is not Muster's",
    "channel_not_found": "the channel does not exist, or it is private and Muster is not in it",
    "edit_window_closed": "the workspace does not allow edits of a message this old",
    "file_not_found": "the file no longer exists; stage it again",
    "free_team_canvas_tab_already_exists": "without a paid plan a channel has one canvas, and this one has it",
    "free_teams_cannot_create_non_tabbed_canvases": "without a paid plan a canvas must belong to a channel",
    "invalid_auth": f"it does not know Muster's token; {REINSTALL}",
    "invalid_blocks": "the message is not laid out as Slack wants it; this is a fault in Muster",
    "invalid_name": "the name is not allowed; use lower-case letters, digits, - and _",
    "invalid_name_maxlength": "the name is too long; 80 characters are allowed",
    "invalid_name_punctuation": "the name is nothing but punctuation; use letters and digits too",
    "invalid_name_required": "the name is empty",
    "invalid_name_specials": "the name has special characters; use lower-case letters, digits, - and _",
    "is_archived": "the channel is archived; unarchive it first",
    "message_not_found": "the message was deleted",
    "msg_too_long": "the message is too long",
    "name_taken": "another channel has that name",
    "no_permission": "Muster may not do that in this workspace; ask a workspace administrator",
    "no_text": "the message is empty",
    "method_not_supported_for_channel_type": "that cannot be done to a channel of this kind",
    "not_allowed_token_type": "a bot may not do that; a person can, in Slack",
    "not_authorized": "only whoever made the channel may do that",
    "not_in_channel": "Muster is not in the channel; invite it with /invite",
    "org_user_not_in_team": "they are not in this workspace",
    "permission_denied": "the workspace lets only some people change that; ask a workspace administrator",
    "posting_to_general_channel_denied": "only some people may post in that channel; ask a workspace administrator",
    "restricted_action": "a workspace setting does not let Muster do that; ask a workspace administrator",
    "thread_not_found": "the thread no longer exists",
    "token_expired": f"Muster's token has expired; {REINSTALL}",
    "token_revoked": f"Muster's token was revoked; {REINSTALL}",
    "too_many_pins": "the channel has as many pins as it can hold; remove some",
    "trigger_expired": "it took longer than 3 seconds; try again",
    "ura_max_channels": "they are a guest who can be in no more channels",
    "unknown_method": "this workspace has no such thing",
    "user_disabled": "their account is deactivated",
    "user_is_bot": "it is a bot",
    "user_is_restricted": "they are a guest and cannot be invited",
    "user_is_ultra_restricted": "they are a single-channel guest and cannot be invited",
    "user_not_found": "there is no such person in this workspace",
    "user_not_in_channel": "they are not in the channel",
    "users_not_found": "there is no such person in this workspace",
}
# "It's possible some aspect of the operation succeeded before the error was raised."
# https://docs.slack.dev/reference/methods/chat.postMessage#errors
PERHAPS_DONE = {
    "fatal_error",
    "internal_error",
    "pin_failed",
    "request_timeout",
    "service_unavailable",
    "update_failed",
}
WAIT_AND_SEE = {"external_channel_migrating", "org_login_required", "team_added_to_org"}
ASKS_TO_WAIT = {"rate_limited", "ratelimited"}


class RateLimited(Busy):
    """Slack answered 429: nothing of the method before `until`."""


class Refusal(Rejected):
    """Slack said no; `code` is Slack's name for the reason, `people` the reason for each user it concerns."""

    def __init__(self, sentence: str, code: str = "", people: Mapping[str, str] | None = None) -> None:
        super().__init__(sentence)
        self.code = code
        self.people = people or {}


def unanswered(error: Exception, now: datetime) -> Busy | Doubt:
    """What a failure of the wire means: a connection that never stood carried nothing."""
    never_stood = (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError, aiohttp.InvalidURL)
    if isinstance(error, never_stood):
        return Busy(now + CONNECT_PAUSE, "Slack cannot be reached.")
    if isinstance(error, asyncio.TimeoutError):
        return Doubt("Slack did not answer in time.")
    return Doubt("The connection to Slack broke before it answered.")


def answered(method: str, status: int, data: Any, headers: Mapping[str, str], now: datetime) -> Busy | Doubt | Refusal:
    """What an answer other than "ok" means."""
    code = _code(data)
    if status == 429 or code in ASKS_TO_WAIT:
        wait = timedelta(seconds=retry_after(headers))
        return RateLimited(now + wait, f"Slack asked Muster to wait {wait.total_seconds():.0f} s.")
    if code in WAIT_AND_SEE:
        return Busy(now + MIGRATION_PAUSE, "The Slack workspace is being moved; Muster waits.")
    if code in PERHAPS_DONE or status >= 500 or status == 408:
        return Doubt("Slack had an error of its own; perhaps it was done.")
    if code:
        return Refusal(sentence(method, code, data), code, by_person(data))
    if status >= 400:
        return Busy(now + MIGRATION_PAUSE, f"Slack's address answers with HTTP {status}; is something in between?")
    return Doubt("Slack's answer could not be read.")


def sentence(method: str, code: str, data: Mapping[str, Any]) -> str:
    """Why it was refused, for people."""
    purpose = PURPOSES.get(method, f"do {method}")
    if code == "missing_scope":
        needed = ", ".join(SCOPE.findall(str(data.get("needed", "")))) or "a permission"
        return f"Slack refused to {purpose}: the app lacks {needed}. Add it to the app and install the app again."
    reason = REASONS.get(code)
    return f"Slack refused to {purpose}: {reason}." if reason else f"Slack refused to {purpose} ({code})."


def reason(code: str) -> str:
    """The reason alone, as part of a sentence."""
    return REASONS.get(code, f"Slack says {code}")


def by_person(data: Mapping[str, Any]) -> dict[str, str]:
    """The user ids in `errors`, each with Slack's name of the reason."""
    rows = data.get("errors")
    errors = [one for one in rows if isinstance(one, Mapping)] if isinstance(rows, list) else []
    named = {one.get("user"): safe_code(one.get("error")) or UNNAMED for one in errors if not one.get("ok")}
    return {user: code for user, code in named.items() if isinstance(user, str) and USER.fullmatch(user)}


def safe_code(value: Any) -> str:
    """Slack's name of an error, or "" if it is none; whatever else a server says never reaches people or logs."""
    return value if isinstance(value, str) and CODE.fullmatch(value) else ""


def _code(data: Any) -> str:
    if not isinstance(data, Mapping) or data.get("ok") is not False:
        return ""
    return safe_code(data.get("error")) or (UNNAMED if data.get("error") else "")


def retry_after(headers: Mapping[str, str]) -> float:
    """
    Seconds to wait, 1 to MOST_RETRY_AFTER; RETRY_AFTER if Slack did not say so in a way that can be read.

    >>> retry_after({"Retry-After": "30"}), retry_after({"Retry-After": "0"}), retry_after({"Retry-After": "²"})
    (30.0, 1.0, 30.0)
    """
    value = headers.get("Retry-After", "")
    if not (value.isascii() and value.isdigit()):
        return RETRY_AFTER
    return min(max(float(value[:9]), 1.0), MOST_RETRY_AFTER)
