"""People who are not sure how grave it is answer the policy's questions, and what they answered is on record."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.domain import facts
from bot.simulator import Person
from bot.simulator.views import View
from tests.town import Town, a_town, acts, labels

MATRIX = """
triage: null
matrix:
  questions:
    - id: impact
      title: Impact
      ask: How bad is it?
      choices: [{id: low, title: Low}, {id: medium, title: Medium}, {id: high, title: High}]
    - id: urgency
      title: Urgency
      ask: How soon does it hurt?
      choices: [{id: low, title: Can wait}, {id: high, title: At once}]
  cells:
    low: {low: sev4, high: sev3}
    medium: {low: sev3, high: sev2}
    high: {low: sev2, high: sev1}
assessment:
  - {id: scope, title: Scope, ask: What is affected?}
  - {id: again, title: Seen before, ask: Has this happened before?}
"""


def a_policy(folder: Path, **files: str) -> str:
    """A team's own policy over the default one."""
    folder.mkdir()
    (folder / "policy.yml").write_text("extends: default\ntitle: Ours\n")
    for name, text in files.items():
        (folder / f"{name}.yml").write_text(text)
    return str(folder)


@pytest.fixture
async def graded(tmp_path: Path) -> AsyncIterator[Town]:
    """A town whose policy has a matrix with cells, and open questions."""
    async with a_town(tmp_path / "data", a_policy(tmp_path / "ours", classification=MATRIX)) as town:
        yield town


async def asks(town: Town, person: Person, command: str = "/incident declare") -> View:
    await town.says(person, "#general", command)
    return person.views[-1]


def values(town: Town, view: View) -> dict[str, object]:
    """What the dialog holds now, by the name of the field."""
    held = {}
    for block, row in town.simulator.core.views.values(view).items():
        [state] = row.values()
        option = state.get("selected_option")
        held[block.partition(":")[0]] = option["value"] if option else state.get("value")
    return held


def words(view: View) -> str:
    """All that the dialog says outside its fields."""
    return "\n".join(block["text"]["text"] for block in view.blocks if block["type"] == "section")


async def judgements(town: Town, number: int = 1) -> list[facts.Classified]:
    history = await town.muster.store.facts((await town.incident(number)).id)
    return [fact.event for fact in history if isinstance(fact.event, facts.Classified)]


async def test_the_tree_leads_to_a_severity_one_question_at_a_time(town: Town) -> None:
    view = await asks(town, town.ana)
    assert "Not sure how grave? Answer up to 3 questions." in words(view)
    await town.ana.chooses(view, "title", "the report page is slow")

    await town.clicks(town.ana, view, "Help me choose")
    assert "Is a service completely down?" in words(view)
    await town.clicks(town.ana, view, "No")
    assert "Do several customers notice it?" in words(view)
    assert "Service completely down: No" in words(view)
    await town.clicks(town.ana, view, "No")
    await town.clicks(town.ana, view, "Yes")

    assert town.ana.views == [view]
    assert "Proposed: *SEV3*" in words(view)
    assert "Several customers: No · Core function: Yes" in words(view)
    assert values(town, view) | {"details": None, "reason": None, "source": None} == {
        "title": "the report page is slow", "severity": "sev3", "details": None, "reason": None, "source": None,
        "restricted": None,
    }  # fmt: skip

    assert (await town.submits(town.ana)).ok
    declared, classified, *_ = await town.muster.store.facts((await town.incident()).id)
    assert declared.event.TYPE == "declared"
    assert declared.at == classified.at
    because = "Service completely down: No · Several customers: No · Core function: Yes"
    assert classified.event == facts.Classified("sev3", because, "sev3")
    assert (await town.incident()).severity == "sev3"


async def test_one_answer_can_be_enough(town: Town) -> None:
    view = await asks(town, town.ana)
    await town.clicks(town.ana, view, "Help me choose")
    await town.clicks(town.ana, view, "Yes")
    await town.submits(town.ana, title="checkout is down")

    assert (await town.incident()).severity == "sev1"
    assert any("which propose SEV1 (Service completely down: Yes)" in entry.text for entry in await town.timeline())
    assert len(town.rooms()) == 1


async def test_nothing_typed_is_lost_on_the_way(graded: Town) -> None:
    town, ana = graded, graded.ana
    view = await asks(town, ana)
    typed = {"title": "checkout & <co>", "details": "since 03:00", "Scope": "all of EU", "Seen before": "in May"}
    for name, text in typed.items():
        await ana.chooses(view, name, text)
    await ana.chooses(view, "Severity", "sev4")

    held = values(town, view)
    for press in ("Help me choose", "High"):
        await town.clicks(ana, view, press)
        assert values(town, view) == held
    await town.clicks(ana, view, "At once")
    assert values(town, view) == {**held, "severity": "sev1", "reason": None}
    await ana.chooses(view, "reason", "not needed after all")
    await town.clicks(ana, view, "Start over")
    assert {**values(town, view), "severity": "sev4"} == held, "what was typed stays"

    await town.clicks(ana, view, "Low")
    await town.clicks(ana, view, "Can wait")
    assert values(town, view) == {**held, "severity": "sev4", "reason": "not needed after all"}


