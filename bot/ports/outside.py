"""The rest of the world: pagers, paging services, systems to look at, pictures to draw, a stage to rehearse on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from bot.domain.finding import Finding
from bot.domain.observation import Reading
from bot.engine.outcomes import Key
from bot.policy.book import Book
from bot.policy.diagnosis import Probe, Target
from bot.policy.scenario import Rehearsed, Scenario
from bot.ports.chat import Contact


@dataclass(frozen=True)
class Alarm:
    """
    What wakes somebody outside the chat. `subject` is one line, `text` a few, both plain; `link` opens the incident.

    `incident` is its id, the same for all alarms of one incident; `severity` one of critical, error, warning, info.
    """

    incident: str
    name: str
    subject: str
    text: str
    link: str = ""
    severity: str = "error"


class Pager(Protocol):
    """One way to wake a person outside the chat: an e-mail, a text message, a telephone call."""

    async def page(self, to: Contact, alarm: Alarm, key: Key) -> None:
        """
        Busy, Doubt or Rejected, as for the chat. Rejected when the contact lacks what this way needs.

        In doubt it is sent again under the same identity: a page that came twice is better than none.
        """


class Alarms(Protocol):
    """A paging service that looks after its own people. Each incident is one alarm there; a verb may be repeated."""

    async def trigger(self, alarm: Alarm) -> None: ...

    async def acknowledge(self, alarm: Alarm) -> None: ...

    async def resolve(self, alarm: Alarm) -> None: ...


class Rehearsals(Protocol):
    """A stage beside the real one, on which nobody is really told anything."""

    async def rehearse(self, book: Book, scenario: Scenario) -> Rehearsed:
        """What would come of it. Refused for what the policy does not know, or when it does not come to an end."""


class Roster(Protocol):
    """Who is on call, as another service keeps it."""

    async def on_call(self, schedule: str) -> tuple[str, ...]:
        """The e-mail addresses of those on call there now; empty when nobody is."""


class Prober(Protocol):
    """Eyes on the systems of the team."""

    def sees(self, target: Target | None) -> bool:
        """Whether there is an address to look at; a probe without a target looks at this machine."""

    async def read(self, probe: Probe, target: Target | None) -> Reading:
        """
        What the probe finds. It ends within the probe's time-out, raises nothing, changes nothing where it looks, and
        reaches only the target.
        """


class Charts(Protocol):
    """Pictures, as PNG."""

    async def lines(self, title: str, unit: str, series: Mapping[str, Sequence[tuple[float, float]]]) -> bytes:
        """A graph of points (Unix seconds, value)."""

    async def fishbone(self, effect: str, bones: Mapping[str, Sequence[str]]) -> bytes:
        """The diagram after Ishikawa: causes by branch, and what they led to."""


class Checks(Protocol):
    """Looks at all that Muster leans on."""

    async def look(self) -> list[Finding]:
        """It ends within half a minute, raises nothing, sends nobody anything."""
