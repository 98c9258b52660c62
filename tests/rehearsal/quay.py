"""A small policy with levels, for rehearsals."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot.policy.scenario import Deed, Kind, Rehearsed, Told, deed

NIGHT = datetime(2026, 6, 6, 3, tzinfo=UTC)
FILES = {
    "policy.yml": "{title: Quay, extends: default}",
    "deadlines.yml": "deadlines: []",
    "escalation.yml": """
levels:
  - {id: primary, title: Primary, who: ["group:oncall"]}
  - {id: manager, title: Manager, who: ["group:managers"], by: [slack, sms], tell: management}
  - {id: director, title: Director, who: ["group:directors"], by: [phone]}
rules:
  - {id: manager-15m, severities: [sev1], after: 15m, to: manager, because: nobody acknowledged}
  - {id: director-1h, severities: [sev1], after: 1h, to: director, unless: over, because: it goes on}
notices: {management: management}
pages: {again_every: 5m, times: 1, quiet_after: ~}
pagerduty: [sev1]
page_by: [slack]
""",
}
TESTS = """
tests:
  - test: nobody acknowledges a SEV1
    given: {severity: sev1, at: "Saturday 03:00"}
    then:
      - {at: 15m, paged: manager, how: sms}
      - {at: 15m, told: "#management"}
      - {never: paged, whom: directors, before: 1h}
  - test: somebody acknowledges
    given: {severity: sev1}
    when: [{after: 12m, do: ack, by: ana}]
    then: [{never: paged, whom: manager}, {at: 1h, paged: director}]
"""


def build(folder: Path, **files: str) -> str:
    """The policy in a folder; `files` are added to it, `tests` as its tests."""
    quay = folder / "quay"
    (quay / "tests").mkdir(parents=True)
    for name, text in {**FILES, **{f"tests/{name}.yml": text for name, text in files.items()}}.items():
        (quay / name).write_text(text)
    return str(quay)


def deeds(*said: str) -> tuple[Deed, ...]:
    return tuple(deed(each) for each in said)


def when(found: Rehearsed, kind: Kind, whom: str = "") -> list[int]:
    """After how many minutes it happened to them, each once."""
    return list(dict.fromkeys(minutes(told) for told in found.told if told.kind is kind and whom in names(told)))


def names(told: Told) -> set[str]:
    return {*told.whom, told.level, told.where, ""}


def minutes(told: Told) -> int:
    return int(told.offset / timedelta(minutes=1))
