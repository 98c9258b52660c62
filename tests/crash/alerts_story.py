"""A story that monitoring begins: alerts open an incident, another is put to it, and what people find out is kept."""

from __future__ import annotations

import asyncio
import hashlib
import json
import random
import sqlite3
from collections.abc import Mapping
from contextlib import closing, suppress
from datetime import timedelta
from pathlib import Path
from typing import Any, Literal

from bot.domain import facts
from bot.simulator import Message
from tests.alerting import delivery, fires
from tests.crash.findings import Findings, findings
from tests.crash.lab import PATIENCE, Lab
from tests.crash.story import ROOM, SHORT, Said, Story, say
from tests.town import acts

REPORTED = Said("eli", "/incident report #1 the shop says that orders do not arrive", "Kept with #1, .*do not arrive")
WHY = Said("chen", "/incident whys #1 1 the pool was too small", "Why 1 of #1: the pool was too small")

TOLD = Story(
    policy=str(Path(__file__).parent / "policies" / "alerting"),
    soon=timedelta(seconds=1),
    said=(REPORTED, WHY, SHORT.said[-1]),
    pressed=2,
    declarer="",
    members=SHORT.members - {"eli"},
    in_room=("say say", "alert_news news", "analysis whys", "ending room", "checklist:closing post"),
    others=frozenset({
        (ROOM, "war_room card"),
        (ROOM, "war_room checklist"),
        ("incidents", "war_room announcement"),
        ("incidents", "page mention"),
        ("incidents", "offer offer"),
        ("status-updates", "ending audience:status-updates"),
        *((f"dm {person}", "page page") for person in ("ana", "ben", "chen", "dana")),
    }),
    facts={
        facts.Declared: 1, facts.Promised: 1, facts.RoomOpened: 1, facts.Announced: 1, facts.Paged: 4,
        facts.AlertRaised: 2, facts.AlertCleared: 1, facts.EvidenceKept: 1, facts.WhyAnswered: 1, facts.Resolved: 1,
        facts.PostmortemWritten: 1, facts.ChecklistOpened: 2, facts.UpdateTold: 1,
    },
)  # fmt: skip

GRAVE = fires("checkout is failing", "", "critical")
CHATTER = fires("Chatter", "web", "info")
LESSER = fires("SlowQueries", "search", "warning")
WELL = fires("SlowQueries", "search", "warning", status="resolved")

#: in the order in which they come, of those that this story adds
HAPPENED = ["declared", "alert_raised", "alert_raised", "alert_cleared", "evidence_kept", "why_answered", "resolved"]
#: name, whether it fires, whether it is with the incident
ON_RECORD = {("checkout is failing", True, True), ("Chatter", True, False), ("SlowQueries", False, True)}

#: its calls that the short story does not make, and those that open what nobody declared
NEW = frozenset({
    ("chat.postMessage offer offer", 1),
    ("chat.postMessage say say", 1),
    ("chat.postMessage alert_news news", 1),
    ("chat.postMessage analysis whys", 1),
    ("chat.update analysis whys", 1),
    ("conversations.create", 1),
    ("conversations.invite ben chen dana ana", 1),
    ("chat.postMessage war_room card", 1),
    ("chat.postMessage war_room announcement", 1),
    ("chat.postMessage page mention", 1),
    ("files.getUploadURLExternal", 1),
    ("upload", 1),
    ("files.completeUploadExternal", 1),
    ("response_url", 1),
})  # fmt: skip

#: "sent": killed when the request is on its way, "kept": as soon as the alerts are committed, "answered": after that
Moment = Literal["sent", "kept", "answered"]


