"""Catching up, handing over, and incidents that belong together."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from bot.adapters.slack.views.blocks import Element, actions, button, section, sections
from bot.adapters.slack.views.deadlines import on_card
from bot.adapters.slack.views.escalation import following
from bot.adapters.slack.views.face import Face, impact_words, named
from bot.adapters.slack.views.limits import Block, Rendered, cut, fit
from bot.adapters.slack.views.lists import entry_row
from bot.adapters.slack.views.posts import passed_on, spoken
from bot.adapters.slack.words import escaped, line, moment, outward, people, room, who
from bot.domain.incident import Incident
from bot.messages import CatchUp, HandedOver, MergedAway, MergedIn
from bot.policy.texts import Person

MOST_TASKS = 6
MOST_LINKS = 6


def catch_up(message: CatchUp) -> Rendered:
    face = Face(message)
    parts = [
        ("", handed(message, face)),
        ("What is known", known(message, face)),
        ("What is being done", done(message, face)),
        ("What is awaited", awaited(message, face)),
        ("Who is who", seats(message, face)),
        ("What happened last", [cut(entry_row(entry), 340) for entry in message.entries]),
        ("Where", where(message, face)),
    ]
    blocks = [block for title, rows in parts for block in part(title, rows)]
    return fit(f"Catching up: {face.plainly()}", blocks, actions(offers(message, face)))


def part(title: str, rows: Iterable[str]) -> list[Block]:
    told = [row for row in rows if row]
    return sections("\n".join([f"*{title}*", *told] if title else told)) if told else []


def handed(message: CatchUp, face: Face) -> Iterator[str]:
    if message.role:
        title = named(face.book.roles.all, message.role)[0]
        yield f"🫱 {who(message.by)} hands you the role *{title}*."
        if message.words:
            yield quoted(message.words)
        role = next((role for role in face.book.roles.all if role.id == message.role), None)
        yield face.words("duties", {"role": role, "person": Person(message.incident.roles.get(message.role, ""))})


def quoted(text: str) -> str:
    return "\n".join(f"> {outward(row)}" for row in cut(text, 2000).splitlines())


def known(message: CatchUp, face: Face) -> Iterator[str]:
    incident = message.incident
    yield face.head()
    since = incident.stages.get(incident.stage)
    yield f"{face.standing()}{f' · since {moment(since, face.day)}' if since else ''}"
    yield f"Declared {moment(incident.declared_at)} by {who(incident.declared_by)}"
    if told := impact_words(face.book, incident):
        yield f"💥 {cut(line(told), 500)}"
    if incident.update and incident.updated_at:
        yield f"> {moment(incident.updated_at, face.day)} {cut(line(incident.update.state), 500)}"
    if incident.resolution:
        yield f"Resolved by {who(incident.resolved_by)}: {cut(line(incident.resolution.summary), 400)}"
    yield from belongings(incident)


def done(message: CatchUp, face: Face) -> Iterator[str]:
    tasks = [task for task in message.incident.tasks if task.done_by is None and not task.later]
    for task in tasks[:MOST_TASKS]:
        yield f"{task.id}. {cut(line(task.text), 200)} · {who(task.owner, line(task.team) or 'nobody yet')}"
    if len(tasks) > MOST_TASKS:
        yield f"and {len(tasks) - MOST_TASKS} more tasks"
    if message.cause:
        yield f"🔎 Muster {cut(line(message.cause), 400)}"
    if message.incident.watching:
        yield f"👀 {line(message.incident.watching)} is being watched"
    if not (tasks or message.cause or message.incident.over):
        yield "No task is written down yet."


def awaited(message: CatchUp, face: Face) -> Iterator[str]:
    incident = message.incident
    if incident.over:
        return
    if incident.next_update:
        yield f"The next update is due {moment(incident.next_update, face.day)}"
    for question in incident.questions:
        if question.go is None:
            yield f"❓ Go or no-go? {question.id}. {cut(line(question.text), 200)}"
    if silent := unanswered(incident):
        yield f"📟 No answer yet from {people(silent)}"
    yield from following(face, message.ahead)
    yield on_card(message.deadlines, face)


def unanswered(incident: Incident) -> list[str]:
    """Who was paged and has not said a word since, while nobody is on it."""
    if incident.acknowledged_by:
        return []
    paged = dict.fromkeys(page.person for page in incident.pages if not page.failed)
    return [person for person in paged if person not in incident.answers]


def seats(message: CatchUp, face: Face) -> Iterator[str]:
    for role, person in message.incident.roles.items():
        yield f"{named(face.book.roles.all, role)[0]}: {who(person)}"
    if not face.commander and not message.incident.over:
        yield f"{face.lead_title}: nobody yet"
    if message.incident.acknowledged_by:
        yield f"On it: {who(message.incident.acknowledged_by)}"
    for title, on in message.on_call:
        yield f"On call, {line(title)}: {people(on) or 'nobody'}"


def where(message: CatchUp, face: Face) -> Iterator[str]:
    incident = message.incident
    yield " · ".join(room(place) for place in (incident.room, incident.announcement) if place)
    yield face.bridge()
    links = [f"<{escaped(link).replace('|', '%7C')}|{escaped(title)}>" for title, link in message.links[:MOST_LINKS]]
    yield " · ".join(links)


def offers(message: CatchUp, face: Face) -> Iterator[Element | None]:
    if not message.role:
        yield face.acknowledge()
        yield face.take_command()
    yield button("Timeline", "timeline", message.incident.id)


def belongings(incident: Incident) -> Iterator[str]:
    """What it belongs together with: a line for the card, too."""
    if incident.merged_into:
        yield f"➡️ A part of *{line(incident.merged_into[1])}*"
    if incident.absorbed:
        yield f"🧩 Merged in: {', '.join(line(name) for _, name in incident.absorbed)}"
    if incident.related:
        yield f"🔗 Related: {', '.join(line(name) for _, name in incident.related)}"


def handed_over(message: HandedOver) -> Rendered:
    text = Face(message).words("handover", passed_on(message))
    return spoken(f"{text}\n{quoted(message.words)}" if message.words else text)


def merged_away(message: MergedAway) -> Rendered:
    what = "is the same as" if message.duplicate else "goes on as a part of"
    into = f"*{line(message.into.name)}* {line(message.into.title)}"
    home = message.into.room or message.into.announcement
    there = f" in {room(home)}" if home else ""
    text = f"➡️ {who(message.by)}: this {what} {into}{there}. Its people are invited there, and nobody is called here."
    return fit(text, [section(f"{text}{moved(message.moved)}")])


def merged_in(message: MergedIn) -> Rendered:
    other, what = message.other, "is the same as this one" if message.duplicate else "is a part of this one"
    home = other.room or other.announcement
    before = f", before in {room(home)}" if home else ""
    text = f"🧩 {who(message.by)}: *{line(other.name)}* {line(other.title)} {what}{before}."
    return fit(text, [section(f"{text}{moved(message.moved)}")])


def moved(what: tuple[str, ...]) -> str:
    return f"\nMoved: {line(', '.join(what))}." if what else ""
