"""The Web API's methods, one module per family."""

from __future__ import annotations

from bot.simulator.methods import (
    apps,
    bookmarks,
    canvases,
    chat,
    conversations,
    files,
    membership,
    pins,
    reactions,
    reading,
    scheduling,
    usergroups,
    users,
    views,
)
from bot.simulator.methods.base import Method

FAMILIES = (
    apps,
    bookmarks,
    canvases,
    chat,
    conversations,
    files,
    membership,
    pins,
    reactions,
    reading,
    scheduling,
    usergroups,
    users,
    views,
)


def table() -> dict[str, Method]:
    """Every method that is served, by name."""
    return {method.name: method for family in FAMILIES for method in family.METHODS}
