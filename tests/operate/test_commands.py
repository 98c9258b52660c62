"""The commands of whoever runs Muster, as they type them."""

from __future__ import annotations

import asyncio
import json
import sqlite3
import stat
from datetime import UTC, datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from bot.__main__ import cli
from bot.adapters.store import Store
from bot.adapters.store.proof import offline
from bot.config import Config
from bot.ports import Logged
from tests.contracts.test_store_proof import SECRET, told

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A data directory with two incidents, one of them restricted; the environment names it."""
    for field in Config.model_fields.values():
        monkeypatch.delenv(str(field.validation_alias), raising=False)
    monkeypatch.setenv("MUSTER_DATA_DIR", str(tmp_path / "data"))

    async def fill() -> None:
        store = await Store.open(f"sqlite:///{tmp_path}/data/muster.db", NOON)
        await told(store, NOON)
        await told(store, NOON, 2, "restricted")
        await store.close()

    asyncio.run(fill())
    return tmp_path / "data"


def muster(*words: str | Path) -> Result:
    return CliRunner().invoke(cli, [str(word) for word in words])


def log_of(data: Path) -> list[Logged]:
    async def read() -> list[Logged]:
        store = await Store.beside(data / "muster.db")
        found = await store.logged()
        await store.close()
        return found

    return asyncio.run(read())


def test_a_backup_is_whole_private_and_on_the_log(data: Path, tmp_path: Path) -> None:
    done = muster("backup", tmp_path)
    assert done.exit_code == 0 and "2 incidents, 6 facts" in done.stdout
    [file] = tmp_path.glob("muster-*.db")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert [line.what for line in log_of(data)] == ["backed_up"]
    assert sorted(each.name for each in tmp_path.iterdir()) == ["data", file.name]


def test_a_backup_is_made_while_muster_works(data: Path, tmp_path: Path) -> None:
    async def work() -> int:
        store = await Store.open(data / "muster.db", NOON)
        done = await asyncio.to_thread(muster, "backup", tmp_path / "copy.db")
        await told(store, NOON, 3)
        await store.close()
        return done.exit_code

    assert asyncio.run(work()) == 0
    assert len(log_of(data)) == 1


def test_no_backup_takes_the_place_of_another_file(data: Path, tmp_path: Path) -> None:
    (tmp_path / "mine").write_text("mine")
    done = muster("backup", tmp_path / "mine")
    assert done.exit_code == 2 and "is there already" in done.stderr
    assert (tmp_path / "mine").read_text() == "mine"


def test_a_record_that_was_changed_makes_no_backup(data: Path, tmp_path: Path) -> None:
    with sqlite3.connect(data / "muster.db") as connection:
        connection.execute("UPDATE facts SET data = '{}' WHERE incident = 'id1' AND seq = 2")
    connection.close()
    done = muster("backup", tmp_path / "copy.db")
    assert done.exit_code == 2 and "Incident #1: The data of fact 2 was changed." in done.stderr
    assert not (tmp_path / "copy.db").exists()


def test_a_backup_takes_the_place_of_a_record_when_told_to_and_that_one_is_kept(data: Path, tmp_path: Path) -> None:
    muster("backup", tmp_path / "copy.db")
    refused = muster("restore", tmp_path / "copy.db")
    assert refused.exit_code == 2 and "--force" in refused.stderr
    done = muster("restore", tmp_path / "copy.db", "--force")
    assert done.exit_code == 0, done.stderr
    [aside] = data.glob("muster.db.before-*Z")
    assert str(aside) in done.stdout
    assert [line.what for line in log_of(data)] == ["restored"]
    assert muster("audit", "verify").exit_code == 0


def test_a_damaged_backup_is_refused_and_the_record_stays(data: Path, tmp_path: Path) -> None:
    (tmp_path / "copy.db").write_bytes(b"no database" * 1000)
    before = log_of(data)
    done = muster("restore", tmp_path / "copy.db", "--force")
    assert done.exit_code == 2 and done.stderr
    assert log_of(data) == before and list(data.glob("*before*")) == []


def test_a_record_that_was_restored_by_other_means_is_told_of_when_it_is(data: Path) -> None:
    assert muster("restore").exit_code == 2
    done = muster("restore", "--as-of", "2026-11-20T03:00Z")
    assert done.exit_code == 0 and "20 Nov 2026 03:00 UTC" in done.stdout


def test_postgresql_makes_its_own_backups(monkeypatch: pytest.MonkeyPatch, data: Path, tmp_path: Path) -> None:
    monkeypatch.setenv("MUSTER_DATABASE_URL", "postgresql://muster:hush@db.example.org/muster")
    for words in (("backup", tmp_path), ("restore", tmp_path / "copy.db")):
        done = muster(*words)
        assert done.exit_code == 2 and "pg_" in done.stderr and "hush" not in done.stderr


def test_verify_ends_with_1_and_the_first_break(data: Path) -> None:
    assert muster("audit", "verify").exit_code == 0
    with sqlite3.connect(data / "muster.db") as connection:
        connection.execute("UPDATE facts SET \"by\" = 'slack:U9' WHERE incident = 'id2' AND seq = 3")
    connection.close()
    done = muster("audit", "verify")
    assert (done.exit_code, done.stdout) == (1, "Incident #2: The chain breaks at fact 3.\n")


def test_an_export_proves_itself_and_is_on_the_log(data: Path) -> None:
    done = muster("audit", "export")
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    assert offline(rows) == [] and {row["number"] for row in rows} == {1}
    assert len(muster("audit", "export", "--restricted").stdout.splitlines()) == 6
    assert [(line.what, line.data["restricted"]) for line in log_of(data)] == [("exported", False), ("exported", True)]


def test_a_fact_is_erased_and_nothing_of_it_is_left(data: Path) -> None:
    done = muster("audit", "redact", "#1", "3", "it", "held", "a", "password")
    assert done.exit_code == 0, done.stderr
    assert SECRET not in muster("audit", "export", "--incident", "1").stdout
    assert muster("audit", "verify").exit_code == 0
    assert log_of(data)[0].text == "erased fact 3 of #1: it held a password"
    assert muster("audit", "redact", "1", "99", "why").exit_code == 2
    assert muster("audit", "redact", "here", "1", "why").exit_code == 2


def test_the_doctor_ends_with_2_when_slack_does_not_answer(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SLACK_API_URL", "http://127.0.0.1:1/")
    monkeypatch.setenv("MUSTER_PORT", "0")
    done = muster("doctor", "--json")
    said = json.loads(done.stdout)
    assert done.exit_code == 2 and said["health"] == "wrong"
    assert {f["area"]: f["health"] for f in said["findings"]}["Record"] == "well"
