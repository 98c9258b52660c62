"""Why it happened, and who stands for what was found: mostly places for people to fill."""

from __future__ import annotations

from bot.domain.analysis import WHYS
from bot.policy.document.record import Record, heading, to_be_written
from bot.policy.markdown import line, table
from bot.policy.postmortem import Section

#: the branches of the diagram after Ishikawa, and what belongs on each
BRANCHES = {
    "People": "who was needed, and what did they know or not know?",
    "Process": "which step was missing, unclear or passed over?",
    "Environment": "what around the systems was different from usual?",
    "Materials": "which data, configuration or supplies were wrong?",
    "Methods": "which way of building, changing or testing let it through?",
    "Machines": "which hardware, network or service failed or ran full?",
}


def causes(record: Record, section: Section) -> str:
    resolution = record.incident.resolution
    if resolution is None or not resolution.cause.strip():
        return root_cause(record) or "No cause was recorded."
    recorded = f"**Recorded cause:** {record.dialect.text(resolution.cause)}"
    return "\n\n".join(filter(None, (recorded, root_cause(record))))


def root_cause(record: Record) -> str:
    """What the whys led to; empty while they lead to nothing."""
    return f"**Root cause:** {line(record.incident.root_cause)}" if record.incident.root_cause else ""


def five_whys(record: Record, section: Section) -> str:
    """The answers as they were given; once there is a root cause, no more of them are asked for."""
    known, found = record.incident.whys, root_cause(record)
    asked = range(1, (max(known, default=0) if found and known else WHYS) + 1)
    rows = [
        f"{n}. {why(n)} {line(known[n].text)}" if n in known else f"{n}. {to_be_written(why(n).lower())}" for n in asked
    ]
    return "\n\n".join(filter(None, ("\n".join(rows), found)))


def why(step: int) -> str:
    return "Why did it happen?" if step == 1 else "And why was that so?"


def fishbone(record: Record, section: Section) -> str:
    return "\n\n".join(branch(record, name, asks) for name, asks in BRANCHES.items())


def branch(record: Record, name: str, asks: str) -> str:
    found = record.incident.bones.get(name.lower(), ())
    body = "\n".join(f"- {line(cause)}" for cause in found) or f"> {to_be_written(asks)}"
    return f"{heading(record.level + 1, name)}\n\n{body}"


def sign_off(record: Record, section: Section) -> str:
    """Who signs; the holder of the role is proposed."""
    signatures = record.book.postmortem.sign_off
    if not signatures:
        return "Nobody has to sign this."
    missing, date = to_be_written("name"), to_be_written("date")
    proposed = [record.incident.roles.get(signature.role or "") for signature in signatures]
    rows = [(line(s.title), record.person(who, missing), date) for s, who in zip(signatures, proposed, strict=True)]
    return table(("Signed by", "Name", "Date"), rows)
