"""Rehearsals: what Muster would do, found out by letting it do it on a stopped clock."""

from bot.rehearsal.rehearse import Rehearsals, rehearse

__all__ = ["Rehearsals", "rehearse"]
