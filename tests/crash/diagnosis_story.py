"""A story in which the systems are looked at, and looked at again after the resolution."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from bot.domain import facts
from tests.crash.story import SHORT, Said

POLICY = str(Path(__file__).parent / "policies" / "eyes")
ASKED = Said("ben", "/incident diagnose #1 shop", "Looking at Shop, for #1. The report follows there.")

DIAGNOSED = replace(
    SHORT,
    policy=POLICY,
    said=(*SHORT.said[:-1], ASKED, SHORT.said[-1]),
    in_room=(
        "update room", "role handover", "diagnose diagnosis", "diagnose readings", "ending room",
        "checklist:closing post", "compare say",
    ),
    facts={**SHORT.facts, facts.Diagnosed: 2, facts.EvidenceKept: 2},
)  # fmt: skip

#: its calls that the short story does not make
LOOKED = frozenset({
    ("chat.postMessage diagnose diagnosis", 1),
    ("chat.update diagnose diagnosis", 1),
    ("chat.postMessage diagnose readings", 1),
    ("chat.postMessage compare say", 1),
})  # fmt: skip
