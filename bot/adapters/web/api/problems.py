"""What is wrong, as application/problem+json: https://www.rfc-editor.org/rfc/rfc9457"""

from __future__ import annotations

import json
from collections.abc import Mapping
from http import HTTPStatus

from aiohttp import web
from pydantic import BaseModel, Field, ValidationError

MEDIA_TYPE = "application/problem+json"
#: where the kinds of problems are described
PAGE = "/docs#problems"

#: kind → (status, title)
KINDS: dict[str, tuple[int, str]] = {
    "unreadable": (400, "The request cannot be read"),
    "unauthorized": (401, "The token is missing or wrong"),
    "not-permitted": (403, "That is left to others"),
    "not-found": (404, "There is no such thing"),
    "off": (404, "The API is off"),
    "wrong-method": (405, "That is not done there"),
    "already-done": (409, "That is so already"),
    "too-large": (413, "The body is too large"),
    "no-json": (415, "The body must be JSON"),
    "refused": (422, "That is not possible"),
    "misfilled": (422, "Something is filled in wrong"),
    "key-reused": (422, "The key stands for another request"),
    "unwritable": (503, "Nothing can be written down just now"),
    "chat-silent": (503, "The chat does not answer"),
}


class ProblemShape(BaseModel):
    """What is wrong, and what would be right."""

    type: str = Field(description="The kind of problem, as an address of its description.")
    title: str
    status: int
    detail: str = Field(description="A sentence for people.")
    errors: dict[str, str] | None = Field(None, description="A sentence for each field that is filled in wrong.")


class Problem(Exception):
    """One of KINDS, with a sentence for whoever reads it."""

    def __init__(
        self, kind: str, detail: str, errors: Mapping[str, str] | None = None, headers: Mapping[str, str] | None = None
    ) -> None:  # fmt: skip
        super().__init__(detail)
        self.kind, self.detail, self.errors, self.headers = kind, detail, errors or {}, headers or {}

    def response(self) -> web.Response:
        status, title = KINDS[self.kind]
        said = {"type": f"{PAGE}-{self.kind}", "title": title, "status": status, "detail": self.detail}
        text = json.dumps({**said, "errors": dict(self.errors)} if self.errors else said)
        return web.Response(text=text, status=status, reason=HTTPStatus(status).phrase, content_type=MEDIA_TYPE,
                            headers=self.headers)  # fmt: skip


def misfilled(wrong: ValidationError) -> Problem:
    """What pydantic found, by field and in sentences; values are not repeated."""
    errors = {".".join(map(str, each["loc"])) or "body": sentence(each["type"], each.get("ctx") or {}, each["msg"])
              for each in wrong.errors(include_url=False, include_input=False)}  # fmt: skip
    return Problem("misfilled", " ".join(f"{name}: {said}" for name, said in errors.items()), errors)


def sentence(kind: str, more: Mapping[str, object], said: str) -> str:
    """
    >>> sentence("missing", {}, "Field required"), sentence("string_too_long", {"max_length": 80}, "…")
    ('This is needed.', 'This may have 80 characters at most.')
    """
    if kind in SENTENCES:
        return SENTENCES[kind].format(**more)
    return f"{said.removeprefix('Value error, ').rstrip('.')}."


SENTENCES = {
    "missing": "This is needed.",
    "extra_forbidden": "There is no such field.",
    "string_type": "This must be text.",
    "string_unicode": "This holds characters that are no text. Leave them out.",
    "string_too_short": "This must not be empty.",
    "string_too_long": "This may have {max_length} characters at most.",
    "bool_type": "This must be true or false.",
    "bool_parsing": "This must be true or false.",
    "int_type": "This must be a whole number.",
    "int_parsing": "This must be a whole number.",
    "int_from_float": "This must be a whole number.",
    "greater_than_equal": "This must be at least {ge}.",
    "less_than_equal": "This must be at most {le}.",
    "literal_error": "Right would be {expected}.",
    "dict_type": "This must be an object.",
    "too_short": "This must not be empty.",
    "model_type": "This must be an object.",
    "model_attributes_type": "This must be an object.",
}
