"""Why it happened, one why at a time; a cause for the fishbone; what a customer reported."""

from __future__ import annotations

from bot.adapters.slack.verbs import Ask
from bot.adapters.slack.views.blocks import section
from bot.adapters.slack.views.dialogs.fields import about, box, field, select, words
from bot.adapters.slack.views.limits import Block
from bot.adapters.slack.words import line
from bot.domain.analysis import BRANCHES, LONGEST_ANSWER, LONGEST_CAUSE, WHYS
from bot.domain.incident import Incident
from bot.policy.book import Book
from bot.policy.document.analysis import BRANCHES as ASKS

#: the name of the answer's field, and of the box that ends the asking
ANSWER, ROOT = "answer", "root"


def whys(ask: Ask, book: Book) -> list[Block]:
    """`turn` is the number of the why; each has a field of its own, so that no answer is carried on to the next."""
    incident, step = about(ask), ask.turn
    known = incident.whys.get(step)
    entry = words(known.text if known else "", longest=LONGEST_ANSWER)
    question = f"Why {step} of {WHYS}: {why(incident, step)}"
    end = field(f"{ROOT}:{step}", "Is that the end of it?", box("That is the root cause"), optional=True)
    return [*before(incident, step), field(f"{ANSWER}:{step}", question, entry), end]


def why(incident: Incident, step: int) -> str:
    return "why did it happen?" if step == 1 else "and why was that so?"


def before(incident: Incident, step: int) -> list[Block]:
    """What happened, and the answers so far."""
    told = [f"*What happened:* {line(incident.title)}" if incident.title else ""]
    told += [f"*Why {n}?* {line(given.text)}" for n, given in incident.whys.items() if n < step]
    text = "\n".join(filter(None, told))
    return [section(text)] if text else []


def root(ask: Ask, book: Book) -> list[Block]:
    incident = about(ask)
    last = incident.whys[max(incident.whys)].text if incident.whys else ""
    entry = words(incident.root_cause or last, longest=LONGEST_ANSWER)
    return [*before(incident, WHYS + 1), field(ANSWER, "The root cause", entry)]


def fishbone(ask: Ask, book: Book) -> list[Block]:
    choices = [(name, name.capitalize(), ASKS[name.capitalize()]) for name in BRANCHES]
    entry = words(ask.given.get("cause", ""), multiline=False, longest=LONGEST_CAUSE, example="the disk was full")
    return [field("branch", "Branch", select(choices, ask.given.get("branch"))), field("cause", "Cause", entry)]


def report(ask: Ask, book: Book) -> list[Block]:
    return [
        field("what", "What do they report?", words(ask.given.get("what", ""))),
        field("who", "Who?", words(multiline=False, longest=200, example="a shop in Lisbon"), optional=True),
        field("when", "Since when?", words(multiline=False, longest=100, example="since 09:40"), optional=True),
    ]
