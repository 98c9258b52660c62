"""What monitoring says: kept whatever it is, and led by the policy to an incident, to people, or only to the record."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from bot.domain.alert import Alert, presentable
from bot.domain.incident import MUSTER, Incident
from bot.policy.book import Book
from bot.policy.routing import Route, group
from bot.ports import Books, KeptAlert
from bot.workflows.alerts import belonging, offers
from bot.workflows.alerts import news as alert_news
from bot.workflows.alerts.belonging import MOST_GROUPS, gravest
from bot.workflows.declare import MONITORING, Order, open_incident
from bot.workflows.desk import Desk, Gesture, known

OPENS = ("open", "join")
#: the labels that may say how grave an alert is
GRADES = ("severity", "priority", "urgency")


@dataclass(frozen=True)
class Taken:
    """
    What became of alerts, counted: first heard or firing again, said once more, well again.

    `placed` is the incident of each that fires in one, by the alert's id; `opened` are the ids of new incidents.
    """

    new: int = 0
    repeated: int = 0
    cleared: int = 0
    opened: tuple[str, ...] = ()
    placed: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Arrival:
    """An alert that fires, and did not before or was less grave; and the rule for it."""

    kept: KeptAlert
    rule: Route | None

    @property
    def do(self) -> str:
        return self.rule.do if self.rule else "record"


async def take(desk: Desk, books: Books, alerts: Iterable[Alert]) -> Taken:
    """
    Keep them, and do with each what the policy's routing says. Of several with one id the last counts.

    Those of one call that open an incident open one together. What people are told of it comes a little later, for all
    that came meanwhile.
    """
    heard = {alert.id: alert for alert in map(presentable, alerts)}
    before = await books.alerts(list(heard))
    again, over, arrived = [], [], []
    for id, alert in heard.items():
        was = before.get(id)
        if was and is_same(desk.book, was, alert):
            again.append(said_again(was, alert, books.now))
        elif alert.firing:
            arrived.append(arrival(desk.book, was, alert, books.now))
        else:
            over.append(cleared(desk.book, was, alert, books.now))
    await books.keep_alerts(again)
    opened, placed = await place(desk, books, arrived)
    await clear(desk, books, over)
    await offers.expect_pruning(books)
    placed |= {kept.alert.id: kept.incident for kept in again if kept.incident and kept.alert.firing}
    return Taken(len(arrived), len(again), len(over), opened, placed)


# one alert


def grade_of(book: Book, alert: Alert) -> str:
    """
    In the words of alerts.yml: the first that they know of the alert's, those of its labels, and that of the source.

    The alert's own where they know none.
    """
    source = book.routing.source(alert.source)
    said = (alert.grade, *(alert.labels.get(label, "") for label in GRADES), source.grade if source else "")
    found = next((found for word in said if word and (found := book.alerts.find(word))), None)
    return found.id if found else alert.grade


def is_same(book: Book, was: KeptAlert, alert: Alert) -> bool:
    """Whether nothing changed since: it fires, as grave as then, or is well."""
    return was.alert.firing == alert.firing and (not alert.firing or was.grade == grade_of(book, alert))


def said_again(was: KeptAlert, alert: Alert, now: datetime) -> KeptAlert:
    return replace(was, alert=alert if alert.firing else was.alert, last=now, times=was.times + 1)


def arrival(book: Book, was: KeptAlert | None, alert: Alert, now: datetime) -> Arrival:
    grade = grade_of(book, alert)
    rule = rule_for(book, alert, grade)
    own = group(alert, rule.by if rule else ())
    if was is None:
        return Arrival(KeptAlert(alert, own, grade, None, now, now, 1), rule)
    again = replace(was, alert=alert, group=own, grade=grade, last=now, times=was.times + 1, told=False)
    return Arrival(again, rule)


def cleared(book: Book, was: KeptAlert | None, alert: Alert, now: datetime) -> KeptAlert:
    """Of one that is in no incident only those hear who were offered it."""
    if was is None:
        first = arrival(book, None, replace(alert, until=alert.until or now), now)
        return replace(first.kept, told=True)
    rule = rule_for(book, was.alert, was.grade)
    told = was.incident is None and (rule is None or rule.do == "record")
    ended = replace(was.alert, firing=False, until=alert.until or now)
    return replace(was, alert=ended, last=now, times=was.times + 1, told=told)


def rule_for(book: Book, alert: Alert, grade: str) -> Route | None:
    return book.routing.route(alert, grade if book.alerts.find(grade) else "")


# where they belong


async def place(desk: Desk, books: Books, arrived: Sequence[Arrival]) -> tuple[tuple[str, ...], dict[str, str]]:
    """Lead each to its incident, a new one, people, or only the record. The new incidents, and where each alert is."""
    here = await belonging.gathered(desk, books) if arrived else []
    joining: dict[str, list[Arrival]] = {}
    opening: dict[str, list[Arrival]] = {}
    alone: list[Arrival] = []
    for each in arrived:
        home = home_of(desk, books, here, each)
        if home:
            joining.setdefault(home.id, []).append(each)
        elif each.do in OPENS:
            opening.setdefault("" if desk.book.routing.together else each.kept.group, []).append(each)
        else:
            alone.append(each)
    outside = beside(alone, opening)
    placed: dict[str, str] = {}
    for id, some in joining.items():
        await join(desk, books, await known(books, id), some)
        placed |= {each.kept.alert.id: id for each in some}
    opened = [(await open_for(desk, books, some), some) for some in opening.values()]
    placed |= {each.kept.alert.id: id for id, some in opened for each in some}
    await books.keep_alerts(outside)
    if not all(kept.told for kept in outside):
        await offers.expect(desk, books)
    return tuple(id for id, _ in opened), placed


def beside(alone: Iterable[Arrival], opening: Mapping[str, list[Arrival]]) -> list[KeptAlert]:
    """Those that stay outside. One that would be offered goes along when its service has just opened an incident."""
    outside = []
    for each in alone:
        service = each.kept.alert.service
        along = (some for some in opening.values() if service in {other.kept.alert.service for other in some})
        if each.do == "offer" and service and (some := next(along, None)):
            some.append(each)
        else:
            outside.append(replace(each.kept, incident=None, told=each.do == "record"))
    return outside


def home_of(desk: Desk, books: Books, here: Sequence[Incident], each: Arrival) -> Incident | None:
    """
    The incident that it belongs to: its own, that of its group, or one that alerts opened a moment ago; for one that
    is to join or to be offered also one in which its service is concerned. One that would open another may echo in one
    that has ended.
    """
    open = [incident for incident in here if not incident.over]
    of_group = [i for i in open if i.id == each.kept.incident] + [i for i in open if each.kept.group in i.alerts]
    if of_group or each.do == "record":
        return next(iter(of_group), None)
    # what joins a restricted incident is heard of by its insiders alone
    here = [i for i in here if not i.restricted]
    open = [i for i in open if not i.restricted]
    near = [i for i in open if each.do != "open" and concerns(i, each.kept.alert.service)]
    if each.do == "offer":
        return next(iter(near), None)
    ended = [i for i in here if i.over and (i.id == each.kept.incident or each.kept.group in i.alerts)]
    return next(iter([*(i for i in open if takes_all(desk, books, i)), *near, *ended]), None)


def concerns(incident: Incident, service: str) -> bool:
    """Whether an alert of that service fires in it."""
    raised = incident.alerts.values()
    return bool(service) and any(each.service == service and each.cleared_at is None for each in raised)


def takes_all(desk: Desk, books: Books, incident: Incident) -> bool:
    """Alerts opened it a moment ago, or so many groups fire in it that it is a storm."""
    recent = books.now - incident.declared_at <= desk.book.routing.together
    return (incident.source == MONITORING and bool(desk.book.routing.together) and recent) or (
        len(incident.alerts) >= MOST_GROUPS
    )


async def join(desk: Desk, books: Books, incident: Incident, arrived: Sequence[Arrival]) -> None:
    """They are kept with the incident, raise its severity if they are graver, and the room hears of them."""
    await books.keep_alerts([replace(each.kept, incident=incident.id, told=False) for each in arrived])
    incident = await belonging.attach(books, incident, [each.kept for each in arrived])
    severity = gravest(desk.book, [(each.kept, each.rule) for each in arrived])
    await belonging.aggravate(desk, books, incident, severity, paging(desk.book, arrived))
    await alert_news.expect(desk, books, incident)


async def open_for(desk: Desk, books: Books, arrived: Sequence[Arrival]) -> str:
    """One incident for all of them, as grave as the gravest. Its id."""
    gesture, pages = Gesture(MUSTER, books.now, ""), paging(desk.book, arrived)
    severity = gravest(desk.book, [(each.kept, each.rule) for each in arrived])
    words = belonging.title([each.kept for each in arrived])
    order = Order(words, source=MONITORING, pages=pages)
    opened = await open_incident(desk, books, gesture, words, severity, order)
    await books.keep_alerts([replace(each.kept, incident=opened.id, told=True) for each in arrived])
    await belonging.opened_as(books, opened, pages)
    await belonging.attach(books, await known(books, opened.id), [each.kept for each in arrived])
    return opened.id


def paging(book: Book, arrived: Iterable[Arrival]) -> bool:
    return any(belonging.pages(book, each.kept.grade, each.rule) for each in arrived)


# well again


async def clear(desk: Desk, books: Books, over: Sequence[KeptAlert]) -> None:
    await books.keep_alerts(over)
    groups: dict[str, list[str]] = {}
    for kept in over:
        if kept.incident:
            groups.setdefault(kept.incident, []).append(kept.group)
    for id, some in groups.items():
        incident = await belonging.detach(books, await known(books, id), some)
        if not incident.over:
            await alert_news.expect(desk, books, incident)
    if any(kept.incident is None and not kept.told for kept in over):
        await offers.expect(desk, books)