class Teller:
    """
    Whoever sends alerts: it sends again what is not answered with 2xx, as Alertmanager does.

    Muster is killed at `moment` of each delivery; `unanswered` are the numbers, from 1, of those that it had kept and
    whose answer had not left.
    """

    def __init__(self, lab: Lab, chance: random.Random, moment: Moment | None = None) -> None:
        self.token = f"token of {lab.folder.name}"
        self.unanswered: list[int] = []
        self._sent = 0
        self._lab, self._chance, self._moment = lab, chance, moment
        lab.environment["alert_token"] = self.token

    async def sends(self, *alerts: Mapping[str, Any]) -> None:
        moment = self._moment
        self._sent += 1
        async with asyncio.timeout(PATIENCE):
            while not await self._is_taken(alerts, moment):
                moment = None
                await self._lab.up()

    async def _is_taken(self, alerts: tuple[Mapping[str, Any], ...], moment: Moment | None) -> bool:
        with closing(self._lab.reader()) as file:
            before = heard(file)
        reader, writer = await self._at_the_door()
        with closing(writer):
            writer.write(self._request(alerts))
            if moment == "sent":
                await asyncio.sleep(self._chance.random() * 0.02)
                self._lab.kill()
            if moment == "kept":
                with closing(self._lab.reader()) as file:
                    assert self._lab.until(lambda: heard(file) > before), "the alerts were not kept"
                self._lab.kill()
            taken = await answered(reader)
        if moment == "answered":
            self._lab.kill()
        if moment == "kept":
            self.unanswered += [] if taken else [self._sent]
            return False
        return taken

    async def _at_the_door(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        while True:
            with suppress(OSError):
                port = int((self._lab.folder / "port").read_text() or 0)
                return await asyncio.open_connection("127.0.0.1", port)
            await asyncio.sleep(0.02)

    def _request(self, alerts: tuple[Mapping[str, Any], ...]) -> bytes:
        body = json.dumps(delivery(*alerts)).encode()
        head = (
            "POST /webhooks/alerts/alertmanager HTTP/1.1", "Host: muster.test", f"Authorization: Bearer {self.token}",
            "Content-Type: application/json", f"Content-Length: {len(body)}", "Connection: close",
        )  # fmt: skip
        return "\r\n".join([*head, "", ""]).encode() + body


def heard(file: sqlite3.Connection) -> int:
    """How often alerts were kept."""
    return int(file.execute("SELECT total(times) FROM alerts").fetchone()[0])


async def answered(reader: asyncio.StreamReader) -> bool:
    """Whether there was an answer, and it was 2xx."""
    try:
        line = await reader.readline()
    except OSError:
        return False
    return line.startswith(b"HTTP/1.1 2")


async def tell(lab: Lab, teller: Teller) -> None:
    await teller.sends(GRAVE, CHATTER)
    await lab.at_rest(TOLD.soon)
    await teller.sends(LESSER)
    await lab.at_rest(TOLD.soon)
    await press(lab, "ben", "Join #1", one(lab, "ben", "#incidents", "alerts:join"))
    await lab.at_rest(TOLD.soon)
    await teller.sends(WELL)
    await lab.at_rest(TOLD.soon)
    for said in (REPORTED, WHY):
        await say(lab, said)
        await lab.at_rest(TOLD.soon)
    await lab.says("eli", "#general", "/incident evidence #1 1")
    await press(lab, "eli", "Send me the file", one(lab, "eli", "#general", "evidence:send"))
    await lab.at_rest(TOLD.soon)
    await say(lab, TOLD.said[-1])
    await lab.at_rest(TOLD.soon)


def one(lab: Lab, person: str, where: str, act: str) -> Message:
    """The message there on which that can be pressed."""
    seen = lab.simulator.person(person).sees(where)
    return next(m for m in seen if any(each.startswith(act) for each in acts(m)))


async def press(lab: Lab, person: str, button: str, message: Message) -> None:
    await lab.gesture(lambda: lab.simulator.person(person).clicks(message, button))


async def left(lab: Lab) -> Findings:
    """What is lost, doubled or wrong, also among the alerts and the evidence."""
    found = await findings(lab, TOLD)
    kept = lab.ask("SELECT json_extract(data, '$.name'), firing, incident IS NOT NULL FROM alerts")
    on_record = [(name, bool(firing), bool(inside)) for name, firing, inside in kept]
    for alert in ON_RECORD | set(on_record):
        found.count(f"alert {alert}", on_record.count(alert), int(alert in ON_RECORD))
    order = [type for (type,) in lab.ask("SELECT type FROM facts ORDER BY seq") if type in HAPPENED]
    found.check(order == HAPPENED, f"it happened in the order {order}")
    look_at_evidence(lab, found)
    return found


def look_at_evidence(lab: Lab, found: Findings) -> None:
    kept = lab.ask("SELECT content, sha256 FROM evidence")
    found.count("evidence", len(kept))
    found.check(all(hashlib.sha256(c).hexdigest() == digest for c, digest in kept), "evidence was changed")
    eli = lab.simulator.person("eli")
    files = [f for m in lab.simulator.workspace.find(eli.dm(lab.simulator.workspace.bot.id)).messages.values()
             for f in m.files if not m.deleted]  # fmt: skip
    found.count("file of the evidence", len(files))
    stands = [lab.simulator.workspace.files[file].content for file in files]
    found.check(stands == [content for content, _ in kept][: len(files)], "the file is not what was kept")
