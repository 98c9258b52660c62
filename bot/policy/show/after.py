"""What comes after an incident: the postmortem, and the decisions on rules that do not agree."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from bot.policy.book import Book
from bot.policy.conflicts import Conflict
from bot.policy.postmortem import Postmortem, Rule, Section, Sla, Target
from bot.policy.show.pages import NONE, Page, Row, Table, facts, graded, length, lines, words

STEP = "    "
FROM = {
    "people": "people write it",
    "summary": "how it ended",
    "facts": "facts of the record",
    "impact": "the impact record",
    "timeline": "the timeline",
    "roles": "who held which role",
    "measures": "times taken and their targets",
    "sla": "the promises kept or not",
    "causes": "the cause on record",
    "five_whys": "five whys, to be answered",
    "fishbone": "a fishbone, to be filled in",
    "decisions": "go and no-go decisions",
    "checklists": "checklists, done and left",
    "actions": "action items",
    "updates": "updates sent",
    "targets": "what is due until when",
    "sign_off": "places to sign",
}


def postmortem(book: Book) -> Page:
    known = book.postmortem
    head = words(_fact(book, name) for name in known.head)
    notes = (f"The team calls it {known.called}. At its top stand: {head}.",) if head else ()
    tables = [Table("Sections", ("Section", "Filled with", "Asks"), tuple(_sections(book, known.sections, "", 0)))]
    tables += [*_targets(book), *_sla(book, known.sla), *_rules(book), *_signatures(book, known)]
    return Page(known.called, "What is written afterwards, and until when", notes, tuple(tables))


def _fact(book: Book, name: str) -> str:
    kind, _, id = name.partition(":")
    named = {"impact": book.words.impact, "role": book.words.role}
    return named[kind](id) if kind in named and id else name


def _sections(book: Book, sections: Iterable[Section], above: str, depth: int) -> Iterator[Row]:
    for n, section in enumerate(sections, 1):
        number = f"{above}{n}"
        yield f"{STEP * depth}{number}. {section.title}", _source(book, section), section.prompt or NONE
        yield from _sections(book, section.parts, f"{number}.", depth + 1)


def _source(book: Book, section: Section) -> str:
    if section.parts and section.source == "people" and not section.prompt:
        return NONE
    span = [f"due within {length(section.within)}"] if section.within else []
    span += [f"due later than {length(section.later_than)}"] if section.later_than else []
    items = [book.words.impact(id) if section.source == "impact" else _fact(book, id) for id in section.items]
    named = [f"({words((*items, *span))})"] if items or span else []
    return " ".join([FROM[section.source], *named])


def _targets(book: Book) -> Iterator[Table]:
    rows = tuple(
        (t.title, length(t.within), _since(book.postmortem, t), graded(book, t.severities))
        for t in book.postmortem.targets
    )
    if rows:
        yield Table("Due", ("What", "Within", "After", "Severities"), rows)


def _since(known: Postmortem, target: Target) -> str:
    return next((t.title for t in known.targets if t.id == target.follows), "the end")


def _sla(book: Book, sla: Sla | None) -> Iterator[Table]:
    if sla is None:
        return
    titles = {alert.id: alert.title for alert in book.alerts.severities}
    rows = tuple(
        (titles.get(id, id) + (", and all others" if id == sla.otherwise else ""),
         length(promise.detection), length(promise.response), length(promise.resolution))
        for id, promise in sla.targets.items()
    )  # fmt: skip
    yield Table(f"SLA ({sla.met} or {sla.exceeded})", ("Alert", "Detection", "Response", "Resolution"), rows)


def _rules(book: Book) -> Iterator[Table]:
    rows = tuple(
        (rule.item, _when(book, rule), rule.team, length(rule.due), rule.priority) for rule in book.postmortem.rules
    )
    if rows:
        yield Table("Action items by rule", ("Item", "When", "Team", "Due", "Priority"), rows)


def _when(book: Book, rule: Rule) -> str:
    wanted = [f"it took longer than {length(rule.longer_than)}"] if rule.longer_than else []
    wanted += [f"it was {graded(book, rule.severities).replace(', ', ' or ')}"] if rule.severities else []
    wanted += [f'the cause has "{rule.cause_has}"'] if rule.cause_has else []
    return " and ".join(wanted) or "always"


def _signatures(book: Book, known: Postmortem) -> Iterator[Table]:
    rows = tuple((s.title, book.words.role(s.role) if s.role else NONE) for s in known.sign_off)
    if rows:
        yield Table("Signed by", ("Signature", "Proposed"), rows)


def conflicts(book: Book) -> Page:
    tables = tuple(_conflict(conflict) for conflict in book.conflicts.all)
    some = "Where the team's own rules say two things, and which of them runs."
    named = any("(line" in said for conflict in book.conflicts.all for said in conflict.says)
    lines_of = " Lines are those of the team's own document, not of these files." if named else ""
    note = f"{some}{lines_of}" if tables else "Nothing in this policy says two things."
    return Page("Conflicts", "Where rules disagree, and which one runs", (note,), tables)


def _conflict(conflict: Conflict) -> Table:
    return facts(
        conflict.about,
        ("It says", lines(conflict.says)),
        ("Runs", conflict.runs),
        (
            "Set at",
            conflict.setting and f"{conflict.setting}: {conflict.value}" if conflict.value else conflict.setting,
        ),
        ("Acted on", "yes" if conflict.acts else "not yet: the decision is kept here"),
    )