async def test_starting_over_in_the_middle_asks_the_first_question_again(graded: Town) -> None:
    view = await asks(graded, graded.ana)
    await graded.clicks(graded.ana, view, "Help me choose")
    await graded.clicks(graded.ana, view, "High")
    assert "Impact: High" in words(view)

    await graded.clicks(graded.ana, view, "Start over")

    assert "How bad is it?" in words(view)
    assert "Impact: High" not in words(view)
    await graded.submits(graded.ana, title="checkout is failing")
    assert await judgements(graded) == [], "half an answer proposes nothing"
    assert (await graded.incident()).severity == "sev2", "the policy's default"


async def test_a_second_proposal_stands_in_the_menu_too(graded: Town) -> None:
    view = await asks(graded, graded.ana)
    for press, severity in (("Help me choose", "sev2"), ("High", "sev2"), ("At once", "sev1"), ("Start over", "sev1"),
                            ("Low", "sev1"), ("At once", "sev3"), ("Start over", "sev3"), ("High", "sev3"),
                            ("At once", "sev1")):  # fmt: skip
        await graded.clicks(graded.ana, view, press)
        assert values(graded, view)["severity"] == severity, press


async def test_another_severity_needs_a_reason(graded: Town) -> None:
    town, ana = graded, graded.ana
    view = await asks(town, ana)
    await town.clicks(ana, view, "Help me choose")
    await town.clicks(ana, view, "High")
    await town.clicks(ana, view, "At once")
    assert "Proposed: *SEV1* · Impact: High · Urgency: At once" in words(view)
    assert "Why not SEV1?" in labels(view)

    refused = await town.submits(ana, title="checkout is failing", Severity="sev3", Scope="one shop")
    assert refused.errors == {"reason": "The answers propose SEV1. Say in a few words why it is not, or take SEV1."}
    assert ana.views == [view]
    held = values(town, view)
    assert (held["title"], held["severity"], held["assess.scope"]) == ("checkout is failing", "sev3", "one shop")
    assert await town.muster.store.incidents() == []

    assert (await town.submits(ana, reason="only the test shop")).ok
    [judged] = await judgements(town)
    assert judged == facts.Classified("sev1", "Impact: High · Urgency: At once", "sev3", "only the test shop")
    told = [entry.text for entry in await town.timeline()]
    assert any("which propose SEV1" in text and "took SEV3 instead: only the test shop" in text for text in told)
    assert "noted: Scope: one shop" in told
    assert not any("Seen before" in text for text in told)


async def test_two_people_answer_in_their_own_dialogs(graded: Town) -> None:
    town = graded
    hers, his = await asks(town, town.ana), await asks(town, town.ben)
    for person, view in ((town.ana, hers), (town.ben, his)):
        await town.clicks(person, view, "Help me choose")
    await town.clicks(town.ana, hers, "High")
    await town.clicks(town.ben, his, "Low")
    await town.clicks(town.ana, hers, "At once")
    await town.clicks(town.ben, his, "At once")

    await town.submits(town.ben, title="a link is broken")
    await town.submits(town.ana, title="checkout is failing")

    assert [(await judgements(town, n))[0].proposed for n in (1, 2)] == ["sev3", "sev1"]


async def test_the_answers_outlive_a_restart(graded: Town) -> None:
    town = graded
    view = await asks(town, town.ana)
    await town.clicks(town.ana, view, "Help me choose")
    await town.clicks(town.ana, view, "High")

    await town.restarts()
    await town.clicks(town.ana, view, "Can wait")
    await town.submits(town.ana, title="checkout is failing")

    assert (await judgements(town))[0].because == "Impact: High · Urgency: Can wait"


async def test_the_same_press_again_changes_nothing(graded: Town) -> None:
    town = graded
    view = await asks(town, town.ana)
    await town.clicks(town.ana, view, "Help me choose")
    await town.clicks(town.ana, view, "High")
    before = view.blocks

    told = await town.repeats(town.ana)

    assert (told, view.blocks) == ("", before)
    assert "How soon does it hurt?" in words(view)


async def test_a_press_that_cannot_be_answered_says_what_to_type(town: Town) -> None:
    view = await asks(town, town.ana)
    await town.ana.chooses(view, "title", "checkout is failing")
    town.simulator.faults.fail("views.update", status=500)

    told = await town.clicks(town.ana, view, "Help me choose")

    assert "could not show the next question" in told
    assert "/incident declare sev2 checkout is failing" in told
    assert (await town.submits(town.ana)).ok, "the dialog works as before"
    assert (await town.incident()).title == "checkout is failing"


async def test_a_dialog_that_was_closed_is_not_spoken_of(town: Town) -> None:
    view = await asks(town, town.ana)
    town.simulator.faults.fail("views.update", error="not_found")
    assert await town.clicks(town.ana, view, "Help me choose") == ""


