"""The modals that people have open, one stack each, and their Home tabs."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from bot.simulator.blocks import interactive, named
from bot.simulator.entries import initial_state
from bot.simulator.errors import Json, SlackError
from bot.simulator.ids import secret
from bot.simulator.view_rules import check_view
from bot.simulator.workspace import Workspace

MOST_ON_A_STACK = 3


@dataclass(eq=False)
class View:
    """A view on a person's screen; `state` holds what the person entered, by block and action id."""

    id: str
    user: str
    type: str
    body: Json
    hash: str = ""
    state: dict[str, Json] = field(default_factory=dict)
    root_id: str = ""
    previous_id: str = ""
    errors: dict[str, str] = field(default_factory=dict)
    open: bool = True

    @property
    def blocks(self) -> list[Json]:
        blocks: list[Json] = self.body["blocks"]
        return blocks

    @property
    def callback_id(self) -> str:
        return str(self.body.get("callback_id", ""))

    @property
    def private_metadata(self) -> str:
        return str(self.body.get("private_metadata", ""))

    @property
    def title(self) -> str:
        return str((self.body.get("title") or {}).get("text", ""))


class Views:
    """Open, push, update, publish and close; SlackError where Slack refuses."""

    def __init__(self, workspace: Workspace) -> None:
        self.workspace = workspace
        self.stacks: dict[str, list[View]] = {}
        self.homes: dict[str, View] = {}

    def open(self, user: str, body: Json) -> View:
        check_view(body, "modal")
        self._check_external(body, None)
        for old in self.stacks.get(user, []):
            old.open = False
        view = self._new(user, body)
        self.stacks[user] = [view]
        self._changed(user)
        return view

    def push(self, user: str, body: Any) -> View:
        check_view(body, "modal")
        self._check_external(body, None)
        stack = self.stacks.get(user, [])
        if not stack:
            raise SlackError("not_found")
        if len(stack) >= MOST_ON_A_STACK:
            raise SlackError("push_limit_reached")
        view = self._new(user, body)
        view.root_id, view.previous_id = stack[0].id, stack[-1].id
        stack.append(view)
        self._changed(user)
        return view

    def update(self, view: View, body: Any, hash_: str | None = None) -> View:
        check_view(body, view.type)
        self._check_external(body, view)
        if hash_ and hash_ != view.hash:
            raise SlackError("hash_conflict")
        if view.type == "modal":
            self._keep_entries(view)
        view.body = self._filled(body)
        view.hash, view.errors = self._hash(), {}
        self._changed(view.user)
        return view

    def _keep_entries(self, view: View) -> None:
        """
        Slack keeps what an input holds by its block_id and action_id, also while the block is away, and also a first
        value that nobody touched: https://github.com/slackapi/bolt-js/issues/290, bolt-python/issues/1036 and 1064.
        """
        for block_id, row in self.values(view).items():
            view.state.setdefault(block_id, {}).update(row)

    def publish(self, user: str, body: Json, hash_: str | None = None) -> View:
        check_view(body, "home")
        known = self.homes.get(user)
        if known is not None:
            return self.update(known, body, hash_)
        view = self.homes[user] = self._new(user, body)
        self._changed(user)
        return view

    def close(self, view: View, everything: bool = False) -> None:
        """Take a view off its stack, or the whole stack."""
        stack = self.stacks.get(view.user, [])
        if view not in stack:
            return
        keep = 0 if everything else stack.index(view)
        for each in stack[keep:]:
            each.open = False
        del stack[keep:]
        self._changed(view.user)

    def find(self, view_id: str = "", external_id: str = "") -> View | None:
        for view in [*(one for stack in self.stacks.values() for one in stack), *self.homes.values()]:
            if view_id and view.id == view_id:
                return view
            if external_id and view.body.get("external_id") == external_id:
                return view
        return None

    def _check_external(self, body: Json, own: View | None) -> None:
        external = body.get("external_id")
        if external and self.find(external_id=external) not in (None, own):
            raise SlackError("duplicate_external_id")

    def _new(self, user: str, body: Json) -> View:
        view = View(self.workspace.ids.new("V"), user, body["type"], self._filled(body), self._hash())
        view.root_id = view.id
        return view

    def _filled(self, body: Json) -> Json:
        return {**body, "blocks": named(body["blocks"], lambda: secret(3))}

    def _hash(self) -> str:
        return f"{self.workspace.clock.now().timestamp():.0f}.{secret(4)}"

    def _changed(self, user: str) -> None:
        self.workspace.tell("views", user=user)

    def shape(self, view: View) -> Json:
        """A view as views.open answers it and as interactions carry it."""
        body = view.body
        return {
            "id": view.id,
            "team_id": self.workspace.team_id,
            "type": view.type,
            "blocks": view.blocks,
            "private_metadata": view.private_metadata,
            "callback_id": view.callback_id,
            "state": {"values": self.values(view)},
            "hash": view.hash,
            "title": body.get("title") or {"type": "plain_text", "text": "View Title", "emoji": True},
            "clear_on_close": body.get("clear_on_close", False),
            "notify_on_close": body.get("notify_on_close", False),
            "close": body.get("close"),
            "submit": body.get("submit"),
            "previous_view_id": view.previous_id or None,
            "root_view_id": view.root_id,
            "app_id": self.workspace.app_id,
            "external_id": body.get("external_id", ""),
            "app_installed_team_id": self.workspace.team_id,
            "bot_id": self.workspace.bot.bot_id,
        }

    def values(self, view: View) -> Json:
        values: Json = {}
        for block in view.blocks:
            for element, _ in interactive(block):
                entered = view.state.get(block["block_id"], {}).get(element["action_id"])
                value = entered if entered is not None else initial_state(element)
                if value is not None:
                    values.setdefault(block["block_id"], {})[element["action_id"]] = value
        return values
