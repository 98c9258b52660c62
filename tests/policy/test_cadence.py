from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.facts import Stage
from bot.policy.book import Book, load
from bot.policy.cadence import Volume, duration
from bot.policy.errors import PolicyError

from .conftest import AT, Change

EVERY = {"sev1": 15, "sev2": 30, "sev3": 60}


@pytest.mark.parametrize(("text", "seconds"), [("45s", 45), ("90m", 5400), ("1h30m", 5400), ("2 D", 172800), ("0m", 0)])
def test_lengths_of_time(text: str, seconds: int) -> None:
    assert duration(text) == timedelta(seconds=seconds)


@pytest.mark.parametrize("text", ["", "soon", "5", "5 minutes", "-5m", "1.5h", "\u0665m", "9999999d"])
def test_what_is_no_length_of_time_is_refused_in_words(text: str) -> None:
    with pytest.raises(ValueError, match="right would be, for example, 15m, 1h30m or 2d"):
        duration(text)


@given(st.integers(0, 999), st.integers(0, 999), st.integers(0, 999), st.integers(0, 999))
def test_combinations_add_up(d: int, h: int, m: int, s: int) -> None:
    assert duration(f"{d}d{h}h{m}m{s}s") == timedelta(days=d, hours=h, minutes=m, seconds=s)


@pytest.mark.parametrize("severity", EVERY)
def test_updates_are_promised_by_severity_until_it_is_over(book: Book, severity: str) -> None:
    cadence, promised = book.cadence, timedelta(minutes=EVERY[severity])
    assert cadence.every(severity, Stage.ACTIVE) == promised
    assert cadence.every(severity, Stage.MITIGATED) == promised
    assert all(cadence.every(severity, s) is None for s in (Stage.RESOLVED, Stage.CLOSED, Stage.CANCELLED))


def test_a_small_incident_is_told_of_as_needed(book: Book) -> None:
    assert book.cadence.every("sev4", Stage.ACTIVE) is None


def test_the_reminder_leaves_time_to_write(book: Book) -> None:
    before = {s: AT - book.cadence.reminder(AT, s) for s in EVERY}
    assert [b // timedelta(minutes=1) for b in before.values()] == [5, 5, 10]


def test_a_missed_update_grows_louder_then_rarer(book: Book) -> None:
    cadence = book.cadence
    volumes = [cadence.volume(n) for n in range(5)]
    assert volumes == [Volume.QUIET, Volume.ROOM, Volume.LEAD, Volume.HERE, Volume.HERE]
    minutes = [(cadence.missed(AT, n) - AT) // timedelta(minutes=1) for n in range(1, 10)]
    assert minutes == [0, 5, 10, 15, 25, 45, 85, 145, 205]
    assert cadence.mentions(1) == ()
    assert cadence.mentions(2) == ("commander", "communications")


def test_the_room_is_asked_for_a_commander(book: Book) -> None:
    cadence = book.cadence
    after = [cadence.prompt_lead_after(s.id) for s in book.severities.all]
    assert after == [timedelta(minutes=2), timedelta(minutes=5), None, None]
    assert (cadence.prompt_lead_every, cadence.prompt_lead_times) == (timedelta(minutes=5), 6)
    assert cadence.snooze == timedelta(minutes=10)


def test_the_first_update_comes_after_as_long_unless_it_says_otherwise(book: Book) -> None:
    cadence = book.cadence
    assert [cadence.first(s.id, Stage.ACTIVE) for s in book.severities.all] == [
        cadence.every(s.id, Stage.ACTIVE) for s in book.severities.all
    ]
    sooner = cadence.severities["sev3"].model_copy(update={"first_within": timedelta(minutes=15)})
    ours = cadence.model_copy(update={"severities": {**cadence.severities, "sev3": sooner}})
    assert ours.first("sev3", Stage.ACTIVE) == timedelta(minutes=15)
    assert ours.every("sev3", Stage.ACTIVE) == timedelta(hours=1)
    assert ours.first("sev3", Stage.RESOLVED) is None


def test_a_reminder_before_the_declaration_is_a_mistake(folder: Path, change: Change) -> None:
    change("cadence.yml", "sev3: {update_every: 1h,", "sev3: {update_every: 1h, first_within: 10m,")
    with pytest.raises(PolicyError, match="the reminder comes before the declaration"):
        load(folder)


def test_rows_of_severities_that_only_the_extended_policy_has_are_left_over(folder: Path, change: Change) -> None:
    change("policy.yml", "title: Default", "title: Ours\nextends: default")
    text = (folder / "cadence.yml").read_text()
    (folder / "cadence.yml").write_text(text.replace("  sev4: {}\n", "  sev5: {}\n"))
    with pytest.raises(PolicyError, match='there is no severity "sev5"'):
        load(folder)
    (folder / "cadence.yml").unlink()
    change("severities.yml", "id: sev4", "id: trifle")
    with pytest.raises(PolicyError) as told:
        load(folder)
    assert 'the severity "trifle" has no cadence' in str(told.value)
    assert not any("cadence" in p and 'there is no severity "sev4"' in p for p in told.value.problems)
