"""What can be looked up."""

from __future__ import annotations

from urllib.parse import urlencode

from bot.adapters.web.api import answers, bodies
from bot.adapters.web.api.asked import Asked, Given
from bot.domain import facts
from bot.domain.facts import Fact
from bot.domain.incident import Incident
from bot.domain.timeline import entry, standing
from bot.workflows import oncall, postmortem

#: how many are read at a time while looking for those that were asked for
AT_A_TIME = 200
OPEN = {"open": True, "ended": False, "all": None}


async def listing(asked: Asked) -> Given:
    wanted: bodies.Wanted = asked.query
    found = await _matching(asked, wanted)
    shown = found[: wanted.limit]
    further = wanted.model_dump(exclude_defaults=True) | {"before": shown[-1].number if shown else 0}
    people = await asked.room.names.known({each for kept in shown for each in answers.people_of(kept)})
    return Given(
        answers.Incidents(
            incidents=[answers.summary(asked.desk.book_of(kept), kept) for kept in shown], people=people,
            next=f"{answers.INCIDENTS}?{urlencode(further)}" if len(found) > len(shown) else None,
        )
    )  # fmt: skip


async def _matching(asked: Asked, wanted: bodies.Wanted) -> list[Incident]:
    """As many as were asked for and one more, if there are so many."""
    found: list[Incident] = []
    before, who = wanted.before, asked.gesture.by
    while len(found) <= wanted.limit:
        page = await asked.desk.store.incidents(who, open=OPEN[wanted.state], limit=AT_A_TIME, before=before)
        found += [kept for kept in page if _matches(asked, kept, wanted)]
        if len(page) < AT_A_TIME:
            break
        before = page[-1].number
    return found[: wanted.limit + 1]


def _matches(asked: Asked, kept: Incident, wanted: bodies.Wanted) -> bool:
    book = asked.desk.book
    graded, status = book.severities.find(wanted.severity or ""), book.lifecycle.find(wanted.status or "")
    return (
        (wanted.severity is None or kept.severity == (graded.id if graded else wanted.severity))
        and (wanted.status is None or kept.status == (status.id if status else wanted.status))
        and (wanted.search is None or wanted.search.casefold() in kept.title.casefold())
    )


async def one(asked: Asked) -> Given:
    return Given(await asked.shown(await asked.incident()))


async def timeline(asked: Asked) -> Given:
    since: bodies.Since = asked.query
    kept = await asked.incident()

    async def look() -> list[tuple[int, Fact]]:
        found = await asked.desk.store.facts_after(kept.id, since.after, asked.gesture.by, since.limit)
        return found if any(is_told(fact) for _, fact in found) else []

    found = await asked.waited_for(look, since.wait)
    words = asked.desk.book_of(kept).words
    told = [(number, entry(standing(fact, kept.captures), words)) for number, fact in found if is_told(fact)]
    texts = await asked.room.names.told([each.text for _, each in told])
    people = await asked.room.names.known({who for _, each in told for who in (each.by, each.whom) if who})
    lines = [answers.entry(number, each, text) for (number, each), text in zip(told, texts, strict=True)]
    return Given(answers.Timeline(entries=lines, cursor=found[-1][0] if found else since.after, people=people))


def is_told(fact: Fact) -> bool:
    """What Muster promises itself is no part of the story."""
    return not isinstance(fact.event, facts.Promised)


async def alerts(asked: Asked) -> Given:
    kept = await asked.incident()
    found = await asked.desk.store.alerts_of(kept.id, asked.gesture.by)
    return Given(answers.Alerts(alerts=[answers.alert(each) for each in found]))


async def groups(asked: Asked) -> Given:
    found = await asked.desk.store.alert_groups(None, asked.gesture.by)
    return Given(answers.Groups(groups=[answers.group(each) for each in found]))


async def document(asked: Asked) -> Given:
    return Given(await postmortem.as_text(asked.desk, await asked.incident(), asked.room.names.of))


async def on_call(asked: Asked) -> Given:
    duties = (await oncall.board(asked.desk, asked.gesture)).duties if asked.desk.book.oncall.all else ()
    people = await asked.room.names.known({who for each in duties for who in (*each.people, *each.then)})
    return Given(answers.OnCall(schedules=[answers.duty(each) for each in duties], people=people))
