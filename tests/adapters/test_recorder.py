"""Ports that only write down: what a workflow is promised of ports holds of them too."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from bot.adapters.recorder import (
    Record,
    RecordingAlarms,
    RecordingChat,
    RecordingDirectory,
    RecordingPager,
    RecordingRoster,
)
from bot.engine.clock import StoppedClock
from bot.engine.outcomes import Key
from bot.messages import Sentence
from bot.ports import Alarm, NameTaken

AT = datetime(2026, 6, 6, 3, tzinfo=UTC)


def key(id: str) -> Key:
    return Key(id, AT, doubtful=False)


@pytest.fixture
def record() -> Record:
    return Record(StoppedClock(AT))


async def test_one_key_makes_one_thing(record: Record) -> None:
    chat, pager = RecordingChat(record), RecordingPager(record, "sms")
    room = await chat.create_room("inc-1", key("a"))
    direct = await chat.direct("slack:ana")
    for _ in range(2):
        assert await chat.create_room("inc-1", key("a")) == room
        posted = [await chat.post(place, Sentence("Look."), key(place)) for place in (room, f"{room}/7", direct)]
        await pager.page(await RecordingDirectory(record).contact("slack:ana"), Alarm("i", "#1", "down", ""), key("p"))
    with pytest.raises(NameTaken):
        await chat.create_room("inc-1", key("b"))

    assert len(set(posted)) == 3 and posted[1].startswith(f"{room}/")
    assert [(entry.verb, entry.where, entry.people) for entry in record.entries] == [
        ("create_room", "slack:inc-1", ()),
        ("post", "slack:inc-1", ()),
        ("post", "slack:inc-1/7", ()),
        ("post", "slack:with:ana", ("slack:ana",)),
        ("page", "sms", ("slack:ana",)),
    ]
    assert all(entry.at == AT for entry in record.entries)


async def test_everybody_is_there(record: Record) -> None:
    directory = RecordingDirectory(record)

    assert await directory.members("oncall") == ("slack:oncall",)
    assert await directory.person("ana@example.org") == "slack:ana@example.org"
    assert await RecordingRoster().on_call("P123") == ("P123",)
    contact = await directory.contact("slack:ana@example.org")
    assert contact.email and contact.phone and contact.name == "ana@example.org"


async def test_an_alarm_is_written_down_when_it_changes(record: Record) -> None:
    alarms, alarm = RecordingAlarms(record), Alarm("i", "#1", "down", "")
    for act in (alarms.trigger, alarms.trigger, alarms.acknowledge, alarms.resolve, alarms.resolve):
        await act(alarm)

    assert [entry.verb for entry in record.entries] == ["trigger", "acknowledge", "resolve"]
