from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from bot.policy.book import BUNDLED, FILES, Book, assemble, bundled, load
from bot.policy.check import problems
from bot.policy.errors import PolicyError
from bot.policy.layers import layers

from .conftest import an_incident

Write = Callable[..., Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """A policy of these files: `write("ours", policy="extends: default", roles="…")`; __ in a name is a /."""

    def written(folder: str, **files: str) -> Path:
        for name, text in files.items():
            path = tmp_path / folder / (name.replace("__", "/") + (".j2" if "__" in name else ".yml"))
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        return tmp_path / folder

    return written


def test_a_policy_says_only_what_differs(write: Write, book: Book) -> None:
    ours = load(write("ours", policy="{title: Ours, extends: default}", naming="room: 'war-{number}'"))
    assert ours.naming.room(7, "db", an_incident().declared_at, "sev1") == "war-7"
    assert ours.naming.slug_at_most == book.naming.slug_at_most
    assert ours.severities == book.severities
    assert (ours.name, ours.policy.title) == ("ours", "Ours")
    assert ours.hash != book.hash


def test_a_mapping_changes_the_keys_it_names_and_a_list_replaces_the_list(write: Write, book: Book) -> None:
    cadence = "{severities: {sev1: {update_every: 10m}}, louder: [{miss: 1, volume: here}]}"
    ours = load(write("ours", policy="extends: default", cadence=cadence))
    was, now = book.cadence.severities["sev1"], ours.cadence.severities["sev1"]
    assert (now.update_every, now.prompt_lead_after) == (timedelta(minutes=10), was.prompt_lead_after)
    assert ours.cadence.severities["sev2"] == book.cadence.severities["sev2"]
    assert [step.miss for step in ours.cadence.louder] == [1]


@pytest.mark.parametrize("nothing", ["", "~", "null"])
def test_an_empty_key_takes_away_what_is_inherited(write: Write, nothing: str) -> None:
    row = f"severities:\n  sev1: {{update_every: {nothing}}}"
    ours = load(write("ours", policy="extends: default", cadence=row, classification=f"triage: {nothing}"))
    assert ours.cadence.severities["sev1"].update_every is None
    assert ours.classification.proposes is False


def test_what_is_taken_away_and_needed_is_missed(write: Write) -> None:
    folder = write("ours", policy="extends: default", cadence="snooze: ~", roles="leed: ~")
    assert problems(folder) == [
        'cadence.yml, line 1: the setting "snooze" is missing.',
        'roles.yml, line 1: there is no setting "leed". Did you mean "lead"?',
    ]


def test_a_template_replaces_that_of_its_name_and_finds_the_pieces_below(write: Write, book: Book) -> None:
    folder = write("ours", policy="extends: default", templates__page='{% include "_head" %}\nHurry.')
    (folder / "templates/_head.j2").write_text("OURS {{ incident.title }}")
    ours = load(folder)
    assert problems(folder) == []
    assert ours.texts.sources["page"].endswith("Hurry.")
    assert ours.texts.sources["declared"] == book.texts.sources["declared"]
    assert ours.texts.sources["_head"].startswith("OURS")


def test_a_base_is_a_folder_relative_to_the_policy(write: Write) -> None:
    write("base", policy="extends: default", naming="incident: 'INC-{number}'")
    ours = load(write("ours", policy="extends: ../base", communications="incidents_channel: fires"))
    assert ours.naming.incident_pattern == "INC-{number}"
    assert ours.communications.incidents_channel == "fires"
    assert [layer.name for layer in ours.layers] == ["default", "base", "ours"]


def test_a_book_can_be_made_again_of_its_layers(write: Write) -> None:
    ours = load(write("ours", policy="extends: default", naming="incident: 'INC-{number}'"))
    again = assemble(ours.layers)
    assert (again.hash, again.name, again.naming) == (ours.hash, ours.name, ours.naming)


@pytest.mark.parametrize("part", [*FILES, "templates/page"])
def test_a_child_that_says_the_same_changes_nothing(write: Write, book: Book, part: str) -> None:
    folder = write("ours", policy="extends: default")
    for name in ("policy",) if part == "policy" else ("policy", part):
        file = f"{name}.j2" if "/" in name else f"{name}.yml"
        if (BUNDLED / "default" / file).exists():
            (folder / file).parent.mkdir(exist_ok=True)
            text = (BUNDLED / "default" / file).read_text()
            (folder / file).write_text(text + ("\nextends: default" if name == "policy" else ""))
    ours = load(folder)
    assert {p: getattr(ours, p) for p in FILES if p != "policy"} == {
        p: getattr(book, p) for p in FILES if p != "policy"
    }
    assert ours.texts.sources == book.texts.sources


@pytest.mark.parametrize("name", bundled())
def test_laying_the_layers_in_two_steps_is_laying_them_in_one(write: Write, name: str) -> None:
    """A policy between, that says nothing, changes nothing."""
    between = write("between", policy=f"extends: {name}")
    ours, theirs = load(write("ours", policy=f"extends: {between}")), load(name)
    assert all(getattr(ours, part) == getattr(theirs, part) for part in FILES if part != "policy")


def test_other_severities_leave_the_rows_of_those_below(write: Write) -> None:
    """Rows that only the policy below needs are left over; names in lists are told with their file and the remedy."""
    severities = """
default: p1
severities:
  - {id: p1, title: P1, name: High, emoji: x, means: All is down., room: true}
  - {id: p2, title: P2, name: Low, emoji: x, means: Something is down., room: false}
"""
    told = problems(write("ours", policy="extends: default", severities=severities))
    assert not any("cadence.yml" in problem and "sev1" in problem for problem in told)
    assert [problem for problem in told if "cadence.yml" in problem] == [
        f'default/cadence.yml, line 5: the severity "{id}" has no cadence. Right would be {id}: {{update_every: 30m}}, '
        f"or {id}: {{}} for updates as needed. It comes from the policy that this one extends; "
        'a cadence.yml here can say "severities" anew.'
        for id in ("p1", "p2")
    ]
    [audience] = [problem for problem in told if "communications.yml" in problem and '"sev1"' in problem]
    assert audience.startswith("default/communications.yml, line ")
    assert 'there is no severity "sev1". This policy has: p1, p2. It comes from the policy that this one' in audience
    assert audience.endswith('a communications.yml here can say "audiences" anew.')
    assert {problem.partition(",")[0] for problem in told} == {
        f"default/{part}.yml"
        for part in ("alerts", "cadence", "checklists", "classification", "communications", "postmortem")
    }


def test_a_row_of_its_own_for_a_severity_that_there_is_not(write: Write) -> None:
    folder = write("ours", policy="extends: default", cadence="severities:\n  sev1: {}\n  sev9: {update_every: 1h}")
    [problem] = problems(folder)
    assert problem == 'cadence.yml, line 3: there is no severity "sev9". This policy has: sev1, sev2, sev3, sev4.'


def test_a_base_that_is_not_there(write: Write) -> None:
    folder = write("ours", policy="title: Ours\nextends: defautl", naming="room: [\n", templates__page="{{ nobody }}")
    told = problems(folder)
    assert told[0].startswith("naming.yml, line 2: this is not YAML")
    assert told[1].startswith("policy.yml, line 2: there is no such policy. Right would be a folder, or one that comes")
    assert told[2].startswith('templates/page.j2, line 1: there is no field "nobody" here.')
    assert len(told) == 3
    with pytest.raises(PolicyError, match=r"policy\.yml, line 2: there is no such policy"):
        layers(folder)


def test_policies_that_build_on_each_other(write: Write) -> None:
    one = write("one", policy="extends: ../two")
    write("two", policy="extends: ../one")
    [problem] = problems(one)
    assert problem.startswith("two/policy.yml, line 1: it extends itself (one → two → one). Right is")
    [problem] = problems(write("self", policy="extends: ."))
    assert problem.startswith("policy.yml, line 1: it extends itself (self → self).")


def test_a_tower_of_policies(write: Write) -> None:
    write("p0", policy="extends: default")
    for n in range(1, 4):
        write(f"p{n}", policy=f"extends: ../p{n - 1}")
    assert problems(write("p2", policy="extends: ../p1")) == []
    [problem] = problems(write("p3", policy="extends: ../p2"))
    assert problem.startswith("p0/policy.yml, line 1: it builds on too many others (p3 → p2 → p1 → p0 → default).")


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("extends: [default]", "policy.yml, line 1: extends is wrong: right would be the name of one policy"),
        ("extends: {a: b}", "policy.yml, line 1: extends is wrong"),
        ("extends: 12", "policy.yml, line 1: there is no such policy."),
        ("extends: '" + "x" * 5000 + "'", "policy.yml, line 1: there is no such policy."),
        ("extends: default\nextends: default", 'policy.yml, line 2: "extends" stands here twice.'),
        ("extends: default: x", "policy.yml, line 1: this is not YAML"),
        ("[extends, default]", "policy.yml, line 1: right would be settings with names, one on each line."),
    ],
)
def test_what_extends_cannot_say(write: Write, said: str, told: str) -> None:
    problems_told = problems(write("ours", policy=said))
    assert any(problem.startswith(told) for problem in problems_told), problems_told


