"""Who may ask, and how a request becomes a gesture."""

from __future__ import annotations

import hashlib
import hmac
import json
import logging
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from aiohttp import web
from pydantic import BaseModel, ValidationError
from ulid import ULID

from bot.adapters.web.api.asked import Asked, Given, Room
from bot.adapters.web.api.operations import Operation
from bot.adapters.web.api.problems import Problem, misfilled
from bot.adapters.web.body import bounded
from bot.domain.errors import AlreadyDone, Misfilled, NotPermitted, Refused, Reused
from bot.domain.people import API, is_name
from bot.workflows.access.permitted import permit
from bot.workflows.desk import Gesture

logger = logging.getLogger(__name__)

MOST_BYTES = 64 * 1024
#: who asks when nobody says so
NAMELESS = "token"
ACTOR, KEY = "X-Muster-Actor", "Idempotency-Key"
KEYS = re.compile(r"[\x21-\x7e]{1,200}")
OFF = "The API is off. Whoever runs Muster turns it on with MUSTER_API_TOKEN, a secret that requests bring."
TOKENLESS = "Requests bring the value of MUSTER_API_TOKEN as Authorization: Bearer …"
UNWRITABLE = "Muster cannot write this down just now. Send it again, with the same Idempotency-Key."
KINDS: dict[type[Refused], str] = {
    AlreadyDone: "already-done", NotPermitted: "not-permitted", Reused: "key-reused"
}  # fmt: skip


@dataclass(frozen=True)
class Door:
    """`token` "" lets nobody in. `unwritable` are the errors of a store that cannot write just now."""

    room: Room
    token: str
    unwritable: tuple[type[Exception], ...] = ()

    async def answer(self, operation: Operation, request: web.Request) -> web.Response:
        """Whatever is wrong, the answer says which key the request was given, so that it can be sent again."""
        key = request.headers.get(KEY) or str(ULID())
        answer = await self._answer(operation, request, key)
        answer.headers["Cache-Control"] = "no-store"
        if operation.changes and KEYS.fullmatch(key):
            answer.headers[KEY] = key
        return answer

    async def _answer(self, operation: Operation, request: web.Request, key: str) -> web.Response:
        try:
            given = await self._given(operation, request, key)
        except Problem as problem:
            return problem.response()
        except self.unwritable as error:
            logger.error("A request was not kept: %s", type(error).__name__, extra={"action": "api.unwritten"})
            return Problem("unwritable", UNWRITABLE, headers={"Retry-After": "10"}).response()
        status, headers = given.status or operation.status, given.headers
        if isinstance(given.said, str):
            return web.Response(text=given.said, status=status, content_type="text/markdown", headers=headers)
        text = given.said.model_dump_json()
        return web.Response(text=text, status=status, content_type="application/json", headers=headers)

    def let_in(self, request: web.Request) -> None:
        """Problem for whoever does not bring the token."""
        if not self.token:
            raise Problem("off", OFF)
        scheme, _, said = request.headers.get("Authorization", "").partition(" ")
        right = hmac.compare_digest(said.strip().encode(errors="surrogateescape"), self.token.encode())
        if scheme.lower() != "bearer" or not right:
            logger.warning("A request came without the token.", extra={"action": "api.refused"})
            raise Problem("unauthorized", TOKENLESS, headers={"WWW-Authenticate": 'Bearer realm="muster"'})

    async def _given(self, operation: Operation, request: web.Request, key: str) -> Given:
        self.let_in(request)
        asked = await self._read(operation, request, key)
        try:
            if "incident" not in operation.parts:
                await permit(asked.desk, asked.gesture, operation.command)
            return await operation.do(asked)
        except Misfilled as wrong:
            [detail, *said] = await self.room.names.told([wrong.sentence, *wrong.fields.values()])
            raise Problem("misfilled", detail, dict(zip(wrong.fields, said, strict=True))) from None
        except Refused as refusal:
            [detail] = await self.room.names.told([refusal.sentence])
            kind = next((kind for refused, kind in KINDS.items() if isinstance(refusal, refused)), "refused")
            raise Problem(kind, detail) from None

    async def _read(self, operation: Operation, request: web.Request, key: str) -> Asked:
        path, by = dict(request.match_info), actor(request.headers.get(ACTOR))
        query = model(operation.query, dict(request.query))
        body = model(operation.body, await self._body(request) if operation.has_body else {})
        if not KEYS.fullmatch(key):
            raise Problem("unreadable", f"The header {KEY} may have 200 characters of ASCII, and no spaces.")
        digest = digest_of(operation.id, path, by, body.model_dump(mode="json"))
        gesture = Gesture(by, self.room.clock.now(), f"{API}{key}", digest=digest)
        return Asked(self.room, gesture, operation.command, path, query, body)

    async def _body(self, request: web.Request) -> Any:
        read = await bounded(request, MOST_BYTES)
        if read is None:
            raise Problem("too-large", f"A body may have {MOST_BYTES // 1024} KB.")
        if not read.strip():
            return {}
        if request.content_type != "application/json":
            raise Problem("no-json", "The body must be JSON, and say so: Content-Type: application/json")
        try:
            return json.loads(read)
        except (ValueError, RecursionError):
            raise Problem("unreadable", "The body is no JSON.") from None


def actor(said: str | None) -> str:
    """Who asks. Problem when the name will not do."""
    name = (said or NAMELESS).strip().removeprefix(API)
    if not is_name(name):
        raise Problem(
            "unreadable",
            f"The header {ACTOR} has a name as it is to be read: a letter, then letters, digits, dots and dashes, at"
            " most 40; and none like v2.",
        )
    return f"{API}{name}"


def model(shape: type[BaseModel], said: Any) -> BaseModel:
    try:
        return shape.model_validate(said)
    except ValidationError as wrong:
        raise misfilled(wrong) from None


def digest_of(operation: str, path: Mapping[str, str], by: str, body: Any) -> str:
    """The same for the same request, however it is written."""
    return hashlib.sha256(json.dumps([operation, path, by, body], sort_keys=True).encode()).hexdigest()
