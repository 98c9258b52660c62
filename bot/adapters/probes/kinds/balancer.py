"""
`balancer`: how many servers behind a load balancer are healthy. The address is that of HAProxy's statistics as CSV
(`http://lb:8404/stats;csv`), or of a JSON list.

Options: `path` after the target's address; `backend`, the one that matters, all of them if it is not named. Of JSON:
`list`, the dotted path to the list, `field`, that to the health of one of it, `name`, that to what it is called;
`healthy`, the words that mean it is.

Values: `healthy`, `unhealthy`, `total`, `healthy_percent`. Text: those that are not healthy, and what they are. MISSING
when there is no server at all.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator

from bot.adapters.probes.dig import items, word
from bot.adapters.probes.kind import Kind, Options, Spot, Unseen
from bot.adapters.probes.reach import Reach
from bot.adapters.probes.web import MOST_DATA, Answer, get
from bot.domain.observation import Fault, Reading

#: rows that stand for all servers of a proxy: https://docs.haproxy.org/3.0/management.html (9.1)
SUMS = {"FRONTEND", "BACKEND"}


class BalancerOptions(Options):
    path: str = ""
    backend: str = ""
    list: str = ""
    field: str = "status"
    name: str = "name"
    healthy: tuple[str, ...] = ("healthy", "up", "ok", "online", "true", "no check")


async def read(spot: Spot, options: BalancerOptions, reach: Reach) -> Reading:
    answer = (await get(reach, spot, options.path, most=MOST_DATA)).wanted("load balancer's list")
    servers = list(of_haproxy(answer, options) if answer.text.startswith("#") else of_json(answer, options))
    if not servers:
        what = f"backend {options.backend}" if options.backend else "server in the list"
        raise Unseen(Fault.MISSING, f"{answer.place} knows no {what}")
    unwell = [(name, state) for name, state in servers if not well(state, options.healthy)]
    total, healthy = len(servers), len(servers) - len(unwell)
    values = {"healthy": float(healthy), "unhealthy": float(len(unwell)), "total": float(total)}
    values["healthy_percent"] = 100 * healthy / total
    text = "\n".join(f"{name}: {state or 'no word'}" for name, state in unwell)
    return Reading(Fault.NONE, f"{healthy} of {total} servers are healthy", values, text)


def of_haproxy(answer: Answer, options: BalancerOptions) -> Iterator[tuple[str, str]]:
    """Each server and its state, such as "UP", "UP 1/2", "DOWN", "MAINT" or "no check"."""
    rows = csv.DictReader(answer.text.lstrip("# ").splitlines())
    if not {"pxname", "svname", "status"} <= {*(rows.fieldnames or ())}:
        raise Unseen(Fault.UNEXPECTED, f"{answer.place} answers with something that is no statistics of HAProxy")
    for row in rows:
        if row["svname"] not in SUMS and options.backend in ("", row["pxname"]):
            yield f"{row['pxname']}/{row['svname']}", row["status"] or ""


def of_json(answer: Answer, options: BalancerOptions) -> Iterator[tuple[str, str]]:
    for number, each in enumerate(items(answer.json(), options.list), 1):
        yield word(each, options.name, f"server {number}"), word(each, options.field)


def well(state: str, words: tuple[str, ...]) -> bool:
    """
    >>> well("UP 1/2", ("up",)), well("unhealthy", ("healthy",)), well("True", ("true",)), well("", ("up",))
    (True, False, True, False)
    """
    said = state.strip().casefold()
    return any(said == word.casefold() or said.startswith(f"{word.casefold()} ") for word in words)


KIND = Kind("balancer", BalancerOptions, read, values=("healthy", "unhealthy", "total", "healthy_percent"))
