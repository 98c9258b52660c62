"""Whether Slack knows Muster, lets it do its work, and has what the policy names."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any

from bot.adapters.slack.calls import SlackCalls
from bot.adapters.slack.errors import PURPOSES, Refusal
from bot.adapters.slack.scopes import EVENT_SCOPES, SCOPES
from bot.domain.finding import Finding, doubtful, well, wrong
from bot.engine.outcomes import Busy, Doubt, Rejected

#: the header counts whole seconds, and the answer takes a moment to come
EXACT, BEARABLE = timedelta(seconds=5), timedelta(seconds=60)
UNREACHED = "Look at the network, at proxies between Muster and Slack, and at https://slack-status.com."
INSTALL = "Install the app in the workspace, and set SLACK_BOT_TOKEN to the token that Slack shows then."
NEW_MANIFEST = "Put the manifest.yml of this release into the app's settings, and install the app again."
ALL_ROOMS = {"types": "public_channel", "limit": 999}
MOST_RENEWALS = 6
HEARD = "hear what people do in Slack ({event})"


@dataclass(frozen=True)
class Named:
    """What a policy names of a workspace: channels without #, user groups by handle, people by e-mail or id."""

    channels: Sequence[str] = ()
    groups: Sequence[str] = ()
    people: Sequence[str] = ()


class SlackCheck:
    """`calls` are made with the bot token, `doors` with the app token; None where Slack comes over HTTP."""

    def __init__(
        self, calls: SlackCalls, named: Named, now: Callable[[], datetime], doors: SlackCalls | None = None
    ) -> None:  # fmt: skip
        self._calls, self._named, self._now, self._doors = calls, named, now, doors

    async def bot(self) -> list[Finding]:
        """The token, what it may do, and the clock: all in one answer."""
        try:
            answer, headers = await self._calls.respond("auth.test")
        except Rejected as refusal:
            return [wrong("Bot token", str(refusal), INSTALL)]
        except (Busy, Doubt) as failure:
            return [wrong("Slack", str(failure), UNREACHED)]
        known = f"Slack knows Muster as {answer.get('user') or 'its bot'} in {answer.get('team') or 'the workspace'}."
        return [well("Bot token", known), *granted(headers), *clock(headers, self._now())]

    async def door(self) -> list[Finding]:
        """Whether the app token opens a socket. None is opened."""
        if self._doors is None:
            return []
        try:
            await self._doors.call("apps.connections.open")
        except Rejected as refusal:
            remedy = "Set SLACK_APP_TOKEN to an app-level token (xapp-…) with the scope connections:write."
            return [wrong("App token", str(refusal), f"{remedy} Socket Mode must be on in the app's settings.")]
        except (Busy, Doubt) as failure:
            return [doubtful("App token", str(failure), UNREACHED)]
        return [well("App token", "It opens sockets.")]

    async def channels(self) -> list[Finding]:
        return await self._looked("Channels", self._channels)

    async def groups(self) -> list[Finding]:
        return await self._looked("User groups", self._groups)

    async def people(self) -> list[Finding]:
        return await self._looked("People", self._people)

    async def _looked(self, area: str, look: Callable[[], Awaitable[list[Finding]]]) -> list[Finding]:
        try:
            return await look()
        except Rejected as refusal:
            return [wrong(area, str(refusal), NEW_MANIFEST)]
        except (Busy, Doubt) as failure:
            return [doubtful(area, str(failure), UNREACHED)]

    async def _channels(self) -> list[Finding]:
        if not self._named.channels:
            return []
        rooms = {room["name"]: room async for room in self._calls.pages("conversations.list", "channels", **ALL_ROOMS)}
        missing = [said for name in self._named.channels if (said := missing_channel(name, rooms))]
        return missing or [well("Channels", f"The channels of the policy are there: {listed(self._named.channels)}.")]

    async def _groups(self) -> list[Finding]:
        if not self._named.groups:
            return []
        answer = await self._calls.call("usergroups.list", include_disabled=True, include_count=True)
        known = {group["handle"]: group for group in answer.get("usergroups") or ()}
        handles = [handle.lstrip("@") for handle in self._named.groups]
        missing = [said for handle in handles if (said := missing_group(handle, known.get(handle)))]
        return missing or [well("User groups", f"They are there and have members: {listed(handles, '@')}.")]

    async def _people(self) -> list[Finding]:
        missing = [said for name in self._named.people if (said := await self._missing_person(name))]
        if not self._named.people or missing:
            return missing
        return [well("People", f"All {len(self._named.people)} whom the policy names by themselves are in Slack.")]

    async def _missing_person(self, name: str) -> Finding | None:
        remedy = "Name somebody else in the policy, or correct how they are named."
        try:
            by_mail = "@" in name
            method, asked = ("users.lookupByEmail", {"email": name}) if by_mail else ("users.info", {"user": name})
            answer = await self._calls.call(method, **asked)
        except Refusal as refusal:
            if refusal.code not in ("users_not_found", "user_not_found", "user_not_visible"):
                raise
            return wrong("People", f"Nobody in Slack is {name}, whom the policy names.", remedy)
        if answer["user"].get("deleted"):
            return wrong("People", f"{name}, whom the policy names, has no account in Slack any more.", remedy)
        return None


