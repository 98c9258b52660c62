"""Why it happened, and who stands for what was found: mostly places for people to fill."""

from __future__ import annotations

from bot.policy.document.record import Record, heading, to_be_written
from bot.policy.markdown import line, table
from bot.policy.postmortem import Section

WHYS = 5
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
        return "No cause was recorded."
    return f"**Recorded cause:** {record.dialect.text(resolution.cause)}"


def five_whys(record: Record, section: Section) -> str:
    asked = ["why did it happen?", *["and why was that so?"] * (WHYS - 1)]
    return "\n".join(f"{n}. {to_be_written(why)}" for n, why in enumerate(asked, 1))


def fishbone(record: Record, section: Section) -> str:
    places = (f"{heading(record.level + 1, name)}\n\n> {to_be_written(asks)}" for name, asks in BRANCHES.items())
    return "\n\n".join(places)


def sign_off(record: Record, section: Section) -> str:
    """Who signs; the holder of the role is proposed."""
    signatures = record.book.postmortem.sign_off
    if not signatures:
        return "Nobody has to sign this."
    missing, date = to_be_written("name"), to_be_written("date")
    proposed = [record.incident.roles.get(signature.role or "") for signature in signatures]
    rows = [(line(s.title), record.person(who, missing), date) for s, who in zip(signatures, proposed, strict=True)]
    return table(("Signed by", "Name", "Date"), rows)
