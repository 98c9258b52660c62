"""One's own Home, first-run set-up, and pages that are only a test."""

from __future__ import annotations

from bot.adapters.slack import refs
from bot.adapters.slack.listeners.heard import Heard, on
from bot.adapters.slack.parsing import Where
from bot.adapters.slack.verbs import Answer, Ask, Call, verb
from bot.adapters.slack.words import PERSON
from bot.domain.errors import Refused
from bot.workflows.home import home as homes
from bot.workflows.home import setup as setting_up
from bot.workflows.home import testpage as testing


@on("app_home_opened")
async def opened(heard: Heard) -> None:
    """Its other tab, the messages, shows what Muster wrote anyway."""
    if heard.event.get("tab") == "home":
        await homes.look(heard.desk, heard.gesture(refs.person(heard.event["user"])))


@verb("home", "what concerns you: open incidents, your tasks, who is on call", "me", "mine", where=Where.NOWHERE)
async def home(call: Call) -> Answer:
    return await homes.composed(call.desk, call.gesture.by, call.gesture.at)


@verb("setup", "choose what the policy's channels, groups and people are in this workspace", "set-up",
      where=Where.NOWHERE)  # fmt: skip
async def setup(call: Call) -> Answer:
    return Ask("setup", given=await setting_up.form(call.desk))


@verb("testpage", "see whether pages reach you, or somebody else: `/incident testpage @ana`", "test-page",
      where=Where.NOWHERE)  # fmt: skip
async def testpage(call: Call) -> Answer | None:
    if call.more == "arrived":
        await testing.arrived(call.desk, call.gesture, call.words)
        return None  # the page itself shows it
    return await testing.send(call.desk, call.gesture, whom(call.words))


def whom(words: str) -> str | None:
    """
    >>> whom("slack:U1"), whom("me"), whom("")
    ('slack:U1', None, None)
    """
    said = words.strip(" .,")
    if said.lower() in ("", "me"):
        return None
    if not PERSON.fullmatch(said):
        raise Refused(f"Who is *{said}*? Pick one name from the list that Slack shows after @: /incident testpage @ana")
    return said
