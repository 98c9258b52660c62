"""Muster is killed around a declaration over HTTP; the request comes again with its key, and there is one incident."""

from __future__ import annotations

import asyncio
import json
import random
from collections import Counter
from contextlib import closing, suppress
from pathlib import Path
from typing import Literal

import pytest

from tests.crash.killers import rounds, seed, side_by_side
from tests.crash.lab import PATIENCE, Lab, Nursery, a_lab

TOKEN = "token of the crash"
TITLE = "checkout is failing"
#: "sent": killed when the request is on its way, "kept": as soon as it is committed, "answered": after that
Moment = Literal["sent", "kept", "answered"]
TIMES: dict[Moment, int] = {"sent": 4, "kept": 6, "answered": 2}


async def posted(lab: Lab, key: str, moment: Moment | None, chance: random.Random) -> tuple[int, str] | None:
    """Status and id; None when no answer came."""
    reader, writer = await at_the_door(lab)
    with closing(writer):
        writer.write(request(key))
        if moment == "sent":
            await asyncio.sleep(chance.random() * 0.02)
            lab.kill()
        if moment == "kept":
            assert lab.until(lambda: kept(lab) > 0), "the incident was not kept"
            lab.kill()
        read = await answered(reader)
    if moment == "answered":
        lab.kill()
    return read


async def at_the_door(lab: Lab) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    async with asyncio.timeout(PATIENCE):
        while True:
            with suppress(OSError, ValueError):
                return await asyncio.open_connection("127.0.0.1", int((lab.folder / "port").read_text()))
            await asyncio.sleep(0.02)


def request(key: str) -> bytes:
    body = json.dumps({"title": TITLE, "severity": "sev1"}).encode()
    head = (
        "POST /api/incidents HTTP/1.1", "Host: muster.test", f"Authorization: Bearer {TOKEN}",
        f"Idempotency-Key: {key}", "Content-Type: application/json", f"Content-Length: {len(body)}",
        "Connection: close",
    )  # fmt: skip
    return "\r\n".join([*head, "", ""]).encode() + body


async def answered(reader: asyncio.StreamReader) -> tuple[int, str] | None:
    try:
        read = await reader.read()
    except OSError:
        return None
    head, _, body = read.partition(b"\r\n\r\n")
    if not body:
        return None
    return int(head.split()[1]), str(json.loads(body)["incident"]["id"])


def kept(lab: Lab) -> int:
    return len(lab.ask("SELECT id FROM incidents"))


async def test_a_request_that_is_sent_again_declares_once(nursery: Nursery, tmp_path: Path) -> None:
    chance, unanswered = random.Random(seed()), Counter[str]()

    async def one(moment: Moment, number: int) -> None:
        async with a_lab(nursery, tmp_path / f"{moment} {number}") as lab:
            lab.environment["api_token"] = TOKEN
            await lab.begin()
            key, answer = f"{moment}-{number}", None
            first = await posted(lab, key, moment, chance)
            unanswered[moment] += first is None
            async with asyncio.timeout(PATIENCE):
                while answer is None:
                    await lab.up()
                    answer = await posted(lab, key, None, chance)
            await lab.at_rest()
            [(id,)] = lab.ask("SELECT id FROM incidents")
            assert answer == (201, id)
            assert first is None or first == answer
            rooms = [c for c in lab.simulator.workspace.channels.values() if c.name.startswith("inc-1")]
            assert len(rooms) == 1
            declared = lab.ask("SELECT count(*) FROM facts WHERE type = 'declared'")
            assert declared == [(1,)] and lab.kills == 1

    todo = [(moment, n) for moment, times in TIMES.items() for n in range(rounds(times))]
    await side_by_side([lambda m=m, n=n: one(m, n) for m, n in todo], at_once=3)  # type: ignore[misc]
    print(f"around declarations over HTTP: {len(todo)} kills, unanswered {dict(unanswered)}")
    if not unanswered["kept"]:
        pytest.fail("no kill came between the commit and the answer; nothing was shown")
