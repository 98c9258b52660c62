from __future__ import annotations

import re
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.app import checked
from bot.policy.book import FILES, Book, bundled, load
from bot.policy.check import check, problems, samples
from bot.policy.communications import UpdateField
from bot.policy.errors import PolicyError
from bot.policy.samples import LONG_TITLE, in_every_status
from bot.policy.texts import FIELDS
from bot.workflows.declare import LONGEST_TITLE

from .conftest import Change


@pytest.mark.parametrize("name", bundled())
def test_every_policy_that_comes_with_muster_is_whole(name: str) -> None:
    assert check(load(name)) == []


def test_every_template_has_its_fields_listed(book: Book) -> None:
    assert {name for name in book.texts.sources if not name.startswith("_")} == set(FIELDS)


WRONG = [
    (
        "{{ by }}",
        "{{ buy }}",
        'declared.j2, line 14: there is no field "buy" here. It can use: by, commander, due, holders',
    ),
    ("{{ by }}", "{% if room == 'never' %}{{ late }}{% endif %}", 'there is no field "late" here.'),
    ("{{ by }}", "{{ by | safe }}", 'there is no filter "safe". It can use: default, first'),
    ("{{ by }}", "{{ by", "this is not a template"),
    ("{{ by }}", "{{ incident.titel }}", "has no attribute 'titel'"),
    ("{{ by }}", "{{ severity.examples }}", "a tuple cannot be shown; show one of its fields"),
    ('{% include "_head" %}', '{% include "_hat" %}', "_hat"),
]


@pytest.mark.parametrize(("was", "now", "told"), WRONG, ids=[now for _, now, _ in WRONG])
def test_a_wrong_template_is_told_with_what_would_be_right(
    folder: Path, change: Change, was: str, now: str, told: str
) -> None:
    change("templates/declared.j2", was, now)
    problems = check(load(folder))
    assert any(told in p and p.startswith("templates/declared.j2") for p in problems), problems


def test_a_template_that_says_nothing(folder: Path) -> None:
    (folder / "templates/page.j2").write_text("\n")
    assert check(load(folder)) == ["templates/page.j2: it renders to nothing. People need at least one line."]


def test_a_wrong_link(folder: Path, change: Change) -> None:
    change(
        "communications.yml", "bookmarks: []", "bookmarks: [{title: Bridge, link: 'https://x/{{ incident.bridge }}'}]"
    )
    [problem] = check(load(folder))
    assert re.match(r'communications.yml, line \d+: the bookmark "Bridge": .* has no attribute .bridge.\.', problem)


def test_a_wrong_address(folder: Path, change: Change) -> None:
    change("communications.yml", "bookmarks: []", "bridge: {link: '{{ label }}', phone: '{{ nobody }}'}")
    told = problems(folder)
    assert len(told) == 2 and all(re.match(r"communications\.yml, line 13: the ", problem) for problem in told)
    assert any('the link of the bridge becomes "#12". Right is an address that begins with' in p for p in told)
    assert any("the phone of the bridge: 'nobody' is undefined." in p for p in told)


def test_one_broken_file_hides_nothing_in_the_others(folder: Path, change: Change) -> None:
    change("severities.yml", "default: sev2", "default sev2")
    change("cadence.yml", "snooze: 10m", "snooze: soon")
    change("lifecycle.yml", "next: [closed, investigating]", "next: [shut]")
    change("checklists.yml", "    status: monitoring", "    status: calm")
    change("templates/page.j2", "{{ by }}", "{{ buy }}")
    change("templates/declared.j2", '{% include "_head" %}', '{% include "_hat" %}')
    (folder / "naming.yml").unlink()
    (folder / "roles.yml").write_bytes(b"\xff")
    starts = (
        "cadence.yml, line 10: snooze is wrong",
        'checklists.yml, line N: there is no status "calm".',
        'lifecycle.yml, line N: there is no status "shut".',
        "lifecycle.yml, line N: no way leads",
        "naming.yml is missing.",
        "roles.yml: it cannot be read",
        "severities.yml, line 5: this is not YAML",
        'templates/declared.j2, line 1: there is no template "_hat" to include. There are: _head, cancelled,',
        'templates/page.j2, line 8: there is no field "buy" here.',
    )
    told = [
        re.sub(r"(checklists|lifecycle)\.yml, line \d+", r"\1.yml, line N", problem) for problem in problems(folder)
    ]
    assert len(told) == len(starts), told
    assert all(problem.startswith(start) for problem, start in zip(told, starts, strict=True)), told


def test_mistakes_stand_in_the_order_of_files_and_lines(folder: Path, change: Change) -> None:
    change("roles.yml", "lead: commander", "lead: boss")
    change("roles.yml", "title: Scribe", "titel: Scribe")
    change("naming.yml", "slug_at_most: 40", "slug_at_most: 4")
    told = problems(folder)
    lines = [int(found[1]) for problem in told if (found := re.match(r"roles.yml, line (\d+)", problem))]
    assert told[0].startswith("naming.yml, line 5: slug_at_most is wrong") and lines == sorted(lines) and len(told) == 3


def test_texts_that_outgrow_slack(folder: Path) -> None:
    (folder / "templates/room_topic.j2").write_text("{{ incident.title }} " + "x" * 140)
    (folder / "templates/room_purpose.j2").write_text("{{ label }} " + "x" * 200)
    (folder / "templates/page.j2").write_text(("x" * 100 + "\n") * 31)
    page, topic = problems(folder)
    assert page == (
        "templates/page.j2: a paragraph has 3130 characters, and Slack takes 3000. Right are several of them."
    )
    assert topic.startswith("templates/room_topic.j2: it can grow to 260 characters and more, and Slack takes 250.")
    (folder / "templates/page.j2").write_text(("x" * 100 + "\n\n") * 31)
    assert problems(folder) == [topic]


