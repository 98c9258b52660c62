"""Who is called next, who was and what came of it, and whom outside one can call."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from bot.adapters.slack.views.blocks import Element, Option, actions, button, overflow, section, sections
from bot.adapters.slack.views.face import Face
from bot.adapters.slack.views.limits import Block, Rendered, cut, fit
from bot.adapters.slack.words import escaped, line, moment, outward, people, relative, who
from bot.domain.incident import MUSTER, Incident
from bot.domain.pieces import Called, Page
from bot.messages import Card, ContactList, PageList, Status
from bot.policy.escalation import ExternalContact, Planned

MOST_NAMES = 6
MOST_CALLS = 12
MOST_TRIES = 8
_EMAIL = re.compile(r"[^\s<>|]+@[^\s<>|]+")


# on the card


def calling(message: Card | Status, face: Face) -> list[Block]:
    """Who is called next and who was, and what one can do about it; nothing where there is nothing to say."""
    incident = message.incident
    if incident.over:
        return []
    rows = [rests(face)] if incident.paused_until else following(face, message.ahead)
    rows += [paged] if (paged := who_was_paged(incident)) else []
    return [section("\n".join(rows), handle(face))] if rows else []


def handle(face: Face) -> Element | None:
    id, outside = face.incident.id, face.book.escalation.contacts
    if face.incident.paused_until:
        return button("Resume", "resume", id)
    options = [Option("Who was paged", "pages"), Option("Pause", "pause")]
    return overflow("calls", id, [*options, *([Option("Contacts outside", "contacts")] if outside else [])])


def rests(face: Face) -> str:
    until = face.incident.paused_until
    assert until is not None, "Its clocks run."
    reason = cut(line(face.incident.paused_for), 300)
    return f"⏸️ Paused until {moment(until, face.day)}{f': {reason}' if reason else ''}"


def following(face: Face, ahead: Sequence[Planned]) -> list[str]:
    """The soonest, and how many more."""
    if not ahead:
        return []
    more = f" · +{len(ahead) - 1} more" if len(ahead) > 1 else ""
    return [f"📟 Next: {planned(face, ahead[0])}{more}"]


def planned(face: Face, next: Planned) -> str:
    """
    "Engineering Manager 03:25 (in 12 minutes) unless acknowledged": the reader's own clock keeps that true.
    """
    return f"*{line(next.level.title)}* {moment(next.due, face.day)} ({relative(next.due)}) {unless(next)}"


def unless(next: Planned) -> str:
    return "unless it is over" if next.rule.insists else "unless acknowledged"


def who_was_paged(incident: Incident) -> str:
    """By what came of it; empty while nobody was."""
    tried: dict[str, list[Page]] = {}
    for page in since_opened(incident):
        tried.setdefault(page.person, []).append(page)
    by_outcome: dict[str, list[str]] = {"coming": [], "no answer yet": [], "cannot come": [], "not reached": []}
    for person, pages in tried.items():
        by_outcome[outcome(incident, pages)].append(person)
    told = [f"{names(found)} {became}" for became, found in by_outcome.items() if found]
    return f"🔔 Paged: {' · '.join(told)}" if told else ""


def outcome(incident: Incident, pages: Sequence[Page]) -> str:
    """What came of one person's pages."""
    answer = incident.answers.get(pages[0].person)
    if answer and answer.at >= pages[0].at:
        return "coming" if answer.coming else "cannot come"
    return "not reached" if all(page.failed for page in pages) else "no answer yet"


def names(found: Sequence[str]) -> str:
    more = f" +{len(found) - MOST_NAMES}" if len(found) > MOST_NAMES else ""
    return f"{people(found[:MOST_NAMES])}{more}"


def since_opened(incident: Incident) -> list[Page]:
    return [page for page in incident.pages if page.at >= incident.opened_at]


# the list


