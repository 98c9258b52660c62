"""The Chat port over Slack."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from typing import Any, ParamSpec, Protocol, TypeVar

from bot.adapters.slack import canvases, invitations, refs, rooms
from bot.adapters.slack.calls import UPLOAD_SECONDS, SlackCalls, deadline
from bot.adapters.slack.errors import Refusal
from bot.adapters.slack.identity import WhoAmI
from bot.adapters.slack.lookups import Lookups, metadata
from bot.adapters.slack.memory import Memory
from bot.adapters.slack.reading import Reading
from bot.adapters.slack.watches import Watches
from bot.engine.outcomes import Busy, Doubt, Gone, Key, Rejected
from bot.messages import Attachment, Document, Message, Sentence
from bot.ports import NameTaken, RoomInfo, Said

P = ParamSpec("P")
T = TypeVar("T")
TOPIC_LENGTH = 250
UNSEEN = "Slack took the file but does not show it. If it is not there, ask for it once more."
NOTHING_TO_EDIT = {"message_not_found", "channel_not_found", "is_archived"}


class Rendered(Protocol):
    """A message as Slack takes it: `text` for notifications and for those who see no blocks."""

    @property
    def text(self) -> str: ...

    @property
    def blocks(self) -> Sequence[Any]: ...


class SlackChat:
    """`render` turns a message into text and blocks (adapters.slack.views)."""

    def __init__(self, calls: SlackCalls, who: WhoAmI, memory: Memory, render: Callable[[Message], Rendered]) -> None:
        self._calls = calls
        self._who = who
        self._memory = memory
        self._render = render
        self._lookups = Lookups(calls, who)
        self._watches = Watches(calls, memory)
        self._reading = Reading(calls, who, self._in_room)

    async def create_room(self, name: str, key: Key, private: bool = False) -> str:
        with deadline():
            try:
                answer = await self._calls.call("conversations.create", name=name, is_private=private or None)
            except Refusal as refusal:
                if refusal.code != "name_taken":
                    raise
            else:
                return refs.room(answer["channel"]["id"])
            ours = await self._lookups.room(name, key, private) if key.doubtful else None
        if ours is None:
            raise NameTaken(f"Another channel is called #{name}.")
        return refs.room(ours)

    async def invite(self, room: str, people: Sequence[str]) -> None:
        await invitations.invite(self._calls, refs.split(room)[0], people)

    async def remove(self, room: str, person: str) -> None:
        await rooms.remove(self._calls, refs.split(room)[0], refs.user(person))

    async def topic(self, room: str, text: str) -> None:
        await self._calls.call("conversations.setTopic", channel=refs.split(room)[0], topic=self._short(text))

    async def purpose(self, room: str, text: str) -> None:
        await self._calls.call("conversations.setPurpose", channel=refs.split(room)[0], purpose=self._short(text))

    async def post(self, place: str, message: Message, key: Key) -> str:
        channel, thread = refs.split(place)
        with deadline():
            found = await self._in_room(channel, self._lookups.posted, channel, thread, key) if key.doubtful else None
            ts = found or await self._send(channel, thread, message, key)
        return refs.message(channel, ts)

    async def edit(self, posted: str, message: Message) -> None:
        channel, ts = refs.posted(posted)
        rendered = self._render(message)
        try:
            await self._calls.call(
                "chat.update", channel=channel, ts=ts, text=rendered.text, blocks=list(rendered.blocks)
            )  # fmt: skip
        except Refusal as refusal:
            if refusal.code in NOTHING_TO_EDIT:
                raise Gone(refusal.sentence) from None
            raise

    async def home(self, person: str, message: Message) -> None:
        if not refs.is_ours(person):
            raise Rejected(f"{person} is nobody in Slack, and has no Home there.")
        view = {"type": "home", "blocks": list(self._render(message).blocks)}
        await self._calls.call("views.publish", user_id=refs.user(person), view=view)

    async def pin(self, posted: str) -> None:
        channel, ts = refs.posted(posted)
        try:
            await self._calls.call("pins.add", channel=channel, timestamp=ts)
        except Refusal as refusal:
            if refusal.code != "already_pinned":
                raise

    async def bookmark(self, room: str, title: str, link: str, key: Key, emoji: str | None = None) -> None:
        channel = refs.split(room)[0]
        with deadline():
            if key.doubtful and await self._lookups.bookmarked(channel, title, link):
                return
            await self._calls.call(
                "bookmarks.add", channel_id=channel, title=title, type="link", link=link, emoji=emoji
            )  # fmt: skip

    async def link(self, posted: str) -> str:
        channel, ts = refs.posted(posted)
        answer = await self._calls.call("chat.getPermalink", channel=channel, message_ts=ts)
        return str(answer["permalink"])

    async def message(self, posted: str) -> Said:
        return await self._reading.message(posted)

    async def thread(self, posted: str, most: int) -> tuple[Said, ...]:
        return await self._reading.thread(posted, most)

    async def direct(self, person: str) -> str:
        if not refs.is_ours(person):
            raise Rejected(f"{person} is nobody in Slack, and cannot be written to there.")
        user = refs.user(person)
        name = f"slack:direct:{user}"
        channel = await self._memory.recall(name)
        if channel is None:
            answer = await self._calls.call("conversations.open", users=user)
            channel = answer["channel"]["id"]
            await self._memory.remember(name, channel)
        return refs.room(channel)

    async def stage_file(self, document: Document | Attachment) -> str:
        content, alt = contents(document)
        with deadline(UPLOAD_SECONDS):
            answer = await self._calls.call(
                "files.getUploadURLExternal", filename=document.name, length=len(content), alt_txt=alt or None
            )  # fmt: skip
            await self._calls.send(answer["upload_url"], seconds=UPLOAD_SECONDS, data=content)
        return refs.file(answer["file_id"])

    async def share_file(self, place: str, staged: str, title: str, comment: str, key: Key) -> str:
        channel, thread = refs.split(place)
        file, taken = refs.split(staged)[0], f"slack:taken:{key.id}"
        with deadline():
            if key.doubtful:
                found = await self._in_room(channel, self._lookups.shared, channel, thread, file, key)
                if found:
                    return refs.message(channel, found)
                if await self._memory.recall(taken) == file:
                    raise Rejected(UNSEEN)
            await self._in_room(channel, self._share, channel, thread, file, title, comment)
            await self._memory.remember(taken, file)
            return refs.message(channel, await self._just_shared(channel, thread, file, key))

    async def watch(self, place: str, mark: str, text: str, at: datetime | None) -> None:
        channel, thread = refs.split(place)
        written = self._written(text) if at else ""
        await self._watches.arrange(channel, thread, self._written(mark), written, at, self._calls.now())

    async def answer(self, hook: str, message: Message) -> None:
        rendered = self._render(message)
        body = {"response_type": "ephemeral", "replace_original": False, "text": rendered.text}
        with deadline():
            await self._calls.send(hook, json={**body, "blocks": list(rendered.blocks)})

    async def whisper(self, place: str, person: str, message: Message) -> None:
        channel, thread = refs.split(place)
        rendered = self._render(message)
        await self._calls.call(
            "chat.postEphemeral", channel=channel, thread_ts=thread, user=refs.user(person), text=rendered.text,
            blocks=list(rendered.blocks),
        )  # fmt: skip

    async def people(self, room: str) -> tuple[str, ...]:
        with deadline():
            me = (await self._who.get()).bot_user
            return await rooms.people(self._calls, refs.split(room)[0], me)

    async def room_info(self, room: str) -> RoomInfo:
        return await rooms.info(self._calls, refs.split(room)[0])

    async def join(self, room: str) -> None:
        await self._calls.call("conversations.join", channel=refs.split(room)[0])

    async def rename_room(self, room: str, name: str) -> str:
        return await rooms.rename(self._calls, refs.split(room)[0], name)

    async def archive(self, room: str) -> None:
        await rooms.archive(self._calls, refs.split(room)[0])

    async def unarchive(self, room: str) -> None:
        await rooms.unarchive(self._calls, refs.split(room)[0])

    async def canvas(self, room: str, title: str, markdown: str, key: Key) -> tuple[str, str]:
        with deadline():
            return await canvases.write(self._calls, self._who, refs.split(room)[0], title, markdown, key)

    async def _send(self, channel: str, thread: str | None, message: Message, key: Key) -> str:
        rendered = self._render(message)
        answer = await self._in_room(
            channel,
            self._calls.call,
            "chat.postMessage",
            channel=channel,
            thread_ts=thread,
            text=rendered.text,
            blocks=list(rendered.blocks),
            metadata=metadata(key),
            unfurl_links=False,
            unfurl_media=False,
        )
        return str(answer["ts"])

    async def _share(self, channel: str, thread: str | None, file: str, title: str, comment: str) -> None:
        await self._calls.call(
            "files.completeUploadExternal",
            files=[{"id": file, "title": title}],
            channel_id=channel,
            thread_ts=thread,
            initial_comment=self._written(comment) or None,
        )

    async def _just_shared(self, channel: str, thread: str | None, file: str, key: Key) -> str:
        """The message of a file that was shared a moment ago. Only Doubt: the sharing itself is done."""
        try:
            ts = await self._lookups.shared(channel, thread, file, key)
        except (Busy, Rejected) as failure:
            raise Doubt(f"Slack took the file, but Muster could not see it shared: {failure}") from None
        if ts is None:
            # Sharing goes on after the answer: https://docs.slack.dev/reference/methods/files.completeUploadExternal
            raise Doubt("Slack took the file, but it is not to be seen yet.")
        return ts

    async def _in_room(
        self, channel: str, do: Callable[P, Awaitable[T]], /, *arguments: P.args, **named: P.kwargs
    ) -> T:  # fmt: skip
        """Do it; if Muster is not in the channel, join and do it then."""
        try:
            return await do(*arguments, **named)
        except Refusal as refusal:
            if refusal.code != "not_in_channel":
                raise
        await self._calls.call("conversations.join", channel=channel)
        return await do(*arguments, **named)

    def _written(self, text: str) -> str:
        """The text with people as mentions and nothing else as markup."""
        return self._render(Sentence(text)).text

    def _short(self, text: str) -> str:
        """As much of a topic or purpose as Slack takes, cut before it is rendered so that no mention is cut in two."""
        whole, kept = self._written(text), text
        while len(whole) > TOPIC_LENGTH:
            kept = kept[: len(kept) - max(1, (len(whole) - TOPIC_LENGTH) // 5)]
            whole = self._written(kept.rstrip() + "…")
        return whole


def contents(document: Document | Attachment) -> tuple[bytes, str]:
    """The bytes, and what to read where a picture is not seen: at most 1,000 characters."""
    # https://docs.slack.dev/reference/methods/files.getUploadURLExternal/
    if isinstance(document, Document):
        return document.text.encode(), ""
    return document.content, document.alt[:1000]
