"""Slack takes every message and dialog of a policy that says as much, or as little, as a policy can."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest

from bot import messages
from bot.adapters.slack.verbs import Ask
from bot.adapters.slack.views import dialogs, render
from bot.domain.incident import Question
from bot.domain.pieces import Answer
from bot.messages import Nudge
from bot.policy.book import Book
from bot.policy.cadence import Volume
from bot.policy.checklists import Checklists
from bot.policy.communications import Communications
from bot.policy.escalation import Escalation
from bot.policy.lifecycle import Lifecycle
from bot.policy.roles import Roles
from bot.policy.severities import Severities
from bot.simulator.blocks import check_message
from bot.simulator.view_rules import check_view
from bot.workflows.ahead import moments
from tests.adapters.slack.faces import AT, BOOK, CALL, HOSTILE, an_incident, called, paged, resolved

TITLE, WORDS = (HOSTILE * 9)[:60], (HOSTILE * 99)[:600]
THING = {"title": TITLE, "emoji": "🔥" * 40, "means": WORDS}
CHECKLISTS = [f"{n:x<40}" for n in range(8)]


def checklist(n: int, **begins: str) -> dict[str, Any]:
    items = [{"id": f"{n}-{m:x<30}", "text": WORDS} for m in range(20)]
    return {"id": CHECKLISTS[n], "title": TITLE, "items": items, **begins}


def full() -> Book:
    """Everything as long as it may be, and twenty or more of what there can be many of."""
    severities = [{"id": f"sev{n}", "name": TITLE, "room": True, **THING} for n in range(1, 25)]
    roles = [{"id": f"{n:x<40}", "duties": [WORDS] * 8, "choose": [WORDS] * 8, "when": WORDS, "extended": n > 5,
              "title": TITLE, "emoji": "🔥" * 40} for n in range(25)]  # fmt: skip
    ids = ["investigating", "resolved", "closed", "cancelled", *(f"{n:x<40}" for n in range(20))]
    stages = {"resolved": "resolved", "closed": "closed", "cancelled": "cancelled"}
    statuses = [{"id": id, "next": ids, "stage": stages.get(id, "active"), **THING} for id in ids]
    named = {"start": ids[0], "reopened": ids[0], **{verb: verb for verb in stages}}
    kinds = [{"id": f"{n:x<40}", "title": TITLE, "means": WORDS} for n in range(20)]
    closing = [checklist(n, opens="resolving") for n in range(4, 8)]
    ways = ["slack", "email", "sms", "phone"]
    who = [f"group:{n}{'x' * 200}" for n in range(9)]
    levels = [{"id": f"{n:x<39}", "title": TITLE, "role": WORDS, "who": who, "by": ways} for n in range(120)]
    cases = [{**level, "id": f"t{level['id'][:38]}", "when": WORDS, "title": "x" * 60} for level in levels[:20]]
    rules = [
        {"id": f"{n:x<39}", "severities": ["sev1"], "after": f"{n + 1}m", "to": level["id"], "because": WORDS}
        for n, level in enumerate(levels)
    ]
    contacts = [
        {"id": f"{n:x<39}", "title": TITLE, "when": WORDS, "phone": "+1 " * 20, "email": "x" * 110 + "@a.test",
         "link": "https://a.test/" + "x" * 280, "reference": WORDS}
        for n in range(40)
    ]  # fmt: skip
    asked = ["state", *(f"{n:x<40}" for n in range(9))]
    return replace(
        BOOK,
        severities=Severities.model_validate({"default": "sev1", "severities": severities}),
        roles=Roles.model_validate({"lead": roles[0]["id"], "roles": roles}),
        lifecycle=Lifecycle.model_validate({**named, "statuses": statuses, "resolutions": kinds}),
        checklists=Checklists.model_validate({"checklists": [*(checklist(n) for n in range(4)), *closing]}),
        escalation=Escalation.model_validate({
            "levels": levels, "triggers": [{k: v for k, v in case.items() if k != "role"} for case in cases],
            "rules": rules, "criteria": [WORDS] * 12, "contacts": contacts, "longest_pause": "5m",
        }),
        communications=Communications.model_validate({
            "incidents_channel": "incidents",
            "update_fields": [{"id": id, "title": TITLE, "hint": WORDS} for id in asked],
        }),
    )  # fmt: skip


def bare() -> Book:
    """One of each where there may not be none."""
    return replace(
        BOOK,
        severities=BOOK.severities.model_copy(update={"severities": BOOK.severities.all[:1], "default": "sev1"}),
        checklists=Checklists(),
        roles=BOOK.roles.model_copy(update={"roles": BOOK.roles.all[:1]}),
    )


EVERYBODY = [f"U{n:x<30}" for n in range(60)]
BOOKS = pytest.mark.parametrize("book", [full(), bare()], ids=["full", "bare"])
MUCH = {
    "checklists": tuple(CHECKLISTS),
    "questions": tuple(Question(n, WORDS * 3, "slack:U1") for n in range(1, 30)),
    "pages": tuple(
        paged(person, n, call, how, WORDS * 2 if n % 2 else "")
        for n, person in enumerate(EVERYBODY)
        for call in ("", CALL)
        for how in ("direct message", WORDS)
    ),
    "answers": {f"slack:{person}": Answer(AT, False, WORDS * 3) for person in EVERYBODY[:20]},
    "called": tuple(called(n, insists=True) for n in range(1, 60)),
    "asked_at": AT,
    "acknowledged_by": f"slack:{EVERYBODY[0]}",
    "acknowledged_at": AT,
}


@BOOKS
@pytest.mark.parametrize("kind", dialogs.FORMS)
def test_every_dialog(book: Book, kind: str) -> None:
    for incident in (an_incident(**MUCH), an_incident(), resolved(**MUCH)):
        about = None if kind == "declare" else incident
        check_view(dialogs.build(Ask(kind, about, {}), book, "https://hooks.test/x", "slack:C1"), "modal")


@BOOKS
def test_every_message_about_lists_roles_and_questions(book: Book) -> None:
    incident = an_incident(**MUCH)
    shown: list[messages.Message] = [
        messages.Card(book, incident, (), None, True),
        messages.Checklists(book, incident),
        messages.RoleList(book, incident),
        messages.Question(book, incident, 1),
        *(messages.Checklist(book, incident, id) for id in ("", *CHECKLISTS)),
        *(Nudge(book, incident, "checklist", 1, AT, None, Volume.LEAD, (), id) for id in CHECKLISTS),
    ]
    for message in shown:
        check_message(render(message).blocks)


@BOOKS
@pytest.mark.parametrize("paused", [None, AT])
def test_every_message_about_calls(book: Book, paused: datetime | None) -> None:
    incident = an_incident(**MUCH, paused_until=paused, paused_for=WORDS * 5)
    ahead = book.escalation.plan(moments(incident), book.calendar)
    persons = tuple(f"slack:{person}" for person in EVERYBODY)
    shown: list[messages.Message] = [
        messages.Card(book, incident, (), None, True, ahead),
        messages.Page(book, incident, persons[0], WORDS),
        messages.Page(book, incident, persons[-1], WORDS),
        messages.Mention(book, incident, persons * 9, groups=("slack:S0123456789",) * 99, reason=WORDS),
        messages.StillThere(book, incident, AT),
        messages.PageList(book, incident, ahead),
        messages.ContactList(book, incident),
    ]
    for message in shown:
        check_message(render(message).blocks)