async def test_the_severity_of_a_running_incident_is_asked_for_in_the_same_way(town: Town) -> None:
    room = await town.declares("sev2 checkout is failing")
    await town.says(town.ben, room, "/incident severity")
    view = town.ben.views[-1]
    assert "sev2" not in str(view.blocks[-2]["element"]["options"]), "it is that already"
    await town.clicks(town.ben, view, "Help me choose")
    await town.clicks(town.ben, view, "Yes")
    assert "Proposed: *SEV1*" in words(view)

    assert (await town.submits(town.ben)).ok
    await town.later(seconds=5)

    assert (await town.incident()).severity == "sev1"
    assert [judged.chosen for judged in await judgements(town)] == ["sev1"]
    assert "SEV1" in town.card(room).words


async def test_the_answers_can_confirm_what_it_is(town: Town) -> None:
    room = await town.declares("sev2 checkout is failing")
    await town.says(town.ben, room, "/incident severity")
    view = town.ben.views[-1]
    for press in ("Help me choose", "No", "Yes"):
        await town.clicks(town.ben, view, press)
    before = len(town.heard(room))

    assert (await town.submits(town.ben)).ok

    assert "stays SEV2, as the answers propose" in town.private(town.ben)[-1].words
    assert (await town.incident()).severity == "sev2"
    assert [(j.proposed, j.chosen) for j in await judgements(town)] == [("sev2", "sev2")]
    assert len(town.heard(room)) == before, "nothing changed that the room would have to know"


async def test_against_the_answers_a_severity_can_stay_with_a_reason(town: Town) -> None:
    room = await town.declares("sev2 checkout is failing")
    await town.says(town.ben, room, "/incident severity")
    view = town.ben.views[-1]
    await town.ben.chooses(view, "reason", "")
    await town.clicks(town.ben, view, "Help me choose")
    await town.clicks(town.ben, view, "Yes")

    refused = await town.submits(town.ben, Severity="sev2")
    assert list(refused.errors) == ["reason"]
    assert (await town.submits(town.ben, reason="it is the staging shop")).ok

    assert (await town.incident()).severity == "sev2"
    assert [j.reason for j in await judgements(town)] == ["it is the staging shop"]


async def test_that_somebody_was_faster_is_said_under_the_menu(town: Town) -> None:
    room = await town.declares("sev2 checkout is failing")
    await town.says(town.ben, room, "/incident severity sev3 fewer people")
    await town.says(town.ben, room, "/incident severity")
    view = town.ben.views[-1]
    await town.ben.chooses(view, "Severity", "sev1")
    await town.says(town.ana, room, "/incident severity sev1 everybody")

    refused = await town.submits(town.ben)

    [(block, sentence)] = refused.errors.items()
    assert block == "severity"
    assert "already" in sentence


async def test_an_incident_is_asked_about_in_the_words_of_its_own_policy(tmp_path: Path) -> None:
    policy = a_policy(tmp_path / "ours", classification=MATRIX)
    async with a_town(tmp_path / "data", policy) as town:
        room = await town.declares("sev2 checkout is failing")
        (tmp_path / "ours" / "classification.yml").write_text("triage: null\n")
        await town.restarts()

        assert "classify:start" not in acts(await asks(town, town.ana)), "today's policy has no questions"
        await town.says(town.ben, room, "/incident severity")
        view = town.ben.views[-1]
        for press in ("Help me choose", "High", "At once"):
            await town.clicks(town.ben, view, press)
        assert (await town.submits(town.ben)).ok
        assert (await town.incident()).severity == "sev1"


async def test_answers_to_questions_of_yesterday_do_not_break_the_dialog(tmp_path: Path) -> None:
    policy = a_policy(tmp_path / "ours", classification=MATRIX)
    async with a_town(tmp_path / "data", policy) as town:
        view = await asks(town, town.ana)
        await town.clicks(town.ana, view, "Help me choose")
        await town.clicks(town.ana, view, "High")
        (tmp_path / "ours" / "classification.yml").unlink()
        await town.restarts()

        await town.clicks(town.ana, view, "At once")
        assert "Is a service completely down?" in words(view)
        assert (await town.submits(town.ana, title="checkout is failing")).ok
        assert await judgements(town) == []


@pytest.mark.parametrize("button", ["declare", "sentence"])
async def test_the_help_is_there_however_the_dialog_opens(town: Town, button: str) -> None:
    view = await asks(town, town.ana, {"declare": "/incident declare sev3", "sentence": "/incident"}[button])
    assert "classify:start" in acts(view)


async def test_without_questions_the_dialog_is_as_it_was(tmp_path: Path) -> None:
    policy = a_policy(tmp_path / "ours", classification="triage: null\n")
    async with a_town(tmp_path / "data", policy) as town:
        view = await asks(town, town.ana)
        assert labels(view) == [
            "What is failing?",
            "Severity",
            "What else is known?",
            "Who may know?",
            "Who noticed it?",
        ]
