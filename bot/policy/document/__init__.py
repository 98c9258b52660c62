"""The postmortem as a document, written from the record by the sections of the policy."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from bot.domain.incident import Incident
from bot.domain.timeline import Entry
from bot.policy.book import Book
from bot.policy.document import analysis, head, numbers, story, work
from bot.policy.document.record import Record, heading, to_be_written
from bot.policy.markdown import Markdown, line
from bot.policy.postmortem import Section, Source

__all__ = ["SOURCES", "write"]


def write(book: Book, incident: Incident, entries: Sequence[Entry], names: Mapping[str, str]) -> str:
    """The postmortem as Markdown, ending in a newline. `names` gives people their names."""
    record = Record(book, incident, entries, Markdown(names))
    sections = (_section(section, record, 2) for section in book.postmortem.sections)
    return "\n\n".join([_title(record), head.rows(record), *sections]) + "\n"


def _title(record: Record) -> str:
    called, label = record.book.postmortem.called, record.book.label(record.incident)
    return heading(1, f"{line(called)} {line(label)}: {line(record.incident.title) or 'without a title'}")


def _section(section: Section, record: Record, level: int) -> str:
    body, asked = SOURCES[section.source](record.under(level), section), _asked(section)
    # what has headings of its own would take the question for a part of the last one
    own = (asked, body) if section.source in HEADED else (body, asked)
    parts = (_section(part, record, level + 1) for part in section.parts)
    return "\n\n".join(part for part in (heading(level, line(section.title)), *own, *parts) if part)


def _asked(section: Section) -> str:
    if section.prompt:
        return f"> {to_be_written(line(section.prompt))}"
    return f"> {to_be_written()}" if section.source == "people" and not section.parts else ""


HEADED: frozenset[Source] = frozenset({"updates", "fishbone"})
SOURCES: Mapping[Source, Callable[[Record, Section], str]] = {
    "people": lambda record, section: "",
    "summary": story.summary,
    "facts": head.facts,
    "impact": numbers.impact,
    "timeline": story.timeline,
    "roles": story.roles,
    "measures": numbers.reached,
    "sla": numbers.sla,
    "causes": analysis.causes,
    "five_whys": analysis.five_whys,
    "fishbone": analysis.fishbone,
    "decisions": story.decisions,
    "checklists": work.checklists,
    "actions": work.actions,
    "updates": story.updates,
    "targets": numbers.targets,
    "sign_off": analysis.sign_off,
}
