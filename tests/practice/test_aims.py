"""What a policy looks at leads to the shop, where the real probes find it whole."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest
from pydantic import SecretStr

from bot.adapters.probes import Prober
from bot.domain.observation import Fault, Reading
from bot.policy.book import Book, bundled, load
from bot.practice import hall
from bot.practice.aims import NAMED, targets_for
from bot.practice.service.addresses import Addresses
from bot.practice.service.running import Running
from tests.practice import harbour

SHOP = Addresses("/tmp/shop", control=1, web=2, tls=3, cache=4, payments=5)

OTHERS = """
targets:
  - {id: front, title: Front}
  - {id: odd, title: Odd}
  - {id: mixed, title: Mixed}
  - {id: payment-status, title: Payments}
  - {id: trusted, title: Trusted}
  - {id: lines, title: Lines}
  - {id: unused, title: Unused}
  - {id: cluster, title: Cluster}
services: [{id: front, title: Front}]
probes:
  - {id: a, title: A, kind: http, service: front, target: front, options: {path: /api/health}}
  - {id: b, title: B, kind: http, service: front, target: front, options: {path: /orders}}
  - {id: c, title: C, kind: http, service: front, target: odd, options: {path: /wp-admin}}
  - {id: d, title: D, kind: http, service: front, target: mixed, options: {path: /health}}
  - {id: e, title: E, kind: redis, service: front, target: mixed}
  - {id: f, title: F, kind: http, service: front, target: payment-status, options: {path: /status}}
  - {id: g, title: G, kind: tls, service: front, target: trusted}
  - {id: h, title: H, kind: log, service: front, target: lines}
  - {id: i, title: I, kind: kubernetes, service: front, target: cluster}
sets: []
causes: []
recommendations: []
triage: {}
"""


def test_the_default_policy_looks_at_all_of_the_shop() -> None:
    book = load("default")
    aims = targets_for(book, SHOP)

    assert set(aims) == set(NAMED) and aims["shop"] == "http://127.0.0.1:2"
    assert {target.id for target in book.diagnosis.targets} >= set(NAMED)


def test_other_targets_lead_where_all_of_their_probes_find_what_they_look_for(tmp_path: Path) -> None:
    folder = harbour.build(tmp_path)
    (folder / "diagnosis.yml").write_text(OTHERS)
    aims = targets_for(load(str(folder)), SHOP)

    assert aims == {
        "front": "http://127.0.0.1:2", "payment-status": "http://127.0.0.1:5", "lines": "/tmp/shop/shop.log",
    }  # fmt: skip


@pytest.fixture
async def shop(tmp_path: Path) -> AsyncIterator[Addresses]:
    running = Running(tmp_path / "shop")
    yield await running.start()
    await running.stop()


async def readings(book: Book, shop: Addresses) -> dict[str, Reading]:
    """Of every probe that leads to the shop."""
    prober = Prober({id: SecretStr(address) for id, address in targets_for(book, shop).items()})
    aimed = [(probe, target) for probe in book.diagnosis.probes if (target := book.diagnosis.target(probe))]
    seen = [(probe, target) for probe, target in aimed if prober.sees(target)]
    found = await asyncio.gather(*(prober.read(probe, target) for probe, target in seen))
    return {probe.id: reading for (probe, _), reading in zip(seen, found, strict=True)}


async def test_the_probes_of_every_policy_find_the_shop_whole(shop: Addresses) -> None:
    for name in bundled():
        book = load(name)
        found = await readings(book, shop)
        # figures that only somebody else's service has
        ill = {id: reading for id, reading in found.items() if reading.fault not in (Fault.NONE, Fault.MISSING)}

        assert found and not ill, name


def test_the_greeting_has_a_line_that_monitoring_could_have_sent_where_the_policy_hears_such() -> None:
    book = load("default")
    deaf = replace(book, routing=book.routing.model_copy(update={"sources": ()}))

    assert 'http://127.0.0.1:5000/webhooks/alerts/generic?token=T" -d' in hall.how_to_alert(book, 5000, "T")
    assert hall.how_to_alert(deaf, 5000, "T") == ""


def test_the_greeting_says_how_to_work_without_slack() -> None:
    said = hall.how_without_slack(load("default"), 5000, "T")

    assert "export MUSTER_URL=http://127.0.0.1:5000 MUSTER_API_TOKEN=T\n" in said
    assert "muster declare --severity sev1 checkout is failing\n" in said


def test_the_greeting_says_how_to_break_it() -> None:
    usual, other = Addresses("/tmp/shop", 8701, 2, 3, 4, 5), Addresses("/tmp/shop", 9001, 2, 3, 4, 5)
    book = load("default")

    assert "./muster practice break errors\n" in hall.greeting("http://here", None, book, usual)
    assert "./muster practice break errors --port 9000\n" in hall.greeting("http://here", None, book, other)
