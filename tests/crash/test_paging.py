"""Killed while levels fall due and while they are paged: each is called once, in time, and nobody is forgotten."""

from __future__ import annotations

import asyncio
import json
import random
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from pathlib import Path

from tests.crash.findings import key, ours, what
from tests.crash.killers import at_random, rounds, seed, side_by_side, while_it_runs
from tests.crash.lab import PATIENCE, Lab, Nursery, a_lab
from tests.crash.outside import Messages, text_messages

PAGER = str(Path(__file__).parent / "policies" / "pager")
LABS = 6
AFTER = {"second": timedelta(seconds=2), "third": timedelta(seconds=4)}


@asynccontextmanager
async def a_pager(nursery: Nursery, folder: Path) -> AsyncIterator[tuple[Lab, Messages]]:
    async with text_messages() as messages, a_lab(nursery, folder, PAGER) as lab:
        lab.environment |= {"sms_webhook": messages.url, "webhook_secret": "s3cret"}
        yield lab, messages


def happened(lab: Lab, kind: str) -> list[tuple[dict[str, str], datetime]]:
    rows = lab.ask("SELECT data, at FROM facts WHERE type = ? ORDER BY seq", kind)
    return [(json.loads(data), datetime.fromisoformat(at)) for data, at in rows]


async def called(lab: Lab, levels: int) -> None:
    async with asyncio.timeout(PATIENCE):
        while len(happened(lab, "escalated")) < levels:
            await asyncio.sleep(0.05)


async def to_the_end(lab: Lab) -> None:
    """Both levels are called, somebody acknowledges, and it ends."""
    await called(lab, 2)
    await lab.at_rest()
    await lab.says("ben", "#general", "/incident ack #1")
    await lab.at_rest()
    await lab.says("ana", "#general", "/incident resolve #1 rollback the deploy was reverted")
    await lab.at_rest()


def check(lab: Lab, messages: Messages) -> None:
    """Every level once and not before its time; every page once for each time it was asked for; no watch is left."""
    [(_, declared)] = happened(lab, "declared")
    levels = [(data["level"], at) for data, at in happened(lab, "escalated")]
    assert [level for level, _ in levels] == ["second", "third"], levels
    for level, at in levels:
        assert at >= declared + AFTER[level], f"{level} was called early"
    keys = Counter(key(message) for _, message in ours(lab.simulator))
    assert not [name for name, times in keys.items() if times > 1], "a message stands twice"
    stands = sum(what(lab, key(message)) == "page page" for _, message in ours(lab.simulator))
    done = lab.ask("SELECT count(*) FROM steps WHERE name LIKE 'page:%' AND state = 'done'")
    assert stands == done[0][0] > 0
    sms = lab.ask("SELECT count(*) FROM steps WHERE name LIKE 'sms:%' AND name NOT LIKE '%:failed' AND state = 'done'")
    assert len(messages.sent) == sms[0][0] > 0
    assert not lab.simulator.workspace.scheduled, "Slack would still say that Muster is down"
    assert not any(
        "may be down" in m.words for c in lab.simulator.workspace.channels.values() for m in c.messages.values()
    )
    pending = lab.ask(
        "SELECT key FROM timers WHERE wake IS NOT NULL AND kind IN ('escalate', 'again', 'quiet', 'lapse')"
    )
    assert not pending
    assert not lab.mishaps and not lab.broken()


async def test_killed_while_levels_fall_due(nursery: Nursery, tmp_path: Path) -> None:
    first, kills, sent = seed(), 0, 0

    async def one(number: int) -> None:
        nonlocal kills, sent
        chance = random.Random(f"{first}.{number}")
        async with a_pager(nursery, tmp_path / str(number)) as (lab, messages):
            await lab.begin()
            await lab.says("ana", "#general", "/incident declare sev1 checkout is failing")
            async with while_it_runs(at_random(lab, chance, 1.2, 1000)):
                await asyncio.sleep(7)
            await to_the_end(lab)
            check(lab, messages)
            kills, sent = kills + lab.kills, sent + len(messages.sent)

    await side_by_side([lambda number=n: one(number) for n in range(rounds(LABS))])  # type: ignore[misc]
    print(f"while levels fall due: {kills} kills, {2 * rounds(LABS)} levels each called once, {sent} text messages")


async def test_killed_around_every_text_message(nursery: Nursery, tmp_path: Path) -> None:
    """Asked for again under the same key, whether the first was taken or not."""
    kills, twice = 0, 0

    async def one(nth: int, moment: str) -> None:
        nonlocal kills, twice
        async with a_pager(nursery, tmp_path / f"{moment}{nth}") as (lab, messages):

            def strike(asked: int, phase: str) -> bool:
                if (asked, phase) != (nth, moment):
                    return False
                lab.kill()
                return True

            messages.hook = strike
            await lab.begin()
            await lab.says("ana", "#general", "/incident declare sev1 checkout is failing")
            await to_the_end(lab)
            check(lab, messages)
            assert lab.kills == 1, "it was not reached"
            kills, twice = kills + lab.kills, twice + sum(times > 1 for times in messages.sent.values())

    points = [(nth, moment) for nth in range(3) for moment in ("before", "after")]
    await side_by_side([lambda point=point: one(*point) for point in points])  # type: ignore[misc]
    print(f"around every text message: {kills} kills, {twice} asked for twice under one key")
    assert twice >= len(points) / 2
