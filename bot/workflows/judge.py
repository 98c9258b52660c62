"""What the answers to the policy's questions propose, beside what people chose."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from bot.domain import facts
from bot.domain.errors import Misfilled
from bot.policy.book import Book
from bot.policy.classification import Answers, Proposal


def proposal(book: Book, answers: Answers) -> Proposal | None:
    return book.classification.propose(answers, book.severities.ids)


def judged(book: Book, answers: Answers, chosen: str, reason: str) -> facts.Classified | None:
    """
    What the answers propose beside the severity that was chosen; None while they propose nothing.

    Misfilled when another one was chosen and nobody says why.
    """
    proposed = proposal(book, answers)
    if proposed is None:
        return None
    if chosen != proposed.severity and not reason.strip():
        title = book.words.severity(proposed.severity)
        raise Misfilled({"reason": f"The answers propose {title}. Say in a few words why it is not, or take {title}."})
    return facts.Classified(proposed.severity, proposed.because, chosen, reason.strip())


def assessed(book: Book, said: Mapping[str, str]) -> Iterator[str]:
    """The answers to the policy's open questions, by their ids, as notes."""
    for question in book.classification.assessment:
        if words := said.get(question.id, "").strip():
            yield f"{question.title}: {words}"
