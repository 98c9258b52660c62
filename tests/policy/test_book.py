from __future__ import annotations

import time
from pathlib import Path

import pytest

from bot.policy.book import FILES, Book, bundled, load
from bot.policy.errors import PolicyError

from .conftest import AT, Change, an_incident


def mistakes(folder: Path) -> tuple[str, ...]:
    with pytest.raises(PolicyError) as wrong:
        load(folder)
    return wrong.value.problems


def test_the_default_policy_loads_whole(book: Book) -> None:
    assert book.name == "default"
    assert len(book.hash) == 64
    assert all(getattr(book, part) is not None for part in FILES)
    assert "default" in bundled()


def test_loading_is_fast_enough_for_every_start(book: Book) -> None:
    def once() -> float:
        began = time.perf_counter()
        load("default")
        return time.perf_counter() - began

    assert min(once() for _ in range(5)) < 0.080


def test_a_folder_is_a_policy_with_the_same_hash_as_its_original(book: Book, folder: Path) -> None:
    ours = load(folder)
    assert (ours.name, ours.hash) == ("ours", book.hash)


@pytest.mark.parametrize("file", ["naming.yml", "templates/page.j2"])
def test_any_change_of_any_file_changes_the_hash(book: Book, folder: Path, file: str) -> None:
    (folder / file).write_text((folder / file).read_text() + "\n")
    assert load(folder).hash != book.hash


def test_what_templates_may_say_about_an_incident(book: Book) -> None:
    about = book.about(an_incident().take_role("commander", "slack:U2", "slack:U2", AT)[0])
    assert about["label"] == "#12"
    assert about["severity"].title == "SEV1"
    assert about["commander"] == "slack:U2"
    assert about["room"] is None


def test_titles_of_an_earlier_policy_come_back_as_they_are(book: Book) -> None:
    assert (book.words.severity("sev1"), book.words.severity("p9")) == ("SEV1", "p9")
    assert (book.words.status("closed"), book.words.status("gone")) == ("Closed", "gone")
    assert (book.words.role("scribe"), book.words.role("cook")) == ("Scribe", "cook")


def test_a_policy_that_is_not_there(tmp_path: Path) -> None:
    assert "there is no such policy. Right would be a folder" in mistakes(tmp_path / "nowhere")[0]


def test_every_mistake_is_told_at_once(folder: Path, change: Change) -> None:
    change("severities.yml", "title: SEV1", "titel: SEV1")
    change("cadence.yml", "snooze: 10m", "snooze: soon")
    change("lifecycle.yml", "start: investigating", "start investigating")
    (folder / "naming.yml").unlink()
    (folder / "templates/page.j2").unlink()
    told = "\n".join(mistakes(folder))
    assert 'severities.yml, line 6: the setting "title" is missing in severities[1].' in told
    assert 'there is no setting "titel" in severities[1]. Did you mean "title"?' in told
    assert "cadence.yml, line 10: snooze is wrong: 'soon' is not a length of time; right would be" in told
    assert "lifecycle.yml, line 4: this is not YAML" in told
    assert "naming.yml is missing." in told
    assert "templates/page.j2 is missing." in told


