"""What a kind of probe is: its name, what it asks for, and how it reads."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict

from bot.adapters.probes.reach import Reach
from bot.adapters.probes.spot import Spot as Spot
from bot.adapters.probes.spot import Unseen as Unseen
from bot.domain.observation import Reading
from bot.policy.model import Span


class Options(BaseModel):
    """What a probe of this kind may say under `options`; a key that it does not know is a mistake."""

    model_config = ConfigDict(frozen=True, extra="forbid")


def _up_to_90_days(length: timedelta) -> timedelta:
    if not timedelta() < length <= timedelta(days=90):
        raise ValueError("a look-back is up to 90d")
    return length


LookBack = Annotated[Span, AfterValidator(_up_to_90_days)]


@dataclass(frozen=True)
class Kind:
    """
    `read` may raise Unseen, OSError, TimeoutError or whatever the prober's LAST_NET names, and is cancelled when the
    time-out is over; `local` kinds look at this machine when the probe names no target.
    """

    name: str
    options: type[Options]
    read: Callable[[Spot, Any, Reach], Awaitable[Reading]]
    local: bool = False
    values: tuple[str, ...] | Callable[[Any], tuple[str, ...]] = ()

    def named(self, options: Options) -> tuple[str, ...]:
        return self.values(options) if callable(self.values) else self.values
