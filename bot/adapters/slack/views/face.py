"""How an incident is named and summed up, in lines of mrkdwn shared by all views."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from bot.adapters.slack.views.blocks import Element, button
from bot.adapters.slack.words import SlackDialect, escaped, line, moment, outward, who
from bot.domain.incident import Incident
from bot.engine.journal import Trouble
from bot.messages import About
from bot.policy.book import Book
from bot.policy.texts import TextError


class Face:
    """
    The words for one incident.

    An incident may outlive the words of its policy; an id that the policy no longer has is shown as it is.
    """

    def __init__(self, about: About) -> None:
        self.book: Book = about.book
        self.incident: Incident = about.incident
        self.day: date = about.incident.declared_at.date()
        self.severity_title, self.severity_emoji = named(about.book.severities.all, about.incident.severity)
        self.status_title, self.status_emoji = named(about.book.lifecycle.all, about.incident.status)
        self.lead = about.book.roles.lead
        self.lead_title = named(about.book.roles.all, self.lead)[0]
        self.commander = about.incident.roles.get(self.lead)

    @property
    def label(self) -> str:
        return self.book.label(self.incident)

    def head(self) -> str:
        """Emoji, number, severity and title on one line; a lock where only insiders may know."""
        name = f"*{outward(self.label)} {self.severity_title}*"
        kind = "" if self.incident.kind == "real" else f" _({line(self.incident.kind)})_"
        lock = "🔒 " if self.incident.restricted else ""
        return f"{self.severity_emoji} {lock}{name} {line(self.incident.title)}{kind}".strip()

    def standing(self) -> str:
        status = f"{self.status_emoji} *{self.status_title}*".strip()
        return " · ".join(filter(None, (status, self.phase(), f"{self.lead_title}: {who(self.commander)}")))

    def phase(self) -> str:
        """ "phase 2 of 4: Response", without a title that says the same as the status; empty where there is none."""
        placed = self.book.lifecycle.place(self.incident.status)
        if placed is None:
            return ""
        number, phase = placed
        title = "" if line(phase.title) == self.status_title else f": {line(phase.title)}"
        return f"phase {number} of {len(self.book.lifecycle.phases)}{title}"

    def bridge(self) -> str:
        """Where people speak to each other; empty when nowhere, or when the policy's template cannot be rendered."""
        try:
            joined = self.book.bridge(self.incident)
        except (TextError, LookupError):
            return ""
        if joined is None:
            return ""
        link = escaped(joined.link).replace("|", "%7C")
        title = f"<{link}|{escaped(joined.title)}>" if link else line(joined.title)
        phone = f"{joined.phone}, PIN {joined.pin}" if joined.phone and joined.pin else joined.phone
        return f"📞 {title}: {line(phone)}" if phone else f"📞 {title}"

    def plainly(self) -> str:
        """A full sentence for notifications."""
        command = f"{who(self.commander)} commands" if self.commander else "nobody commands yet"
        told = f"{self.status_title}; {command}." if not self.incident.over else f"{self.status_title}."
        return f"{outward(self.label)} {self.severity_title} {line(self.incident.title)}. {told}"

    def words(self, template: str, fields: Mapping[str, Any]) -> str:
        """A text of the policy; when its template cannot be rendered, the plain sentence instead."""
        try:
            about = {**self.book.about(self.incident), **fields}
            return self.book.texts.render(template, about, SlackDialect(self.day))
        except (TextError, LookupError):
            return self.plainly()

    # buttons that several views share

    def acknowledge(self, style: str | None = "primary") -> Element | None:
        if self.incident.acknowledged_by or self.incident.over:
            return None
        return button("Acknowledge", "ack", self.incident.id, style=style)

    def take_command(self) -> Element | None:
        if self.commander or self.incident.over:
            return None
        return button("Take command", "role:take", self.incident.id, self.lead)


def impact_words(book: Book, incident: Incident, on_card: bool = False) -> str:
    """
    What is known of the harm, as plain words: "Users: 1200 · Regions: EU"; empty while nothing is.

    These words hold what people typed: escape them where they are shown.
    """
    return " · ".join(f"{told.title}: {told.value}" for told in book.impact.told(incident.impact, on_card))


def named(things: Any, id: str) -> tuple[str, str]:
    """Title and emoji of what a policy calls by that id."""
    found = next((thing for thing in things if thing.id == id), None)
    return (line(found.title), outward(found.emoji)) if found else (outward(id), "")


def trouble_line(trouble: Trouble, day: date) -> str:
    """
    What a step waits for, or why it was given up.

    "Still waiting: pinning the card. Slack asks for 30 s"
    """
    what = line(trouble.label)
    what = what[:1].lower() + what[1:] if not what.startswith("<") else what
    if trouble.final:
        return f":warning: Given up: {what}. {line(trouble.sentence)}"
    again = f" Next try at {moment(trouble.next_try, day)}." if trouble.next_try else ""
    return f":hourglass_flowing_sand: Still waiting: {what}. {line(trouble.sentence)}{again}"


def kind(book: Book, how: str) -> str:
    """What the policy calls a kind of resolution."""
    titles = {k.id: k.title for k in book.lifecycle.kinds_of_resolution}
    return line(titles.get(how, how))
