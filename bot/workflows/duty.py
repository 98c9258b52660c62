"""Who is on call at the moment somebody is needed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from bot.domain.incident import Incident
from bot.engine.runs import Run
from bot.policy.shifts import people, principals
from bot.ports import Books
from bot.workflows import covers
from bot.workflows.desk import Desk, claim, known
from bot.workflows.told import say

#: in place of a principal: those whom PagerDuty names
ROSTER = "pagerduty"
NOBODY = "Nobody is on call for {title} now; the fallback is called."
NOBODY_AT_ALL = "Nobody is on call for {title} now, and no fallback is named. Whoever reads this: please take it."
UNANSWERED = "PagerDuty does not say who is on call for {title}; the layers of the policy are used."


async def on_call(desk: Desk, run: Run, incident: Incident, schedule: str) -> list[str]:
    """
    Who is on call as this run begins: whoever covers, else whom PagerDuty names where it keeps the schedule, else whose
    turn it is. When that is nobody the fallback is called, and the room is told: a page is never dropped.
    """
    step = f"who:oncall:{schedule}"
    found = await run.decide(step, lambda books: standing(desk, books, incident, schedule))
    named = await by_pagerduty(desk, run, schedule, found) if found["pagerduty"] else None
    who = found["who"] if named is None else [ROSTER, *found["reliefs"]]
    if called := await look_up_all(desk, run, step, who, {ROSTER: named or []}):
        return called
    await tell(run, schedule, found, NOBODY if found["fallback"] else NOBODY_AT_ALL)
    return await look_up_all(desk, run, f"fallback:oncall:{schedule}", found["fallback"])


async def standing(desk: Desk, books: Books, incident: Incident, schedule: str) -> dict[str, Any]:
    """As recorded: who it is by the schedule of today's policy, or of the incident's own where today's has none."""
    books_of = (desk.book, desk.book_of(incident))
    book = next((each for each in books_of if each.oncall.has(schedule)), None)
    if book is None:
        return {"who": [], "title": schedule, "pagerduty": None, "fallback": list(desk.book.oncall.fallback)}
    rota = book.rota(schedule, [cover.override for cover in await covers.kept(books)])
    kept_there = desk.roster is not None and not rota.replaced(books.now)
    return {
        "who": list(rota.on_call(books.now)), "reliefs": list(rota.reliefs(books.now)),
        "title": rota.schedule.title, "fallback": list(book.oncall.fallback),
        "pagerduty": rota.schedule.pagerduty if kept_there else None,
    }  # fmt: skip


async def by_pagerduty(desk: Desk, run: Run, schedule: str, found: dict[str, Any]) -> list[str] | None:
    """Whom PagerDuty names; None when it does not answer, or names somebody whom the chat does not know."""
    roster = desk.roster
    assert roster is not None

    async def ask() -> list[str]:
        return [await desk.directory.person(email) for email in await roster.on_call(found["pagerduty"])]

    named = await run.once(f"pagerduty:oncall:{schedule}", ask, label=f"Asking PagerDuty for {found['title']}")
    if named is None:
        await tell(run, schedule, found, UNANSWERED)
        return None
    return list(dict.fromkeys(named))


async def look_up(desk: Desk, run: Run, step: str, principal: str) -> list[str]:
    """The persons behind `group:oncall` or `person:ana@example.org`."""
    kind, _, name = principal.partition(":")
    if kind == "group":
        return list(await run.step(step, lambda: group(desk, name), label=f"Looking up who @{name} is"))
    return [await run.step(step, lambda: desk.directory.person(name), label=f"Looking up {name}")]


async def look_up_all(
    desk: Desk, run: Run, step: str, who: Sequence[str], known: Mapping[str, list[str]] | None = None
) -> list[str]:
    """Each once; whoever cannot be found is told and left out. `known` need not be looked up."""
    before = known or {}
    wanted = [each for each in principals(who) if each not in before]
    found = await run.together(*(look_up(desk, run, f"{step}:{each}", each) for each in wanted))
    behind = {each: some or [] for each, some in zip(wanted, found, strict=True)}
    return people(who, {**behind, **before})


async def group(desk: Desk, name: str) -> list[str]:
    return list(await desk.directory.members(name))


async def tell(run: Run, schedule: str, found: dict[str, Any], sentence: str) -> None:
    """Say it where people work on the incident, once however many runs find it."""

    async def once(books: Books) -> None:
        if await claim(books, f"oncall:{schedule}", run.subject, [sentence]):
            await say(books, await known(books, run.subject), sentence.format(title=found["title"]))

    await run.decide(f"told:oncall:{schedule}:{SHORT[sentence]}", once)


#: what a step is called by that says it
SHORT = {NOBODY: "nobody", NOBODY_AT_ALL: "nobody", UNANSWERED: "unanswered"}
