"""Five whys and a fishbone, worked out by several people, and what becomes of them."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.domain import facts
from tests.stories.test_classifying import values
from tests.town import Town, a_town, acts, labels


def shown(town: Town, room: object, what: str) -> str:
    found = [m.words for m in town.heard(room) if (what in m.words and "*Why" in m.words) or f"*{what}*" in m.words]
    assert len(found) == 1, found
    return found[0]


async def test_five_whys_are_answered_one_after_the_other_in_a_dialog(town: Town) -> None:
    room = await town.declares("sev1 checkout is failing")
    await town.says(town.ben, room, "/incident whys")
    for step, text in enumerate(["no connections", "the pool is small", "nobody sized it", "no load test"], 1):
        view = town.ben.views[-1]
        assert f"Why {step} of 5" in labels(view)[0]
        outcome = await town.submits(town.ben, **{f"answer:{step}": text})
        assert outcome.ok
        assert text in str(town.ben.views[-1].blocks), "each answer stands before the next why"
    assert (await town.submits(town.ben, **{"answer:5": "nobody owns it"})).ok
    assert values(town, town.ben.views[-1])["answer"] == "nobody owns it", "the last answer is proposed as the root"
    assert (await town.submits(town.ben, answer="Nobody owns the pool")).ok
    assert town.ben.views == []
    await town.later(seconds=5)

    incident = await town.incident()
    assert [why.text for why in incident.whys.values()] == [
        "no connections", "the pool is small", "nobody sized it", "no load test", "nobody owns it"
    ]  # fmt: skip
    assert incident.root_cause == "Nobody owns the pool"
    words = shown(town, room, "Five whys")
    assert "*Why 5?* nobody owns it" in words and "*Root cause:* Nobody owns the pool" in words
    told = [entry.text for entry in await town.timeline()]
    assert "named the root cause: Nobody owns the pool" in told


async def test_the_last_why_need_not_be_the_fifth(town: Town) -> None:
    room = await town.declares("sev1 checkout is failing")
    await town.says(town.ben, room, "/incident whys")
    await town.submits(town.ben, **{"answer:1": "the disk was full"})
    assert (await town.submits(town.ben, **{"answer:2": "nobody watches disks", "root:2": "That is the root cause"})).ok
    await town.later(seconds=5)

    assert town.ben.views == []
    assert (await town.incident()).root_cause == "nobody watches disks"
    words = shown(town, room, "Five whys")
    assert "*Why 3?*" not in words


async def test_a_later_answer_takes_the_place_and_both_are_on_record(town: Town) -> None:
    room = await town.declares("sev1 checkout is failing")
    assert "Why 1" in await town.says(town.ben, room, "/incident whys 1 the database was slow")
    await town.says(town.ana, room, "/incident why 1: the database had no connections")
    await town.later(seconds=5)

    words = shown(town, room, "Five whys")
    assert "no connections" in words and "was slow" not in words
    told = [entry.text for entry in await town.timeline()]
    assert sum("the database" in text for text in told) == 2
    assert "already" in await town.says(town.ben, room, "/incident whys 1 the database had no connections")
    await town.says(town.ben, room, "/incident whys remove 1")
    assert (await town.incident()).whys == {}


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("whys 6 too far", "numbered 1 to 5"),
        ("whys nobody looked", "Which why?"),
        ("whys remove 2", "nothing to take back"),
        (f"whys 1 {'x' * 501}", "takes 500 at most"),
        ("fishbone remove it", "no cause on the fishbone yet"),
        ("fishbone picture", "no cause yet"),
        (f"fishbone machines {'x' * 201}", "200 at most"),
    ],
)
async def test_what_will_not_do_is_a_sentence(town: Town, typed: str, told: str) -> None:
    room = await town.declares("sev1 checkout is failing")
    assert told in await town.says(town.ben, room, f"/incident {typed}")


async def test_a_fishbone_is_filled_by_word_and_by_dialog(town: Town) -> None:
    room = await town.declares("sev1 checkout is failing")
    await town.says(town.ben, room, "/incident fishbone machines the disk was full")
    await town.says(town.ana, room, "/incident fishbone")
    assert (await town.submits(town.ana, branch="People", cause="nobody knew <!channel>")).ok
    await town.later(seconds=5)

    words = shown(town, room, "Fishbone")
    assert "• the disk was full" in words and "• nobody knew &lt;!channel&gt;" in words
    assert "already" in await town.says(town.ben, room, "/incident fishbone machines: The disk was FULL")
    await town.says(town.ben, room, "/incident fishbone remove disk")
    await town.later(seconds=5)
    assert (await town.incident()).bones == {"people": ("nobody knew <!channel>",)}
    assert "the disk was full" not in shown(town, room, "Fishbone")


async def test_a_word_of_two_causes_takes_neither_off(town: Town) -> None:
    room = await town.declares("sev1 checkout is failing")
    await town.says(town.ben, room, "/incident fishbone machines the disk was full")
    await town.says(town.ben, room, "/incident fishbone methods the disk was not watched")
    assert "2 causes have these words" in await town.says(town.ben, room, "/incident fishbone remove the disk")
    assert "Off the fishbone" in await town.says(town.ben, room, "/incident fishbone remove machines the disk was full")
    assert list((await town.incident()).bones) == ["methods"]


async def test_the_picture_is_shared_in_the_room(town: Town) -> None:
    room = await town.declares("sev1 checkout is failing")
    await town.says(town.ben, room, "/incident fishbone machines the disk was full")
    await town.later(seconds=5)
    surface = next(m for m in town.heard(room) if "fishbone:picture" in acts(m))
    await town.clicks(town.ana, surface, "Picture")
    await town.later(seconds=5)

    [message] = town.files(room)
    file = town.simulator.workspace.files[message.files[0]]
    assert (file.content or b"").startswith(b"\x89PNG") and file.mimetype == "image/png"
    assert "the disk was full" in file.alt_text


@pytest.mark.parametrize("town", ["tracktion"], indirect=True)
async def test_they_stand_in_the_postmortem(town: Town) -> None:
    await town.says(town.ana, "#general", "/incident declare p1 checkout is failing")
    incident, where = await town.incident(), f"#{(await town.incident()).number}"
    await town.says(town.ana, "#general", f"/incident whys {where} 1 no | connections")
    await town.says(town.ana, "#general", f"/incident whys {where} root nobody owns the *pool*")
    await town.says(town.ana, "#general", f"/incident fishbone {where} machines the disk was full")
    await town.says(town.ana, "#general", f"/incident postmortem {where}")
    await town.later(seconds=30)

    home = (await town.incident()).room or incident.announced_in
    assert home
    files = town.files(home.removeprefix("slack:"))
    document = town.file(files[0])
    assert "1. Why did it happen? no \\| connections" in document
    assert "**Root cause:** nobody owns the \\*pool\\*" in document
    assert "- the disk was full" in document
    picture = town.simulator.workspace.files[files[1].files[0]]
    assert (picture.content or b"").startswith(b"\x89PNG")
    assert any(isinstance(f.event, facts.PostmortemWritten) for f in await town.muster.store.facts(incident.id))


async def test_a_postmortem_without_a_fishbone_has_no_picture(tmp_path: Path) -> None:
    async with a_town(tmp_path, "default") as town:
        room = await town.declares("sev1 checkout is failing")
        await town.says(town.ben, room, "/incident fishbone machines the disk was full")
        await town.says(town.ben, room, "/incident postmortem")
        await town.later(seconds=30)
        assert len(town.files(room)) == 1
