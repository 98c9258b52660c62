"""
The small grammar of `/incident …`.

Everything here is pure and takes any text; what is not understood is a Refused with a sentence.
"""

from bot.adapters.slack.parsing.access import RESTRICTED, restriction, somebody
from bot.adapters.slack.parsing.analysis import Answered, Cause, cause, why
from bot.adapters.slack.parsing.choices import Choice, Declaration, Resolution, choice, declaration, resolution
from bot.adapters.slack.parsing.command import Typed, Where, candidates, command, labelish, reference, without
from bot.adapters.slack.parsing.escalation import GROUP, Escalation, Pause, escalation, pause
from bot.adapters.slack.parsing.maintenance import Upkeep, maintenance
from bot.adapters.slack.parsing.oncall import Wish, oncall
from bot.adapters.slack.parsing.rehearsal import simulation
from bot.adapters.slack.parsing.sources import noticed
from bot.adapters.slack.parsing.work import Add, Decided, Done, Hand, Seat, go, nogo, seat, task

__all__ = [
    "GROUP", "RESTRICTED", "Add", "Answered", "Cause", "Choice", "Decided", "Declaration", "Done", "Escalation", "Hand",
    "Pause", "Resolution", "Seat", "Typed", "Upkeep", "Where", "Wish", "candidates", "cause", "choice", "command",
    "declaration", "escalation", "go", "labelish", "maintenance", "nogo", "noticed", "oncall", "pause", "reference",
    "resolution", "restriction", "seat", "simulation", "somebody", "task", "why", "without",
]  # fmt: skip
