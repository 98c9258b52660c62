"""A policy in words: nothing of it is left out, nothing needs the policy to be complete."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.policy import show
from bot.policy.book import Book, load
from bot.policy.classification import Choice, Classification, Question, Triage
from bot.policy.escalation import Escalation
from bot.policy.show import Page, Table, told
from bot.policy.show.escalation import escalation
from bot.policy.show.grave import classification
from tests.policy.conftest import Change
from tests.practice import harbour


@pytest.fixture(scope="module")
def rich(tmp_path_factory: pytest.TempPathFactory) -> Book:
    """A policy that uses everything a policy can hold."""
    return load(harbour.build(tmp_path_factory.mktemp("teams")))


@pytest.fixture(scope="module")
def pages(rich: Book) -> dict[str, Page]:
    return dict(show.sections(rich))


def table(page: Page, title: str) -> Table:
    [found] = [table for table in page.tables if table.title == title]
    return found


def said(page: Page) -> str:
    cells = (cell for table in page.tables for row in (table.head, *table.rows) for cell in row)
    return "\n".join([page.title, *page.notes, *(table.title for table in page.tables), *cells])


@pytest.mark.parametrize("name", ["default", "rich"])
def test_every_row_is_as_long_as_its_head(name: str, book: Book, rich: Book) -> None:
    for page in show.sections(book if name == "default" else rich).values():
        assert page.title and page.about and len(page.about) <= 75, page
        for each in page.tables:
            assert {len(row) for row in each.rows} <= {len(each.head)}, (page.title, each.title)


def test_the_overview_says_what_it_is_and_names_every_section(rich: Book) -> None:
    page = show.overview(rich)

    assert page.title == "Harbour"
    assert page.notes == ("For a made-up harbour and its cranes.", "It builds on default.")
    assert [row[0] for row in page.tables[0].rows] == list(show.PAGES)


def test_severities_show_targets_criteria_examples_and_people(pages: dict[str, Page]) -> None:
    page = pages["severities"]

    assert table(page, "Targets").rows == (
        ("P0 Sinking", "5 min", "30 min", "2 h", "every 10 min", "room"),
        ("P1 Leaking", "next business day", "\u2013", "5 business days", "as needed", "thread"),
    )
    assert table(page, "🆘 P0 Sinking").rows == (
        ("Means", "A crane has dropped something."),
        ("Criteria", "More than 40 % of the cranes stand still\nAnybody is hurt"),
        ("Examples", "A container fell\nThe <big> gate & its lock are stuck"),
        ("Also called", "zero"),
        ("Worked on by", "Everyone on shift"),
        ("Told", "The port authority"),
        ("Invited", "whoever declares, @crane-crew, Harbour Master"),
        ("Paged", "@crane-crew, @oncall"),
    )
    assert ("Paged", "nobody") in table(page, "🟠 P1 Leaking").rows
    assert "without a word about it an incident is p1" in page.notes[0].casefold()


def test_a_matrix_is_a_grid_and_what_is_asked_besides_is_there(pages: dict[str, Page]) -> None:
    page = pages["classification"]

    grid = table(page, "Severity")
    assert grid.head == ("Harm ↓  Cranes →", "Many", "Few")
    assert grid.rows == (("Somebody", "P0", "P0"), ("Nobody", "P0", "P1"))
    assert table(page, "Questions").rows[1] == ("Cranes", "How many cranes stand still?")
    assert table(page, "Assessment, answered in words").rows == (("Tide", "When does the tide turn?"),)


def test_without_cells_each_answer_has_its_severity(folder: Path, change: Change) -> None:
    (folder / "classification.yml").write_text(
        "matrix:\n  questions:\n    - {id: who, title: Who, ask: Who is hurt?, choices: "
        "[{id: all, title: All, severity: sev1}, {id: one, title: One, severity: sev4}]}\n"
    )

    page = classification(load(folder))

    [asked] = page.tables
    assert page.notes[0].endswith("Of several answers the gravest counts.")
    assert asked == Table("Who", ("Who is hurt?", "Severity"), (("All", "SEV1"), ("One", "SEV4")))


def test_a_tree_is_indented_and_leads_to_severities(book: Book) -> None:
    [tree] = show.sections(book)["classification"].tables

    assert tree.rows[:4] == (
        ("Is a service completely down?", ""),
        ("  → Yes", "SEV1"),
        ("  → No", ""),
        ("    Do several customers notice it?", ""),
    )
    assert tree.rows[-1] == ("          → No", "SEV4")


def test_a_question_that_several_answers_lead_to_is_told_once(book: Book) -> None:
    then = tuple(Choice(id=id, title=id.title(), then="second") for id in ("one", "other"))
    last = (Choice(id="yes", title="Yes", severity="sev1"), Choice(id="no", title="No", severity="sev4"))
    asked = (
        Question(id="first", title="First", ask="Which?", choices=then),
        Question(id="second", title="Second", ask="Sure?", choices=last),
    )
    parts = vars(book) | {"classification": Classification(triage=Triage(first="first", questions=asked))}

    [tree] = classification(Book(**parts)).tables

    assert [row[0] for row in tree.rows] == [
        "Which?", "  → One", "    Sure?", "      → Yes", "      → No", "  → Other, as above: Second",
    ]  # fmt: skip


def test_what_a_policy_does_not_have_is_a_sentence(folder: Path) -> None:
    for optional in ("classification", "impact", "alerts", "conflicts"):
        (folder / f"{optional}.yml").unlink(missing_ok=True)
    (folder / "checklists.yml").write_text("checklists: []\n")
    pages = show.sections(load(folder))

    for id in ("classification", "impact", "alerts", "conflicts", "checklists"):
        assert not pages[id].tables
        assert pages[id].notes[0].endswith(".")


def test_impact_fields_say_what_they_take(pages: dict[str, Page]) -> None:
    assert table(pages["impact"], "Fields").rows == (
        ("Ships waiting", "How many ships wait?", "a number", "yes"),
        ("Quay", "\u2013", "North\nSouth", "no"),
    )


def test_roles_have_duties_whom_to_choose_and_the_extended_team_last(pages: dict[str, Page]) -> None:
    page = pages["roles"]

    assert [t.title for t in page.tables] == ["⚓ Harbour Master", "📣 Caller", "🤿 Diver (extended team)"]
    assert page.tables[0].rows == (
        ("Duties", "You decide who moves.\nYou write down when."),
        ("Choose", "Whoever knows the tide"),
        ("Brings in", "@tower"),
    )
    assert page.tables[2].rows[0] == ("When", "Something lies under water")


def test_the_lifecycle_has_phases_statuses_moves_and_who_may_end_it(pages: dict[str, Page]) -> None:
    page = pages["lifecycle"]

    assert ("Right now", "the first ten minutes") in table(page, "Phases").rows
    assert ("🔍 Investigating", "Investigating", "active", "Right now") in table(page, "Statuses").rows
    assert table(page, "Moves").rows[-1] == ("Cancelled", "It was no incident.", "Investigating")
    assert table(page, "Kinds of resolution").rows[0] == ("Fix", "The cause is gone.")
    assert "May resolve: Harbour Master; while nobody is that, anyone." in page.notes[1]


def test_checklists_say_when_they_begin(pages: dict[str, Page]) -> None:
    stop, look, last = pages["checklists"].tables

    assert (stop.title, look.title, last.title) == ("Right now: Stop the cranes", "Look again", "Before we go")
    assert dict(stop.rows) == {
        "Begins": "with the declaration",
        "For": "P0",
        "Reminds": "after 20 min of what is left",
        "Items": "1. The horn has sounded\n2. The quay is clear",
    }
    assert dict(look.rows)["Begins"] == "30 min after the declaration"
    assert dict(last.rows)["Begins"] == "is asked for when somebody resolves"


def test_the_cadence_gets_louder(pages: dict[str, Page]) -> None:
    page = pages["cadence"]

    assert table(page, "Updates").rows == (
        ("P0", "every 10 min", "2 min before", "after 1 min"),
        ("P1", "as needed", "\u2013", "never"),
    )
    assert table(page, "An update that is missed").rows[1] == (
        "from the 2.", "to whoever is in charge", "Harbour Master, Caller",
    )  # fmt: skip


def test_communications_have_channels_fields_and_a_bridge_that_keeps_its_pin(pages: dict[str, Page]) -> None:
    page = pages["communications"]

    assert table(page, "Channels").rows == (
        ("#harbour-alarms", "every declaration, and how it stands", "all"),
        ("#harbour-news", "declarations, updates, endings", "P0"),
    )
    assert ("The tide", "In metres") in table(page, "What an update says").rows
    assert ("Telephone", "+44 20 7946 0000") in table(page, "Radio room").rows
    assert "set" in dict(table(page, "Radio room").rows)["PIN"]
    assert "4711" not in said(page)


def test_escalation_shows_by_severity_when_who_is_called_and_until_when(pages: dict[str, Page]) -> None:
    page = pages["escalation"]

    assert table(page, "P0 Sinking").rows == (
        ("at once", "@crane-crew, @oncall", "Slack, telephone", "acknowledged"),
        ("when its severity is set", "Crane crew", "Slack, text message", "it is over"),
        ("5 min after Pilots", "Port office", "e-mail", "acknowledged"),
        ("10 min", "Pilots", "telephone", "acknowledged"),
        ("next business day", "Port office", "e-mail", "it is over"),
    )
    assert table(page, "P1 Leaking").rows == (("next business day", "Port office", "e-mail", "it is over"),)
    assert table(page, "Levels").rows[1] == (
        "Pilots\nalso called p", "Whoever steers\n@pilots, Harbour Master", "telephone", "#harbour-alarms",
    )  # fmt: skip


def test_escalation_shows_special_cases_criteria_and_people_outside(pages: dict[str, Page]) -> None:
    page = pages["escalation"]

    assert table(page, "Special cases").rows == (
        ("Oil", "Oil is in the water.", "@tower\nwithin 1 h", "telephone", "#harbour-quay"),
    )
    assert table(page, "By hand").rows == (("When", "Somebody is in the water\nThe tide turns"),)
    outside = "+44 20 7946 0001\ntugs@example.com\nhttps://tugs.example.com\nBerth 7"
    assert table(page, "People outside").rows == (("Tugs", "A ship drifts.", outside),)
    assert dict(table(page, "Besides").rows) == {
        "A page nobody answers": "sent again every 2 min, 1 time",
        "Quiet after acknowledging": "asked after 20 min; without an answer in 3 min it counts no more",
        "In PagerDuty": "P0",
        "A pause lasts": "30 min at most",
        "Slack speaks up": "1 min after a call that did not come",
    }


def test_severities_for_which_nobody_is_called_are_named(book: Book) -> None:
    page = show.sections(book)["escalation"]

    assert page.notes[1] == "Nobody is called for SEV4 Low."
    assert "SEV4 Low" not in [table.title for table in page.tables]


def test_a_policy_without_an_escalation_says_so(book: Book) -> None:
    page = escalation(Book(**vars(book) | {"escalation": Escalation()}))

    assert page.tables == ()
    assert page.notes == ("This policy calls nobody besides those whom a declaration pages.",)


def test_alerts_lead_to_severities_and_to_pagerduty(pages: dict[str, Page]) -> None:
    assert table(pages["alerts"], "Alerts").rows == (
        ("Low", "\u2013", "P1", "warning", "no"),
        ("High", "urgent", "P0", "critical", "yes"),
    )


def test_the_postmortem_has_sections_in_sections_and_what_is_due(pages: dict[str, Page]) -> None:
    page = pages["postmortem"]

    assert page.title == "Log entry"
    assert table(page, "Sections").rows == (
        ("1. Story", "\u2013", "\u2013"),
        ("    1.1. Before", "people write it", "What did the weather do?"),
        ("    1.2. After", "the timeline", "\u2013"),
        ("2. To do", "action items (high, due within 7 d)", "\u2013"),
    )
    assert table(page, "Due").rows == (
        ("Draft", "2 d", "the end", "P0"),
        ("Talk about it", "next business day", "Draft", "all"),
    )
    assert table(page, "SLA (Kept or Broken)").rows[0] == ("Low, and all others", "15 min", "1 h", "8 h")
    assert table(page, "Action items by rule").rows == (
        ("Find out what was slow", "it took longer than 2 h and it was P0", "Cranes", "7 d", "high"),
    )
    assert table(page, "Signed by").rows == (("Harbour master", "Harbour Master"),)


def test_conflicts_show_both_lines_what_runs_and_whether_it_acts(pages: dict[str, Page]) -> None:
    first, port = pages["conflicts"].tables

    assert first.title == "How fast a P0 is answered"
    assert first.rows == (
        ("It says", "The table says 5 minutes\nThe chart says 15 minutes"),
        ("Runs", "5 minutes, the stricter one"),
        ("Set at", "severities.p0.acknowledge_within: 5m"),
        ("Acted on", "yes"),
    )
    assert port.rows[-1] == ("Acted on", "not yet: the decision is kept here")


def test_names_come_with_an_example_of_a_given_moment(rich: Book) -> None:
    [patterns] = told.naming(rich, datetime(2027, 1, 2, 13, 4, tzinfo=UTC)).tables

    assert patterns.rows == (
        ("Incident", "HB-{date}-{minute}", "HB-20270102-1304"),
        ("Room", "harbour-{day}-{slug}", "#harbour-2027-01-02-checkout-is-failing"),
        ("Action item", "{id}-{n}", "HB-20270102-1304-001"),
    )


def test_texts_say_which_layer_they_come_from(tmp_path: Path) -> None:
    folder = harbour.build(tmp_path)
    (folder / "templates").mkdir()
    (folder / "templates/page.j2").write_text("Come to the quay.")
    rows = {name: layer for name, layer, _ in show.sections(load(folder))["texts"].tables[0].rows}

    assert rows["page"] == "harbour"
    assert rows["declared"] == rows["_head"] == "default"


def test_a_page_can_be_narrowed_to_what_has_a_word(pages: dict[str, Page]) -> None:
    [master] = pages["roles"].only("harbour master").tables
    assert master.title == "⚓ Harbour Master"
    assert [row[0] for t in pages["severities"].only("P1").tables for row in t.rows] == [
        "P1 Leaking", "Means", "Invited", "Paged",
    ]  # fmt: skip
    assert pages["roles"].only("nothing of that kind").tables == ()


def test_the_shelf_lists_every_bundled_policy_with_its_severities() -> None:
    rows = {row[0]: row for row in show.shelf().tables[0].rows}

    assert rows["default"][1] == "SEV1, SEV2, SEV3, SEV4"
    assert rows["default"][2].startswith("Default. ")


def test_a_bundled_policy_with_mistakes_is_listed_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(show, "bundled", lambda: ("default", "nowhere"))
    rows = show.shelf().tables[0].rows

    assert rows[1] == ("nowhere", "", "It has mistakes. They are named by: muster policy check nowhere")
