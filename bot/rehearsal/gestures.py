"""What somebody types after /incident, done as the real thing does it: by the same verbs."""

from __future__ import annotations

import difflib
import re

from bot.adapters.recorder import person
from bot.adapters.slack import parsing
from bot.adapters.slack.listeners.table import VERBS
from bot.adapters.slack.verbs import Ask, Call, Verb
from bot.domain.errors import Refused
from bot.policy.scenario import Deed
from bot.rehearsal.stage import Stage
from bot.workflows.desk import Gesture

#: what a lone verb is rehearsed with, where people would get a dialog
WORDS = {"resolve": "it is fixed", "cancel": "it was no incident", "update": "we are looking into it"}
_MENTION = re.compile(r"(?<![\w@])@([\w.-]+)")


async def perform(stage: Stage, incident: str, deed: Deed) -> str:
    """Do it; "", or the sentence with which it was refused."""
    verb, words = understood(deed.say)
    gesture = Gesture(person(deed.by), stage.clock.now(), f"{deed.after}:{deed.by}:{deed.say}")
    try:
        answer = await verb.act(Call(stage.desk, gesture, mentioned(words), id=incident))
    except Refused as refusal:
        return refusal.sentence
    return f"/incident {deed.say} needs more words: it opens a dialog." if isinstance(answer, Ask) else ""


def understood(say: str) -> tuple[Verb, str]:
    """
    The verb and its words. ValueError for what /incident does not know.

    >>> verb, words = understood("escalate manager it spreads")
    >>> verb.name, words, understood("resolve")[1]
    ('escalate', 'manager it spreads', 'it is fixed')
    """
    typed = parsing.command(say, VERBS.wheres())
    verb = VERBS.find(typed.verb)
    if verb is None:
        close = difflib.get_close_matches(typed.verb, VERBS.words, 1)
        right = f"Did you mean {close[0]}?" if close else f"It knows {', '.join(v.name for v in VERBS.all)}."
        raise ValueError(f"/incident does not know the word {typed.verb or say}. {right}")
    return verb, typed.words or WORDS.get(verb.name, "")


def mentioned(words: str) -> str:
    """
    The words, with people as the chat writes them.

    >>> mentioned("commander @ben, not a@b.c")
    'commander slack:ben, not a@b.c'
    """
    return _MENTION.sub(lambda found: person(found[1]), words)
