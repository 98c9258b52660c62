"""Catching up, handing over and merging, as people see them."""

from __future__ import annotations

from datetime import timedelta

from bot.adapters.slack.verbs import Ask
from bot.adapters.slack.views import dialogs, render
from bot.adapters.slack.views.limits import Rendered
from bot.domain.pieces import Question
from bot.domain.tasks import Task
from bot.domain.timeline import Entry
from bot.messages import Card, CatchUp, HandedOver, MergedAway, MergedIn
from bot.simulator.blocks import check_message
from bot.simulator.view_rules import check_view
from tests.adapters.slack.faces import AT, BOOK, HOSTILE, NEXT, an_incident, paged, resolved, updated


def words(shown: Rendered) -> str:
    check_message(shown.blocks)
    return "\n".join(block["text"]["text"] for block in shown.blocks if "text" in block)


def labels(shown: Rendered) -> list[str]:
    return [e["text"]["text"] for block in shown.blocks if block["type"] == "actions" for e in block["elements"]]


def busy(**changed: object) -> object:
    return an_incident(**{
        "roles": {"commander": "slack:U2"}, "promised": AT + timedelta(minutes=30), "updates": (updated("half works"),),
        "updated_at": AT, "tasks": (Task(1, "fail over", "slack:U3"), Task(2, "write it up", None, later=True)),
        "questions": (Question(1, "drop the cache", "slack:U2"),), "pages": (paged("U4"), paged("U5")),
        "related": (("x", "#7"),), "absorbed": (("y", "#8"),), **changed,
    })  # fmt: skip


def test_it_says_what_is_known_done_and_awaited_and_who_is_who() -> None:
    lines = (Entry(AT, "slack:U2", "noted: the database is slow"),)
    shown = render(CatchUp(BOOK, busy(), lines, (NEXT,), (), "diagnosed checkout: 3 of 9 probes found something",
                           (("Primary", ("slack:U6",)),), (("Runbook", "https://runbooks.test/1"),)))  # fmt: skip
    told = words(shown)
    for part in ("*What is known*", "half works", "*What is being done*", "fail over · <@U3>", "3 of 9 probes",
                 "*What is awaited*", "The next update is due", "drop the cache", "No answer yet from <@U4> <@U5>",
                 "*Who is who*", "<@U2>", "On call, Primary: <@U6>", "the database is slow",
                 "<https://runbooks.test/1|Runbook>", "Related: #7", "Merged in: #8"):  # fmt: skip
        assert part in told, part
    assert "write it up" not in told, "action items are for later"
    assert labels(shown) == ["Acknowledge", "Timeline"]


def test_of_one_that_is_over_it_says_how_it_ended_and_awaits_nothing() -> None:
    told = words(render(CatchUp(BOOK, resolved())))
    assert "the deploy was reverted" in told
    assert "awaited" not in told and "No task" not in told


def test_whoever_takes_over_reads_the_words_and_the_duties_first() -> None:
    shown = render(CatchUp(BOOK, busy(), role="commander", by="slack:U1", words="it runs\nwatch the queue"))
    told = words(shown)
    assert told.startswith("🫱 <@U1> hands you the role")
    assert "> it runs\n> watch the queue" in told
    assert labels(shown) == ["Timeline"]


def test_the_room_reads_the_words_too() -> None:
    told = words(render(HandedOver(BOOK, busy(), "commander", "slack:U2", "slack:U1", "slack:U1", "watch the queue")))
    assert "<@U2>" in told and "> watch the queue" in told


def test_both_rooms_point_at_each_other() -> None:
    gone = an_incident(number=2, label="#2", title="logins fail", room="slack:C2")
    into = an_incident(number=1, label="#1", title="checkout fails", room="slack:C1")
    away = words(render(MergedAway(BOOK, gone, into, "slack:U1", ("2 tasks", "1 alert"))))
    here = words(render(MergedIn(BOOK, into, gone, "slack:U1", ("2 tasks",), duplicate=True)))
    assert "a part of *#1* checkout fails in <#C1>" in away and "Moved: 2 tasks, 1 alert." in away
    assert "*#2* logins fail is the same as this one, before in <#C2>" in here


def test_the_card_says_what_it_belongs_to() -> None:
    assert "A part of *#1*" in words(render(Card(BOOK, an_incident(merged_into=("x", "#1")))))


def test_whatever_people_typed_slack_takes_it() -> None:
    much = (HOSTILE * 99)[:3000]
    tasks = tuple(Task(n, much, "slack:U3") for n in range(1, 40))
    questions = tuple(Question(n, much, "slack:U2") for n in range(1, 30))
    incident = busy(title=much[:120], tasks=tasks, questions=questions, updates=(updated(much),),
                    impact={"users": much}, pages=tuple(paged(f"U{n}") for n in range(60)))  # fmt: skip
    lines = tuple(Entry(AT, "slack:U2", much) for _ in range(5))
    links = tuple((much[:80], f"https://a.test/{n}") for n in range(30))
    for message in (
        CatchUp(BOOK, incident, lines, (NEXT,), (), much, ((much, ("slack:U1",) * 40),) * 4, links, "commander",
                "slack:U1", much),
        HandedOver(BOOK, incident, "commander", "slack:U2", None, "slack:U1", much),
        MergedAway(BOOK, incident, incident, "slack:U1", (much[:200],) * 3),
        MergedIn(BOOK, incident, incident, "slack:U1", (much[:200],) * 3),
    ):  # fmt: skip
        shown = render(message)
        check_message(shown.blocks)
        assert "<!channel>" not in str(shown.blocks) and len(shown.text) <= 1000


def test_the_dialog_of_a_handoff_asks_for_a_person_and_words() -> None:
    view = dialogs.build(Ask("handoff", busy(), {"role": "scribe"}), BOOK, None, None)
    check_view(view, "modal")
    inputs = [block["block_id"] for block in view["blocks"] if block["type"] == "input"]
    assert inputs == ["person", "words", "role"]
