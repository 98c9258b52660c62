"""One Slack workspace in memory: its people, user groups, channels, and who is where."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from bot.simulator.clock import Clock, from_micros, seconds
from bot.simulator.errors import GestureError, SlackError
from bot.simulator.ids import Ids
from bot.simulator.records import Canvas, Change, Channel, Kind, Message, Note, Scheduled, SlackFile, User, Usergroup

if TYPE_CHECKING:
    from bot.simulator.people import Person

COLORS = ("4a6fa5", "a0522d", "2e7d5b", "7b4b94", "b8860b", "c0504d", "3b7f8c", "5a6b2f")
NAME = re.compile(r"[a-z0-9_-]+")


class Workspace:
    """The records and the questions asked of them; every change is told to `listeners`."""

    def __init__(self, clock: Clock, bot_name: str, app_name: str) -> None:
        self.clock = clock
        self.ids = Ids()
        self.team_id, self.team_name, self.domain = "T0PRACTICE", "Practice", "practice"
        self.app_id = "A0PRACTICE"
        self.url = ""
        self.users: dict[str, User] = {}
        self.channels: dict[str, Channel] = {}
        self.groups: dict[str, Usergroup] = {}
        self.files: dict[str, SlackFile] = {}
        self.canvases: dict[str, Canvas] = {}
        #: a team without a paid plan has canvases only as the tab of a channel, one in each
        self.free = False
        self.scheduled: dict[str, Scheduled] = {}
        self.listeners: list[Callable[[Change], None]] = []
        self.as_person: Callable[[User], Person] | None = None
        self.bot = User("U0MUSTER", bot_name, app_name, bot_id="B0MUSTER", color="1d1c1d")
        self.users[self.bot.id] = self.bot

    def tell(self, kind: str, channel: Channel | None = None, **rest: Any) -> None:
        change = Change(kind, channel, **rest)
        for listener in list(self.listeners):
            listener(change)

    # people

    def add_person(
        self, name: str, *, real_name: str = "", tz: str = "Etc/UTC", email: str = "", title: str = "", phone: str = ""
    ) -> Person:
        """Add a person with handle `name`; they join #general if it exists. ValueError if the handle is taken."""
        if self.user_named(name) is not None:
            raise ValueError(f"there is already somebody called {name}; handles are unique")
        user = User(
            self.ids.new("U"),
            name,
            real_name or name.capitalize(),
            tz=tz,
            email=email or f"{name}@{self.domain}.example",
            color=COLORS[len(self.users) % len(COLORS)],
            title=title,
            phone=phone,
        )
        self.users[user.id] = user
        for channel in self.channels.values():
            if channel.general:
                self.join(channel, user.id)
        self.tell("people", user=user.id)
        return self.person(user.id)

    def person(self, who: str) -> Person:
        """A person by handle or id. KeyError if there is none."""
        user = self.users.get(who) or self.user_named(who)
        if user is None or self.as_person is None:
            raise KeyError(f"nobody here is called {who}")
        return self.as_person(user)

    def user_named(self, name: str) -> User | None:
        wanted = name.removeprefix("@").lower()
        return next((user for user in self.users.values() if user.name.lower() == wanted), None)

    def people(self) -> list[User]:
        return [user for user in self.users.values() if not user.is_bot]

    # user groups

    def add_group(
        self, handle: str, *, name: str = "", members: Iterable[object] = (), description: str = ""
    ) -> Usergroup:
        now = seconds(self.clock.now())
        group = Usergroup(
            self.ids.new("S"),
            handle,
            name or handle,
            description,
            [self.user_id(one) for one in members],
            now,
            now,
            self.bot.id,
        )
        self.groups[group.id] = group
        self.tell("people")
        return group

    def group_named(self, handle: str) -> Usergroup | None:
        return next((group for group in self.groups.values() if group.handle == handle), None)

    def user_id(self, who: object) -> str:
        """The id of a Person, a user, an id or a handle. KeyError if there is none."""
        name = who if isinstance(who, str) else str(getattr(who, "id", ""))
        user = self.users.get(name) or self.user_named(name)
        if user is None:
            raise KeyError(f"nobody here is called {name}")
        return user.id

    # channels

    def add_channel(
        self, name: str, members: Iterable[object] = (), *, bot: bool = False, private: bool = False
    ) -> Channel:
        """A channel as if it had been there for long: no join messages, no events."""
        ids = [self.user_id(one) for one in members]
        if bot and self.bot.id not in ids:
            ids.append(self.bot.id)
        creator = ids[0] if ids else self.bot.id
        channel = self._new(name.removeprefix("#"), "private" if private else "channel", creator)
        channel.members = list(dict.fromkeys(ids))
        channel.general = channel.name == "general"
        self.tell("channels", channel)
        return channel

    def create(self, name: str, creator: str, *, private: bool = False) -> Channel:
        """What conversations.create does. SlackError if the name will not do."""
        self.check_name(name)
        channel = self._new(name, "private" if private else "channel", creator)
        self.tell("channel_created", channel, user=creator)
        self.join(channel, creator)
        return channel

    def _new(self, name: str, kind: Kind, creator: str) -> Channel:
        prefix = "D" if kind == "im" else "C"
        channel = Channel(self.ids.new(prefix), name, kind, creator, seconds(self.clock.now()))
        self.channels[channel.id] = channel
        return channel

    def check_name(self, name: str) -> None:
        """Slack's rules, https://docs.slack.dev/reference/methods/conversations.create"""
        if not name:
            raise SlackError("invalid_name_required")
        if len(name) > 80:
            raise SlackError("invalid_name_maxlength")
        if not re.search(r"\w", name):
            raise SlackError("invalid_name_punctuation")
        if name != name.lower() or NAME.fullmatch(name) is None:
            raise SlackError("invalid_name_specials")
        if self.channel_named(name) is not None:
            raise SlackError("name_taken")

    def channel_named(self, name: str) -> Channel | None:
        wanted = name.removeprefix("#")
        return next((one for one in self.channels.values() if one.name == wanted and one.kind != "im"), None)

    def find(self, where: object) -> Channel:
        """A channel by itself, "#name", name or id. KeyError if there is none."""
        if isinstance(where, Channel):
            return where
        found = self.channels.get(str(where)) or self.channel_named(str(where))
        if found is None:
            raise KeyError(f"there is no channel {where}")
        return found

    def im(self, one: str, other: str) -> Channel:
        """The direct message channel of two users, made if need be."""
        pair = {one, other}
        for channel in self.channels.values():
            if channel.kind == "im" and set(channel.members) == pair:
                return channel
        channel = self._new("", "im", one)
        channel.members = sorted(pair)
        self.tell("channels", channel)
        return channel

    def sees(self, user: str, channel: Channel) -> bool:
        return channel.kind == "channel" or user in channel.members

    # membership

    def join(self, channel: Channel, user: str, inviter: str = "") -> None:
        channel.members.append(user)
        self.tell("member_joined", channel, user=user, extra={"inviter": inviter})
        extra = {"inviter": inviter} if inviter else {}
        self.note(channel, user, f"<@{user}> has joined the channel", "channel_join", extra)

    def leave(self, channel: Channel, user: str) -> None:
        channel.members.remove(user)
        self.tell("member_left", channel, user=user)
        self.note(channel, user, f"<@{user}> has left the channel", "channel_leave", {})

    def set_note(self, channel: Channel, which: str, value: str, user: str) -> None:
        """Set the topic or the purpose, and say so in the channel as Slack does."""
        setattr(channel, which, Note(value, user, seconds(self.clock.now())))
        text = f"<@{user}> set the channel {which}: {value}" if value else f"<@{user}> cleared channel {which}"
        self.note(channel, user, text, f"channel_{which}", {which: value})
        self.tell("channels", channel)

    def rename(self, channel: Channel, name: str, user: str) -> None:
        old, channel.name = channel.name, name
        channel.previous_names.insert(0, old)
        text = f'<@{user}> has renamed the channel from "{old}" to "{name}"'
        self.note(channel, user, text, "channel_name", {"old_name": old, "name": name})
        self.tell("channels", channel)

    def archive(self, channel: Channel, user: str, on: bool = True) -> None:
        verb = "archive" if on else "unarchive"
        self.note(channel, user, f"<@{user}> {verb}d the channel", f"channel_{verb}", {})
        channel.archived = on
        self.tell("channels", channel)

    # messages: only their numbering; the rest is in talk.py

    def next_ts(self, channel: Channel) -> str:
        """A timestamp from the clock that no other message of this channel has."""
        now = round(self.clock.now().timestamp() * 1_000_000)
        channel.last_micros = max(now, channel.last_micros + 1)
        return from_micros(channel.last_micros)

    def note(self, channel: Channel, user: str, text: str, subtype: str, extra: dict[str, Any]) -> Message:
        """A line that Slack itself writes into a channel."""
        message = Message(channel.id, self.next_ts(channel), user, text, subtype=subtype, extra=extra)
        channel.messages[message.ts] = message
        self.tell("message", channel, message=message, user=user)
        return message

    def message(self, channel: Channel, ts: str) -> Message:
        """A message that is not ephemeral. GestureError if it is not there."""
        message = channel.messages.get(ts)
        if message is None or message.deleted:
            raise GestureError("That message is not there any more.")
        return message
