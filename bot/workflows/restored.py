"""After a backup was brought back: people learn from when until when the record knows nothing."""

from __future__ import annotations

from datetime import datetime

from bot.ports import Books
from bot.workflows.desk import Desk
from bot.workflows.detection import notice
from bot.workflows.told import say

#: the setting that `muster restore` writes
RESTORED = "restored"
#: the subject of what belongs to no incident here
SUBJECT = "record"


async def tell(desk: Desk, now: datetime) -> None:
    """At the start: say it once in the channel of incidents and where people work on each open one."""
    found = await desk.store.recall(RESTORED)
    if not found or found["told"]:
        return
    open = await desk.store.incidents(limit=500)

    async def decide(books: Books) -> None:
        known = await books.recall(RESTORED)
        if known is None or known["told"]:
            return
        await books.remember(RESTORED, {**known, "told": True})
        moment = datetime.fromisoformat(known["as_of"])
        await notice.tell(desk, books, SUBJECT, everywhere(moment))
        for incident in open:
            if incident.room or incident.announcement:
                await say(books, incident, here(moment))

    await desk.store.transact(decide, now)


def everywhere(moment: datetime) -> str:
    return (
        f"Muster's record was restored to {moment:%d %b %H:%M} UTC. Incidents declared after that are not in it:"
        " declare them again where they go on. Nothing that was sent before is sent again."
    )


def here(moment: datetime) -> str:
    return (
        f"Muster's record was restored to {moment:%d %b %H:%M} UTC. What was said and done since is in this room and"
        " not in the record: look at the card, and say again what it lacks."
    )
