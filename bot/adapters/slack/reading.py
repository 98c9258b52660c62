"""Messages as they stand in Slack now."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from bot.adapters.slack import refs
from bot.adapters.slack.calls import SlackCalls, deadline
from bot.adapters.slack.errors import Refusal
from bot.adapters.slack.identity import Identity, WhoAmI
from bot.adapters.slack.words import inward
from bot.domain.incident import MUSTER
from bot.engine.outcomes import Gone
from bot.ports import Said

NOT_THERE = frozenset({"message_not_found", "thread_not_found"})
DELETED = "The message was deleted."

InRoom = Callable[..., Awaitable[Any]]


class Reading:
    """`in_room` does something in a channel, and joins it first where that is needed."""

    def __init__(self, calls: SlackCalls, who: WhoAmI, in_room: InRoom) -> None:
        self._calls, self._who, self._in_room = calls, who, in_room

    async def message(self, posted: str) -> Said:
        channel, ts = refs.posted(posted)
        with deadline():
            rows = await self._rows(channel, ts, oldest=ts, latest=ts, inclusive=True)
            found = next((row for row in rows if row.get("ts") == ts and not is_gone(row)), None)
            if found is None:
                raise Gone(DELETED)
            return said(await self._who.get(), channel, found, await self._link(channel, ts))

    async def thread(self, posted: str, most: int) -> tuple[Said, ...]:
        channel, ts = refs.posted(posted)
        with deadline():
            rows = [row for row in await self._rows(channel, ts) if not is_gone(row)]
            root = next((row["thread_ts"] for row in rows if row.get("thread_ts")), ts)
            if root != ts and len(rows) == 1:
                # asked for a reply, some servers show that reply alone
                rows = [row for row in await self._rows(channel, root) if not is_gone(row)]
            me, link = await self._who.get(), await self._link(channel, root)
        if not rows:
            raise Gone(DELETED)
        kept = [*rows[:1], *rows[1:][-(most - 1) :]] if most > 1 else rows[:1]
        return tuple(said(me, channel, row, linked(link, channel, root, row["ts"])) for row in kept)

    async def _rows(self, channel: str, ts: str, **bounds: Any) -> list[Mapping[str, Any]]:
        try:
            found: list[Mapping[str, Any]] = await self._in_room(channel, self._all, channel, ts, bounds)
        except Refusal as refusal:
            if refusal.code in NOT_THERE:
                raise Gone(DELETED) from None
            raise
        return found

    async def _all(self, channel: str, ts: str, bounds: Mapping[str, Any]) -> list[Mapping[str, Any]]:
        # also takes a message that is in a thread: https://docs.slack.dev/reference/methods/conversations.replies/
        rows = self._calls.pages("conversations.replies", "messages", channel=channel, ts=ts, **bounds)
        return [row async for row in rows]

    async def _link(self, channel: str, ts: str) -> str:
        answer = await self._calls.call("chat.getPermalink", channel=channel, message_ts=ts)
        return str(answer["permalink"])


def said(me: Identity | None, channel: str, row: Mapping[str, Any], link: str = "") -> Said:
    """A message as Slack shows it; whose it is, and which of its marks, is told by who we are."""
    edited = (row.get("edited") or {}).get("ts")
    return Said(
        message=refs.message(channel, row["ts"]), author=author(row, me), text=words(row), at=moment(row["ts"]),
        link=link, thread=refs.message(channel, row.get("thread_ts") or row["ts"]),
        edited=moment(edited) if edited else None, files=files(row), marks=marks(row, me),
        pinned=channel in (row.get("pinned_to") or ()),
    )  # fmt: skip


def moment(ts: str) -> datetime:
    """
    >>> moment("1700000000.000100").isoformat()
    '2023-11-14T22:13:20.000100+00:00'
    """
    whole, _, parts = ts.partition(".")
    return datetime.fromtimestamp(int(whole), UTC).replace(microsecond=int(parts.ljust(6, "0")[:6] or 0))


def is_gone(row: Mapping[str, Any]) -> bool:
    """What stands for a message that was deleted and has answers."""
    return row.get("subtype") == "tombstone"


def author(row: Mapping[str, Any], me: Identity | None = None) -> str:
    """
    >>> author({"user": "U1"}), author({"bot_id": "B1", "username": "Alertmanager"}), author({"bot_id": "B1"})
    ('slack:U1', 'Alertmanager', 'an app')
    """
    if me is not None and me.wrote(row):
        return MUSTER
    if row.get("user"):
        return refs.person(row["user"])
    return str(row.get("username") or (row.get("bot_profile") or {}).get("name") or "an app")


def words(row: Mapping[str, Any]) -> str:
    """
    The text, or what stands for it in the attachments of programs.

    >>> words({"text": "<@U1> is <down>"}), words({"attachments": [{"fallback": "disk full"}]})
    ('slack:U1 is down', 'disk full')
    """
    spoken = [row.get("text"), *(a.get("fallback") or a.get("text") for a in row.get("attachments") or ())]
    return next((inward(str(text)).strip() for text in spoken if text), "")


def files(row: Mapping[str, Any]) -> dict[str, str]:
    """Their addresses by name. Of a file that Slack no longer shows only the name is left."""
    shown = [one for one in row.get("files") or () if one.get("mode") != "tombstone"]
    return {str(one.get("name") or one.get("title") or one["id"]): str(one.get("permalink") or "") for one in shown}


def marks(row: Mapping[str, Any], me: Identity | None) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for each in row.get("reactions") or ():
        name = str(each["name"]).partition("::")[0]
        users = (user for user in each.get("users") or () if me is None or user != me.bot_user)
        people = (*found.get(name, ()), *(refs.person(user) for user in users))
        if people:
            found[name] = tuple(dict.fromkeys(people))
    return found


def linked(root_link: str, channel: str, root: str, ts: str) -> str:
    """
    The address of a message in the thread of one whose address is known.

    >>> linked("https://a.test/archives/C1/p1700000000000100", "C1", "1700000000.000100", "1700000009.000200")
    'https://a.test/archives/C1/p1700000009000200?thread_ts=1700000000.000100&cid=C1'
    """
    place, _, anchor = root_link.rpartition("/p")
    if ts == root or anchor.partition("?")[0] != root.replace(".", ""):
        return root_link
    return f"{place}/p{ts.replace('.', '')}?thread_ts={root}&cid={channel}"
