"""Why it happened, as people work it out: five whys that lead to a root cause, and causes on the bones of a fish."""

from __future__ import annotations

from datetime import datetime

from bot.domain import facts
from bot.domain.errors import AlreadyDone, Refused
from bot.domain.facts import Fact
from bot.domain.incident import Incident

WHYS = 5
#: the branches of the diagram after Ishikawa
BRANCHES = ("people", "process", "environment", "materials", "methods", "machines")
#: characters of an answer and of a cause; causes on one branch
LONGEST_ANSWER, LONGEST_CAUSE, MOST_CAUSES = 500, 200, 12


def answer_why(incident: Incident, step: int, text: str, by: str, at: datetime) -> tuple[Incident, Fact]:
    """The answer to why number `step`, in place of an earlier one; "" takes that back."""
    known = incident.whys.get(numbered(step))
    said = _changed(f"why {step}", text, known.text if known else "", LONGEST_ANSWER)
    return incident.add(facts.WhyAnswered(step, said), by, at)


def numbered(step: int) -> int:
    """The number of a why, if it is one."""
    if not 1 <= step <= WHYS:
        raise Refused(f"The whys are numbered 1 to {WHYS}. For example: /incident whys 2 the pool was too small")
    return step


def name_root_cause(incident: Incident, text: str, by: str, at: datetime) -> tuple[Incident, Fact]:
    """What the whys led to, in place of an earlier one; "" takes that back."""
    said = _changed("the root cause", text, incident.root_cause, LONGEST_ANSWER)
    return incident.add(facts.RootCauseFound(said), by, at)


def place_cause(incident: Incident, branch: str, text: str, by: str, at: datetime) -> tuple[Incident, Fact]:
    on, said = incident.bones.get(branch_of(branch), ()), one_line(text)
    if not said:
        raise Refused("A cause needs words. For example: /incident fishbone machines the disk was full")
    if len(said) > LONGEST_CAUSE:
        raise Refused(f"That is {len(said)} characters; a cause on the fishbone has {LONGEST_CAUSE} at most.")
    if said.casefold() in {cause.casefold() for cause in on}:
        raise AlreadyDone(f"That stands on the branch {branch_of(branch)} already.")
    if len(on) >= MOST_CAUSES:
        raise Refused(f"The branch {branch_of(branch)} has {MOST_CAUSES} causes, and no more fit. Take one off first.")
    return incident.add(facts.CausePlaced(branch_of(branch), said), by, at)


def remove_cause(incident: Incident, text: str, by: str, at: datetime) -> tuple[Incident, Fact]:
    """
    The cause in these words, or the only one that has them; a branch before them says where.
    """
    found = [(branch, cause) for branch, causes in incident.bones.items() for cause in causes]
    word, _, rest = one_line(text).partition(" ")
    on = next((branch for branch in BRANCHES if branch == word.strip(":").casefold()), None)
    wanted = (rest if on and rest else one_line(text)).casefold()
    found = [(branch, cause) for branch, cause in found if not (on and rest) or branch == on]
    same = [each for each in found if each[1].casefold() == wanted]
    near = same or [each for each in found if wanted and wanted in each[1].casefold()]
    if len(near) != 1:
        raise Refused(_which(incident, [cause for _, cause in near]))
    return incident.add(facts.CauseRemoved(*near[0]), by, at)


def _which(incident: Incident, near: list[str]) -> str:
    if near:
        return f"{len(near)} causes have these words: {'; '.join(near[:5])}. Say all words of the one that is meant."
    if not incident.bones:
        return "There is no cause on the fishbone yet."
    return "There is no such cause on the fishbone. /incident fishbone show lists them."


def branch_of(word: str) -> str:
    """
    >>> branch_of("Machines:")
    'machines'
    """
    branch = word.strip(" :").casefold()
    if branch not in BRANCHES:
        example = "For example: /incident fishbone machines the disk was full"
        raise Refused(f"Which branch? There are {', '.join(BRANCHES)}. {example}")
    return branch


def one_line(text: str) -> str:
    return " ".join(text.split())


def _changed(what: str, text: str, known: str, longest: int) -> str:
    said = one_line(text)
    if len(said) > longest:
        raise Refused(f"That is {len(said)} characters; {what} takes {longest} at most.")
    if said == known:
        raise AlreadyDone(f"That is what {what} says already." if said else f"There is nothing to take back of {what}.")
    return said
