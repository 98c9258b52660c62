"""A private answer: through the address that came with the gesture, else in a direct message."""

from __future__ import annotations

import logging

from ulid import ULID

from bot.engine.outcomes import Busy, Doubt, Key, Rejected
from bot.messages import Message, Sentence
from bot.ports import Books
from bot.workflows import told
from bot.workflows.desk import Desk, Gesture

logger = logging.getLogger(__name__)


async def tell(desk: Desk, gesture: Gesture, message: Message) -> None:
    """The address is tried once. A sentence that it did not take becomes a direct message that survives a restart."""
    if gesture.hook and await answered(desk, gesture.hook, message):
        return
    if isinstance(message, Sentence):
        await desk.store.transact(lambda books: direct(books, gesture, message), gesture.at)
    else:
        await posted(desk, gesture, message)


async def answered(desk: Desk, hook: str, message: Message) -> bool:
    try:
        await desk.chat.answer(hook, message)
    except (Busy, Doubt, Rejected) as failure:
        logger.warning("A private answer failed: %s", failure, extra={"action": "slack.answer"})
        return False
    return True


async def direct(books: Books, gesture: Gesture, sentence: Sentence) -> None:
    await told.tell(books, sentence.incident or "", gesture.by, sentence.text)


async def posted(desk: Desk, gesture: Gesture, message: Message) -> None:
    """Whoever asked to be shown something can ask again: this is tried once."""
    try:
        place = await desk.chat.direct(gesture.by)
        await desk.chat.post(place, message, Key(str(ULID()), gesture.at, doubtful=False))
    except (Busy, Doubt, Rejected) as failure:
        logger.warning("A direct message failed: %s", failure, extra={"action": "slack.answer"})