def page_list(message: PageList) -> Rendered:
    face, incident = Face(message), message.incident
    calls = list(incident.calls)
    shown = calls[-MOST_CALLS:]
    blocks = [section(face.head())]
    if declared := [page for page in since_opened(incident) if not page.call]:
        blocks += sections("\n".join(["*At the declaration*", *tries(face, declared)]))
    for called in shown:
        pages = [page for page in incident.pages if page.call == called.call]
        blocks += sections("\n".join([head(face, called), *tries(face, pages)]))
    if not (declared or calls):
        blocks.append(section("Nobody was paged."))
    ahead = [rests(face)] if incident.paused_until and not incident.over else following_all(face, message.ahead)
    blocks += sections("\n".join(ahead))
    return fit(f"Pages of {face.plainly()}", blocks, actions(act(face)))


def head(face: Face, called: Called) -> str:
    title = who(called.title) if called.title.startswith("slack:") else f"*{line(called.title)}*"
    by = "by rule" if called.by == MUSTER else f"by {who(called.by)}"
    return f"{title} {moment(called.at, face.day)} {by}: {cut(line(called.reason), 300)}"


def tries(face: Face, pages: Sequence[Page]) -> Iterator[str]:
    """A line for each person: what they said, and how they were reached."""
    by_person: dict[str, list[Page]] = {}
    for page in pages:
        by_person.setdefault(page.person, []).append(page)
    for person, found in by_person.items():
        ways = " · ".join(way(face, how, found) for how in dict.fromkeys(page.how for page in found))
        yield f"• {who(person)} {answer(face, found)} · {ways}"
    if not by_person:
        yield "• nobody needed waking, or nobody was found yet"


def answer(face: Face, pages: Sequence[Page]) -> str:
    became = outcome(face.incident, pages)
    own = face.incident.answers.get(pages[0].person)
    if own is None or became in ("no answer yet", "not reached"):
        return f"*{became}*"
    why = f": {cut(line(own.reason), 200)}" if own.reason else ""
    return f"*{became}* {moment(own.at, face.day)}{why}"


def way(face: Face, how: str, pages: Sequence[Page]) -> str:
    """ "direct message 03:12, 03:17", or why it failed."""
    own = [page for page in pages if page.how == how]
    delivered = [moment(page.at, face.day) for page in own if not page.failed]
    if not delivered:
        return f"⚠️ {line(how)} failed: {cut(line(own[-1].failed), 200)}"
    more = f" and {len(delivered) - MOST_TRIES} more" if len(delivered) > MOST_TRIES else ""
    return f"{line(how)} {', '.join(delivered[:MOST_TRIES])}{more}"


def following_all(face: Face, ahead: Iterable[Planned]) -> list[str]:
    rows = [f"📟 {planned(face, each)}" for each in ahead]
    return ["*Next*", *rows] if rows else []


def act(face: Face) -> Iterator[Element | None]:
    id = face.incident.id
    if face.incident.over:
        return
    yield button("Escalate", "escalate", id)
    yield button("Resume", "resume", id) if face.incident.paused_until else button("Pause", "pause", id)


# outside


def contact_list(message: ContactList) -> Rendered:
    listed = message.book.escalation.contacts
    if not listed:
        none = "This policy names nobody outside. They stand in escalation.yml, under contacts."
        return fit(none, [section(none)])
    rows = [section("\n".join(contact(each))) for each in listed]
    return fit(f"{len(listed)} contacts outside", rows)


def contact(listed: ExternalContact) -> Iterator[str]:
    yield f"*{line(listed.title)}* · {line(listed.when)}"
    ways = (
        f"☎️ {line(listed.phone)}" if listed.phone else "",
        f"✉️ {mail(listed.email)}" if listed.email else "",
        f"🔗 {outward(listed.link)}" if listed.link else "",
        f"🪪 {line(listed.reference)}" if listed.reference else "",
    )
    yield "\n".join(each for each in ways if each)


def mail(address: str) -> str:
    """
    >>> mail("help@vendor.test")
    '<mailto:help@vendor.test|help@vendor.test>'
    """
    # https://docs.slack.dev/messaging/formatting-message-text/#linking_to_email_addresses
    return f"<mailto:{escaped(address)}|{escaped(address)}>" if _EMAIL.fullmatch(address) else line(address)
