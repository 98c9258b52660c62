"""Each name in diagnosis.yml and routing.yml leads somewhere; what is only inherited need not."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.policy.book import load
from bot.policy.check import problems
from bot.policy.errors import PolicyError

WHOLE: dict[str, Any] = {
    "targets": [{"id": "api"}],
    "services": [{"id": "api", "title": "API", "aliases": ["web"]}],
    "probes": [{
        "id": "health", "title": "Healthy", "kind": "http", "service": "api", "target": "api", "patterns": True,
        "faults": {"refused": {"symptom": "service_down", "grade": "critical"}},
        "limits": [{"value": "seconds", "above": 5, "symptom": "slow_response", "grade": "high"}],
    }],
    "sets": [{"id": "quick", "title": "Quick", "probes": ["health"]}],
    "patterns": [{"type": "out_of_memory", "pattern": "OOM", "grade": "high"}],
    "errors": {"symptom": "recent_errors", "grade": "medium"},
    "causes": [{"id": "down", "title": "It is down", "likelihood": "high", "symptoms": ["service_down"]}],
    "recommendations": [{"id": "start", "title": "Start it", "priority": "high", "causes": ["down"]}],
    "triage": {"services": ["api"], "counts": [{"down": 0, "severity": "sev3"}, {"down": 1, "severity": "sev1"}]},
    "maintenance": [],
}  # fmt: skip
ROUTES: dict[str, Any] = {
    "sources": [{"id": "am", "title": "Alertmanager", "form": "alertmanager"}],
    "rules": [
        {
            "id": "grave",
            "when": {"source": ["am", "detector"], "grades": ["critical"]},
            "do": "join",
            "severity": "sev1",
        },
        {"id": "rest", "do": "record"},
    ],
}


def changed(whole: Any, path: tuple[str | int, ...], value: Any) -> Any:
    """A copy with another value there; None takes the key away."""
    if not path:
        return value
    step, *inner = path
    copy = dict(whole) if isinstance(whole, dict) else list(whole)
    if isinstance(copy, list) and step == len(copy):
        copy.append(value)
    else:
        copy[step] = changed(copy[step] if isinstance(copy, list) else copy.get(step, {}), (*inner,), value)
    return copy


def ours(folder: Path, diagnosis: Any = None, routing: Any = None, extends: str = "default") -> Path:
    for path in sorted(folder.rglob("*.*")):
        path.unlink()
    (folder / "policy.yml").write_text(f"extends: {extends}\n")
    for part, given in (("diagnosis", diagnosis), ("routing", routing)):
        if given is not None:
            (folder / f"{part}.yml").write_text(yaml.safe_dump(given, sort_keys=False))
    return folder


def test_a_policy_of_ones_own_may_look_at_other_things(folder: Path) -> None:
    assert problems(ours(folder, WHOLE, ROUTES)) == []
    assert [probe.id for probe in load(folder).diagnosis.probes] == ["health"]


PROBE: tuple[str | int, ...] = ("probes", 0)
NEEDED: list[tuple[tuple[str | int, ...], Any, str]] = [
    (("targets", 1), {"id": "api"}, '"api" means more than one target.'),
    (("causes", 1), {**WHOLE["causes"][0], "symptoms": ["slow_response"]}, '"down" means more than one cause.'),
    (
        ("recommendations", 1),
        {**WHOLE["recommendations"][0], "causes": []},
        '"start" means more than one recommendation.',
    ),
    (("sets", 0, "aliases"), ["WEB"], '"web" means more than one service or set.'),
    (("sets", 0, "aliases"), ["Everything"], '"everything" means all probes there are.'),
    ((*PROBE, "target"), "nowhere", 'there is no target "nowhere". This policy has: api.'),
    ((*PROBE, "service"), "nobody", 'there is no service "nobody". This policy has: api.'),
    (("sets", 0, "probes"), ["health", "wealth"], 'there is no probe "wealth". This policy has: health.'),
    ((*PROBE, "faults", "refused", "grade"), "purple", 'there is no alert severity "purple".'),
    ((*PROBE, "limits", 0, "grade"), "warning", 'there is no alert severity "warning".'),
    (("patterns", 0, "grade"), "purple", 'there is no alert severity "purple".'),
    (("errors", "grade"), "purple", 'there is no alert severity "purple".'),
    (("triage", "services"), ["nobody"], 'there is no service "nobody".'),
    (("triage", "counts", 1, "severity"), "sev9", 'there is no severity "sev9".'),
    (("triage", "counts", 1, "down"), 0, "the numbers of services that are down do not rise."),
    (("recommendations", 0, "causes"), ["up"], 'there is no cause "up". This policy has: down.'),
    (
        ("maintenance", 0),
        {"title": "Move", "start": "2026-12-01T22:00:00Z", "end": "2026-12-02T01:00:00Z", "services": ["nobody"]},
        'there is no service "nobody".',
    ),
]


@pytest.mark.parametrize(("path", "value", "told"), NEEDED, ids=[told[:50] for _, _, told in NEEDED])
def test_a_name_in_diagnosis_that_leads_nowhere(
    folder: Path, path: tuple[str | int, ...], value: Any, told: str
) -> None:
    found = problems(ours(folder, changed(WHOLE, path, value)))
    assert len(found) == 1 and told in found[0] and found[0].startswith("diagnosis.yml, line "), found
    with pytest.raises(PolicyError):
        load(folder)


ROUTED: list[tuple[tuple[str | int, ...], Any, str]] = [
    (("rules", 0, "when", "source"), ["pm"], 'there is no source "pm". This policy has: am, detector.'),
    (("rules", 0, "when", "grades"), ["purple"], 'there is no alert severity "purple".'),
    (("rules", 0, "severity"), "sev9", 'there is no severity "sev9".'),
    (("sources", 1), {"id": "detector", "title": "D", "form": "form"}, '"detector" is Muster\'s own'),
    (("sources", 0, "grade"), "purple", 'there is no alert severity "purple".'),
]


@pytest.mark.parametrize(("path", "value", "told"), ROUTED, ids=[told[:50] for _, _, told in ROUTED])
def test_a_name_in_routing_that_leads_nowhere(folder: Path, path: tuple[str | int, ...], value: Any, told: str) -> None:
    found = problems(ours(folder, None, changed(ROUTES, path, value)))
    assert len(found) == 1 and told in found[0] and found[0].startswith("routing.yml, line "), found
    with pytest.raises(PolicyError):
        load(folder)


def test_a_source_says_its_grade_in_any_word_of_alerts(folder: Path) -> None:
    assert problems(ours(folder, None, changed(ROUTES, ("sources", 0, "grade"), "Warning"))) == []


IDLE = {"id": "idle", "title": "Idle", "kind": "tcp", "target": "api"}
FURTHER: list[tuple[tuple[str | int, ...], Any, str]] = [
    (("causes", 0, "symptoms"), ["service_down", "ghost"], 'no look ever finds "ghost".'),
    (("causes", 0, "needs"), ["ghost"], 'no look ever finds "ghost".'),
    (("causes", 0, "unless"), ["ghost"], 'no look ever finds "ghost".'),
    (("recommendations", 0, "symptoms"), ["ghost"], 'no look ever finds "ghost".'),
    (("probes", 1), IDLE, 'nobody asks "idle".'),
    (("probes", 1), {**IDLE, "detect": True}, 'the detector looks at "idle" and nothing follows.'),
    (
        (*PROBE, "limits", 1),
        {"value": "seconds", "above": 9, "symptom": "slow_response", "grade": "low"},
        "this hides the graver limit on seconds before it.",
    ),
]


@pytest.mark.parametrize(("path", "value", "told"), FURTHER, ids=[told[:50] for _, _, told in FURTHER])
def test_what_cannot_be_meant_in_diagnosis(folder: Path, path: tuple[str | int, ...], value: Any, told: str) -> None:
    """No incident fails by it."""
    found = problems(ours(folder, changed(WHOLE, path, value)))
    assert len(found) == 1 and told in found[0], found
    load(folder)


def test_patterns_that_no_probe_reads_are_no_symptom(folder: Path) -> None:
    given = changed(
        changed(WHOLE, (*PROBE, "patterns"), False), ("causes", 0, "symptoms"), ["service_down", "out_of_memory"]
    )
    [problem] = problems(ours(folder, given))
    assert 'no look ever finds "out_of_memory"' in problem


@pytest.mark.parametrize(
    ("path", "value", "told"),
    [
        (("rules", 2), {"id": "late", "do": "offer"}, 'no alert ever comes to "late": "rest" before it takes all.'),
        (("rules", 1, "severity"), "sev1", "a rule that is to record opens nothing."),
        (("rules", 1, "page"), True, "a rule that is to record opens nothing."),
    ],
)
def test_what_cannot_be_meant_in_routing(folder: Path, path: tuple[str | int, ...], value: Any, told: str) -> None:
    found = problems(ours(folder, None, changed(ROUTES, path, value)))
    assert len(found) == 1 and told in found[0], found
    load(folder)


# what is only inherited

OWN_SEVERITIES = """\
default: minor
severities:
  - {id: grave, title: Grave, name: Grave, emoji: "🔴", means: Grave., room: true, invite: [], page: []}
  - {id: minor, title: Minor, name: Minor, emoji: "🟢", means: Minor., room: false, invite: [], page: []}
