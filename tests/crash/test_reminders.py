"""Killed while reminders fall due: none is missed, none comes twice."""

from __future__ import annotations

import asyncio
import json
import random
import re
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path

from bot.policy.book import BUNDLED
from tests.crash.findings import key, ours
from tests.crash.killers import at_random, rounds, seed, side_by_side, while_it_runs
from tests.crash.lab import PATIENCE, Lab, Nursery, a_lab
from tests.crash.story import ROOM

LABS = 6
CADENCE = "  sev1: {update_every: 4s, remind_before: 2s, prompt_lead_after: 1s}"
AGAIN = {
    "missed_again_every": "2s", "missed_at_longest_every": "2s", "prompt_lead_every": "2s", "prompt_lead_times": "3",
}  # fmt: skip
BEFORE = EVERY = timedelta(seconds=2)
#: between a reminder that falls due and the words that make it needless
CROSSING = timedelta(seconds=2)


def hurried_policy(folder: Path) -> Path:
    """The bundled policy with a cadence of seconds."""
    shutil.copytree(BUNDLED / "default", folder)
    cadence = folder / "cadence.yml"
    text = re.sub(r"^  sev1: .*$", CADENCE, cadence.read_text(), flags=re.MULTILINE)
    for name, value in AGAIN.items():
        text = re.sub(rf"^{name}: .*$", f"{name}: {value}", text, flags=re.MULTILINE)
    cadence.write_text(text)
    return folder


@dataclass(frozen=True)
class Nudged:
    """One on record; `round` counts the updates before it."""

    what: str
    times: int
    round: int
    at: datetime


def nudges(lab: Lab) -> list[Nudged]:
    found, updates = [], 0
    for kind, data, at in lab.ask("SELECT type, data, at FROM facts ORDER BY seq"):
        updates += kind == "updated"
        if kind == "nudged":
            said = json.loads(data)
            found.append(Nudged(said["what"], said["times"], updates, datetime.fromisoformat(at)))
    return found


def promises(lab: Lab) -> list[datetime]:
    """When the next update was due, by round."""
    rows = lab.ask("SELECT data FROM facts WHERE type IN ('promised', 'updated') ORDER BY seq")
    return [datetime.fromisoformat(json.loads(data)["next_at"]) for (data,) in rows]


def posted(lab: Lab) -> list[str]:
    """The runs whose reminders stand in the room, in the order in which they stand there."""
    room = [message for where, message in ours(lab.simulator) if where == ROOM]
    found = [key(m).removesuffix(":nudge") for m in sorted(room, key=lambda m: m.ts) if key(m).endswith(":nudge")]
    assert len(found) == len(set(found)), "a reminder stands twice in the room"
    return found


def check(lab: Lab) -> int:
    """How many reminders there were. Each was said once and in order, and no number is left out or comes twice."""
    recorded = nudges(lab)
    runs = [id for (id,) in lab.ask("SELECT id FROM runs WHERE kind = 'nudge' ORDER BY seq")]
    assert len(runs) == len(recorded)
    said = posted(lab)
    assert said == [run for run in runs if run in said], "the reminders stand in another order than they came"
    for run, nudge in zip(runs, recorded, strict=True):
        assert run in said or overtaken(lab, nudge), f"{nudge} was never said"
    assert lab.looked(*promises(lab)), "it is not known when Muster looked"
    for round, promised in enumerate(promises(lab)):
        check_round(lab, [nudge for nudge in recorded if nudge.round == round], promised)
    assert [n.times for n in recorded if n.what == "no_lead"] == [1, 2, 3], recorded
    return len(recorded)


def overtaken(lab: Lab, nudge: Nudged) -> bool:
    """What fell due just when an update or the end came is not said any more."""
    ends = lab.ask("SELECT at FROM facts WHERE type IN ('updated', 'resolved')")
    return any(abs(datetime.fromisoformat(at) - nudge.at) < CROSSING for (at,) in ends)


def check_round(lab: Lab, recorded: Sequence[Nudged], promised: datetime) -> None:
    """
    One reminder before, unless Muster was killed all that time; then one after the other. Each comes with the first
    look at what is due.
    """
    due = [n for n in recorded if n.what == "update_due"]
    missed = [n for n in recorded if n.what == "update_missed"]
    assert [n.times for n in due] in ([], [1]), due
    assert [n.times for n in missed] == list(range(1, len(missed) + 1)), missed
    assert missed, "nobody was reminded of a missed update"
    came = [(promised - BEFORE, due[0].at if due else promised), (promised, missed[0].at)]
    came += [(one.at + EVERY, next.at) for one, next in pairwise(missed)]
    for moment, at in came:
        assert not lab.looked(moment, at), f"what was due at {moment} was passed over until {at}: {recorded}"


async def be_slow(lab: Lab, chance: random.Random, seconds: float) -> None:
    """Let reminders fall due while Muster is killed and killed again, and then until an update is missed."""
    async with while_it_runs(at_random(lab, chance, 2.0, 1000)):
        await asyncio.sleep(seconds)
    async with asyncio.timeout(PATIENCE):
        while not enough(nudges(lab), len(promises(lab)) - 1):
            await asyncio.sleep(0.1)
    await lab.at_rest()


def enough(recorded: Sequence[Nudged], round: int) -> bool:
    """The room was asked for somebody in command, and in that round for an update."""
    asked = sum(n.what == "no_lead" for n in recorded)
    return asked == 3 and any(n.what == "update_missed" and n.round == round for n in recorded)


async def test_reminders(nursery: Nursery, tmp_path: Path) -> None:
    first = seed()
    policy = hurried_policy(tmp_path / "policy")
    kills, reminders = 0, 0

    async def one(number: int) -> None:
        nonlocal kills, reminders
        chance = random.Random(f"{first}.{number}")
        async with a_lab(nursery, tmp_path / str(number), str(policy)) as lab:
            await lab.begin()
            await lab.says("ana", "#general", "/incident declare sev1 checkout is failing")
            await be_slow(lab, chance, 9)
            await lab.says("ana", "#general", "/incident update #1 half of the payments work again")
            await be_slow(lab, chance, 6)
            await lab.says("ana", "#general", "/incident resolve #1 rollback the deploy was reverted")
            await lab.at_rest(soon=EVERY)
            # what is left of the lists is looked at later
            waiting = (key for (key,) in lab.ask("SELECT key FROM timers WHERE wake IS NOT NULL"))
            pending = [key for key in waiting if ":checklist_left:" not in key]
            assert not pending, "a clock goes on after the end"
            reminders += check(lab)
            kills += lab.kills
            assert not lab.mishaps

    await side_by_side([lambda number=n: one(number) for n in range(rounds(LABS))])  # type: ignore[misc]
    print(f"while reminders fall due: {kills} kills, {reminders} reminders, each said once")
