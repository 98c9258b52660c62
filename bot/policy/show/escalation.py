"""Who is called when it lasts or nobody answers, and who else can be."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import timedelta

from bot.policy.book import Book
from bot.policy.escalation import LEVEL, Escalation, ExternalContact, Level, Rule, Trigger, Way
from bot.policy.model import Workdays
from bot.policy.severities import Severity
from bot.policy.show.pages import NONE, Page, Row, Table, facts, graded, length, lines, principals, words

WAYS = {"slack": "Slack", "email": "e-mail", "sms": "text message", "phone": "telephone"}
UNTIL = {"acknowledged": "acknowledged", "over": "it is over"}
#: what a rule counts from: said when it comes at once, and after a while
SINCE = {
    "declared": ("at once", ""),
    "graded": ("when its severity is set", "after its severity was set"),
    "acknowledged": ("with the acknowledgement", "after the acknowledgement"),
}


def escalation(book: Book) -> Page:
    known = book.escalation
    if known == Escalation():
        return Page("Escalation", ABOUT, ("This policy calls nobody besides those whom a declaration pages.",))
    called = list(_severities(book))
    silent = [table.title for table in called if not table.rows]
    notes = (NOTE, *([f"Nobody is called for {words(silent)}."] if silent else []))
    tables = (
        *called,
        Table("Levels", ("Level", "Who", "How", "Told in"), tuple(_level(book, level) for level in known.levels)),
        Table(
            "Special cases", ("Case", "When", "Who", "How", "Told in"), tuple(_case(book, t) for t in known.triggers)
        ),
        facts("By hand", ("When", lines(known.criteria))),
        Table("People outside", ("Who", "When", "How"), tuple(_contact(contact) for contact in known.contacts)),
        _besides(book),
    )
    return Page("Escalation", ABOUT, notes, tuple(table for table in tables if table.rows))


ABOUT = "Who is called when it lasts or nobody answers"
NOTE = (
    "Times count from the declaration where nothing else is said. Ways that are not set up are left out; whoever has "
    "none left is written to in Slack."
)


def _severities(book: Book) -> Iterator[Table]:
    """One table for each severity, by the clock."""
    for severity in book.severities.all:
        yield Table(
            f"{severity.title} {severity.name}", ("When", "Whom", "How", "Until"), tuple(_called(book, severity))
        )


def _called(book: Book, severity: Severity) -> Iterator[Row]:
    known = book.escalation
    if severity.page:
        how = _ways(known.page_by)
        yield SINCE["declared"][0], principals(book, severity.page), how, UNTIL["acknowledged"]
    for rule in sorted((r for r in known.rules if severity.id in r.severities), key=_lasts):
        level = known.level(rule.to)
        yield _when(book, rule), level.title, _ways(level.by), UNTIL[rule.unless]


def _lasts(rule: Rule) -> timedelta:
    return timedelta(days=rule.after.count) if isinstance(rule.after, Workdays) else rule.after


def _when(book: Book, rule: Rule) -> str:
    if rule.since.startswith(LEVEL):
        title = _title(book.escalation, rule.since.removeprefix(LEVEL))
        at_once, later = f"with {title}", f"after {title}"
    else:
        at_once, later = SINCE[rule.since]
    return f"{length(rule.after)} {later}".rstrip() if rule.after else at_once


def _title(known: Escalation, id: str) -> str:
    return next(each.title for each in known.targets if each.id == id)


def _level(book: Book, level: Level) -> Row:
    called = f"also called {words(level.aliases)}" if level.aliases else ""
    who = lines(text for text in (level.role, principals(book, level.who)) if text)
    return lines(text for text in (level.title, called) if text), who, _ways(level.by), _told(book, level)


def _case(book: Book, case: Trigger) -> Row:
    within = f"within {length(case.within)}" if case.within else "at once"
    who = lines((principals(book, case.who), within))
    return case.title, case.when, who, _ways(case.by), _told(book, case)


def _told(book: Book, each: Level | Trigger) -> str:
    named = book.escalation.notices[each.tell] if each.tell else book.communications.incidents_channel
    return f"#{named}"


def _contact(contact: ExternalContact) -> Row:
    ways = (contact.phone, contact.email, contact.link, contact.reference)
    return contact.title, contact.when, lines(way for way in ways if way) or NONE


def _besides(book: Book) -> Table:
    known, pages = book.escalation, book.escalation.pages
    mine = tuple(id for id in pages.quiet_for or () if id in book.severities.ids)
    which = f" ({graded(book, mine)})" if mine else ""
    unless = f"without an answer in {length(pages.answer_within)} it counts no more"
    asked = f"asked after {length(pages.quiet_after)}{which}; {unless}"
    watch = f"{length(known.watch_after)} after a call that did not come"
    times = f"{pages.times} time{'s' if pages.times > 1 else ''}"
    again = f"every {length(pages.again_every)}, {times}" if pages.times else "never"
    return facts(
        "Besides",
        ("A page nobody answers", f"sent again {again}"),
        ("Quiet after acknowledging", asked if pages.quiet_after else None),
        ("In PagerDuty", graded(book, known.pagerduty) if known.pagerduty else None),
        ("A pause lasts", f"{length(known.longest_pause)} at most"),
        ("Slack speaks up", watch if known.watch_after else None),
    )


def _ways(by: Iterable[Way]) -> str:
    return words(WAYS[way] for way in by)
