"""The OpenAPI 3.1 document: https://spec.openapis.org/oas/v3.1.1"""

from __future__ import annotations

from functools import cache
from http import HTTPStatus
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from bot import __version__
from bot.adapters.web.api.door import ACTOR, KEY
from bot.adapters.web.api.operations import PARTS, SAMPLES, Operation
from bot.adapters.web.api.problems import MEDIA_TYPE, PAGE, ProblemShape
from bot.adapters.web.api.samples import sample
from bot.adapters.web.api.table import OPERATIONS

SCHEMAS = "#/components/schemas/"
ABOUT = (
    "Work on incidents from scripts, and while the chat is down. What is done here appears in the incident's room when"
    " the chat answers, once and in order."
)
LICENSE = {"name": "MIT", "identifier": "MIT"}
ACTOR_ABOUT = "Who asks, for the record: a name such as ana or ci. Without it the record says token."
KEY_ABOUT = (
    "One for each thing to be done: sent again with the same key it is done once, and answered as before. Keys are kept"
    " for seven days, over restarts. Without one, an answer says which it was given."
)
#: what may be wrong with any request
ANY = (400, 401, 403, 404, 422, 503)
CHANGING = (409, 413, 415)


@cache
def document() -> dict[str, Any]:
    paths: dict[str, dict[str, Any]] = {}
    for operation in OPERATIONS:
        paths.setdefault(operation.path, {})[operation.method.lower()] = described(operation)
    return {
        "openapi": "3.1.0",
        "info": {"title": "Muster", "version": __version__, "description": ABOUT, "license": LICENSE},
        "servers": [{"url": "/"}],
        "security": [{"token": []}],
        "paths": paths,
        "components": {
            "schemas": schemas(),
            "securitySchemes": {
                "token": {"type": "http", "scheme": "bearer", "description": "The value of MUSTER_API_TOKEN."}
            },
        },
    }  # fmt: skip


def described(operation: Operation) -> dict[str, Any]:
    said: dict[str, Any] = {
        "operationId": operation.id, "summary": operation.summary, "description": operation.about,
        "parameters": parameters(operation), "responses": responses(operation),
    }  # fmt: skip
    if operation.has_body:
        content = {"schema": {"$ref": SCHEMAS + operation.body.__name__}, "example": example(operation.body)}
        said["requestBody"] = {"required": needed(operation.body), "content": {"application/json": content}}
    return said


def parameters(operation: Operation) -> list[dict[str, Any]]:
    parts = [
        {"name": part, "in": "path", "required": True, "description": PARTS[part], "schema": {"type": "string"},
         "example": SAMPLES[part]} for part in operation.parts
    ]  # fmt: skip
    text = {"type": "string"}
    headers = [{"name": ACTOR, "in": "header", "description": ACTOR_ABOUT, "schema": text, "example": "ana"}]
    if operation.changes:
        headers.append(
            {"name": KEY, "in": "header", "description": KEY_ABOUT, "schema": text, "example": "deploy-4711"}
        )
    return [*parts, *asked_after(operation.query), *headers]


def asked_after(query: type[BaseModel]) -> list[dict[str, Any]]:
    """What stands after the question mark."""
    schema = query.model_json_schema()
    return [
        {"name": name, "in": "query", "description": about.pop("description"), "schema": about}
        for name, about in schema.get("properties", {}).items()
    ]


def responses(operation: Operation) -> dict[str, Any]:
    found: dict[str, Any] = {str(operation.status): {"description": operation.summary, "content": answered(operation)}}
    if operation.id == "declare":
        found["200"] = {"description": "It was open already", "content": answered(operation)}
    statuses = (*ANY, *(CHANGING if operation.changes else ()))
    problem = {MEDIA_TYPE: {"schema": {"$ref": SCHEMAS + "Problem"}}}
    found |= {str(each): {"description": HTTPStatus(each).phrase, "content": problem} for each in sorted(statuses)}
    return found


def answered(operation: Operation) -> dict[str, Any]:
    if operation.answer is None:
        return {"text/markdown": {"schema": {"type": "string"}, "example": sample(None)}}
    reference = {"$ref": SCHEMAS + operation.answer.__name__}
    return {"application/json": {"schema": reference, "example": sample(operation.answer)}}


def schemas() -> dict[str, Any]:
    bodies = {(each.body, "validation") for each in OPERATIONS if each.has_body}
    answers = {(each.answer, "serialization") for each in OPERATIONS if each.answer}
    wanted: list[Any] = sorted(bodies | answers, key=lambda pair: pair[0].__name__)
    _, found = models_json_schema([*wanted, (ProblemShape, "serialization")], ref_template=SCHEMAS + "{model}")
    defined: dict[str, Any] = found["$defs"]
    defined["Problem"] = defined.pop("ProblemShape") | {"title": "Problem", "externalDocs": {"url": PAGE}}
    return dict(sorted(defined.items()))


def example(body: type[BaseModel]) -> Any:
    return body.model_json_schema()["examples"][0]


def needed(body: type[BaseModel]) -> bool:
    """Whether anything in it must be said."""
    return any(field.is_required() for field in body.model_fields.values())
