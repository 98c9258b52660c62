"""Incidents to look at, for tests of views."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import strategies as st

from bot import messages
from bot.domain import facts, incident
from bot.domain.facts import Stage
from bot.domain.incident import Incident, Question, Tick
from bot.domain.pieces import Answer, Called
from bot.domain.pieces import Page as Paged
from bot.domain.tasks import Task
from bot.domain.timeline import Entry
from bot.engine.journal import Trouble
from bot.messages import Button, Message
from bot.policy import book
from bot.policy.cadence import Volume
from bot.policy.escalation import Level, Planned, Rule

BOOK = book.load("default")
AT = datetime(2026, 11, 21, 3, 12, tzinfo=UTC)
ID = "01JD0000000000000000000000"
HOSTILE = "<!channel> *bold* slack:U9 <@U1> https://evil.test/?a=1&b=2|bank ~x~ `c` &amp; "


def an_incident(**changed: object) -> Incident:
    event = facts.Declared(ID, 12, "checkout is failing", "sev1", "investigating", BOOK.hash, "checkout is failing")
    opened, _ = incident.declare(event, "slack:U1", AT)
    return replace(opened, **changed)  # type: ignore[arg-type]


def trouble(sentence: str = "Slack asks for 30 s.", final: bool = False) -> Trouble:
    again = None if final else AT + timedelta(seconds=30)
    return Trouble(ID, "r", "war_room", "pin", "Pinning the card", sentence, AT, final, again, "slack:U1")


def resolved(**changed: object) -> Incident:
    told = facts.Resolved("monitoring", "resolved", "rollback", "the deploy was reverted")
    return an_incident(
        status="resolved", stage=Stage.RESOLVED, resolution=told, resolved_by="slack:U2", ended_by="slack:U2",
        ended_at=AT + timedelta(minutes=40), **changed,
    )  # fmt: skip


def updated(text: str) -> facts.Updated:
    return facts.Updated(1, "investigating", "sev1", text, text, text, text, text, AT + timedelta(minutes=15))


CALL = "01JD00000000000000000000CA"
LEVEL = Level(id="manager", title="Engineering Manager", who=("group:managers",), by=("slack", "phone"))
RULE = Rule(id="late", severities=("sev1",), after=timedelta(minutes=15), to="manager", because="Nobody is on it.")
NEXT = Planned(AT + timedelta(minutes=15), RULE, LEVEL)


def paged(person: str, minutes: float = 0, call: str = "", how: str = "direct message", failed: str = "") -> Paged:
    return Paged(f"slack:{person}", how, call, AT + timedelta(minutes=minutes), failed)


def called(
    minutes: float = 15, insists: bool = False, by: str = "muster", title: str = "Engineering Manager"
) -> Called:
    at = AT + timedelta(minutes=minutes)
    return Called(CALL, "manager", title, "Nobody is on it.", "late" if by == "muster" else "", insists, by, at)


TEXTS = st.text(max_size=400) | st.sampled_from(
    [HOSTILE, HOSTILE * 60, "x" * 4000, "&" * 4000, "<" * 3500, "\n" * 50, ""]
)
PEOPLE = st.sampled_from([None, "slack:U1", "muster", "api:ci", "slack:" + "U" * 300])


@st.composite
def incidents(draw: Callable[..., object]) -> Incident:
    """Anything an incident may hold, however odd."""
    text: Callable[[], str] = lambda: str(draw(TEXTS))  # noqa: E731
    number = draw(st.integers(0, 40))
    tasks = tuple(
        Task(n + 1, text(), None, n % 3 == 0, "slack:U2" if n % 2 else None, AT) for n in range(int(str(number)))
    )
    status = draw(st.sampled_from([s.id for s in BOOK.lifecycle.all] + ["unheard-of"]))
    stage = next((s.stage for s in BOOK.lifecycle.all if s.id == status), Stage.ACTIVE)
    pages = tuple(
        paged(f"U{n % 20}", n, CALL if n % 2 else "", text(), text() if n % 3 else "") for n in range(int(str(number)))
    )
    answers = {f"slack:U{n}": Answer(AT + timedelta(minutes=n), n % 2 == 0, text()) for n in range(5)}
    ticked = {item.id: Tick("slack:U2", AT) for item in BOOK.checklists.all[0].items[: int(str(number)) % 8]}
    return an_incident(
        title=text(), words=text(), status=status, stage=stage, tasks=tasks, ticks=ticked,
        questions=(Question(1, text(), "slack:U1"), Question(2, text(), "slack:U1", True, "slack:U2", AT, text())),
        pages=pages, answers=answers if draw(st.booleans()) else {},
        called=tuple(replace(called(n, n % 2 == 0, "slack:U1"), title=text(), reason=text()) for n in range(8)),
        paused_until=draw(st.sampled_from([None, AT])), paused_for=text(), asked_at=draw(st.sampled_from([None, AT])),
        checklists=("response", "unheard-of") if draw(st.booleans()) else (),
        severity=draw(st.sampled_from([s.id for s in BOOK.severities.all] + ["unheard-of"])),
        declared_by=draw(PEOPLE) or "slack:U1",
        acknowledged_by=draw(PEOPLE), acknowledged_at=AT,
        ended_by=draw(PEOPLE), ended_at=draw(st.sampled_from([None, AT])),
        roles={"commander": draw(PEOPLE) or "slack:U3", "unheard-of": "slack:U4"} if draw(st.booleans()) else {},
        room=draw(st.sampled_from([None, "slack:C9"])), announcement=draw(st.sampled_from([None, "slack:C1/1.2"])),
        updates=(updated(text()),) if draw(st.booleans()) else (), updated_at=AT,
        resolution=facts.Resolved("x", "resolved", text(), text()) if draw(st.booleans()) else None,
    )  # fmt: skip


@st.composite
def any_message(draw: Callable[..., object]) -> Message:
    """A message of any kind about any incident."""
    one: Incident = draw(incidents())  # type: ignore[assignment]
    text = str(draw(TEXTS))
    troubles = tuple(trouble(text, final=bool(n % 2)) for n in range(int(str(draw(st.integers(0, 6))))))
    entries = tuple(Entry(AT + timedelta(hours=n), "slack:U1", text, "slack:U2", "noted") for n in range(30))
    buttons = tuple(Button(text, "declare", text) for _ in range(int(str(draw(st.integers(0, 30))))))
    volume = draw(st.sampled_from(list(Volume)))
    made: list[Message] = [
        messages.Sentence(text, buttons, draw(st.sampled_from([None, ID]))),  # type: ignore[arg-type]
        messages.Card(BOOK, one, troubles, AT),
        messages.Card(BOOK, one, troubles, AT, stands_in=True),
        messages.Status(BOOK, one, troubles, None),
        messages.Announcement(BOOK, one),
        messages.Checklist(BOOK, one),
        messages.Checklist(BOOK, one, "closing"),
        messages.Checklist(BOOK, one, "unheard-of"),
        messages.Checklists(BOOK, one),
        messages.Question(BOOK, one, 1),
        messages.Question(BOOK, one, 9),
        messages.UpdatePost(BOOK, one, updated(text), "slack:U1", AT, bool(draw(st.booleans()))),
        messages.Worded(BOOK, one, "moved", {"by": "x", "was": BOOK.lifecycle.all[0], "reason": text}),
        messages.Worded(BOOK, one, "there is no such template", {}),
        messages.Ending(BOOK, one, text, bool(draw(st.booleans()))),
        messages.Card(BOOK, one, troubles, AT, ahead=(NEXT,) * 9),
        messages.Page(BOOK, one),
        messages.Page(BOOK, one, "slack:U1", text),
        messages.Mention(BOOK, one, ("slack:U1",) * 50, True),
        messages.Mention(BOOK, one, ("slack:U1",) * 500, groups=("slack:S01",) * 300, reason=text),
        messages.StillThere(BOOK, one, AT),
        messages.PageList(BOOK, one, (NEXT,) * 9),
        messages.ContactList(BOOK, one),
        messages.Nudge(BOOK, one, "update_due", 1, AT, AT, volume, ("slack:U1",)),  # type: ignore[arg-type]
        messages.Nudge(BOOK, one, "update_missed", 3, AT, AT, volume, ()),  # type: ignore[arg-type]
        messages.Nudge(BOOK, one, "no_lead", 2, AT, None, volume),  # type: ignore[arg-type]
        messages.Nudge(BOOK, one, "checklist", 1, AT, None, volume, ("slack:U1",), "response"),  # type: ignore[arg-type]
        messages.Nudge(BOOK, one, "checklist", 1, AT, None, volume, (), "unheard-of"),  # type: ignore[arg-type]
        messages.Duties(BOOK, one, "commander"),
        messages.Duties(BOOK, one, "unheard-of"),
        messages.Handover(BOOK, one, "tech", "slack:U1", "slack:U2"),
        messages.Welcome(BOOK, one),
        messages.Elsewhere(BOOK, one, "card"),
        messages.CameFrom(BOOK, one, "https://chat.example/p1", "slack:U1"),
        messages.CameFrom(BOOK, one, "", "slack:U1"),
        messages.IsNow(BOOK, one),
        messages.IncidentList((messages.About(BOOK, one),) * 60, True),
        messages.IncidentList(()),
        messages.TimelinePage(BOOK, one, entries, 12),
        messages.TaskList(BOOK, one),
        messages.RoleList(BOOK, one),
        messages.Help(BOOK),
    ]
    return draw(st.sampled_from(made))  # type: ignore[return-value]
