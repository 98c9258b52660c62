"""The OpenAPI document and the page say what the API does."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import Any

import jsonschema
import pytest
from openapi_spec_validator import validate

from bot.adapters.web.api import openapi
from bot.adapters.web.api.operations import Operation
from bot.adapters.web.api.problems import KINDS
from bot.adapters.web.api.samples import SAMPLES
from bot.adapters.web.api.table import OPERATIONS
from bot.policy.commands import ANYWHERE, OF_AN_INCIDENT
from tests.api import ONE, Caller
from tests.town import Town

DOCUMENT = openapi.document()


def described(operation: Operation) -> dict[str, Any]:
    found: dict[str, Any] = DOCUMENT["paths"][operation.path][operation.method.lower()]
    return found


def resolved(schema: dict[str, Any]) -> dict[str, Any]:
    """The schema as jsonschema reads it, beside all others."""
    return {**schema, "components": DOCUMENT["components"]}


def test_the_document_is_openapi() -> None:
    validate(DOCUMENT)
    assert DOCUMENT["openapi"].startswith("3.1")


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda each: each.id)
def test_every_operation_is_described_with_examples_that_hold(operation: Operation) -> None:
    said = described(operation)

    assert said["summary"] and said["description"].endswith(".")
    assert all(each["description"] for each in said["parameters"])
    [answer] = said["responses"][str(operation.status)]["content"].values()
    jsonschema.validate(answer["example"], resolved(answer["schema"]))
    if operation.has_body:
        [body] = said["requestBody"]["content"].values()
        jsonschema.validate(body["example"], resolved(body["schema"]))
        operation.body.model_validate(body["example"])
        assert all(field.description for field in operation.body.model_fields.values())
    assert {"400", "401", "404", "422", "503"} <= said["responses"].keys()


def test_every_operation_has_a_command_whose_permissions_hold() -> None:
    assert {each.command for each in OPERATIONS} <= {*OF_AN_INCIDENT, *ANYWHERE}
    assert len({each.id for each in OPERATIONS}) == len(OPERATIONS)


def test_every_kind_of_answer_has_a_sample() -> None:
    assert {each.answer for each in OPERATIONS if each.answer} == set(SAMPLES)


async def test_what_is_answered_is_what_the_document_says(town: Town, api: Caller) -> None:
    await api.declares()
    await api.does("tasks", {"text": "fail over"})
    await api.does("updates", {"state": "better"})
    await town.settle()
    for operation in OPERATIONS:
        if operation.changes or operation.answer is None:
            continue
        got = await api.gets(operation.path.replace("{incident}", "1"))
        jsonschema.validate(got, resolved({"$ref": f"#/components/schemas/{operation.answer.__name__}"}))
    done = await api.does("resolve", {"summary": "reverted"})
    jsonschema.validate(done.json, resolved({"$ref": "#/components/schemas/Changed"}))


class Links(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.ids: set[str] = set()
        self.to: set[str] = set()
        self.tags: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = dict(attrs)
        self.tags.add(tag)
        self.ids |= {str(said["id"])} if "id" in said else set()
        self.to |= {str(said[name]) for name in ("href", "src") if name in said}


async def test_the_page_lists_everything_and_needs_nothing_from_elsewhere(town: Town, api: Caller) -> None:
    page = await api.asks("GET", "/docs", headers={})
    found = Links()
    found.feed(page.text)

    assert {each.id for each in OPERATIONS} | {f"problems-{kind}" for kind in KINDS} <= found.ids
    assert {to for to in found.to if not to.startswith("#")} == {"/openapi.json"}
    assert {to.removeprefix("#") for to in found.to if to.startswith("#")} <= found.ids
    assert "script" not in found.tags and 'lang="en"' in page.text
    assert "default-src 'none'" in page.headers["Content-Security-Policy"]
    assert (await api.asks("GET", "/openapi.json", headers={})).json == DOCUMENT
    assert not re.search(r"https?://(?!127)", page.text.replace("$MUSTER_URL", ""))


async def test_a_problem_names_its_place_on_the_page(town: Town, api: Caller) -> None:
    answer = await api.asks("GET", ONE)

    page = await api.asks("GET", answer.json["type"].partition("#")[0], headers={})
    assert f'id="{answer.json["type"].partition("#")[2]}"' in page.text
