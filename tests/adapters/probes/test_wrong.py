"""What `muster policy check` says of probes, and what docs/probes.md says of kinds."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.__main__ import cli
from bot.adapters.probes import problems, wrong
from bot.adapters.probes.kinds import KINDS
from bot.app import checked
from bot.policy import book
from bot.policy.errors import PolicyError

DOCS = Path(__file__).parents[3] / "docs" / "probes.md"


def ours(folder: Path, probe: str) -> str:
    """A policy of the team's own with this probe on line 4."""
    (folder / "policy.yml").write_text("title: Ours\nextends: default\n")
    seen = "detect: true, faults: {broken: {symptom: s, grade: high}}"
    probes = f"probes:\n  - {{id: mine, title: Mine, {seen}, {probe}}}\n"
    (folder / "diagnosis.yml").write_text(f"targets: [{{id: there, address: http://a.test}}]\nsets: []\n{probes}")
    return str(folder)


WRONG = {
    "kind: htp, target: there": "is of the kind htp, which there is not. Did you mean http? There are: alertmanager, ",
    "kind: gopher, target: there": "is of the kind gopher, which there is not. There are: alertmanager, ",
    "kind: http": "is of the kind http and needs a target. Right is, for example, target: shop.",
    "kind: http, target: there, options: {pth: /x}":
        "has an option pth, which http does not know. Did you mean path? There are: contains, method, numbers, path",
    "kind: http, target: there, options: {method: POST}": "has a wrong option method: Input should be 'GET' or 'HEAD'.",
    "kind: promql, target: there": "lacks the option query, which promql needs.",
    "kind: metrics, target: there, options: {metrics: {x: {metrik: y}}}":
        "has an option metrics.x.metrik, which metrics does not know.",
    "kind: metrics, target: there, options: {metrics: {x: {metric: y, where: {a: '('}}}}":
        "has a wrong option metrics.x.where: ( is no regular expression",
    "kind: kubernetes, target: there, options: {what: logs}":
        "has wrong options: logs need the name of a deployment, or a selector.",
    "kind: tls, target: there, limits: [{value: days, below: 7, symptom: old, grade: high}]":
        "has a limit on days, which tls does not read. Did you mean days_left? There are: days_left, seconds.",
}  # fmt: skip


@pytest.mark.parametrize(("probe", "said"), WRONG.items())
def test_a_mistake_is_a_sentence_with_its_line(tmp_path: Path, probe: str, said: str) -> None:
    told = problems(ours(tmp_path, probe))
    starts = f"diagnosis.yml, line 4: the probe mine {said}"

    assert any(sentence.startswith(starts) for sentence in told), told


RIGHT = (
    "kind: http, target: there, options: {numbers: {a: b}}, limits: [{value: a, above: 1, symptom: s, grade: high}]",
    "kind: metrics, target: there, limits: [{value: whatever, above: 1, symptom: s, grade: high}]",
    "kind: host",
)


@pytest.mark.parametrize("probe", RIGHT)
def test_what_is_right_is_no_mistake(tmp_path: Path, probe: str) -> None:
    assert problems(ours(tmp_path, probe)) == []


@pytest.mark.parametrize("name", book.bundled())
def test_the_probes_of_bundled_policies_are_right(name: str) -> None:
    assert wrong(book.load(name)) == []


def test_they_stand_among_the_other_mistakes(tmp_path: Path) -> None:
    folder = ours(tmp_path, "kind: htp, target: there")
    (tmp_path / "templates").mkdir()
    (tmp_path / "templates" / "page.j2").write_text("{{ nobody }}")
    (tmp_path / "templates" / "updated.j2").write_text("{{ nobody }}")
    told = problems(folder)

    assert "htp" in told[0] and len(told) > 1 and all("nobody" in sentence for sentence in told[1:])


def test_what_cannot_be_read_is_told_all_the_same(tmp_path: Path) -> None:
    folder = ours(tmp_path, "kind: http, target: nowhere")

    assert any("nowhere" in sentence for sentence in problems(folder))
    assert "there is no such policy" in problems(str(tmp_path / "gone"))[0]


def test_the_command_names_them_and_muster_does_not_start(tmp_path: Path) -> None:
    folder = ours(tmp_path, "kind: htp, target: there")
    result = CliRunner().invoke(cli, ["policy", "check", folder])

    assert result.exit_code == 1 and "Did you mean http?" in result.output
    with pytest.raises(PolicyError, match="Did you mean http"):
        checked(folder)


def sections() -> dict[str, str]:
    parts = re.split(r"^### (.+)$", DOCS.read_text(), flags=re.M)[1:]
    return dict(zip(parts[::2], parts[1::2], strict=True))


def test_every_kind_stands_in_the_docs_and_no_other() -> None:
    assert sections().keys() == KINDS.keys()


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS.keys())
def test_every_option_and_value_stands_in_the_docs(kind: object) -> None:
    kind = KINDS[kind.name]  # type: ignore[attr-defined]
    said = sections()[kind.name]
    values = kind.values if isinstance(kind.values, tuple) else ()

    assert [each for each in (*kind.options.model_fields, *values) if f"`{each}`" not in said] == []
