"""What probes found, for a phone: what is wrong first, then what it may come from and what to do about it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

from bot.adapters.slack.views.blocks import actions, button, context, section, sections
from bot.adapters.slack.views.limits import Block, Rendered, cut, fit
from bot.adapters.slack.words import line, moment, who
from bot.domain.observation import Look, Observation, Symptom
from bot.messages import Diagnosis, Readings, Sight, Sights
from bot.policy.diagnosis import Recommendation
from bot.policy.judging import Suspected, gravity

MOST_SYMPTOMS, MOST_CAUSES, MOST_STEPS, MOST_TO_DO, MOST_ERRORS, MOST_NAMES = 8, 3, 4, 6, 2, 5
#: what a line may take of a phone's screen
LINE = 140
COLOURS = ("🔴", "🟠", "🟡")
PRIORITIES = {
    "immediate": "Now", "high": "Soon", "short_term": "In the next days", "ongoing": "All along",
    "post_incident": "Afterwards",
}  # fmt: skip
MARKS = {Look.WELL: "✅", Look.WRONG: "🔴", Look.UNKNOWN: "❔", Look.UNSET: "⚪"}


def diagnosis(message: Diagnosis) -> Rendered:
    head = going_on(message) if message.waiting else told(message)
    parts = [head, *changed(message.since), *wrong(message), *causes(message.found.causes)]
    if not message.waiting:
        parts += [*to_do(message), *errors(message)]
    blocks = [block for part in parts for block in sections(part)]
    if unseen := not_looked(message):
        blocks.append(context(unseen))
    return fit(head, blocks, row(message))


def row(message: Diagnosis) -> list[Block]:
    return actions(button(each.label, each.verb, message.incident, each.value) for each in message.buttons)


def changed(since: Sequence[str]) -> Iterator[str]:
    if since:
        yield "\n".join(cut(line(each), 2 * LINE) for each in since)


def going_on(message: Diagnosis) -> str:
    answered, waiting = len(message.found.observations), message.waiting
    return f"🔎 *Looking at {line(message.scope)}*: {answered} of {answered + len(waiting)} answered. Still looking: " \
           f"{names(waiting)}"  # fmt: skip


def told(message: Diagnosis) -> str:
    """
    The verdict in a line.

    "🩺 *shop*: 3 of 12 probes found something wrong"
    """
    seen = message.found.observations
    looked, found = sum(each.look is not Look.UNSET for each in seen), sum(each.look is Look.WRONG for each in seen)
    verdict = f"*{found} of {counted(looked, 'probe')} found something wrong*" if found else clear(seen, looked)
    return f"🩺 Diagnosis of *{line(message.scope)}* {moment(message.at)}: {verdict}"


def clear(seen: Sequence[Observation], looked: int) -> str:
    if not any(each.look is Look.WELL for each in seen):
        return "no probe could look, so nothing is known"
    return f"✅ nothing wrong found by {counted(looked, 'probe')}"


def counted(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"


def names(titles: Sequence[str], most: int = MOST_NAMES) -> str:
    more = f" and {len(titles) - most} more" if len(titles) > most else ""
    return ", ".join(line(title) for title in titles[:most]) + more


def wrong(message: Diagnosis) -> Iterator[str]:
    """The gravest first, each with the probes that found the same."""
    titles = {each.probe: line(each.title) for each in message.found.observations}
    grades = [grade.id for grade in message.book.alerts.severities]
    groups: dict[tuple[str, str], list[Symptom]] = {}
    for each in told_once(message.found.symptoms):
        groups.setdefault((each.grade, each.text), []).append(each)
    lines = [symptom(alike, titles, grades) for alike in list(groups.values())[:MOST_SYMPTOMS]]
    if len(groups) > MOST_SYMPTOMS:
        lines.append(f"and {len(groups) - MOST_SYMPTOMS} more")
    if lines:
        yield "\n".join(lines)


def told_once(symptoms: Sequence[Symptom]) -> list[Symptom]:
    """Without the lines of a log of which a pattern says something already ("Out of memory: killed 12")."""
    said = [(each.probe, each.text.partition(": ")[2]) for each in symptoms]
    return [each for each in symptoms if not any(each.probe == probe and same(each.text, text) for probe, text in said)]


def same(text: str, quoted: str) -> bool:
    """
    >>> same("killed 12", "killed 12"), same("killed 12 at night", "killed 12…"), same("killed 12", "killed")
    (True, True, False)
    """
    return text.startswith(quoted[:-1]) if len(quoted) > 1 and quoted.endswith("…") else text == quoted


def symptom(alike: Sequence[Symptom], titles: dict[str, str], grades: Sequence[str]) -> str:
    first, most = alike[0], max(each.count for each in alike)
    times = f" ({most} times)" if most > 1 else ""
    named = list(dict.fromkeys(titles.get(each.probe, line(each.probe)) for each in alike))
    more = f" and {len(named) - 3} more" if len(named) > 3 else ""
    what = f"{colour(grades, first.grade)} *{cut(', '.join(named[:3]), LINE)}*{more}"
    return f"{what}: {cut(line(first.text), LINE)}{times}"


def colour(grades: Sequence[str], grade: str) -> str:
    """
    >>> [colour(("low", "medium", "high", "critical"), grade) for grade in ("critical", "high", "low", "purple")]
    ['🔴', '🟠', '🟡', '🟡']
    """
    rank = gravity(grades, grade)
    return COLOURS[min(len(grades) - 1 - rank, 2)] if rank >= 0 else COLOURS[2]


def causes(found: Sequence[Suspected]) -> Iterator[str]:
    if found:
        yield "\n".join(["*Probably*", *(suspected(each) for each in found[:MOST_CAUSES])])


def suspected(each: Suspected) -> str:
    """A cause with its likelihood, and what to check in that order."""
    steps = [f"  {n}. {cut(line(step), LINE)}" for n, step in enumerate(each.cause.steps[:MOST_STEPS], 1)]
    return "\n".join([f"• {line(each.cause.title)} (_{each.cause.likelihood}_)", *steps])


def to_do(message: Diagnosis) -> Iterator[str]:
    """What to do by its priority, then what to follow for each service that is ill."""
    found = message.found.recommendations[:MOST_TO_DO] if message.found.symptoms else ()
    lines = [
        f"*{PRIORITIES[priority]}*: {' · '.join(advice(each) for each in of)}"
        for priority, of in groupby(found, key=lambda each: each.priority)
    ]
    if procedures := [*followed(message)]:
        lines += procedures
    if lines:
        yield "\n".join(lines)


def advice(each: Recommendation) -> str:
    return line(each.title) + (f" (_{cut(line(each.procedure), LINE)}_)" if each.procedure else "")


def followed(message: Diagnosis) -> Iterator[str]:
    ill = {symptom.service for symptom in message.found.symptoms}
    for service in message.book.diagnosis.services:
        if service.id in ill and service.procedure:
            yield f"*Follow for {line(service.title)}*: {cut(line(service.procedure), LINE)}"


def errors(message: Diagnosis) -> Iterator[str]:
    repeated = message.found.errors[:MOST_ERRORS]
    if repeated:
        yield "\n".join(
            ["*Repeated errors*", *(f"{each.count} times: {cut(line(each.line), LINE)}" for each in repeated)]
        )


def not_looked(message: Diagnosis) -> str:
    """Probes that could not look and those that are not set up: no faults of the service."""
    seen = message.found.observations
    could_not = [each.title for each in seen if each.look is Look.UNKNOWN]
    unset = [each.title for each in seen if each.look is Look.UNSET]
    told = [(f"could not look: {names(could_not)}", could_not), (f"not set up: {names(unset, 3)}", unset)]
    asked = f"Asked by {who(message.by)}"
    return " · ".join([asked, *(sentence for sentence, some in told if some)])


# details


def readings(message: Readings) -> Rendered:
    head = f"*All readings of {line(message.scope)}*"
    worst = sorted(message.observations, key=lambda each: list(Look).index(each.look), reverse=True)
    return fit(head, [section(head), *sections("\n".join(reading(each) for each in worst))])


def reading(each: Observation) -> str:
    return cut(f"{MARKS[each.look]} *{line(each.title)}*: {line(each.reading.summary)} ({each.took:.1f} s)", LINE)


def sights(message: Sights) -> Rendered:
    head = "*What can be looked at here*: `/incident diagnose` and one of these words, or none for everything"
    rows = [*listed("Services", message.services), *listed("Sets", message.sets)]
    return fit(head, [section(head), *sections("\n".join(rows)), context("docs/diagnosis.md says how to add more.")])


def listed(title: str, found: Iterable[Sight]) -> Iterator[str]:
    for n, each in enumerate(found):
        if n == 0:
            yield f"*{title}*"
        yield sight(each)


def sight(each: Sight) -> str:
    critical = " (critical)" if each.critical else ""
    name = f"• `{each.word}` {line(each.title)}{critical}"
    if not each.probes:
        return f"{name}: no probes"
    ready = f"{each.ready} of {counted(each.probes, 'probe')} can look"
    return f"{name}: {ready}{f'; not set up: {names(each.unset, 3)}' if each.unset else ''}"
