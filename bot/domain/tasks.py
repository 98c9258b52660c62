"""Work that somebody was asked to do."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Task:
    """
    `later` marks an action item: it goes into the postmortem whether done or not.

    `team` answers for it while nobody owns it; `rule` is the rule of the policy that asked for it, if one did.
    """

    id: int
    text: str
    owner: str | None = None
    later: bool = False
    done_by: str | None = None
    done_at: datetime | None = None
    due: datetime | None = None
    priority: str = ""
    category: str = ""
    team: str = ""
    rule: str = ""