"""


def own_words(folder: Path) -> Path:
    """A policy with severities and words of monitoring of its own, as somebody would write it first."""
    ours(folder)
    (folder / "severities.yml").write_text(OWN_SEVERITIES)
    (folder / "alerts.yml").write_text("severities: [{id: loud, title: Loud, severity: grave, pagerduty: critical}]\n")
    return folder


def test_grades_and_severities_of_the_policy_below_do_not_count(folder: Path) -> None:
    found = problems(own_words(folder))
    assert [problem for problem in found if "diagnosis" in problem or "routing" in problem] == []


def test_ones_own_grades_count_all_the_same(folder: Path) -> None:
    own_words(folder)
    (folder / "diagnosis.yml").write_text(yaml.safe_dump(WHOLE, sort_keys=False))
    (folder / "routing.yml").write_text(yaml.safe_dump(ROUTES, sort_keys=False))
    found = "\n".join(problems(folder))
    for told in (
        'there is no alert severity "critical". This policy has: loud.', 'there is no severity "sev3".',
        'there is no severity "sev1".',
    ):  # fmt: skip
        assert told in found


def test_what_names_probes_that_were_replaced_says_where_it_comes_from(folder: Path) -> None:
    """People would ask for a set and find nothing in it."""
    some = {key: WHOLE[key] for key in ("targets", "services", "probes")}
    found = problems(ours(folder, some))
    assert found and all('a diagnosis.yml here can say "sets" anew.' in problem for problem in found)


def test_causes_and_triage_of_the_policy_below_may_name_what_was_replaced(folder: Path) -> None:
    assert problems(ours(folder, {key: WHOLE[key] for key in ("targets", "services", "probes", "sets")})) == []


def test_a_policy_from_before_has_no_eyes_and_no_mistake(folder: Path) -> None:
    for name in ("diagnosis.yml", "routing.yml", "alerts.yml"):
        (folder / name).unlink()
    assert problems(folder) == []
    book = load(folder)
    assert book.diagnosis.probes == () and book.routing.rules == ()
