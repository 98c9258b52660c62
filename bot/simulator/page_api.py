"""The page and its HTTP: thin over people's gestures; also for tests in another process."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from aiohttp import web

from bot.simulator import canvases, page_shapes, search, sharing, talk
from bot.simulator.core import Core
from bot.simulator.drawer import Drawer
from bot.simulator.errors import GestureError, Json, SlackError
from bot.simulator.faults import Faults
from bot.simulator.feed import Feed
from bot.simulator.finding import Surface, find
from bot.simulator.gestures import Answer, Gestures
from bot.simulator.people import Person
from bot.simulator.records import Channel, Message
from bot.simulator.web_api import WebApi

PAGES = Path(__file__).parent / "pages"
Act = Callable[[Person, Json], Awaitable[Json]]


class PageApi:
    """Routes of the page; `as` in the query or the body says who is at the keyboard."""

    def __init__(self, core: Core, gestures: Gestures, web_api: WebApi, faults: Faults) -> None:
        self.core = core
        self.gestures = gestures
        self.feed = Feed(core)
        self.drawer = Drawer(core, web_api, faults, self.feed.show)

    def routes(self) -> list[web.AbstractRouteDef]:
        return [
            web.get("/", self._page),
            web.get("/assets/{name:.+}", self._asset),
            web.get("/archives/{channel}/{message}", self._archive),
            web.get("/docs/{team}/{canvas}", self._document),
            web.get("/sim/canvas/{id}", self._canvas),
            web.get("/sim/state", self._state),
            web.get("/sim/history", self._history),
            web.get("/sim/thread", self._thread),
            web.get("/sim/file/{id}", self._file),
            web.post("/sim/upload", self._upload),
            web.get("/sim/feed", self.feed.handle),
            web.get("/sim/search", self._search),
            web.get("/sim/pins", self._pins),
            *self.drawer.routes(),
            *(web.post(f"/sim/{name}", self._gesture(act)) for name, act in self._gestures().items()),
        ]

    def _gestures(self) -> dict[str, Act]:
        """What people do, by its name in the address."""
        return {
            "say": self._say,
            "act": self._act,
            "submit": self._submit,
            "close": self._close,
            "react": self._react,
            "join": self._join,
            "leave": self._leave,
            "dm": self._dm,
            "read": self._read,
            "home": self._home,
            "shortcut": self._shortcut,
            "pin": self._pin,
            "presence": self._presence,
            "edit": self._edit,
            "delete": self._delete,
            "create": self._create,
            "invite": self._invite,
            "archive": self._archives,
        }

    # reading

    def _reader(self, request: web.Request) -> Person:
        """Whoever reads; without ?as= the first person of the workspace."""
        first = next((one.id for one in self.core.workspace.people()), "")
        try:
            return self.core.workspace.person(request.query.get("as") or first)
        except KeyError:
            raise _refusal("There is nobody with that id; ?as= takes a user id or handle.", 404) from None

    def _channel(self, person: Person, name: str) -> Channel:
        channel = self.core.workspace.channels.get(name)
        if channel is None or not self.core.workspace.sees(person.id, channel):
            raise _refusal("There is no such channel, or not for this person.", 404)
        return channel

    async def _state(self, request: web.Request) -> web.Response:
        return _json(page_shapes.state(self.core, self._reader(request).user))

    async def _history(self, request: web.Request) -> web.Response:
        person, query = self._reader(request), request.query
        channel = self._channel(person, query.get("channel", ""))
        rows = talk.history(channel, person.id)
        if query.get("before"):
            rows = [row for row in rows if row.ts < query["before"]]
        limit = int(query["limit"]) if query.get("limit", "").isdigit() else 100
        shown = [page_shapes.message_shape(self.core.workspace, row) for row in rows[-limit:]]
        return _json({"messages": shown, "has_more": len(rows) > limit})

    async def _thread(self, request: web.Request) -> web.Response:
        person = self._reader(request)
        channel = self._channel(person, request.query.get("channel", ""))
        rows = talk.thread(channel, request.query.get("ts", ""), person.id)
        return _json({"messages": [page_shapes.message_shape(self.core.workspace, row) for row in rows]})

    async def _file(self, request: web.Request) -> web.Response:
        person = self._reader(request)
        file = self.core.workspace.files.get(request.match_info["id"])
        if file is None or not file.complete:
            raise _refusal("There is no such file.", 404)
        rooms = [self.core.workspace.channels[place] for place, _ in file.shares]
        if not any(self.core.workspace.sees(person.id, room) for room in rooms):
            raise _refusal("This file was not shared with this person.", 404)
        kind = file.mimetype if file.mimetype.startswith(("image/", "application/pdf")) else "text/plain"
        headers = {"Content-Security-Policy": "sandbox", "X-Content-Type-Options": "nosniff"}
        return web.Response(body=file.content or b"", content_type=kind, headers=headers)

    async def _upload(self, request: web.Request) -> web.Response:
        person, query = self._reader(request), request.query
        try:
            content = await request.read()
            file = sharing.bring(self.core, person, query.get("name", ""), request.content_type, content)
            if query.get("channel"):
                where = query["channel"], query.get("text", ""), query.get("thread_ts", "")
                sharing.share(self.core, person, file, *where)
        except GestureError as refusal:
            return _json({"ok": False, "error": str(refusal)})
        return _json({"ok": True, "file": sharing.shape(self.core, file)})

    async def _page(self, request: web.Request) -> web.StreamResponse:
        return self._static("index.html")

    async def _asset(self, request: web.Request) -> web.StreamResponse:
        return self._static(request.match_info["name"])

    def _static(self, name: str) -> web.StreamResponse:
        path = (PAGES / name).resolve()
        if not path.is_relative_to(PAGES) or not path.is_file():
            raise _refusal("There is no such page.", 404)
        return web.FileResponse(path, headers={"Cache-Control": "no-cache"})

    async def _archive(self, request: web.Request) -> web.StreamResponse:
        """Where permalinks lead."""
        number = request.match_info["message"].removeprefix("p")
        place = {"channel": request.match_info["channel"], "ts": f"{number[:-6]}.{number[-6:]}"}
        thread = {"thread_ts": request.query["thread_ts"]} if "thread_ts" in request.query else {}
        raise web.HTTPFound(f"/?{urlencode({**place, **thread})}")

    async def _document(self, request: web.Request) -> web.StreamResponse:
        """Where permalinks of canvases lead."""
        raise web.HTTPFound(f"/?{urlencode({'canvas': request.match_info['canvas']})}")

    async def _canvas(self, request: web.Request) -> web.Response:
        person, workspace = self._reader(request), self.core.workspace
        canvas = workspace.canvases.get(request.match_info["id"])
        if canvas is None or not canvases.sees(workspace, person.id, canvas):
            raise _refusal("There is no such canvas, or not for this person.", 404)
        return _json(canvases.shape(workspace, canvas))

    async def _search(self, request: web.Request) -> web.Response:
        person, query = self._reader(request), request.query
        limit = int(query["limit"]) if query.get("limit", "").isdigit() else 20
        said = query.get("q", "")
        return _json(page_shapes.found(self.core.workspace, person.id, said, max(1, min(limit, search.MOST))))

    async def _pins(self, request: web.Request) -> web.Response:
        channel = self._channel(self._reader(request), request.query.get("channel", ""))
        return _json({"pins": page_shapes.pins(self.core.workspace, channel)})

    # doing

    def _gesture(self, act: Act) -> Callable[[web.Request], Awaitable[web.Response]]:
        async def handle(request: web.Request) -> web.Response:
            body = await _body(request)
            try:
                person = self.core.workspace.person(str(body.get("as", "")))
                return _json({"ok": True, **await act(person, body)})
            except GestureError as refusal:
                return _json({"ok": False, "error": str(refusal)})
            except SlackError as refusal:
                return _json({"ok": False, "error": f"Slack refuses: {refusal.error}."})
            except KeyError as missing:
                return _json({"ok": False, "error": f"This request lacks something or names nobody: {missing}."})

        return handle

    async def _say(self, person: Person, body: Json) -> Json:
        said = await person.says(body["channel"], body["text"], body.get("thread_ts") or None)
        return _said(said) if isinstance(said, Answer) else {"ts": said.ts}

    def _surface(self, person: Person, container: Json) -> Surface:
        if container.get("type") == "view":
            view = self.core.views.find(container["view_id"])
            if view is None or view.user != person.id:
                raise GestureError("This dialog is not open any more.")
            return view
        return self._message(person, container)

    def _message(self, person: Person, where: Json) -> Message:
        channel = self._channel(person, where["channel"])
        return self.core.workspace.message(channel, where["ts"])

    async def _act(self, person: Person, body: Json) -> Json:
        surface = self._surface(person, body["container"])
        block_id = body.get("block_id") or None
        _, element = find(surface, body["action_id"], block_id)
        if element["type"] == "button":
            return _said(await person.clicks(surface, body["action_id"], block_id))
        value = _chosen(element["type"], body.get("selected", body.get("value")))
        return _said(await person.chooses(surface, body["action_id"], value, block_id))

    async def _submit(self, person: Person, body: Json) -> Json:
        view = self._surface(person, {"type": "view", "view_id": body["view_id"]})
        for block_id, actions in body.get("values", {}).items():
            view.state.setdefault(block_id, {}).update(actions)  # type: ignore[union-attr]
        outcome = await person.submits(view)  # type: ignore[arg-type]
        answer: Json = {"ok": outcome.ok or outcome.action == "errors", "action": outcome.action}
        if outcome.errors:
            answer["errors"] = outcome.errors
        return {**answer, "error": outcome.error} if outcome.error else answer

    async def _close(self, person: Person, body: Json) -> Json:
        view = self._surface(person, {"type": "view", "view_id": body["view_id"]})
        await person.closes(view)  # type: ignore[arg-type]
        return {}

    async def _react(self, person: Person, body: Json) -> Json:
        await person.reacts(self._message(person, body), body["name"], bool(body.get("on", True)))
        return {}

    async def _join(self, person: Person, body: Json) -> Json:
        await person.joins(body["channel"])
        return {}

    async def _leave(self, person: Person, body: Json) -> Json:
        await person.leaves(body["channel"])
        return {}

    async def _dm(self, person: Person, body: Json) -> Json:
        return {"channel": (await person.opens_dm(body["user"])).id}

    async def _read(self, person: Person, body: Json) -> Json:
        person.reads(body["channel"], str(body.get("ts") or ""))
        return {}

    async def _pin(self, person: Person, body: Json) -> Json:
        await person.pins(self._message(person, body), bool(body.get("on", True)))
        return {}

    async def _presence(self, person: Person, body: Json) -> Json:
        await person.is_present(body["presence"] != "away")
        return {}

    async def _edit(self, person: Person, body: Json) -> Json:
        await person.edits(self._message(person, body), str(body["text"]))
        return {}

    async def _delete(self, person: Person, body: Json) -> Json:
        await person.deletes(self._message(person, body))
        return {}

    async def _create(self, person: Person, body: Json) -> Json:
        return {"channel": (await person.creates(str(body["name"]), bool(body.get("private", False)))).id}

    async def _invite(self, person: Person, body: Json) -> Json:
        await person.invites(body["channel"], *body["users"])
        return {}

    async def _archives(self, person: Person, body: Json) -> Json:
        await person.archives(body["channel"])
        return {}

    async def _home(self, person: Person, body: Json) -> Json:
        view = await person.opens_home()
        return {"view": page_shapes.view_shape(self.core, view) if view is not None else None}

    async def _shortcut(self, person: Person, body: Json) -> Json:
        message = self._message(person, body) if body.get("ts") else None
        return _said(await person.uses_shortcut(body["callback_id"], message))


def _said(answer: Answer) -> Json:
    return {} if answer.ok else {"ok": False, "error": answer.error}


def _chosen(kind: str, selected: Any) -> Any:
    """The page sends ids, option values, or the options themselves."""
    if isinstance(selected, list):
        return [one["value"] if isinstance(one, dict) else one for one in selected]
    return selected["value"] if isinstance(selected, dict) and "value" in selected else selected


def _json(body: Json, status: int = 200) -> web.Response:
    return web.json_response(body, status=status)


def _refusal(sentence: str, status: int = 400) -> web.HTTPException:
    kind = web.HTTPNotFound if status == 404 else web.HTTPBadRequest
    return kind(text=json.dumps({"ok": False, "error": sentence}), content_type="application/json")


async def _body(request: web.Request) -> Json:
    try:
        body = await request.json()
    except ValueError:
        raise _refusal("The body should be a JSON object.") from None
    if not isinstance(body, dict):
        raise _refusal("The body should be a JSON object.")
    return body
