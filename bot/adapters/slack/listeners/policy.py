"""The policy in words, and moving an incident to the team's policy of today."""

from __future__ import annotations

import difflib
from dataclasses import replace

from bot.adapters.slack import parsing
from bot.adapters.slack.parsing import Where
from bot.adapters.slack.verbs import Answer, Ask, Call, verb
from bot.domain.errors import Refused
from bot.domain.incident import Incident
from bot.messages import PolicyPage
from bot.policy import show
from bot.policy.show import Page
from bot.workflows import adopt as adopting


@verb("policy", "the rules in words: `/incident policy severities`; `policy adopt sev1 why` for the rules of today",
      "policies", "rules", where=Where.ANYWHERE)  # fmt: skip
async def policy(call: Call) -> Answer:
    first, _, rest = call.words.partition(" ")
    if first.lower() == "adopt":
        return await adopt(call, rest.strip())
    incident = await meant(call)
    book = call.desk.book_of(incident) if incident else call.desk.book
    page = section(show.sections(book)[named(first)], rest) if first else show.overview(book)
    return PolicyPage(book, page, incident, standing(call, incident))


async def meant(call: Call) -> Incident | None:
    """The incident that is named, or the only one of this place; None is the policy of today."""
    if call.id or call.ref:
        return await call.incident()
    place = call.gesture.place
    here = await call.desk.store.incidents_in(place, call.gesture.by) if place else []
    meant = [incident for incident in here if not incident.over] or here
    return meant[0] if len(meant) == 1 else None


def named(word: str) -> str:
    """The section that is meant. Refused when there is none like it."""
    close = difflib.get_close_matches(word.lower(), show.PAGES, 1, 0.7)
    if not close:
        raise Refused(f"A policy has no section {word}. It has: {', '.join(show.PAGES)}.")
    return close[0]


def section(page: Page, words: str) -> Page:
    """The page, or only what has these words. Refused when nothing has."""
    found = page.only(words) if words.strip() else page
    if not found.tables and page.tables:
        raise Refused(
            f'The section {page.title} says nothing about "{words.strip()}". Leave that out to see all of it.'
        )
    return found


def standing(call: Call, incident: Incident | None) -> str:
    """How the policy shown stands to the one of today."""
    today = call.desk.book
    if incident is None:
        return "What a new incident is opened under."
    runs = f"{incident.name} runs under this policy"
    if incident.policy == today.hash:
        return f"{runs}, the one of today."
    again = f" /incident policy adopt moves it to {today.policy.title}." if not incident.over else ""
    return f"{runs}. The policy of today is {today.policy.title} ({today.name}).{again}"


async def adopt(call: Call, words: str) -> Answer:
    """Its words are a severity of today's policy, a status of it, and why; all may be asked for."""
    ref, words = parsing.reference(words, Where.FIRST)
    incident = await replace(call, ref=call.ref or ref).incident()
    if not words:
        adopting.check(call.desk, incident)
        return Ask("adopt", incident)
    book = call.desk.book
    said = parsing.declaration(words, book.severities.all, book.severities.find)
    moved = parsing.choice(said.title, book.lifecycle.find) if said.title else None
    status = moved.word if moved and book.lifecycle.find(moved.word) else None
    reason = moved.said if moved and status else said.title
    return await adopting.adopt(call.desk, call.gesture, incident.id, said.severity, status, reason)
