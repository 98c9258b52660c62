"""A restricted incident: whoever is not on it learns nothing, whatever they say, press or read. Eli is on nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from bot.adapters.slack.listeners import gate
from bot.adapters.slack.listeners.edge import said
from bot.adapters.slack.listeners.submissions import SUBMISSIONS
from bot.adapters.slack.listeners.table import VERBS
from bot.adapters.slack.parsing import Where
from bot.adapters.slack.verbs import Call, Later
from bot.adapters.slack.views import render
from bot.adapters.web.api.table import OPERATIONS
from bot.domain import facts
from bot.domain.errors import Refused
from bot.simulator import Channel, Message
from bot.simulator.finding import elements
from bot.workflows.access.permitted import UNKNOWN
from bot.workflows.desk import Gesture
from tests.api import a_caller
from tests.town import Town

TITLE = "mallory reads the payroll"
#: what nobody may read who is not on it
SECRETS = ("mallory", "payroll")
HIDDEN = "This incident is restricted now."


def eli(town: Town) -> str:
    return f"slack:{town.eli.id}"


def public(town: Town) -> list[Channel]:
    return [c for c in town.simulator.workspace.channels.values() if c.kind == "channel"]


def seen(town: Town) -> Iterator[str]:
    """
    All of Muster's that Eli can read: public channels with what is set over them, what was said to Eli alone, Home.

    Not what Slack itself writes into a channel: what it was called before, which topic it had.
    """
    for channel in public(town):
        yield from (channel.name, channel.topic.value, channel.purpose.value)
        yield from (str(mark) for mark in channel.bookmarks)
        for message in channel.messages.values():
            said = message.user == town._bot and not message.deleted and not message.subtype
            if said and message.ephemeral_to in (None, town.eli.id):
                yield f"{message.words} {message.text} {message.blocks}"
    yield from (f"{m.words} {m.blocks}" for m in town.private(town.eli))
    yield str(town.eli.home.blocks if town.eli.home else "")


def leaks(texts: Iterator[str] | list[str], *more: str) -> list[str]:
    return [text for text in texts if any(secret in text.casefold() for secret in (*SECRETS, *more))]


# declared so


@pytest.mark.parametrize("words", [f"restricted sev1 {TITLE}", f"private: sev1 {TITLE}", f"sev3 restricted {TITLE}"])
async def test_its_room_is_private_from_the_start_and_no_channel_hears_of_it(town: Town, words: str) -> None:
    room = await town.declares(words)

    assert room.kind == "private" and town.card(room)
    assert (await town.incident()).title == TITLE
    assert room.name == "inc-1-restricted"
    assert [m.words for c in public(town) for m in c.messages.values() if not m.ephemeral_to] == []
    assert not leaks(seen(town), "inc-1", "#1")
    assert await town.troubles() == []


async def test_whoever_is_called_is_brought_in_and_becomes_an_insider(town: Town) -> None:
    room = await town.declares(f"restricted sev1 {TITLE}")

    assert town.people_in(room) == {"ana", "ben", "chen", "dana"}
    assert (await town.incident()).insiders == {f"slack:{p.id}" for p in (town.ana, town.ben, town.chen, town.dana)}
    assert all(TITLE in town.told(p)[0].words for p in (town.ben, town.chen))


async def test_the_dialog_asks_who_may_know(town: Town) -> None:
    await town.says(town.ana, "#general", "/incident declare")
    await town.submits(town.ana, title=TITLE, severity="sev2", restricted="yes")

    assert (await town.incident()).restricted and not leaks(seen(town))


async def test_updates_and_the_end_of_it_stay_in_its_room(town: Town) -> None:
    room = await town.declares(f"restricted sev1 {TITLE}")
    await town.says(town.ana, room, "/incident update the payroll is cut off")
    await town.later(minutes=40)
    await town.says(town.ana, room, "/incident escalate manager mallory is still there")
    await town.says(town.ana, room, "/incident severity sev2 the payroll is read no more")
    await town.says(town.ana, room, "/incident resolve fix mallory is out")
    await town.later(days=1)

    assert "the payroll is cut off" in town.words(room)
    assert not leaks(seen(town), "sev 1 ", "is over")
    assert await town.troubles() == []


# what somebody else can do


async def test_every_verb_answers_as_if_there_were_no_such_number(town: Town) -> None:
    await town.declares(f"restricted sev1 {TITLE}")
    for verb in VERBS.all:
        if verb.where is Where.NOWHERE:
            continue
        for pattern in ("{verb} #{n}", "#{n} {verb} sev2 mallory", "{verb} #{n} done 1"):
            answers = []
            for n in (1, 99):
                told = await town.says(town.eli, "#general", "/incident " + pattern.format(verb=verb.name, n=n))
                answers.append(re.sub(rf"#{n}\b", "#n", told))
                assert town.eli.views == [], f"{verb.name} opened a dialog"
            assert answers[0] == answers[1], verb.name
    assert await quiet(town)


async def quiet(town: Town) -> bool:
    """Nothing that Eli did is on the record of the incident."""
    return all(fact.by != eli(town) for fact in await town.muster.store.facts((await town.incident()).id))


@pytest.mark.parametrize("verb", [each.name for each in VERBS.all if each.where is Where.NOWHERE])
async def test_verbs_about_all_of_them_leave_it_out(town: Town, verb: str) -> None:
    room = await town.declares(f"restricted sev1 {TITLE}")
    for words in ("", "all", "permissions", room.id):
        answer = await town.says(town.eli, "#general", f"/incident {verb} {words}")
        assert not leaks([answer, *(str(dialog.blocks) for dialog in town.eli.views)]), verb


async def test_every_button_and_every_dialog_that_carries_it_is_dead_to_others(town: Town) -> None:
    await town.declares(f"restricted sev1 {TITLE}")
    desk, incident = town.muster.desk, await town.incident()
    for n, verb in enumerate(VERBS.all):
        for more in ("", "ask", "take", "done", "join", "show"):
            gesture = Gesture(eli(town), town.clock.now(), f"act:{n}:{more}", f"slack:{town.ana.id}")
            answer = await said(verb, Call(desk, gesture, "1", more, None, incident.id))
            if answer is None or isinstance(answer, Later) or not hasattr(answer, "__dataclass_fields__"):
                continue
            shown = str(getattr(answer, "incident", None)) if type(answer).__name__ == "Ask" else str(render(answer))
            assert not leaks([shown]), f"{verb.name}:{more}"
    for kind, dialog in SUBMISSIONS.items():
        gesture = Gesture(eli(town), town.clock.now(), f"view:{kind}")
        with pytest.raises(Refused, match="There is no such incident"):
            await gate.submitted(desk, gesture, dialog.command or kind, incident.id)
    await town.settle()
    assert await quiet(town)


async def test_the_record_shows_others_nothing(town: Town) -> None:
    room = await town.declares(f"restricted sev1 {TITLE}")
    store, incident = town.muster.store, await town.incident()
    viewer = eli(town)

    assert await store.incidents(viewer, open=None) == []
    assert await store.incident(incident.id, viewer) is await store.incident_numbered(1, viewer) is None
    assert await store.incident_labelled(incident.name, viewer) is None
    assert await store.incidents_in(f"slack:{room.id}", viewer) == []
    assert await store.facts(incident.id, viewer) == await store.alerts_of(incident.id, viewer) == []
    assert await store.evidence_of(incident.id, viewer) == []
    assert await store.alert_groups(incident.id, viewer) == []


@pytest.mark.parametrize("later", [False, True], ids=["from the start", "restricted later"])
async def test_home_shows_nothing_of_it(town: Town, later: bool) -> None:
    await town.eli.opens_home()
    await town.settle()
    room = await town.declares(f"{'' if later else 'restricted '}sev1 {TITLE}")
    await town.later(minutes=1)
    assert bool(leaks([home(town)])) is later
    await town.says(town.ana, room, "/incident restrict a leak")
    await town.later(minutes=1)

    assert home(town) and not leaks([home(town)])


def home(town: Town) -> str:
    return str(town.eli.home.blocks) if town.eli.home else ""


async def test_by_api_there_is_no_such_incident_either(town: Town) -> None:
    await town.declares(f"restricted sev1 {TITLE}")
    id = (await town.incident()).id
    async with a_caller(town) as api:
        for operation in OPERATIONS:
            body = None if operation.method == "GET" else {}
            if "{incident}" not in operation.path:
                got = await api.asks(operation.method, operation.path, body)
                assert not leaks([got.text])
                continue
            path = operation.path.replace("{role}", "commander").replace("{task}", "1")
            answers = []
            for word in ("1", "99", id, "01" + "Z" * 24):
                got = await api.asks(operation.method, path.replace("{incident}", word), body)
                answers.append((got.status, got.text.replace(word, "n")))
            assert answers[0] == answers[1] and answers[2] == answers[3], operation.id
            assert all(status in (400, 404, 422) for status, _ in answers), operation.id
    assert all(not fact.by.startswith("api:") for fact in await town.muster.store.facts(id))


async def test_figures_leave_it_out(town: Town) -> None:
    await town.declares(f"restricted sev1 {TITLE}")
    standing = await town.muster.standing()
    assert (sum(standing.open.values()), standing.declared) == (0, 0)


async def test_the_same_words_by_somebody_else_are_another_incident(town: Town) -> None:
    await town.declares(f"restricted sev1 {TITLE}")
    before = set(map(id, town.private(town.eli)))
    await town.says(town.eli, "#general", f"/incident declare sev1 {TITLE}")
    told = [m.words for m in town.private(town.eli) if id(m) not in before]

    assert (await town.incident(2)).title == TITLE
    assert not [words for words in told if "#1" in words or "already" in words or "same as" in words]
    assert "inc-2-mallory" in (await town.incident(2)).room_name  # and not with an ending for want of the name


# insiders


async def test_somebody_admitted_knows_of_it_and_when_dismissed_no_more(town: Town) -> None:
    room = await town.declares(f"restricted sev1 {TITLE}")
    await town.says(town.ana, room, "/incident admit @eli")

    assert "eli" in town.people_in(room)
    assert TITLE in town.told(town.eli)[-1].words
    assert TITLE in await town.says(town.eli, "#general", "/incident list")

    await town.says(town.ana, room, "/incident dismiss @eli")
    assert "eli" not in town.people_in(room)
    assert TITLE not in await town.says(town.eli, "#general", "/incident list")
    assert "There is no incident #1" in await town.says(town.eli, "#general", "/incident status #1")


async def test_only_the_lead_and_the_declarer_dismiss_and_a_role_keeps_its_holder(town: Town) -> None:
    room = await town.declares(f"restricted sev1 {TITLE}")
    await town.says(town.ana, room, "/incident role commander @dana")

    refused = await town.says(town.ben, room, "/incident dismiss @chen")
    assert "is for Incident Commander, whoever declares" in refused and f"<@{town.dana.id}>" in refused
    kept = await town.says(town.ana, room, "/incident dismiss @dana")
    assert "Give the role to somebody else first" in kept
    await town.says(town.dana, room, "/incident dismiss @chen")
    await town.later(seconds=5)
    assert "chen" not in town.people_in(room)
    assert not leaks([town.told(town.chen)[0].words]) and HIDDEN in town.told(town.chen)[0].words
    denied = [fact for fact in await town.muster.store.facts((await town.incident()).id)
              if isinstance(fact.event, facts.Denied)]  # fmt: skip
    assert [fact.event.verb for fact in denied] == ["dismiss"]  # type: ignore[attr-defined]


async def test_whoever_an_insider_invites_through_slack_itself_knows_of_it(town: Town) -> None:
    room = await town.declares(f"restricted sev1 {TITLE}")
    await town.ben.invites(room, town.eli)
    await town.settle()

    assert eli(town) in (await town.incident()).insiders
    assert TITLE in await town.says(town.eli, "#general", "/incident list")


async def test_whoever_is_given_work_may_know_what_it_is_for(town: Town) -> None:
    room = await town.declares(f"restricted sev1 {TITLE}")
    await town.says(town.ana, room, "/incident task @eli look at the payroll")

    assert eli(town) in (await town.incident()).insiders and "eli" in town.people_in(room)
    assert TITLE in town.told(town.eli)[-1].words


# restricted later


async def test_links_to_it_are_cut(town: Town) -> None:
    first = await town.declares("sev1 checkout is failing")
    second = await town.declares(f"sev1 {TITLE}", person=town.ben)
    await town.says(town.ana, first, "/incident related #2")
    assert (await town.incident(1)).related
    await town.says(town.ana, second, "/incident restrict a leak")

    assert (await town.incident(1)).related == (await town.incident(2)).related == ()


async def test_what_was_said_in_public_is_taken_back_and_work_goes_on_in_a_private_room(town: Town) -> None:
    old = await town.declares(f"sev1 {TITLE}")
    await town.says(town.ana, old, "/incident task @eli look at the payroll")
    await town.says(town.ana, old, "/incident update mallory is in the payroll")
    assert leaks(seen(town))

    await town.says(town.ben, old, "/incident restrict a leak, not public yet")
    [new] = [c for c in town.rooms() if c.kind == "private"]
    await town.later(minutes=3)

    # Eli has a task, and so is one of those who work on it
    assert town.people_in(new) == {"ana", "ben", "chen", "dana", "eli"}
    assert (await town.incident()).room == f"slack:{new.id}"
    assert town.card(new) and await town.troubles() == []
    assert old.archived and "mallory" not in old.name
    said_before = [m for c in public(town) for m in c.messages.values() if m.user == town._bot and not m.ephemeral_to]
    assert {m.words for m in said_before if not m.subtype and not m.deleted} <= {
        f"{HIDDEN}\n🔒 {HIDDEN}",
        "This incident is restricted now. Work on it goes on elsewhere, among those who are on it.",
    }  # fmt: skip


async def test_buttons_that_others_were_given_before_are_dead(town: Town) -> None:
    old = await town.declares(f"sev1 {TITLE}")
    await town.says(town.eli, "#general", "/incident status #1")
    kept: Message = town.private(town.eli)[-1]
    await town.says(town.eli, "#general", "/incident note #1")
    await town.says(town.ana, old, "/incident restrict a leak")
    outcome = await town.submits(town.eli, text="mallory again")
    assert UNKNOWN in str(outcome)
    for _, element in elements(kept):
        answer = await used(town, kept, element)
        assert not leaks([answer]) and "There is no such incident" in answer, element
    assert await quiet(town)


async def used(town: Town, message: Message, element: dict[str, Any]) -> str:
    """A button pressed, or the first choice of a menu taken."""
    what, options = element["action_id"], element.get("options")
    if options:
        return await town.chooses(town.eli, message, what, options[0]["value"])
    return await town.clicks(town.eli, message, what)


async def test_an_incident_in_a_thread_gets_a_private_room(town: Town) -> None:
    announced = await town.announces(f"sev4 {TITLE}")
    await town.says(town.ana, "#general", "/incident restrict #1 a leak")
    await town.later(minutes=3)

    [room] = town.rooms()
    assert room.kind == "private" and town.card(room)
    assert not leaks(seen(town))
    assert HIDDEN in announced.words
    assert all(HIDDEN in m.words for m in town.heard(announced))


async def test_it_survives_a_restart_in_the_middle_and_a_slack_that_fails(town: Town) -> None:
    old = await town.declares(f"sev1 {TITLE}")
    town.simulator.faults.fail("chat.update", error="internal_error", times=3)
    town.simulator.faults.fail("conversations.create", error="internal_error", times=1)
    await town.ana.runs(old, "/incident restrict a leak")
    await town.restarts()
    await town.later(minutes=30)

    private = [c for c in town.rooms() if c.kind == "private"]
    assert len(private) == 1 and old.archived
    assert not leaks(seen(town)) and await town.troubles() == []


async def test_opened_again_everybody_hears_of_it(town: Town) -> None:
    room = await town.declares(f"restricted sev1 {TITLE}")
    assert await town.says(town.ana, room, "/incident unrestrict it is public now")

    assert TITLE in town.heard("incidents")[-1].words
    assert TITLE in await town.says(town.eli, "#general", "/incident list")
    assert "open to everybody already" in await town.says(town.ana, room, "/incident unrestrict once more")


# permissions in the room


async def test_help_prints_the_matrix(town: Town) -> None:
    told = await town.says(town.eli, "#general", "/incident help permissions")
    assert "Who may say what" in told and "dismiss" in told and "Incident Commander" in told


async def test_a_rule_of_the_policy_holds_for_commands_and_buttons_alike(town: Town) -> None:
    book = town.muster.desk.book
    rule = book.permissions.rules[0].model_copy(update={"commands": ("resolve",), "open": ("lead",)})
    narrower = replace(book, permissions=book.permissions.model_copy(update={"rules": (rule,)}))
    object.__setattr__(town.muster.desk, "book", narrower)
    room = await town.declares("sev1 checkout is failing")

    told = await town.says(town.ben, room, "/incident resolve fix it works")
    assert "/incident resolve #1 is for Incident Commander. Ask one of them" in told
    await town.repeats(town.ben)
    pressed = await town.clicks(town.ben, town.card(room), "Resolve")
    assert "is for Incident Commander" in pressed
    denied = [fact for fact in await town.muster.store.facts((await town.incident()).id)
              if isinstance(fact.event, facts.Denied)]  # fmt: skip
    assert len(denied) == 2 and not (await town.incident()).over


async def test_what_was_about_to_be_said_beneath_the_card_is_not_said_in_the_old_room(town: Town) -> None:
    """Nobody has spoken, a reminder waits for Slack, and the incident becomes restricted."""
    old = await town.declares(f"sev1 {TITLE}")
    await town.later(minutes=4)
    town.simulator.faults.fail("chat.postMessage", times=1, error="ratelimited", status=429, retry_after=60)
    await town.later(minutes=1, seconds=30)
    before = {message.ts for message in old.messages.values()}
    await town.says(town.ana, old, "/incident restrict a leak, not public yet")
    await town.later(minutes=1, seconds=20)

    new = [m for m in old.messages.values() if m.user == town._bot and m.ts not in before]
    said = [m.words for m in new if not (m.subtype or m.ephemeral)]
    assert said and all(HIDDEN in words for words in said), said
