"""Calling others, what those say who were called, and letting the clocks rest."""

from __future__ import annotations

from bot.adapters.slack import parsing
from bot.adapters.slack.listeners import policy
from bot.adapters.slack.parsing import Where
from bot.adapters.slack.verbs import Answer, Ask, Call, verb
from bot.domain.incident import Incident
from bot.messages import Button, ContactList, PageList, Sentence
from bot.policy.book import Book
from bot.policy.escalation import Level, Trigger
from bot.workflows import escalate as escalating
from bot.workflows import pause as pausing
from bot.workflows import respond

MOST_OFFERED = 5


@verb("escalate", "call the next level, or whom you name: `/incident escalate manager it spreads`, "
      "`escalate @ana we need a DBA`", "page", "esc")  # fmt: skip
async def escalate(call: Call) -> Answer:
    incident, book = await call.where()
    if not call.words:
        return Ask("escalate", incident)
    said = parsing.escalation(call.words, book.escalation.find)
    if not said.known and (offers := levels(book, call.words)):
        return which(incident, said.target, offers)
    if not said.reason and not said.target.startswith(parsing.GROUP):
        return Ask("escalate", incident, {"target": said.target})
    return await escalating.by_hand(call.desk, call.gesture, incident.id, said.target, said.reason)


def levels(book: Book, words: str) -> tuple[Button, ...]:
    """One button for each level and special case, which calls it for what was typed."""
    listed: list[Level | Trigger] = [*book.escalation.levels, *book.escalation.triggers]
    return tuple(Button(each.title, "escalate", f"{each.id} {words}") for each in listed[:MOST_OFFERED])


def which(incident: Incident, word: str, offers: tuple[Button, ...]) -> Sentence:
    text = f"There is no level *{word}*. Whom shall Muster call for that?"
    return Sentence(text, offers, incident.id)


@verb("pages", "who was paged, how, and what they said; who is called next", "paged", where=Where.ANYWHERE)
async def pages(call: Call) -> Answer:
    incident, book = await call.where()
    return PageList(book, incident, escalating.upcoming(book, incident))


@verb("contacts", "whom outside one can call: vendors, counsel, the press", "contact", where=Where.ANYWHERE)
async def contacts(call: Call) -> Answer:
    incident = await policy.meant(call)
    return ContactList(call.desk.book_of(incident) if incident else call.desk.book, incident)


@verb("cant", "say that you were paged and cannot come; others are called: `/incident cant no laptop here`", "can't",
      "can\u2019t", "cannot")  # fmt: skip
async def cant(call: Call) -> Answer:
    incident = await call.incident()
    return await respond.cannot(call.desk, call.gesture, incident.id, call.words)


@verb("still", "say that you are still on it, when Muster asks", where=Where.ANYWHERE)
async def still(call: Call) -> Answer:
    incident = await call.incident()
    return await respond.still(call.desk, call.gesture, incident.id)


@verb("pause", "nobody is called or reminded for a while: `/incident pause 30m the vendor restarts it`", "hold")
async def pause(call: Call) -> Answer:
    incident = await call.incident()
    if not call.words:
        return Ask("pause", incident)
    said = parsing.pause(call.words)
    return await pausing.pause(call.desk, call.gesture, incident.id, said.length, said.reason)


@verb("resume", "end the pause: people are called and reminded again", "unpause", where=Where.ANYWHERE)
async def resume(call: Call) -> Answer:
    incident = await call.incident()
    return await pausing.resume(call.desk, call.gesture, incident.id)
