"""How grave it is: severities, the questions that lead to one, what is to be known of the harm, alerts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from bot.policy.book import Book
from bot.policy.classification import Matrix, Question, Triage
from bot.policy.impact import ImpactField
from bot.policy.model import by_id
from bot.policy.severities import Severity
from bot.policy.show.pages import FACTS, NONE, Page, Row, Table, facts, length, lines, principals, words

STEP = "    "


def severities(book: Book) -> Page:
    head = ("Severity", "Respond", "Mitigate", "Resolve", "Update", "Place")
    rows = tuple(_targets(book, severity) for severity in book.severities.all)
    default = book.words.severity(book.severities.default)
    notes = (
        f"The gravest comes first. Without a word about it an incident is {default}.",
        "Targets count from the declaration. The place is a room of its own, or the thread of the announcement.",
    )
    each = (_severity(book, severity) for severity in book.severities.all)
    about = "How grave an incident can be, and what follows from it"
    return Page("Severities", about, notes, (Table("Targets", head, rows), *each))


def _targets(book: Book, severity: Severity) -> Row:
    spans = (severity.acknowledge_within, severity.mitigate_within, severity.resolve_within)
    return (_called(severity), *map(length, spans), _rhythm(book, severity), "room" if severity.room else "thread")


def _severity(book: Book, severity: Severity) -> Table:
    return facts(
        f"{severity.emoji} {_called(severity)}",
        ("Means", severity.means),
        ("Criteria", lines(severity.criteria)),
        ("Examples", lines(severity.examples)),
        ("Also called", words(severity.aliases)),
        ("Worked on by", severity.team),
        ("Told", severity.tell),
        ("Invited", principals(book, severity.invite)),
        ("Paged", principals(book, severity.page) or "nobody"),
    )  # fmt: skip


def _called(severity: Severity) -> str:
    same = severity.name.casefold() == severity.title.casefold()
    return severity.title if same else f"{severity.title} {severity.name}"


def _rhythm(book: Book, severity: Severity) -> str:
    every = book.cadence.severities[severity.id].update_every
    return f"every {length(every)}" if every else "as needed"


def classification(book: Book) -> Page:
    asked = book.classification
    tables: list[Table] = []
    if asked.matrix:
        tables += _matrix(book, asked.matrix)
    if asked.triage:
        rows = tuple(_tree(book, asked.triage, asked.triage.first, 0, set()))
        tables.append(Table("Questions, one at a time", ("Question and answer", "Severity"), rows))
    if asked.assessment:
        open_questions = tuple((question.title, question.ask) for question in asked.assessment)
        tables.append(Table("Assessment, answered in words", FACTS, open_questions))
    gravest = " Of several answers the gravest counts." if asked.matrix and not asked.matrix.cells else ""
    note = f"The answers propose a severity; whoever answers decides.{gravest}"
    note = note if asked.proposes else _unasked(tables)
    return Page("Classification", "The questions that lead to a severity", (note,), tuple(tables))


def _unasked(tables: list[Table]) -> str:
    return "Nothing proposes a severity: whoever declares names it." + (" These are asked besides." if tables else "")


def _matrix(book: Book, matrix: Matrix) -> Iterator[Table]:
    if matrix.cells is None:
        for question in matrix.questions:
            rows = tuple((choice.title, _graded(book, choice.severity)) for choice in question.choices)
            yield Table(question.title, (question.ask, "Severity"), rows)
        return
    down, across, *_ = matrix.questions
    yield Table("Questions", FACTS, tuple((question.title, question.ask) for question in matrix.questions))
    head = (f"{down.title} ↓  {across.title} →", *(choice.title for choice in across.choices))
    yield Table("Severity", head, tuple(_cells(book, matrix.cells, down, across)))


def _cells(book: Book, cells: Mapping[str, Mapping[str, str]], down: Question, across: Question) -> Iterator[Row]:
    for row in down.choices:
        found = (cells.get(row.id, {}).get(choice.id) for choice in across.choices)
        yield (row.title, *(_graded(book, severity) for severity in found))


def _tree(book: Book, triage: Triage, id: str, depth: int, told: set[str]) -> Iterator[Row]:
    """A question and its answers, each followed by what it leads to; what was told before is only named."""
    question = by_id(triage.questions, id, "question")
    told.add(id)
    yield f"{STEP * depth}{question.ask}", ""
    for choice in question.choices:
        answer = f"{STEP * depth}  → {choice.title}"
        if choice.then in told:
            answer += f", as above: {by_id(triage.questions, choice.then, 'question').title}"
        yield answer, book.words.severity(choice.severity) if choice.severity else ""
        if choice.then and choice.then not in told:
            yield from _tree(book, triage, choice.then, depth + 1, told)


def _graded(book: Book, severity: str | None) -> str:
    return book.words.severity(severity) if severity else NONE


def impact(book: Book) -> Page:
    head = ("Field", "Question", "Takes", "On the card")
    rows = tuple(_field(field) for field in book.impact.fields)
    note = "Asked in a dialog, kept on the record and shown in the " + book.postmortem.called.lower() + "."
    none = "This policy keeps no fields of its own about the impact."
    tables = (Table("Fields", head, rows),) if rows else ()
    return Page("Impact", "What is to be known of the harm", (note if rows else none,), tables)


def _field(field: ImpactField) -> Row:
    takes = {"text": "words", "number": "a number", "choice": lines(field.choices)}[field.kind]
    return field.title, field.ask or NONE, takes, _yes(field.on_card)


def alerts(book: Book) -> Page:
    known = book.alerts
    head = ("Alert", "Also", "Severity here", "PagerDuty", "Pages")
    rows = tuple(
        (a.title, words(a.aliases) or NONE, book.words.severity(a.severity), a.pagerduty, _yes(known.pages(a)))
        for a in known.severities
    )
    note = "What monitoring calls the gravity of an alert, and what that is here. The mildest comes first."
    none = "This policy does not say what the severities of alerts mean."
    tables = (Table("Alerts", head, rows),) if rows else ()
    return Page("Alerts", "What the severity of an alert means here", (note if rows else none,), tables)


def _yes(is_so: bool) -> str:
    return "yes" if is_so else "no"
