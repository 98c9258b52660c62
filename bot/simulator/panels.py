"""Pages of others that are shown beside the messages."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Panel:
    """An entry of the sidebar, and the page that it opens; the page must allow to be framed."""

    title: str
    url: str
