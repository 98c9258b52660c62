"""A story: what is said to Muster, one after the other, and what must stand in Slack and in the record afterwards."""

from __future__ import annotations

import random
import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from bot.domain import facts
from bot.domain.facts import Event
from tests.crash.lab import Lab

ROOM = "inc-1-checkout-is-failing"


@dataclass(frozen=True)
class Said:
    """`answer` is a pattern of the whole answer; `policy` is one that Muster is started anew under, before it."""

    person: str
    words: str
    answer: str
    policy: str = ""


@dataclass(frozen=True)
class Story:
    """
    Each of Muster's own messages is called by the kind of run and the name of the step that its key names: `in_room`
    in the order in which they stand there, `others` (the room's card and first list among them) with where they stand.
    Clocks that strike within `soon` are waited for. `pressed` counts the buttons that are pressed besides; without a
    `declarer`, Muster declares by itself.
    """

    said: tuple[Said, ...]
    in_room: tuple[str, ...]
    others: frozenset[tuple[str, str]]
    facts: Mapping[type[Event], int]
    bookmarks: frozenset[str] = frozenset({"Announcement"})
    policy: str = "default"
    soon: timedelta = timedelta()
    pressed: int = 0
    declarer: str = "ana"
    members: frozenset[str] = frozenset({"ana", "ben", "chen", "dana", "eli"})

    @property
    def messages(self) -> Counter[tuple[str, str]]:
        """Where what must stand, and how often."""
        return Counter([*self.others, *((ROOM, what) for what in self.in_room)])


SHORT = Story(
    said=(
        Said("ana", "/incident declare sev1 checkout is failing",
             "#1 is declared: SEV1, checkout is failing. Its room is opening; the link follows here."),
        Said("ben", "/incident update #1 half of the payments work again", "Update 1 of #1 is on its way."),
        Said("eli", "/incident role #1 commander", "You are Incident Commander of #1 now."),
        Said("ana", "/incident resolve #1 rollback the deploy was reverted",
             "#1 is resolved. Its postmortem follows. .* UTC."),
    ),
    in_room=("update room", "role handover", "ending room", "checklist:closing post"),
    others=frozenset({
        (ROOM, "war_room card"),
        (ROOM, "war_room checklist"),
        ("incidents", "war_room announcement"),
        ("incidents", "page mention"),
        ("status-updates", "update audience:status-updates"),
        ("status-updates", "ending audience:status-updates"),
        ("dm ben", "page page"),
        ("dm chen", "page page"),
        ("dm dana", "page page"),
        ("dm eli", "role duties"),
    }),
    facts={
        facts.Declared: 1, facts.Promised: 1, facts.RoomOpened: 1, facts.Announced: 1, facts.Paged: 3,
        facts.Updated: 1, facts.RoleTaken: 1, facts.Resolved: 1, facts.PostmortemWritten: 1, facts.ChecklistOpened: 2,
        facts.UpdateTold: 2, facts.DeadlineMet: 1,
    },
)  # fmt: skip


async def tell(lab: Lab, story: Story = SHORT, chance: random.Random | None = None) -> list[str]:
    """
    Each is said again until it is acknowledged. It follows when all is at rest; with `chance`, some follow at once,
    but the last: what is over pages nobody. The answers.
    """
    answers = []
    for said in story.said:
        if chance is None or said == story.said[-1] or chance.random() < 0.5:
            await lab.at_rest(story.soon)
        if said.policy:
            await lab.moves_to(said.policy)
        answers.append(await say(lab, said))
    await lab.at_rest(story.soon)
    return answers


async def say(lab: Lab, said: Said) -> str:
    answer = await lab.says(said.person, "#general", said.words)
    assert re.fullmatch(said.answer, answer), f"{said.words} was answered: {answer}"
    return answer
