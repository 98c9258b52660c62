"""What the detector remembers from one round to the next."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from bot.domain.observation import Symptom
from bot.policy.hysteresis import Subject, Suspicion

NAME = "detector"
#: when more is wrong than that, what was raised is remembered first
MOST = 2000
LONGEST_TEXT = 300


@dataclass(frozen=True)
class Memory:
    """`left` are the probes that the last round did not reach, `held` what is wrong, or was a moment ago."""

    left: tuple[str, ...] = ()
    held: Mapping[Subject, Suspicion] = field(default_factory=dict)


def read(stored: Any) -> Memory:
    if not stored:
        return Memory()
    suspicions = [_read(row) for row in stored["held"]]
    return Memory(tuple(stored["left"]), {(s.symptom.probe, s.symptom.type): s for s in suspicions})


def written(memory: Memory) -> dict[str, Any]:
    kept = sorted(memory.held.values(), key=lambda each: not each.raised)[:MOST]
    return {"left": list(memory.left), "held": [_written(each) for each in kept]}


def hushed(memory: Memory) -> Iterable[Suspicion]:
    """What would have been raised if its service were not under maintenance."""
    return (each for each in memory.held.values() if each.hushed)


def _written(each: Suspicion) -> dict[str, Any]:
    row = asdict(each) | {"since": each.since.isoformat(), "seen": each.seen.isoformat()}
    row["symptom"]["text"] = each.symptom.text[:LONGEST_TEXT]
    return row


def _read(row: dict[str, Any]) -> Suspicion:
    return Suspicion(
        Symptom(**row["symptom"]), tuple(row["grades"]), row["calm"], datetime.fromisoformat(row["since"]),
        datetime.fromisoformat(row["seen"]), row["raised"], row["hushed"],
    )  # fmt: skip
