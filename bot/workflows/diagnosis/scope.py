"""What is looked at: a service, a set of probes, or everything that the policy names."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass

from bot.domain.errors import Refused
from bot.domain.incident import Incident
from bot.policy.book import Book
from bot.policy.diagnosis import Probe, ProbeSet, Service
from bot.ports import Prober
from bot.workflows.desk import Desk

HOW = "docs/diagnosis.md says how."
EVERYTHING = "everything"


@dataclass(frozen=True)
class Scope:
    """`word` finds it again, `title` is what people call it."""

    word: str
    title: str
    probes: tuple[Probe, ...]


def find(book: Book, words: str) -> Scope | None:
    """By the id, title or alias of a service or a set; no word is everything."""
    diagnosis = book.diagnosis
    if words.strip().casefold() in ("", EVERYTHING, "all"):
        return Scope("", EVERYTHING, diagnosis.probes)
    if service := diagnosis.find_service(words):
        return Scope(service.id, service.title, diagnosis.probes_of(service.id))
    if chosen := diagnosis.find_set(words):
        return Scope(chosen.id, chosen.title, diagnosis.probes_in(chosen))
    return None


def meant(desk: Desk, book: Book, words: str, incident: Incident | None = None) -> Scope:
    """The scope that a person means. Refused with what there is instead, or with what is to be set up first."""
    prober = eyes(desk, book)
    found = find(book, words)
    if found is None:
        raise Refused(unknown(book, words))
    if not any(prober.sees(book.diagnosis.target(probe)) for probe in found.probes):
        raise Refused(nothing_set_up(desk, book, found))
    return Scope(found.word, found.title, first_alerted(book, found.probes, incident))


def eyes(desk: Desk, book: Book) -> Prober:
    """Refused when there is nothing to look with, or at."""
    if desk.prober is None:
        raise Refused("This Muster has no probes, so it cannot look at anything.")
    if not book.diagnosis.probes:
        raise Refused(f"The policy names nothing to look at yet. {HOW}")
    return desk.prober


def first_alerted(book: Book, probes: Iterable[Probe], incident: Incident | None) -> tuple[Probe, ...]:
    """Those of the services that the incident's alerts name come first."""
    names = {raised.service for raised in incident.alerts.values()} if incident else set()
    alerted = {service.id for name in names if (service := book.diagnosis.find_service(name))}
    return tuple(sorted(probes, key=lambda probe: probe.service not in alerted))


def unknown(book: Book, words: str) -> str:
    services, sets = book.diagnosis.services, book.diagnosis.sets
    known = [*words_of(services), *words_of(sets)]
    near = difflib.get_close_matches(words.casefold(), known, 1, 0.6)
    guess = f" Did you mean {near[0]}?" if near else ""
    named = [f"services: {', '.join(each.id for each in services)}" if services else "",
             f"sets: {', '.join(each.id for each in sets)}" if sets else ""]  # fmt: skip
    there = "; ".join(filter(None, named)) or "nothing but everything: leave the word out"
    return f"There is nothing called *{words.strip()}* to look at.{guess} There is: {there}."


def words_of(things: Iterable[Service] | Iterable[ProbeSet]) -> list[str]:
    """All that they answer to."""
    return [word.casefold() for each in things for word in (each.id, each.title, *each.aliases)]


def nothing_set_up(desk: Desk, book: Book, scope: Scope) -> str:
    wanted = ", ".join(variable(id) for id in unset(desk, book, scope.probes)[:4])
    first = f"Set {wanted} to where it is found." if wanted else "It has no probes."
    return f"Nothing of {scope.title} is set up here, so Muster cannot look. {first} {HOW}"


def unset(desk: Desk, book: Book, probes: Iterable[Probe]) -> list[str]:
    """The targets of these probes that have no address here."""
    prober = eyes(desk, book)
    targets = [target for probe in probes if (target := book.diagnosis.target(probe))]
    return list(dict.fromkeys(target.id for target in targets if not prober.sees(target)))


def variable(target: str) -> str:
    """
    >>> variable("shop-db")
    'MUSTER_TARGET_SHOP_DB'
    """
    return f"MUSTER_TARGET_{target.upper().replace('-', '_')}"
