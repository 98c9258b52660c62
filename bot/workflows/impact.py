"""The impact record: who and what is hurt, as far as it is known."""

from __future__ import annotations

from collections.abc import Mapping

from bot.domain import facts
from bot.domain.errors import Misfilled
from bot.domain.facts import Fact
from bot.domain.incident import Incident
from bot.messages import Sentence
from bot.policy.book import Book
from bot.policy.impact import tidy, wrong
from bot.ports import Books
from bot.workflows.desk import Desk, Gesture
from bot.workflows.told import say


async def record(desk: Desk, gesture: Gesture, id: str, values: Mapping[str, str]) -> Sentence:
    """Keep what changed; "" takes a value back. Misfilled names the fields whose values will not do."""

    def act(incident: Incident) -> tuple[Incident, Fact]:
        return incident.record_impact(sound(desk.book_of(incident), values), gesture.by, gesture.at)

    async def then(books: Books, incident: Incident, fact: Fact) -> str:
        assert isinstance(fact.event, facts.ImpactRecorded)
        values = spoken(desk.book_of(incident), fact.event.values)
        if gesture.unseen:
            await say(books, incident, f"{gesture.by} recorded the impact. {values}")
        return f"The impact of {incident.name} is recorded. {values}"

    return await desk.change(gesture, id, act, then)


def sound(book: Book, values: Mapping[str, str]) -> dict[str, str]:
    """
    The values as they are kept, in the order of the policy.

    One of a field that the policy does not have stays as it was typed: the dialog was opened under another policy.
    """
    asked = {field.id: field for field in book.impact.fields}
    ordered = [*(id for id in asked if id in values), *(id for id in values if id not in asked)]
    kept = {id: tidy(asked[id], values[id]) if id in asked else values[id].strip() for id in ordered}
    complaints = {id: wrong(asked[id], value) for id, value in kept.items() if id in asked}
    if found := {id: sentence for id, sentence in complaints.items() if sentence}:
        raise Misfilled(found)
    return kept


def spoken(book: Book, values: Mapping[str, str]) -> str:
    return "; ".join(f"{book.words.impact(id)}: {value or 'not known'}" for id, value in values.items())
