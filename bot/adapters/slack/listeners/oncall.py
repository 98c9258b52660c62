"""Who is on call, and what people arrange about it."""

from __future__ import annotations

from bot.adapters.slack import parsing
from bot.adapters.slack.parsing import Where, Wish
from bot.adapters.slack.verbs import Answer, Ask, Call, verb
from bot.workflows import oncall as arranging


@verb("oncall", "who is on call; `/incident oncall override @ana 2h`, `oncall cover me 2h`, `oncall swap @ana`, "
      "`oncall undo`", "on-call", "shifts", "rota", where=Where.NOWHERE)  # fmt: skip
async def oncall(call: Call) -> Answer:
    desk, gesture = call.desk, call.gesture
    if call.more == "take":
        return await arranging.take(desk, gesture, call.words)
    if call.more == "ask":
        return Ask("oncall", given={"schedule": call.words})
    said = parsing.oncall(call.words)
    if said.wish in (Wish.OVERRIDE, Wish.COVER) and said.length is None:
        known = arranging.meant(desk, said.schedule)
        return Ask("oncall", given={"schedule": known.id, "person": said.person or ""})
    match said.wish:
        case Wish.SHOW:
            return await arranging.board(desk, gesture)
        case Wish.OVERRIDE:
            return await arranging.override(desk, gesture, said.person, said.length, said.schedule)
        case Wish.COVER:
            return await arranging.ask(desk, gesture, said.length, said.schedule)
        case Wish.SWAP:
            return await arranging.swap(desk, gesture, said.person, said.schedule)
        case Wish.UNDO:
            return await arranging.undo(desk, gesture, said.schedule)