def granted(headers: Mapping[str, str]) -> list[Finding]:
    """Each scope that is missing, with what does not work without it."""
    has = {scope.strip() for scope in headers.get("x-oauth-scopes", "").split(",") if scope.strip()}
    if not has:
        return [doubtful("Scopes", "Slack did not say what the bot token may do.", NEW_MANIFEST)]
    missing = {scope: uses for scope, uses in needed().items() if scope not in has}
    if not missing:
        return [well("Scopes", f"The bot token has all {len(needed())} scopes that Muster uses.")]
    return [
        wrong("Scopes", f"The bot token lacks {scope}, without which Muster cannot {purposes(uses)}.", NEW_MANIFEST)
        for scope, uses in sorted(missing.items())
    ]


def needed() -> dict[str, list[str]]:
    """Every scope that Muster uses, with what for."""
    found: dict[str, list[str]] = {}
    for method, scopes in SCOPES.items():
        for scope in scopes:
            found.setdefault(scope, []).append(PURPOSES.get(method, f"do {method}"))
    for event, scopes in EVENT_SCOPES.items():
        for scope in scopes:
            found.setdefault(scope, []).append(HEARD.format(event=event))
    return found


def purposes(uses: Sequence[str]) -> str:
    """
    >>> purposes(["pin the message"]), purposes(["a", "b", "c", "d"])
    ('pin the message', 'a, b, c (and 1 more)')
    """
    shown = ", ".join(uses[:3])
    return f"{shown} (and {len(uses) - 3} more)" if len(uses) > 3 else shown


def clock(headers: Mapping[str, str], now: datetime) -> list[Finding]:
    """How far our clock is from Slack's, which every answer names: https://www.rfc-editor.org/rfc/rfc9110#field.date"""
    try:
        there = parsedate_to_datetime(headers.get("Date", ""))
    except ValueError:
        return []
    off = now - there.replace(tzinfo=there.tzinfo or UTC)
    if abs(off) <= EXACT:
        return [well("Clock", "It agrees with Slack's.")]
    side = "ahead of" if off > timedelta() else "behind"
    said = f"The clock here is {abs(off).total_seconds():.0f} s {side} Slack's."
    remedy = "Have this machine set its clock by NTP: times on the record are those of this clock."
    return [(doubtful if abs(off) <= BEARABLE else wrong)("Clock", said, remedy)]


def missing_channel(name: str, rooms: Mapping[str, Mapping[str, Any]]) -> Finding | None:
    bare = name.lstrip("#")
    room = rooms.get(bare) or next((one for one in rooms.values() if one.get("id") == bare), None)
    if room is None:
        remedy = "Create it, or choose one with /incident setup."
        return wrong("Channels", f"There is no public channel #{bare}, in which the policy speaks.", remedy)
    if room.get("is_archived"):
        remedy = "Unarchive it, or name another one in the policy."
        return wrong("Channels", f"The channel #{bare}, in which the policy speaks, is archived.", remedy)
    return None


def missing_group(handle: str, group: Mapping[str, Any] | None) -> Finding | None:
    if group is None:
        remedy = "Create it in Slack, or choose who it is with /incident setup."
        return wrong("User groups", f"There is no user group @{handle}, which the policy names.", remedy)
    if group.get("date_delete"):
        remedy = "Enable it again, or name another one in the policy."
        return wrong("User groups", f"The user group @{handle}, which the policy names, is disabled.", remedy)
    if not int(group.get("user_count") or 0):
        return doubtful("User groups", f"Nobody is in the user group @{handle}.", "Put in who is to be called.")
    return None


def listed(names: Iterable[str], mark: str = "#") -> str:
    return ", ".join(f"{mark}{name.lstrip(mark)}" for name in names)


def sockets(connected: int, wanted: int, lately: int) -> list[Finding]:
    """`lately` is how often sockets were opened in the last hour; Slack renews each about once in that time."""
    if not connected:
        said = "No socket is connected: Muster hears nothing of what people do in Slack."
        return [wrong("Sockets", said, UNREACHED)]
    if lately > wanted * MOST_RENEWALS:
        said = f"The sockets were opened {lately} times within the last hour; something keeps cutting them."
        return [doubtful("Sockets", said, "Look for a proxy or firewall that ends quiet connections.")]
    if connected < wanted:
        return [doubtful("Sockets", f"{connected} of {wanted} sockets are connected.", "The others are on their way.")]
    return [well("Sockets", f"All {wanted} are connected; they were opened {lately} times within the last hour.")]
