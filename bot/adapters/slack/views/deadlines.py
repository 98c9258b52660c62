"""Deadlines: a line of the card, the list, and the reminder that one is due or was missed."""

from __future__ import annotations

from collections.abc import Sequence

from bot.adapters.slack.views.blocks import actions, button, section
from bot.adapters.slack.views.face import Face
from bot.adapters.slack.views.limits import Block, Rendered, cut, fit
from bot.adapters.slack.views.posts import spoken
from bot.adapters.slack.words import duration, line, moment
from bot.messages import DeadlineList, DeadlineNudge
from bot.policy.deadlines import Standing
from bot.policy.texts import Person

ON_CARD = 2
MOST_ROWS = 30


def on_card(stands: Sequence[Standing], face: Face) -> str:
    """The most urgent that are open, on one line; empty while none is."""
    waiting = [each for each in stands if each.open]
    if not waiting:
        return ""
    shown = " · ".join(short(each, face) for each in waiting[:ON_CARD])
    more = f" · {len(waiting) - ON_CARD} more" if len(waiting) > ON_CARD else ""
    return f"{'❗' if waiting[0].missed else '📢'} {shown}{more}"


def short(standing: Standing, face: Face) -> str:
    title, due = line(standing.deadline.title), moment(standing.due, face.day)
    if standing.missed:
        return f"*{title}*: due {due}, *missed*"
    if standing.deadline.every and standing.met_at:
        return f"{title} every {duration(standing.deadline.every)}, next {due}"
    return f"{title} by {due}"


def deadline_list(message: DeadlineList) -> Rendered:
    face = Face(message)
    rows = [row(each, face) for each in message.deadlines[:MOST_ROWS]]
    none = [] if rows else [section("No deadline is set for this incident now.")]
    return fit(f"Deadlines of {face.plainly()}", [section(face.head()), *rows, *none])


def row(standing: Standing, face: Face) -> Block:
    done = button("Done", "deadlines:done", face.incident.id, standing.deadline.id) if standing.open else None
    text = f"{emoji(standing)} *{line(standing.deadline.title)}* · {state(standing, face)}"
    means = f"\nMet by {line(standing.deadline.means)}" if standing.open else ""
    return section(cut(text, 600) + means, done)


def emoji(standing: Standing) -> str:
    if standing.missed:
        return "❗"
    if standing.open:
        return "⏳"
    return "☑️" if standing.late else "✅"


def state(standing: Standing, face: Face) -> str:
    """ "due 15:30", "missed, due 15:30", "met 15:42, 12 min late (due 15:30)"."""
    due, met_at, every = moment(standing.due, face.day), standing.met_at, standing.deadline.every
    if standing.missed:
        return f"*missed*, due {due}"
    if not standing.open and met_at:
        late = f", *{duration(met_at - standing.due)} late*" if standing.late else ""
        return f"met {moment(met_at, face.day)}{late} (due {due})"
    again = f", every {duration(every)}" if every else ""
    last = f", last {moment(met_at, face.day)}" if met_at else ""
    return f"due {due}{again}{last}"


def deadline_nudge(message: DeadlineNudge) -> Rendered:
    face, incident, deadline = Face(message), message.incident, message.deadline
    fields = {
        "deadline": deadline,
        "due": message.due,
        "left": message.left,
        "late": message.late,
        "mentions": tuple(Person(person) for person in message.mention),
    }
    told = spoken(face.words(f"nudge_deadline_{message.what}", fields))
    writes = deadline.met_by in ("update", "told") and not incident.over
    post = button("Post update", "update", incident.id, style="primary") if writes else None
    done = button("Done", "deadlines:done", incident.id, deadline.id, style=None if writes else "primary")
    return fit(told.text, told.blocks, actions((post, done)))