def test_a_mistake_below_is_told_with_its_folder(write: Write, tmp_path: Path) -> None:
    base = Path(shutil.copytree(BUNDLED / "default", tmp_path / "base"))
    for file, was, now in (
        ("roles.yml", "lead: commander", "leed: commander"),
        ("templates/page.j2", "{{ by }}", "{{ buy }}"),
        ("naming.yml", "{number}-{slug}", "{title}"),
    ):
        (base / file).write_text((base / file).read_text().replace(was, now, 1))
    (base / "templates/moved.j2").write_bytes(b"\xff")
    told = problems(write("ours", policy="extends: ../base"))
    starts = (
        "base/naming.yml, line ",
        "base/roles.yml, line ",
        "base/roles.yml, line ",
        "base/templates/moved.j2: it cannot be read",
        "base/templates/page.j2, line 8: there is no field",
    )
    assert len(told) == len(starts)
    assert all(problem.startswith(start) for problem, start in zip(told, starts, strict=True)), told


def test_files_that_editors_leave_behind_do_not_count(folder: Path, book: Book) -> None:
    (folder / ".#roles.yml").write_text("x: [")
    assert load(folder).hash == book.hash


def test_a_file_of_another_ending_is_told_of(folder: Path) -> None:
    (folder / "severities.yaml").write_text("default: sev1")
    [problem] = problems(folder)
    assert problem.startswith("severities.yaml: no part of a policy has this name. The parts are: policy.yml, ")
