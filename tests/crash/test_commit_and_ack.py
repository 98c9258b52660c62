"""An acknowledgement means that it is durable; what comes twice acts once."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from bot.simulator import Answer, Message, Person
from tests.crash.findings import Tally, findings
from tests.crash.killers import AfterCommit, rounds, side_by_side
from tests.crash.lab import Lab, Nursery, a_lab, words
from tests.crash.long_story import LONG, OURS
from tests.crash.story import ROOM, SHORT, tell
from tests.town import acts

STORIES = {"short": (SHORT, 12), "long": (LONG, 3)}


@pytest.mark.parametrize("which", STORIES)
async def test_kill_between_commit_and_acknowledgement(nursery: Nursery, tmp_path: Path, which: str) -> None:
    story, number = STORIES[which]
    tally, unacknowledged, failures = Tally(), 0, []

    async def one(number: int) -> None:
        nonlocal tally, unacknowledged
        async with a_lab(nursery, tmp_path / str(number), story.policy) as lab:
            killer = AfterCommit(lab)
            await lab.begin()
            answers = await tell(lab, story)
            await everything_again(lab, killer, answers)
            found = await findings(lab, story)
            assert lab.kills == len(story.said)
            unacknowledged += killer.unacknowledged
            tally = tally.with_story(lab, found)
            if found:
                failures.append(str(found))

    # one after the other would be slow, many at once would wait for each other's looks
    jobs = [lambda number=n: one(number) for n in range(rounds(number))]  # type: ignore[misc]
    await side_by_side(jobs, at_once=3)
    print(f"between commit and acknowledgement: {tally}; {unacknowledged} of the acknowledgements had not left")
    assert not failures, "\n".join(failures)
    assert unacknowledged > 0, "no kill came before the acknowledgement; nothing was shown"


async def everything_again(lab: Lab, killer: AfterCommit, answers: Sequence[str]) -> None:
    """Everything that it killed over once more: the same answers, and nothing new comes of it."""
    again = [await lab.simulator.redeliver(envelope) for envelope in killer.killed]
    assert [words(envelope.reply) for envelope in again] == answers
    await lab.at_rest()


async def test_kill_between_commit_and_acknowledgement_of_dialogs_and_buttons(nursery: Nursery, tmp_path: Path) -> None:
    """Declared with answers to the policy's questions, and a go by button: also these act once."""
    async with a_lab(nursery, tmp_path, OURS) as lab:
        await lab.begin()
        ana = lab.simulator.person("ana")
        await fill_in(lab, ana)
        killer = AfterCommit(lab)
        await lab.gesture(lambda: submits(ana, title="checkout is failing", Scope="all of EU"))
        await lab.at_rest(LONG.soon)
        asked = await lab.says("ana", "#general", "/incident go #1 fail over")
        await lab.at_rest()
        await lab.gesture(lambda: ana.clicks(message_with(lab, "go:yes"), "GO"))
        await lab.at_rest()
        await everything_again(lab, killer, ["", asked, ""])
        await lab.end()

        assert lab.kills == len(killer.killed) == 3
        happened = dict(lab.ask("SELECT type, count(*) FROM facts GROUP BY type"))
        kinds = ("declared", "classified", "noted", "go_asked", "go_decided", "room_opened", "announced")
        assert {kind: happened.get(kind) for kind in kinds} == dict.fromkeys(kinds, 1)
        started = dict(lab.ask("SELECT kind, count(*) FROM runs GROUP BY kind"))
        assert (started["war_room"], started["question"], started["say"]) == (1, 1, 1)
        print(f"dialog and button: {lab.kills} kills, {killer.unacknowledged} before the acknowledgement")


async def fill_in(lab: Lab, person: Person) -> None:
    """The dialog, with its question answered."""
    await lab.says(person.name, "#general", "/incident declare")
    await lab.at_rest()
    for press in ("Help me choose", "Everybody"):
        await lab.gesture(lambda press=press: person.clicks(person.views[-1], press))
        await lab.at_rest()


async def submits(person: Person, **values: str) -> Answer:
    outcome = await person.submits(None, values)
    assert not outcome.errors, outcome.errors
    return Answer(outcome.ok, outcome.error)


async def test_two_people_press_the_same_button(nursery: Nursery, tmp_path: Path) -> None:
    """One acts, the other is told who did; also when Muster dies over it, and when both presses come twice."""
    async with a_lab(nursery, tmp_path) as lab:
        await lab.begin()
        await lab.says("ana", "#general", SHORT.said[0].words)
        await lab.at_rest()
        card = message_with(lab, "ack")
        for button in ("ack", "role:take"):
            await both_press(lab, card, button)

        ana, ben = lab.simulator.person("ana"), lab.simulator.person("ben")
        told = "\n".join(m.words for m in ben.sees(f"#{ROOM}") if m.ephemeral_to == ben.id)
        assert f"{ana.mention} acknowledged it at" in told
        assert f"{ana.mention} was faster and holds that role now" in told
        await lab.end()
        happened = dict(lab.ask("SELECT type, count(*) FROM facts GROUP BY type"))
        assert (happened["acknowledged"], happened["role_taken"]) == (1, 1)
        print(f"two people, one button: {lab.kills} kills")


def message_with(lab: Lab, act: str) -> Message:
    """The message in the room on which that can be pressed."""
    return next(m for m in lab.simulator.workspace.find(f"#{ROOM}").messages.values() if act in acts(m))


async def both_press(lab: Lab, card: Message, button: str) -> None:
    """Ana first; Muster is killed when her press is delivered, and both presses come twice."""
    ana, ben = lab.simulator.person("ana"), lab.simulator.person("ben")
    kill_at_next_delivery(lab)
    await lab.gesture(lambda: ana.clicks(card, button))
    await lab.gesture(lambda: ben.clicks(card, button))
    presses = [e for e in lab.simulator.envelopes if e.type == "interactive"][-2:]
    await lab.at_rest()
    for press in presses:
        await lab.simulator.redeliver(press)
    await lab.at_rest()


def kill_at_next_delivery(lab: Lab) -> None:
    def hook(envelope: object, phase: str) -> None:
        lab.simulator.on_delivery.remove(hook)
        lab.kill()

    lab.simulator.on_delivery.append(hook)
