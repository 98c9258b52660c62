from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

import pytest
from jsonschema import Draft202012Validator

from bot.policy.book import BUNDLED, FILES, bundled
from bot.policy.layers import read
from bot.policy.model import Part
from bot.policy.nodes import composed, data
from bot.policy.schema import schemas, text, write
from bot.policy.texts import ALLOWED_FILTERS, COMMON, EXTRA

DOCS = Path(__file__).parents[2] / "docs"
GUIDE = (DOCS / "policies.md").read_text()
SCHEMAS = schemas()


def models(kind: Any, seen: set[type[Part]]) -> Iterator[type[Part]]:
    """All pieces of policy in a type, each once."""
    if isinstance(kind, type) and issubclass(kind, Part) and kind not in seen:
        seen.add(kind)
        yield kind
        for field in kind.model_fields.values():
            yield from models(field.annotation, seen)
    for arg in get_args(kind):
        yield from models(arg, seen)


def wrong(part: str, given: str) -> list[str]:
    schema = Draft202012Validator(SCHEMAS[f"{part}.schema.json"])
    return [error.message for error in schema.iter_errors(data(composed(f"{part}.yml", given)[0]))]


def test_the_schemas_in_the_docs_are_those_of_this_code() -> None:
    """Write them anew with: muster policy schema docs/policy"""
    assert {path.name for path in (DOCS / "policy").iterdir()} == set(SCHEMAS)
    for name, schema in SCHEMAS.items():
        assert (DOCS / "policy" / name).read_text() == text(schema), name


def test_they_are_schemas() -> None:
    for schema in SCHEMAS.values():
        Draft202012Validator.check_schema(schema)
        assert schema["title"].endswith(".yml") and schema["description"] and "required" not in schema


def test_they_are_written_where_somebody_wants_them(tmp_path: Path) -> None:
    assert {path.name for path in write(tmp_path / "new" / "place")} == set(SCHEMAS)


@pytest.mark.parametrize("name", bundled())
def test_the_policies_that_come_with_muster_keep_to_them(name: str) -> None:
    layer, _ = read(BUNDLED / name)
    parts = {file.removesuffix(".yml"): text for file, text in layer.files.items() if file.endswith(".yml")}
    assert {part: wrong(part, text) for part, text in parts.items()} == {part: [] for part in parts}
    for part, given in parts.items():
        assert given.startswith(f"# yaml-language-server: $schema=../../../../docs/policy/{part}.schema.json\n"), part


@pytest.mark.parametrize(
    ("part", "given", "told"),
    [
        ("cadence", "severities: {sev4: ~}", None),
        ("cadence", "snooze: ~", None),
        ("cadence", "snooze: soon", "'soon'"),
        ("cadence", "snoze: 5m", "'snoze' was unexpected"),
        ("classification", "triage: {first: down}", None),
        ("classification", "assessment: [{id: a}]", "'title' is a required property"),
        ("communications", "bridge: {pin: '12'}", None),
        ("postmortem", "sla: {otherwise: low}", None),
        ("postmortem", "sections: [{id: a, title: A, parts: [{id: b}]}]", "'title' is a required property"),
    ],
)
def test_what_an_editor_says(part: str, given: str, told: str | None) -> None:
    found = wrong(part, given)
    assert found == [] if told is None else any(told in message for message in found), found


def test_defaults_are_written_as_a_policy_writes_them() -> None:
    rhythm = SCHEMAS["cadence.schema.json"]["$defs"]["Rhythm"]["properties"]["remind_before"]
    assert rhythm["default"] == "5m" and "PT" not in "".join(map(text, SCHEMAS.values()))


#: words of the guide that are values and no keys, and of which no schema says so
VALUES = {
    "severities": {"declarer"},
    "escalation": {"declared", "graded", "page"},
    "communications": {"state", "impact", "actions", "next_steps", "help_needed"},
    "routing": {"detector"},
    "capture": {"timeline", "task", "action_item"},
    "permissions": {"everyone", "insiders", "lead", "declarer", "api", "nobody"},
}


def about(part: str) -> str:
    """What the guide says of one file."""
    [found] = re.findall(rf"^\*\*{part}\.yml\*\*(.*?)(?=^\*\*|^## )", GUIDE, re.DOTALL | re.MULTILINE)
    return str(found)


def words(schema: Any) -> Iterator[str]:
    """Every key that a schema knows, and every value that it lists."""
    if isinstance(schema, dict):
        yield from schema.get("properties", {})
        yield from map(str, [*schema.get("enum", []), schema.get("const", "")])
        yield from (word for each in schema.values() for word in words(each))
    if isinstance(schema, list):
        yield from (word for each in schema for word in words(each))


@pytest.mark.parametrize("part", FILES)
def test_the_keys_that_the_guide_names_exist(part: str) -> None:
    named = set(re.findall(r"`([a-z][a-z_]*)`", about(part)))
    assert named - set(words(SCHEMAS[f"{part}.schema.json"])) - VALUES.get(part, set()) == set()


@pytest.mark.parametrize("part", FILES)
def test_the_guide_names_every_key(part: str) -> None:
    told = about(part) + (GUIDE[GUIDE.index("## Conflicts") :] if part == "conflicts" else "")
    keys = {f.alias or name for model in models(FILES[part], set()) for name, f in model.model_fields.items()}
    assert {key for key in keys if not re.search(rf"\b{key}\b", told)} == set()


def test_the_guide_names_every_template_with_its_fields() -> None:
    rows = re.findall(r"^\| (\w+) \| [^|]+ \| ([\w, ]*)\|$", GUIDE, re.MULTILINE)
    told = {name: frozenset(fields.replace(",", " ").split()) for name, fields in rows if name != "template"}
    assert told == dict(EXTRA)
    assert {field for field in COMMON if f"`{field}`" not in GUIDE} == set()
    assert set(re.findall(r"\w+", GUIDE.split("Filters:")[1].split(".")[0])) == {*ALLOWED_FILTERS, "person"}
