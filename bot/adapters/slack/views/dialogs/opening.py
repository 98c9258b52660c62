"""Opening an incident, and how grave it is: chosen from the menu, or found by answering the policy's questions."""

from __future__ import annotations

from collections.abc import Iterator

from bot.adapters.slack.verbs import Ask
from bot.adapters.slack.views.blocks import Element, actions, button, plain, section
from bot.adapters.slack.views.dialogs.fields import LONGEST_TEXT, about, box, field, select, severities, why, words
from bot.adapters.slack.views.limits import Block
from bot.adapters.slack.words import line
from bot.policy.book import Book
from bot.policy.classification import Choice, Proposal, Question
from bot.workflows.declare import MANUAL, SOURCES

#: the verb of the buttons inside these dialogs, and what each of them does
CLASSIFY, START, ANSWER = "classify", "start", "answer"
#: begins the name of a field that takes an answer in words
ASSESS = "assess."
#: who may have noticed what is declared: (value, label, meaning)
NOTICED = tuple((source, source.capitalize(), "") for source in SOURCES if source != MANUAL)


def declare(ask: Ask, book: Book) -> list[Block]:
    title = words(ask.given.get("title", ""), multiline=False, longest=300, example="checkout is failing")
    details = words(ask.given.get("details", ""))
    proposal = proposed(ask, book)
    initial = ask.given.get("severity") or (proposal.severity if proposal else book.severities.default)
    return [
        field("title", "What is failing?", title),
        *helping(ask, book),
        severities(book, initial, name=menu_name(ask)),
        *([why_not(ask, book, proposal)] if proposal else []),
        field("details", "What else is known?", details, "Goes on the timeline as a note.", optional=True),
        field("restricted", "Who may know?", secret(ask), optional=True),
        field("source", "Who noticed it?", select(NOTICED, ask.given.get("source")), optional=True),
        *assessment(ask, book),
    ]


def secret(ask: Ask) -> Element:
    element = box("Restricted: only those who work on it may know")
    return {**element, "initial_options": element["options"]} if ask.given.get("restricted") else element


def severity(ask: Ask, book: Book) -> list[Block]:
    incident, proposal = about(ask), proposed(ask, book)
    # once there is a proposal, leaving it as it is answers it too; and Slack takes no empty menu
    without = incident.severity if not proposal and len(book.severities.all) > 1 else None
    initial = ask.given.get("severity") or (proposal.severity if proposal else None)
    grades = severities(book, initial, without=without, name=menu_name(ask))
    reason = why_not(ask, book, proposal) if proposal else kept_why(ask)
    return [*helping(ask, book), grades, reason]


def menu_name(ask: Ask) -> str:
    """Slack keeps what a field of the same name holds, so a menu that is to show a proposal needs a new one."""
    return f"severity:{ask.turn}" if ask.turn else "severity"


def kept_why(ask: Ask) -> Block:
    block = why()
    return {**block, "element": {**block["element"], **_initial(ask.given.get("reason", ""))}}


def _initial(text: str) -> Element:
    return {"initial_value": text[:LONGEST_TEXT]} if text else {}


def why_not(ask: Ask, book: Book, proposal: Proposal) -> Block:
    title, reason = book.words.severity(proposal.severity), words(ask.given.get("reason", ""))
    return field("reason", f"Why not {title}?", reason, f"Needed when you choose another than {title}.", optional=True)


def assessment(ask: Ask, book: Book) -> Iterator[Block]:
    for question in book.classification.assessment:
        name = f"{ASSESS}{question.id}"
        answer = words(ask.given.get(name, ""), multiline=False)
        yield field(name, question.title, answer, question.ask, optional=True)


# help to choose


def proposed(ask: Ask, book: Book) -> Proposal | None:
    return book.classification.propose(ask.answers or {}, book.severities.ids)


def helping(ask: Ask, book: Book) -> list[Block]:
    """The offer of questions, the one that is open now, or what the answers propose."""
    asks = book.classification
    if not asks.proposes:
        return []
    if ask.answers is None:
        return [placed(section(f"Not sure how grave? {offer(asks.longest)}", press("Help me choose", START)))]
    asked = asks.next(ask.answers)
    if asked is None:
        return [result(ask, book)]
    return [*question(asked), *([earlier(ask, book)] if asks.path(ask.answers) else [])]


def offer(longest: int) -> str:
    """
    >>> offer(1), offer(3)
    ('Answer one question.', 'Answer up to 3 questions.')
    """
    return f"Answer up to {longest} questions." if longest > 1 else "Answer one question."


def question(asked: Question) -> list[Block]:
    buttons = [press(choice.title, ANSWER, _answer(asked, choice)) for choice in asked.choices]
    [row] = actions(buttons)
    return [section(f"*{line(asked.title)}*\n{line(asked.ask)}"), placed(row)]


def _answer(asked: Question, choice: Choice) -> str:
    return f"{asked.id} {choice.id}"


def earlier(ask: Ask, book: Book) -> Block:
    path = book.classification.path(ask.answers or {})
    told = " · ".join(f"{question.title}: {choice.title}" for question, choice in path)
    return section(line(told), press("Start over", START))


def result(ask: Ask, book: Book) -> Block:
    proposal = proposed(ask, book)
    assert proposal is not None, "No question is open."
    title = line(book.words.severity(proposal.severity))
    return placed(section(f"Proposed: *{title}* · {line(proposal.because)}", press("Start over", START)))


def press(label: str, does: str, words: str = "") -> Element:
    return button(plain(label, 75)["text"], f"{CLASSIFY}:{does}", None, words)


def placed(block: Block) -> Block:
    """The questions stand in one place, however far they are."""
    return {**block, "block_id": CLASSIFY}