DANGLING = [
    ("severities.yml", "default: sev2", "default: sev9", 'severities.yml, line {line}: there is no severity "sev9".'),
    ("severities.yml", '["oncall:primary", "group:incident-commanders"]', '["role:cook"]', 'there is no role "cook".'),
    (
        "severities.yml",
        '["oncall:primary", "group:incident-commanders"]',
        "[everyone]",
        "severities[1].page[1] is wrong",
    ),
    ("severities.yml", "sev-2,", "sev-1,", '"sev-1" means more than one severity.'),
    (
        "lifecycle.yml",
        "next: [closed, investigating]",
        "next: [shut]",
        'lifecycle.yml, line {line}: there is no status "shut".',
    ),
    (
        "lifecycle.yml",
        "reopened: investigating",
        "reopened: again",
        'lifecycle.yml, line {line}: there is no status "again"',
    ),
    ("lifecycle.yml", "resolved: resolved", "resolved: monitoring", "the stage mitigated; right would be resolved."),
    ("lifecycle.yml", "start: investigating", "start: closed", "right would be active or mitigated."),
    ("lifecycle.yml", "stage: mitigated", "stage: calm", "stage is wrong: Input should be 'active', 'mitigated'"),
    ("roles.yml", "lead: commander", "lead: boss", 'roles.yml, line {line}: there is no role "boss".'),
    ("roles.yml", "aliases: [tl,", "aliases: [ic,", '"ic" means more than one role.'),
    ("checklists.yml", "[sev3, sev4]", "[sev3, sev5]", 'checklists.yml, line {line}: there is no severity "sev5".'),
    ("checklists.yml", "id: small-owner", "id: command", '"command" means more than one checklist item.'),
    ("cadence.yml", "  sev4: {}\n", "", 'the severity "sev4" has no cadence.'),
    ("cadence.yml", "remind_before: 5m", "remind_before: 15m", "the reminder comes before the last update."),
    ("cadence.yml", "mention: [commander,", "mention: [cook,", 'there is no role "cook".'),
    ("communications.yml", "[sev1, sev2]", "[sev0]", 'communications.yml, line {line}: there is no severity "sev0".'),
    (
        "communications.yml",
        "incidents_channel: incidents",
        "incidents_channel: '#Incidents'",
        "incidents_channel is wrong",
    ),
    ("naming.yml", "{number}-{slug}", "{number}-{title}", "uses {{title}}; it can use {{number}}, {{severity}}"),
    ("naming.yml", "{number}-{slug}", "{number.__class__}", "uses {{number.__class__}}; it can use"),
    ("naming.yml", "{number}-{slug}", "{number", "room is wrong"),
    ("postmortem.yml", "source: summary", "source: rumours", "source is wrong: Input should be 'people', 'summary'"),
    ("postmortem.yml", "id: impact", "id: summary", '"summary" means more than one section.'),
    ("roles.yml", "lead: commander", "lead: commander\nlead: scribe", '"lead" stands here twice. Keep one.'),
    ("roles.yml", "lead: commander", "- lead", "this is not YAML"),
]


@pytest.mark.parametrize(("file", "was", "now", "told"), DANGLING, ids=[f"{f}: {n}" for f, _, n, _ in DANGLING])
def test_a_mistake_is_a_sentence(folder: Path, change: Change, file: str, was: str, now: str, told: str) -> None:
    change(file, was, now)
    text = (folder / file).read_text()
    told = told.format(line=text[: text.index(now)].count("\n") + 1)
    problems = mistakes(folder)
    assert any(told in problem for problem in problems), problems
    assert all(problem.startswith(file) and problem.endswith((".", "?")) for problem in problems), problems


def test_a_file_that_belongs_to_nothing(folder: Path) -> None:
    (folder / "sevrities.yml").write_text("a: 1")
    (folder / "templates/pgae.j2").write_text("hello")
    told = "\n".join(mistakes(folder))
    assert "sevrities.yml: no part of a policy has this name." in told
    assert "templates/pgae.j2: nothing uses a template of this name." in told


@pytest.mark.parametrize(
    "content", ["", "[]", "just words", "12", "? [a]\n: b", "lead: 2026-13-45", "a: &a [*a]", "[" * 5000]
)
def test_a_file_of_another_shape_is_a_mistake_not_a_crash(folder: Path, content: str) -> None:
    (folder / "roles.yml").write_text(content)
    assert all(problem.startswith("roles.yml") for problem in mistakes(folder))


def test_a_file_that_is_no_text(folder: Path) -> None:
    (folder / "roles.yml").write_bytes(b"\xff\xfe\x00")
    assert any("roles.yml: it cannot be read" in problem for problem in mistakes(folder))
