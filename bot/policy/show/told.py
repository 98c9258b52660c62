"""Who hears what, when, and in which words: cadence, communications, names and texts."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

from bot.policy.book import Book
from bot.policy.cadence import Louder, Rhythm, Volume
from bot.policy.communications import Bridge
from bot.policy.show.pages import FACTS, NONE, Page, Row, Table, facts, graded, holders, length, words
from bot.policy.texts import EXTRA

#: the declaration in the examples of names
EXAMPLE = datetime(2026, 11, 21, 3, 12, tzinfo=UTC)
NUMBER, TITLE = 12, "checkout is failing"

LOUD = {
    Volume.QUIET: "without a mention",
    Volume.ROOM: "to the room",
    Volume.LEAD: "to whoever is in charge",
    Volume.HERE: "to everyone present",
}
TOLD = {"declared": "declarations", "update": "updates", "resolved": "endings"}


def cadence(book: Book) -> Page:
    known = book.cadence
    rows = tuple((book.words.severity(s.id), *_rhythm(known.severities[s.id])) for s in book.severities.all)
    louder = tuple(_louder(book, step) for step in sorted(known.louder, key=lambda step: step.miss))
    again = f"{length(known.missed_again_every)}, later up to every {length(known.missed_at_longest_every)}"
    asked = f"every {length(known.prompt_lead_every)}, {known.prompt_lead_times} times"
    tables = (
        Table("Updates", ("Severity", "Update", "Reminder", "Asks for a lead"), rows),
        Table("An update that is missed", ("Reminder", "How loud", "Named"), louder),
        facts("Besides", ("Missed again", f"every {again}"), ("A lead is asked for", asked),
              ("Snooze", length(known.snooze))),
    )  # fmt: skip
    return Page("Cadence", "How often people hear from us, and how we are reminded", (), tables)


def _rhythm(rhythm: Rhythm) -> Row:
    every, lead = rhythm.update_every, rhythm.prompt_lead_after
    reminder = f"{length(rhythm.remind_before)} before" if every else NONE
    first = f", the first after {length(rhythm.first_within)}" if rhythm.first_within not in (None, every) else ""
    updates = f"every {length(every)}{first}" if every else f"as needed{first}"
    return updates, reminder, f"after {length(lead)}" if lead else "never"


def _louder(book: Book, step: Louder) -> Row:
    return f"from the {step.miss}.", LOUD[step.volume], holders(book, step.mention) or NONE


def communications(book: Book) -> Page:
    known = book.communications
    rows = [(f"#{known.incidents_channel}", "every declaration, and how it stands", "all")]
    rows += [(f"#{a.channel}", words(TOLD[what] for what in a.what), graded(book, a.severities))
             for a in known.audiences]  # fmt: skip
    fields = tuple((field.title, field.hint or NONE) for field in known.update_fields)
    marks = tuple((m.title, m.link, graded(book, m.severities)) for m in known.bookmarks)
    tables = [
        Table("Channels", ("Channel", "Hears of", "Severities"), tuple(rows)),
        Table("What an update says", FACTS, fields),
        *([_bridge(book, known.bridge)] if known.bridge else []),
        *([Table("Links in every room", ("Title", "Address", "Severities"), marks)] if marks else []),
    ]
    return Page("Communications", "Which channels hear of it, what an update says, the bridge", (), tuple(tables))


def _bridge(book: Book, bridge: Bridge) -> Table:
    """The PIN itself is told to those who respond, not to whoever reads the policy."""
    return facts(
        bridge.title,
        ("Link", bridge.link),
        ("Telephone", bridge.phone),
        ("PIN", "set; responders see it" if bridge.pin else None),
        ("Severities", graded(book, bridge.severities)),
    )


def naming(book: Book, at: datetime = EXAMPLE) -> Page:
    """Each pattern with what it makes of an incident declared `at`."""
    known, severity = book.naming, book.severities.all[0]
    label = known.label(NUMBER, at, severity.id)
    room = known.room(NUMBER, TITLE, at, severity.id, label)
    rows = (
        ("Incident", known.incident_pattern, label),
        ("Room", known.room_pattern, f"#{room}"),
        ("Action item", known.action_pattern, known.action(label, NUMBER, 1)),
    )
    note = (
        f'The examples are those of the incident number {NUMBER}, "{TITLE}", {severity.title}, {at:%Y-%m-%d %H:%M} UTC.'
    )
    return Page("Names", "What incidents, rooms and action items are called", (note,),
                (Table("Patterns", ("What", "Pattern", "Example"), rows),))  # fmt: skip


def texts(book: Book) -> Page:
    """Which templates there are, and from which layer each comes."""
    note = "Each is a file templates/NAME.j2; a name that begins with _ is a piece that others include."
    table = Table("Templates", ("Template", "From", "Fields of its own"), tuple(_templates(book)))
    return Page("Texts", "The words Muster posts, and where each comes from", (note,), (table,))


def _templates(book: Book) -> Iterator[Row]:
    for name in sorted(book.texts.sources, key=lambda name: (name.startswith("_"), name)):
        file = f"templates/{name}.j2"
        source = next(layer.name for layer in reversed(book.layers) if file in layer.files)
        yield name, source, words(sorted(EXTRA.get(name, ()))) or NONE
