"""Opening incidents, and looking at all of them."""

from __future__ import annotations

from bot.adapters.slack import parsing
from bot.adapters.slack.parsing import Where
from bot.adapters.slack.verbs import Answer, Ask, Call, verb
from bot.messages import Button, Help, PolicyPage, Sentence
from bot.policy import show
from bot.policy.book import Book
from bot.workflows import declare as declaring
from bot.workflows import report
from bot.workflows.declare import MANUAL, Order


@verb("declare", "open an incident: `/incident declare sev2 checkout is failing`", "create", "new", "open",
      where=Where.NOWHERE)  # fmt: skip
async def declare(call: Call) -> Answer:
    severities, (words, source) = call.desk.book.severities, parsing.noticed(call.words)
    restricted, words = parsing.restriction(words)
    said = parsing.declaration(words, severities.all, severities.find)
    if said.severity and severities.find(said.severity) is None:
        return which_severity(call.desk.book, said.severity, said.title, restricted)
    if not said.title:
        given = {"severity": said.severity or severities.default, "source": source}
        return Ask("declare", given={**given, "restricted": "yes"} if restricted else given)
    order = Order(said.title, said.severity, source=source or MANUAL, restricted=restricted)
    return await declaring.declare(call.desk, call.gesture, order)


@verb("another", "open one more incident in the words of one that is open: `/incident another checkout is failing`",
      where=Where.NOWHERE)  # fmt: skip
async def another(call: Call) -> Answer:
    severities = call.desk.book.severities
    restricted, words = parsing.restriction(call.words)
    said = parsing.declaration(words, severities.all, severities.find)
    order = Order(said.title, said.severity, another=True, restricted=restricted)
    return await declaring.declare(call.desk, call.gesture, order)


@verb("list", "the open incidents; `/incident list all` for ended ones too", "ls", where=Where.NOWHERE)
async def listing(call: Call) -> Answer:
    return await report.listing(call.desk, call.gesture.by, all=call.words.lower().startswith("all"))


@verb("help", "this list; `/incident help permissions` says who may do what", "?", where=Where.NOWHERE)
async def help(call: Call) -> Answer:
    book = call.desk.book
    if call.words.lower().startswith("permission"):
        return PolicyPage(book, show.sections(book)["permissions"], None, "It holds for every incident.")
    return Help(book)


def which_severity(book: Book, word: str, title: str, restricted: bool) -> Sentence:
    """No words are lost: the incident can be declared with a severity that there is."""
    text = f"There is no severity *{word}*. This team uses {book.severities.names()}."
    how = f"{parsing.RESTRICTED} " if restricted else ""
    offers = (Button(f"Declare as {s.title}", "declare", f"{how}{s.id}: {title}") for s in book.severities.all)
    return Sentence(text, tuple(offers) if title else ())
