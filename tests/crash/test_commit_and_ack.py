"""An acknowledgement means that it is durable; what comes twice acts once."""

from __future__ import annotations

from pathlib import Path

from bot.simulator import Message
from tests.crash.killers import AfterCommit, rounds, side_by_side
from tests.crash.lab import Lab, Nursery, a_lab, words
from tests.crash.story import ANSWERS, GESTURES, ROOM, Tally, findings, tell

STORIES = 12


async def test_kill_between_commit_and_acknowledgement(nursery: Nursery, tmp_path: Path) -> None:
    tally, unacknowledged, failures = Tally(), 0, []

    async def one(number: int) -> None:
        nonlocal tally, unacknowledged
        async with a_lab(nursery, tmp_path / str(number)) as lab:
            killer = AfterCommit(lab)
            await lab.begin()
            await tell(lab)
            await everything_again(lab)
            found = await findings(lab)
            assert lab.kills == len(GESTURES)
            unacknowledged += killer.unacknowledged
            tally = tally.with_story(lab, found)
            if found:
                failures.append(str(found))

    # one after the other would be slow, many at once would wait for each other's looks
    await side_by_side([lambda number=n: one(number) for n in range(rounds(STORIES))], at_once=3)  # type: ignore[misc]
    print(f"between commit and acknowledgement: {tally}; {unacknowledged} of the acknowledgements had not left")
    assert not failures, "\n".join(failures)
    assert unacknowledged > 0, "no kill came before the acknowledgement; nothing was shown"


async def everything_again(lab: Lab) -> None:
    """Every command once more: the same answers, and nothing new comes of it."""
    first = {e.payload["trigger_id"]: e for e in lab.simulator.envelopes if e.type == "slash_commands"}
    again = [await lab.simulator.redeliver(envelope) for envelope in first.values()]
    assert [words(envelope.reply) for envelope in again] == list(ANSWERS)
    await lab.at_rest()


async def test_two_people_press_the_same_button(nursery: Nursery, tmp_path: Path) -> None:
    """One acts, the other is told who did; also when Muster dies over it, and when both presses come twice."""
    async with a_lab(nursery, tmp_path) as lab:
        await lab.begin()
        await lab.says("ana", "#general", GESTURES[0][1])
        await lab.at_rest()
        card = next(m for m in lab.simulator.workspace.find(f"#{ROOM}").messages.values() if "Acknowledge" in m.words)
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
