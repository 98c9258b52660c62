"""App Home: what concerns one person, short enough for a phone; and the page that is only a test."""

from __future__ import annotations

from collections.abc import Sequence

from bot.adapters.slack.views import oncall
from bot.adapters.slack.views.blocks import actions, button, context, section, sections
from bot.adapters.slack.views.face import Face, named
from bot.adapters.slack.views.limits import Block, Rendered, cut, fit
from bot.adapters.slack.words import calendar, line, moment, outward, relative, room, who
from bot.messages import About, Home, TestPage, Yours, YourTask
from bot.workflows.home.home import OPEN, lacking

MOST_OPEN, MOST_YOURS, MOST_TASKS, MOST_ENDED, MOST_ROLES, MOST_NAMES, MOST_DUTIES = 8, 4, 8, 5, 4, 8, 8
#: so many characters have a line on a phone before it is too much
ROW = 300
CALM = "No incident is open. When something breaks, press *Declare an incident*: Muster opens a room for it, calls the \
people who are on call, reminds everybody of updates and keeps the record."
ASIDE = "You have no part in these. A channel's name takes you to the work; `/incident ack` there says that you help."
FREE = "*Your tasks*\nNothing waits for you. Whoever needs you says so in an incident's room: `/incident task @you …`"
UNSCHEDULED = "The policy keeps no shifts. `/incident policy` says whom Muster calls for each severity."


def home(message: Home) -> Rendered:
    blocks = [
        *actions((button("Declare an incident", "declare", None, style="danger"),)),
        *unready(message),
        *apart(open_rows(message), your_rows(message), task_rows(message), duty_rows(message), ended_rows(message)),
    ]
    return fit(summary(message), blocks, foot(message))


def apart(*groups: list[Block]) -> list[Block]:
    """Each group under a line of its own."""
    rule: Block = {"type": "divider"}
    return [block for group in groups if group for block in (rule, *group)]


def summary(message: Home) -> str:
    count = len(message.open)
    return f"{count or 'No'} incident{'' if count == 1 else 's'} open, {len(message.tasks)} of your tasks to do."


def unready(message: Home) -> list[Block]:
    """What is still missing, with the way to mend it."""
    names = lacking(message.missing)
    if not names:
        return []
    rest = f" and {len(names) - MOST_NAMES} more" if len(names) > MOST_NAMES else ""
    listed = f"{', '.join(f'`{line(name)}`' for name in names[:MOST_NAMES])}{rest}"
    text = f":warning: *Not set up yet.* The policy names {listed}, which this workspace does not have: choose them."
    return [section(text, button("Set up", "setup", None, style="primary"))]


def open_rows(message: Home) -> list[Block]:
    if not message.open:
        return [section(CALM)]
    rows = [open_row(about) for about in message.open[:MOST_OPEN]]
    count = f"{len(message.open)} or more" if len(message.open) == OPEN else f"{len(message.open)}"
    return [section(f"*Open incidents* · {count}"), *rows, *more(len(message.open) - MOST_OPEN)]


def open_row(about: About) -> Block:
    face, catch_up = Face(about), button("Catch up", "catchup", about.incident.id)
    state = f"{face.status_emoji} {face.status_title}".strip()
    since = relative(about.incident.opened_at)
    parts = (state, f"{face.lead_title}: {who(face.commander)}", since, *place(about), *others(face))
    return section("\n".join((cut(face.head(), ROW), cut(" · ".join(parts), ROW))), catch_up)


def others(face: Face) -> list[str]:
    """Who does what besides the one who leads."""
    held = [(role, holder) for role, holder in face.incident.roles.items() if role != face.lead]
    return [f"{named(face.book.roles.all, role)[0]}: {who(holder)}" for role, holder in held[:MOST_ROLES]]


def place(about: About) -> list[str]:
    home = about.incident.room or about.incident.announcement
    return [room(home)] if home else []


def your_rows(message: Home) -> list[Block]:
    if not message.yours:
        return [context(ASIDE)] if message.open else []
    rows = [block for each in message.yours[:MOST_YOURS] for block in your_row(each)]
    return [section("*Your incidents*"), *rows, *more(len(message.yours) - MOST_YOURS)]


def your_row(each: Yours) -> list[Block]:
    face, id = Face(each), each.incident.id
    title, part = cut(line(each.incident.title), 150), cut(line(" and ".join(each.parts)), 150)
    told = f"*{outward(face.label)}* {title}\nYou {part}."
    take = None if face.commander else button("Take command", "role:take", id, face.lead)
    update, status = button("Post update", "update", id), button("Status", "status", id)
    return [section(told), *actions((face.acknowledge(), take, update, status))]


def task_rows(message: Home) -> list[Block]:
    if not message.tasks:
        return [section(FREE)]
    rows = [task_row(each) for each in message.tasks[:MOST_TASKS]]
    return [section(f"*Your tasks* · {len(message.tasks)}"), *rows, *more(len(message.tasks) - MOST_TASKS)]


def task_row(each: YourTask) -> Block:
    task, label = each.task, outward(Face(each).label)
    due = f" · due {calendar(task.due)}" if task.due else ""
    kind = "action item" if task.later else "task"
    text = f"{cut(line(task.text), ROW)}\n{label} {kind} {task.id}{due}"
    return section(text, button("Done", "task:tick", each.incident.id, f"done {task.id}"))


def duty_rows(message: Home) -> list[Block]:
    rows = [cut(oncall.duty_rows(duty)[0], ROW) for duty in message.duties[:MOST_DUTIES]]
    arrange = button("Arrange cover", "oncall:ask", None) if rows else None
    return [section("\n".join(("*On call now*", *(rows or [UNSCHEDULED]))), arrange)]


def ended_rows(message: Home) -> list[Block]:
    rows = [ended_row(about) for about in message.ended[:MOST_ENDED]]
    return sections("\n".join(("*Ended lately*", *rows))) if rows else []


def ended_row(about: About) -> str:
    face, ended = Face(about), about.incident.ended_at
    parts = (face.head(), face.status_title, *([relative(ended)] if ended else []), *place(about))
    return cut(" · ".join(parts), ROW)


def more(hidden: int) -> list[Block]:
    return [context(f"and {hidden} more: `/incident list`")] if hidden > 0 else []


def foot(message: Home) -> Sequence[Block]:
    again = button("Set up", "setup", None)
    test, check, help = (
        button("Send me a test page", "testpage", None), button("Check Muster", "doctor", None),
        button("What can I say?", "help", None),
    )  # fmt: skip
    note = f"As of {moment(message.at, message.at.date())}. It follows what happens for an hour after you open it."
    return [*actions((again, test, check, help)), context(note)]


def page_for_a_test(message: TestPage) -> Rendered:
    asked = "You asked" if message.by == message.person else f"{who(message.by)} asks"
    text = f"🔔 *This is a test page.* Nothing is broken. {asked} whether pages reach you."
    if message.arrived:
        seen = f"{text}\n✅ You said that it arrived: {moment(message.arrived, message.arrived.date())}."
        return fit(seen, [section(seen)])
    yes = button("It arrived", "testpage:arrived", None, message.test, style="primary")
    return fit(text, [section(text)], actions((yes,)))
