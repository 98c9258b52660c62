"""A person at the keyboard: every method is one gesture of a human in Slack."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any

from bot.simulator import talk
from bot.simulator.core import Core
from bot.simulator.entries import entered
from bot.simulator.errors import GestureError
from bot.simulator.finding import Surface, find
from bot.simulator.gestures import Answer, Gestures, Outcome
from bot.simulator.records import Channel, Message, User
from bot.simulator.typed import as_message
from bot.simulator.views import View


class Person:
    """Gestures raise GestureError, with a sentence for the person, where Slack's client would not let them."""

    def __init__(self, core: Core, gestures: Gestures, user: User) -> None:
        self._core = core
        self._gestures = gestures
        self.user = user

    def __repr__(self) -> str:
        return f"<Person {self.name} {self.id}>"

    @property
    def id(self) -> str:
        return self.user.id

    @property
    def name(self) -> str:
        return self.user.name

    @property
    def mention(self) -> str:
        return f"<@{self.id}>"

    # what the person has in view

    @property
    def views(self) -> list[View]:
        """The open modals, the top one last."""
        return list(self._core.views.stacks.get(self.id, []))

    @property
    def home(self) -> View | None:
        """The app's Home tab as published for this person."""
        return self._core.views.homes.get(self.id)

    @property
    def channels(self) -> list[Channel]:
        return [channel for channel in self._core.workspace.channels.values() if self.id in channel.members]

    @property
    def toasts(self) -> list[str]:
        """Lines that Slack itself showed to this person, oldest first."""
        return list(self._gestures.toasts.get(self.id, []))

    def sees(self, where: object, thread: object = None) -> list[Message]:
        """The messages of a channel or of a thread, oldest first, with those only this person sees."""
        channel = self._place(where)
        if thread is not None:
            return talk.thread(channel, _ts(thread), self.id)
        return talk.history(channel, self.id)

    def dm(self, who: object) -> Channel:
        """The direct messages with somebody, without opening them."""
        return self._core.workspace.im(self.id, self._core.workspace.user_id(who))

    def _place(self, where: object) -> Channel:
        try:
            channel = self._core.workspace.find(where)
        except KeyError as missing:
            raise GestureError(f"There is no channel {where}.") from missing
        if not self._core.workspace.sees(self.id, channel):
            raise GestureError(f"{self.user.real_name} cannot see that channel.")
        return channel

    def _inside(self, where: object) -> Channel:
        channel = self._place(where)
        if self.id not in channel.members:
            raise GestureError(f"Join #{channel.name} first.")
        if channel.archived:
            raise GestureError(f"#{channel.name} is archived.")
        return channel

    # talking

    async def says(self, where: object, text: str, thread: object = None) -> Message | Answer:
        """Send typed text; a text that begins with / runs that slash command there."""
        channel = self._inside(where)
        if text.startswith("/"):
            if thread is not None:
                raise GestureError("Slash commands do not work in threads.")
            return await self._gestures.command(self.user, channel, text)
        if not text.strip():
            raise GestureError("There is nothing to send.")
        return self._send(channel, text, thread)

    async def runs(self, where: object, command: str) -> Answer:
        """Run a slash command and have its answer."""
        return await self._gestures.command(self.user, self._inside(where), command)

    def _send(self, channel: Channel, text: str, thread: object) -> Message:
        parent = None if thread is None else self._core.workspace.message(channel, _ts(thread))
        return talk.post(
            self._core.workspace,
            channel,
            self.id,
            as_message(self._core.workspace, text),
            thread_ts=None if parent is None else parent.thread_ts or parent.ts,
            client_msg_id=str(uuid.uuid4()),
        )

    async def edits(self, message: Message, text: str) -> None:
        self._own(message)
        talk.edit(self._core.workspace, message, self.id, text=as_message(self._core.workspace, text))

    async def deletes(self, message: Message) -> None:
        self._own(message)
        talk.delete(self._core.workspace, message, self.id)

    def _own(self, message: Message) -> None:
        if message.user != self.id or message.deleted:
            raise GestureError("Only your own messages can be changed.")

    async def reacts(self, message: Message, name: str, on: bool = True) -> None:
        """Add a reaction, or with on=False take it back."""
        self._place(message.channel)
        (talk.react if on else talk.unreact)(self._core.workspace, message, name.strip(":"), self.id)

    async def pins(self, message: Message, on: bool = True) -> None:
        self._inside(message.channel)
        (talk.pin if on else talk.unpin)(self._core.workspace, message, self.id)

    # moving about

    async def joins(self, where: object) -> Channel:
        channel = self._place(where)
        if channel.archived:
            raise GestureError(f"#{channel.name} is archived.")
        if self.id not in channel.members:
            self._core.workspace.join(channel, self.id)
        return channel

    async def leaves(self, where: object) -> None:
        channel = self._inside(where)
        if channel.kind == "im":
            raise GestureError("Direct messages cannot be left.")
        self._core.workspace.leave(channel, self.id)

    async def invites(self, where: object, *people: object) -> None:
        channel = self._inside(where)
        for who in people:
            user = self._core.workspace.user_id(who)
            if user not in channel.members:
                self._core.workspace.join(channel, user, inviter=self.id)

    async def creates(self, name: str, private: bool = False) -> Channel:
        """A new channel; SlackError if the name will not do."""
        return self._core.workspace.create(name.removeprefix("#"), self.id, private=private)

    async def archives(self, where: object) -> None:
        self._core.workspace.archive(self._inside(where), self.id)

    async def is_present(self, present: bool = True) -> None:
        """Come to the keyboard, or go away from it."""
        self.user.presence = "active" if present else "away"
        self._core.workspace.tell("presence", user=self.id, extra={"presence": self.user.presence})

    async def opens_dm(self, who: object) -> Channel:
        channel = self.dm(who)
        if self._core.workspace.bot.id in channel.members:
            self._core.events.home_opened(self.id, channel.id, "messages", None)
        return channel

    async def opens_home(self) -> View | None:
        """Look at the app's Home tab; the app hears of it and may publish."""
        view = self.home
        shape = self._core.views.shape(view) if view is not None else None
        bot = self._core.workspace.bot.id
        self._core.events.home_opened(self.id, self.dm(bot).id, "home", shape)
        return view

    def reads(self, where: object, up_to: str = "") -> None:
        """Up to the newest message, or to that of a ts."""
        channel = self._place(where)
        channel.last_read[self.id] = up_to or next(reversed(channel.messages), "0000000000.000000")
        self._core.workspace.tell("read", channel, user=self.id)

    # acting on what the app shows

    async def clicks(self, surface: Surface, what: str, block_id: str | None = None) -> Answer:
        """Press a button, named by its action id or by the words on it."""
        self._check(surface)
        block, element = find(surface, what, block_id)
        return await self._gestures.act(self.user, surface, block, element, None)

    async def chooses(self, surface: Surface, what: str, value: Any, block_id: str | None = None) -> Answer:
        """Enter a value: an option's value or label, a user, a channel, a date, a text, or a list of them."""
        self._check(surface)
        block, element = find(surface, what, block_id)
        return await self._gestures.act(self.user, surface, block, element, entered(element, value))

    async def submits(self, view: View | None = None, values: Mapping[str, Any] | None = None) -> Outcome:
        """Fill in a modal (by block id, action id or label) and hand it in; without a view, the top one."""
        view = view or self._top()
        self._check(view)
        for key, value in (values or {}).items():
            block, element = find(view, key)
            view.state.setdefault(block["block_id"], {})[element["action_id"]] = entered(element, value)
        return await self._gestures.submit(self.user, view)

    async def closes(self, view: View | None = None) -> None:
        await self._gestures.close(self.user, view or self._top())

    async def uses_shortcut(self, callback_id: str, message: Message | None = None) -> Answer:
        return await self._gestures.shortcut(self.user, callback_id, message)

    def _top(self) -> View:
        if not self.views:
            raise GestureError(f"{self.user.real_name} has no dialog open.")
        return self.views[-1]

    def _check(self, surface: Surface) -> None:
        if isinstance(surface, View):
            if surface.user != self.id or not surface.open:
                raise GestureError("This dialog is not open any more.")
            return
        if surface.deleted:
            raise GestureError("That message is not there any more.")
        if surface.ephemeral_to not in (None, self.id):
            raise GestureError("Only the person it was shown to can use that message.")
        self._place(surface.channel)


def _ts(thread: object) -> str:
    return thread if isinstance(thread, str) else str(getattr(thread, "ts", thread))
