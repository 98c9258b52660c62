"""What becomes of a channel: who is in it, its name, and the archive."""

from __future__ import annotations

from bot.adapters.slack import refs
from bot.adapters.slack.calls import SlackCalls
from bot.adapters.slack.errors import Refusal
from bot.ports import NameTaken, RoomInfo


async def people(calls: SlackCalls, channel: str, me: str) -> tuple[str, ...]:
    rows = [user async for user in calls.pages("conversations.members", "members", channel=channel)]
    return tuple(refs.person(user) for user in rows if user != me)


async def info(calls: SlackCalls, channel: str) -> RoomInfo:
    shown = (await calls.call("conversations.info", channel=channel))["channel"]
    return RoomInfo(
        name=str(shown.get("name") or ""),
        private=bool(shown.get("is_private")),
        archived=bool(shown.get("is_archived")),
        member=bool(shown.get("is_member")),
    )


async def rename(calls: SlackCalls, channel: str, name: str) -> str:
    # Slack may change the name, and says to what: https://docs.slack.dev/reference/methods/conversations.rename
    try:
        answer = await calls.call("conversations.rename", channel=channel, name=name)
    except Refusal as refusal:
        if refusal.code != "name_taken":
            raise
        # an earlier try may have done it: a channel does not take the name from itself
        if (await info(calls, channel)).name == name:
            return name
        raise NameTaken(f"Another channel is called #{name}.") from None
    return str(answer["channel"].get("name") or name)


async def remove(calls: SlackCalls, channel: str, user: str) -> None:
    try:
        await calls.call("conversations.kick", channel=channel, user=user)
    except Refusal as refusal:
        if refusal.code not in ("not_in_channel", "user_not_found"):
            raise


async def archive(calls: SlackCalls, channel: str) -> None:
    await _unless(calls, "conversations.archive", channel, "already_archived")


async def unarchive(calls: SlackCalls, channel: str) -> None:
    # "Bot tokens cannot currently be used": https://docs.slack.dev/reference/methods/conversations.unarchive
    await _unless(calls, "conversations.unarchive", channel, "not_archived")


async def _unless(calls: SlackCalls, method: str, channel: str, done: str) -> None:
    try:
        await calls.call(method, channel=channel)
    except Refusal as refusal:
        if refusal.code != done:
            raise
