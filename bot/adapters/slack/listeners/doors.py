"""Every event that Muster hears, and every shortcut it answers."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from types import ModuleType

from bot.adapters.slack.listeners import home, invited, joined, marks, shortcuts
from bot.adapters.slack.listeners.heard import Choose, Handle, declared

#: which handlers an event of a type has, in the order of their modules
HEARD: tuple[ModuleType, ...] = (home, invited, joined, marks)
CHOSEN: tuple[ModuleType, ...] = (shortcuts,)


def _events() -> Mapping[str, Sequence[Handle]]:
    found: dict[str, list[Handle]] = defaultdict(list)
    for door in declared(*HEARD):
        found[door.kind].append(door.handle)
    return found


EVENTS = _events()
SHORTCUTS: Mapping[str, Choose] = {door.kind: door.handle for door in declared(*CHOSEN)}
