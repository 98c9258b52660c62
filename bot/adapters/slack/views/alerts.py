"""What monitoring said: to the room, to those who may declare it, and as a list."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from bot.adapters.slack.views.blocks import Element, Option, actions, button, context, menu, section
from bot.adapters.slack.views.face import Face
from bot.adapters.slack.views.limits import Block, Rendered, cut, fit
from bot.adapters.slack.words import escaped, line, moment
from bot.domain.alert import AlertGroup
from bot.domain.incident import Incident
from bot.messages import AlertList, AlertNews, AlertOffer, AlertsWell
from bot.workflows.alerts.claims import OFFER

#: how many are named in a line
FEW = 3
#: how many the room is told of by name, and how many a list shows
MOST_TOLD, MOST_LISTED = 8, 30
#: how many of a list one can decide about from there
MOST_DECIDED = 10


def on_card(incident: Incident) -> str:
    """ "🔔 3 alerts firing: HighLatency (api), … · 2 well again"; empty while monitoring said nothing of it."""
    fires = sorted((r for r in incident.alerts.values() if r.cleared_at is None), key=lambda raised: raised.at)
    well = len(incident.alerts) - len(fires)
    if not incident.alerts:
        return ""
    if not fires:
        return f"🔔 All alerts are well again: {well}"
    names = few([called(raised.name, raised.service) for raised in fires])
    tail = f" · {well} well again" if well else ""
    return f"🔔 {len(fires)} {'alert' if len(fires) == 1 else 'alerts'} firing: {cut(names, 400)}{tail}"


def called(name: str, service: str) -> str:
    return f"{line(name)} ({line(service)})" if service else line(name)


def few(names: Sequence[str], most: int = FEW) -> str:
    rest = f" and {len(names) - most} more" if len(names) > most else ""
    return ", ".join(names[:most]) + rest


def news(message: AlertNews) -> Rendered:
    id, over = message.incident.id, message.incident.over
    came = [called(group.alert.name, group.alert.service) for group in message.came]
    well = [called(group.alert.name, group.alert.service) for group in message.well]
    rows = []
    if came:
        rows.append(f"🔔 {'Fires again' if over else 'Alerts'}: {few(came, MOST_TOLD)}")
    if well:
        rows.append(f"✅ Well again: {few(well, MOST_TOLD)}")
    if message.firing and well:
        rows.append(f"{message.firing} still {'fires' if message.firing == 1 else 'fire'}.")
    if not message.firing:
        rows.append("*All alerts are well again.* Is it over?")
    return fit("\n".join(rows), [section("\n".join(rows))], actions(after_news(message, id, over)))


def after_news(message: AlertNews, id: str, over: bool) -> Iterable[Element | None]:
    if over and message.came:
        yield button("Reopen", "reopen", id)
    elif not over and not message.firing and message.book.lifecycle.resolved in ways(Face(message)):
        yield button("Resolve", "resolve", id, style="primary")
    yield button("Alerts", "alerts", id)


def ways(face: Face) -> tuple[str, ...]:
    found = next((s for s in face.book.lifecycle.all if s.id == face.incident.status), None)
    return found.next if found else ()


def offer(message: AlertOffer) -> Rendered:
    """Each group with what one can do about it; one button for all of them."""
    shown = [group_row(message, group) for group in message.groups]
    if not shown:
        none = "The alerts that were to be told here are well again or belong to an incident."
        return fit(none, [section(none)])
    if len(shown) == 1:
        return alone(message, message.groups[0])
    names = few([called(group.alert.name, group.alert.service) for group in message.groups])
    rest = [context(f"and {message.more} more: `/incident alerts`")] if message.more else []
    count = len(shown) + message.more
    row = actions(decisions(f"{OFFER}{message.id}", message.open, "Declare all as one incident"))
    head = section(f"🔔 *{count} alerts* belong to no incident.")
    return fit(f"{count} alerts belong to no incident: {names}", [head, *shown, *rest], row)


def alone(message: AlertOffer, group: AlertGroup) -> Rendered:
    text = f"🔔 {described(group)}\nIt belongs to no incident."
    plainly = f"Alert: {called(group.alert.name, group.alert.service)}"
    return fit(plainly, [section(text)], actions(decisions(group.key, message.open, "Declare it")))


def decisions(word: str, open: Sequence[Incident], declare: str) -> Iterable[Element]:
    yield button(declare, "alerts:declare", None, word)
    for incident in open:
        yield button(f"Join {incident.name}", "alerts:join", incident.id, word)


def group_row(message: AlertOffer | AlertList, group: AlertGroup) -> Block:
    joins = [Option(f"Join {i.name} {i.title}", "alerts:join", f"{group.key} {i.id}") for i in message.open]
    choices = [Option("Declare it", "alerts:declare", group.key), *joins]
    return section(described(group), menu(f"alerts-{group.key}", "Decide…", "", choices))


def described(group: AlertGroup) -> str:
    """Name, service, how grave, since when; the summary; where to look."""
    said = group.alert
    times = f" · {group.firing} of them" if group.firing > 1 else ""
    head = f"*{line(said.name)}*{f' on {line(said.service)}' if said.service else ''}"
    state = "since" if group.firing else "well again; began"
    more = f"{line(group.grade) or 'no severity'} · {state} {moment(said.since)} · {line(said.source)}{times}"
    look = f" · {link(said.link)}" if said.link.startswith(("https://", "http://")) else ""
    told = f"\n> {cut(line(said.summary), 300)}" if said.summary else ""
    return f"{head} · {more}{look}{told}"


def link(address: str) -> str:
    """
    >>> link("https://a.test/?x=1&y=<2|3>")
    '<https://a.test/?x=1&amp;y=&lt;2%7C3&gt;|look>'
    """
    return f"<{escaped(address).replace('|', '%7C')}|look>"


def well(message: AlertsWell) -> Rendered:
    names = few([called(name, service) for name, service in message.names], MOST_TOLD)
    text = f"✅ Well again: {names}. Nobody had declared an incident."
    return fit(text, [section(text)])


def alert_list(message: AlertList) -> Rendered:
    if message.incident is None:
        return outside(message)
    firing = [group for group in message.groups if group.firing]
    rest = [group for group in message.groups if not group.firing]
    name = line(message.incident.name)
    if not message.groups:
        none = f"Monitoring has said nothing of {name}."
        return fit(none, [section(none)])
    count = sum(group.firing for group in firing)
    head = f"*{name}*: {count} firing, {sum(group.count for group in message.groups) - count} well again"
    rows = [section(cut(described(group), 900)) for group in [*firing, *rest][:MOST_LISTED]]
    return fit(f"Alerts of {name}.", [section(head), *rows, *hidden(message)])


def outside(message: AlertList) -> Rendered:
    if not message.groups:
        none = "No alert fires outside an incident."
        return fit(none, [section(none)])
    count = sum(group.firing for group in message.groups)
    head = f"*{count} {'alert' if count == 1 else 'alerts'}* firing outside incidents"
    rows = [group_row(message, group) for group in message.groups[:MOST_DECIDED]]
    plain = [section(cut(described(group), 900)) for group in message.groups[MOST_DECIDED:MOST_LISTED]]
    return fit(head.replace("*", ""), [section(head), *rows, *plain, *hidden(message)])


def hidden(message: AlertList) -> list[Block]:
    more = len(message.groups) - MOST_LISTED
    return [context(f"and {more} more kinds of alert")] if more > 0 else []