def test_what_a_sample_says_is_as_long_as_an_incident_allows(book: Book) -> None:
    assert LONGEST_TITLE - 5 <= len(LONG_TITLE) <= LONGEST_TITLE
    assert {incident.status for incident, _ in in_every_status(book)} == {s.id for s in book.lifecycle.all}
    assert {incident.severity for incident, _ in samples(book)} == set(book.severities.ids)


def test_samples_hold_the_fields_of_the_teams_own_updates(book: Book) -> None:
    own = (UpdateField(id="state", title="Now"), UpdateField(id="eta", title="Back by"))
    ours = replace(book, communications=book.communications.model_copy(update={"update_fields": own}))
    (_, bare), (full, fields) = list(samples(ours))[:2]
    assert bare["update"] is None and fields["update"].more == {"eta": "10:00"}
    assert full.impact.keys() == {field.id for field in book.impact.fields} and all(full.impact.values())


def test_a_template_may_ask_for_any_field_of_the_update(folder: Path, change: Change) -> None:
    fields = "update_fields: [{id: state, title: Now}, {id: eta, title: Back by}]"
    change("communications.yml", "bookmarks: []", fields)
    (folder / "templates/updated.j2").write_text("{{ update.state }} {{ update.more.eta }}")
    assert problems(folder) == []
    (folder / "templates/updated.j2").write_text("{{ update.state }} {{ update.more.ete }}")
    [problem] = problems(folder)
    assert problem.startswith("templates/updated.j2, line 1: ") and "has no attribute 'ete'" in problem


def test_a_policy_without_checklists_still_has_its_texts_tried(folder: Path) -> None:
    (folder / "checklists.yml").write_text("checklists: []")
    assert problems(folder) == []


def test_muster_does_not_start_on_a_wrong_policy(folder: Path, change: Change) -> None:
    assert checked("default").name == "default"
    assert checked(str(folder)).name == "ours"
    change("templates/page.j2", "{{ by }}", "{{ buy }}")
    change("roles.yml", "lead: commander", "lead: boss")
    with pytest.raises(PolicyError) as wrong:
        checked(str(folder))
    assert list(wrong.value.problems) == problems(folder) and len(wrong.value.problems) == 2


def test_a_policy_that_is_not_there(tmp_path: Path) -> None:
    [problem] = problems(tmp_path / "nowhere")
    assert problem.startswith("there is no such policy. Right would be a folder")


SCALARS = st.one_of(
    st.none(), st.booleans(), st.integers(-5, 5), st.sampled_from(["15m", "sev1", "commander", "", "{{ x }}", "{n}"]),
    st.text(max_size=8), st.dates(), st.floats(),
)  # fmt: skip
KEYS = st.one_of(
    st.sampled_from(sorted({f.alias or name for model in FILES.values() for name, f in model.model_fields.items()})),
    st.sampled_from(["id", "title", "sev1", "next", "choices", "severity"]),
    st.text(max_size=4),
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(KEYS, inner, max_size=3)),
    max_leaves=8,
)
TOKENS = ["a: ", "? ", "- ", "[", "{", "&a ", "*a", "!!int ", "<<: ", "x", "\n", "  ", "'", "|"]
FILE = st.one_of(
    st.dictionaries(KEYS, VALUES, max_size=3).map(lambda data: yaml.safe_dump(data, allow_unicode=True)),
    st.text(st.characters(codec="utf-8"), max_size=40),
    st.lists(st.sampled_from(TOKENS)).map("".join),
)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(files=st.dictionaries(st.sampled_from([f"{part}.yml" for part in FILES]), FILE, min_size=1, max_size=3))
def test_garbage_over_a_policy_is_told_in_sentences(tmp_path: Path, files: dict[str, str]) -> None:
    folder = tmp_path / "ours"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    (folder / "policy.yml").write_text("extends: default")
    for file, text in files.items():
        (folder / file).write_text(text, "utf-8")
    told = problems(folder)
    for problem in told:
        assert re.match(r"(default/)?[\w/]+\.(yml|j2)(, line \d+:|:| is missing)", problem), problem
        assert problem.endswith((".", "?")) and "\n" not in problem, problem


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    name=st.sampled_from(sorted(FIELDS)),
    pieces=st.lists(
        st.sampled_from(
            ["{{ ", " }}", "{% if ", " %}", "{% endif %}", "incident", ".title", "| upper", "| wat", "by", "1 / 0",
             '{% include "_head" %}', "{% include by %}", "{% set x = 1 %}", "x", " is wat ", "{# ", "loop", "("]
        ),
        max_size=12,
    ),
)  # fmt: skip
def test_garbage_in_a_template_is_told_in_sentences(tmp_path: Path, name: str, pieces: list[str]) -> None:
    folder = tmp_path / "ours"
    (folder / "templates").mkdir(parents=True, exist_ok=True)
    (folder / "policy.yml").write_text("extends: default")
    for old in folder.glob("templates/*"):
        old.unlink()
    (folder / f"templates/{name}.j2").write_text("".join(pieces))
    for problem in problems(folder):
        assert problem.startswith(f"templates/{name}.j2") and problem.endswith((".", "?")), problem
