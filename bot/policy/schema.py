"""JSON Schemas of the files of a policy, for editors that complete and check while somebody types."""

from __future__ import annotations

import inspect
import json
from collections.abc import Iterator, Mapping
from datetime import time, timedelta
from pathlib import Path
from typing import Any

from pydantic.json_schema import GenerateJsonSchema

from bot.policy.draft import FILES
from bot.policy.model import Part, Workdays, written

DRAFT = "https://json-schema.org/draft/2020-12/schema"
Schema = dict[str, Any]


def schemas() -> dict[str, Schema]:
    """
    By the name of the file that holds it, `severities.schema.json`.

    Nothing is required at the top, because what a file leaves out may stand in the policy that this one extends; and
    every key may be empty, which takes away what stands there.
    """
    return {f"{part}.schema.json": _schema(part, model) for part, model in FILES.items()}


def write(folder: Path) -> list[Path]:
    """The schemas as files in `folder`, which is made if need be. OSError when it cannot be written."""
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for name, schema in schemas().items():
        written.append(folder / name)
        written[-1].write_text(text(schema), "utf-8")
    return written


def text(schema: Schema) -> str:
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"


class _Lengths(GenerateJsonSchema):
    """Defaults as a policy would write them: pydantic writes five minutes as PT5M, and 09:00 with seconds."""

    def encode_default(self, dft: Any) -> Any:
        if isinstance(dft, time):
            return f"{dft:%H:%M}"
        if isinstance(dft, Part):
            fields = type(dft).model_fields.items()
            return {f.alias or name: self.encode_default(getattr(dft, name)) for name, f in fields}
        return written(dft) if isinstance(dft, timedelta | Workdays) else super().encode_default(dft)


def _schema(part: str, model: type[Part]) -> Schema:
    made = model.model_json_schema(schema_generator=_Lengths)
    _loosen(made, made.get("$defs", {}))
    module = (inspect.getdoc(inspect.getmodule(model)) or "").strip()
    about = "\n\n".join(text for text in (module, made.pop("description", "")) if text)
    return {"$schema": DRAFT, **made, "title": f"{part}.yml", "description": about}


def _loosen(schema: Schema, defs: Mapping[str, Schema]) -> None:
    """Nothing is required of a mapping that may lie over another, and each of its keys may be empty."""
    schema.pop("required", None)
    for kind in ("properties", "patternProperties"):
        for key, value in schema.get(kind, {}).items():
            schema[kind][key] = _or_empty(value)
            for inner in _mappings(value, defs):
                _loosen(inner, defs)


def _mappings(value: Schema, defs: Mapping[str, Schema]) -> Iterator[Schema]:
    """The mappings that may stand there; those in a list are not laid over others."""
    for each in (value, *value.get("anyOf", ())):
        if "$ref" in each:
            yield defs[each["$ref"].rpartition("/")[2]]
        elif "patternProperties" in each or "properties" in each:
            yield each


def _or_empty(value: Schema) -> Schema:
    """Without anyOf where that can be: it takes from editors what they could say of a mistake inside."""
    if {"type": "null"} in value.get("anyOf", ()):
        return value
    if isinstance(value.get("type"), str) and "const" not in value:
        choices = {"enum": [*value["enum"], None]} if "enum" in value else {}
        return {**value, "type": [value["type"], "null"], **choices}
    said: Schema = {key: value[key] for key in ("title", "description", "default") if key in value}
    kept = {key: inner for key, inner in value.items() if key not in said}
    return {**said, "anyOf": [kept, {"type": "null"}]}
