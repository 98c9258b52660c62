"""What can be done through Muster, whatever says it: a command, a button, a dialog, a mark or the HTTP API."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

#: that are about one incident, each with what it does
OF_AN_INCIDENT: Mapping[str, str] = MappingProxyType({
    "ack": "say that one is on it",
    "status": "see how it stands; move it to another status",
    "update": "tell the state to the room and its audiences",
    "severity": "change how grave it is",
    "note": "put words on the record",
    "capture": "put a message on the record by an emoji, a pin or a shortcut",
    "timeline": "read the record",
    "resolve": "end it",
    "reopen": "go on with an ended incident",
    "cancel": "end it as no incident",
    "postmortem": "write the postmortem",
    "room": "open a room for one that lives in a thread",
    "catchup": "read what is known, done and awaited, and who is who",
    "handoff": "pass a role on with words",
    "rename": "change its title, and name its room after it",
    "archive": "put its room into the archive once it is over",
    "snooze": "put off the reminder for the next update",
    "retry": "try again whatever did not work",
    "impact": "record who and what is hurt",
    "role": "take, give or leave a role",
    "task": "add, take or finish tasks and action items",
    "checklist": "tick off what is to be done",
    "go": "ask for a decision, and say yes",
    "nogo": "say no to a question",
    "deadlines": "say that something was done in time",
    "evidence": "see what is kept of it",
    "report": "keep what a customer says",
    "snapshot": "keep what the logs say and how it all stands",
    "whys": "answer the five whys",
    "fishbone": "place causes on the fishbone",
    "escalate": "call a level or a person",
    "pages": "see who was paged",
    "cant": "say that one cannot come",
    "still": "say that one is still on it",
    "pause": "have nobody called for a while",
    "resume": "end the pause",
    "restrict": "let only those know of it who work on it",
    "unrestrict": "let everyone know of it again",
    "admit": "bring somebody into it",
    "dismiss": "take somebody out of a restricted one",
})  # fmt: skip

#: that are about two of them, and may be done when they may be of each
OF_TWO: Mapping[str, str] = MappingProxyType({
    "merge": "end an incident as a part of another",
    "duplicate": "end an incident as the same as another",
    "related": "link two incidents",
    "unrelated": "take such a link back",
})  # fmt: skip

#: that can be said where no incident is, too
ANYWHERE: Mapping[str, str] = MappingProxyType({
    "declare": "open an incident",
    "another": "open one more in the same words",
    "list": "see the incidents",
    "help": "read what can be said",
    "adopt": "make a channel the room of an incident",
    "alerts": "see what monitoring says, and take alerts into an incident",
    "diagnose": "look at the systems",
    "watch": "hear when something changes",
    "triage": "look at the services and have a severity proposed",
    "maintenance": "keep the detector quiet",
    "contacts": "see whom outside one can call",
    "oncall": "see who is on call; take over, swap, ask to be covered",
    "policy": "read the rules; move an incident to those of today",
    "simulate": "see who would be called, and when",
    "home": "see what concerns oneself",
    "setup": "choose what channels, groups and people of the policy are here",
    "testpage": "send oneself or somebody else a page that is only a test",
    "doctor": "see whether Muster is well",
})  # fmt: skip

COMMANDS: Mapping[str, str] = MappingProxyType({**OF_AN_INCIDENT, **OF_TWO, **ANYWHERE})
