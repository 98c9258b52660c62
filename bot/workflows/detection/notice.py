"""What is told in the channel of incidents and belongs to none of them."""

from __future__ import annotations

from bot.engine.journal import NewRun
from bot.engine.outcomes import Key
from bot.engine.runs import Run
from bot.messages import Sentence
from bot.ports import Books
from bot.workflows.desk import Desk, channel_lane


async def tell(desk: Desk, books: Books, subject: str, text: str) -> None:
    channel = desk.book.communications.incidents_channel
    data = {"channel": channel, "text": text}
    await books.start(NewRun("notice", subject, data, seats=((channel_lane(channel), "notice"),), priority=3))


async def notice(desk: Desk, run: Run) -> None:
    channel, sentence = run.data["channel"], Sentence(run.data["text"])

    async def post(key: Key) -> str:
        return await desk.chat.post(await desk.directory.channel(channel), sentence, key)

    await run.keyed("notice", post, label=f"Telling #{channel}", lane=channel_lane(channel))
