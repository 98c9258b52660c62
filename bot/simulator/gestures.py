"""What happens when a person runs a command, acts on an element, or hands a modal in."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

from bot.simulator import interactions, responses
from bot.simulator.core import Core
from bot.simulator.dialog_rules import missing_entries
from bot.simulator.entries import initial_state
from bot.simulator.envelopes import Undelivered
from bot.simulator.errors import GestureError, Json, SlackError
from bot.simulator.finding import Surface, elements
from bot.simulator.records import Channel, Message, User
from bot.simulator.tickets import HOOK_LIFE, Hook
from bot.simulator.typed import as_command
from bot.simulator.views import View

TROUBLE = "We had some trouble connecting. Try again?"


@dataclass
class Answer:
    """What a person gets for a gesture; `error` is the sentence that Slack shows if it failed."""

    ok: bool
    error: str = ""
    message: Message | None = None
    payload: Any = None

    @property
    def text(self) -> str:
        return self.message.text if self.message is not None else ""

    @property
    def words(self) -> str:
        """All that the answer says, blocks included, or the error."""
        return self.message.words if self.message is not None else self.error


@dataclass
class Outcome:
    """What becomes of a submitted modal; `errors` by block id, `view` the one shown afterwards."""

    action: Literal["close", "clear", "update", "push", "errors", "failed"]
    ok: bool = True
    error: str = ""
    errors: dict[str, str] = field(default_factory=dict)
    view: View | None = None


class Gestures:
    """Shared by every person; remembers what each has entered into messages and been told in passing."""

    def __init__(self, core: Core) -> None:
        self.core = core
        self.toasts: dict[str, list[str]] = {}
        self._entered: dict[tuple[str, str, str], Json] = {}

    def toast(self, user: User, text: str) -> None:
        """A line that Slack itself shows to one person."""
        self.toasts.setdefault(user.id, []).append(text)
        self.core.workspace.tell("toast", user=user.id, extra={"text": text})

    async def command(self, user: User, channel: Channel, typed: str) -> Answer:
        name, _, rest = typed.partition(" ")
        row = self.core.manifest.command(name)
        if row is None:
            return self._failed(user, f"{name} is not a valid command.")
        text = as_command(self.core.workspace, rest.strip(), row.should_escape)
        payload = interactions.command(self.core, user, channel, row, text)
        try:
            reply = await self.core.deliveries.ask("slash_commands", payload)
        except Undelivered as failure:
            return self._failed(user, _command_failure(name, failure.reason))
        return self._answered(user, channel, name, reply)

    def _answered(self, user: User, channel: Channel, name: str, reply: Any) -> Answer:
        if not reply:
            return Answer(True)
        hook = Hook(channel.id, user.id, self.core.clock.now() + HOOK_LIFE)
        try:
            return Answer(True, message=responses.respond(self.core, hook, reply), payload=reply)
        except SlackError as refusal:
            self.core.complain(f"the answer to {name} was refused: {_why(refusal)}")
            return self._failed(user, f'{name} failed with the error "{refusal.error}"')

    def _failed(self, user: User, sentence: str) -> Answer:
        self.toast(user, sentence)
        return Answer(False, sentence)

    async def act(self, user: User, surface: Surface, block: Json, element: Json, state: Json | None) -> Answer:
        """Enter `state` into an element and tell the app, unless it is an input that keeps quiet."""
        if not self.core.manifest.interactive:
            raise GestureError("This app has no interactivity; its manifest should set interactivity.is_enabled.")
        if state is not None and element["type"] not in {"button", "overflow"}:
            self._enter(user, surface, block, element, state)
        if block["type"] == "input" and not block.get("dispatch_action"):
            return Answer(True)
        row = interactions.action(self.core, block, element, state)
        if isinstance(surface, View):
            payload = interactions.on_view(self.core, user, surface, row)
        else:
            payload = interactions.on_message(self.core, user, surface, row, self._values(user, surface))
        return await self._ask(user, payload)

    def _enter(self, user: User, surface: Surface, block: Json, element: Json, state: Json) -> None:
        if isinstance(surface, View):
            held = surface.state
        else:
            held = self._entered.setdefault((user.id, surface.channel, surface.ts), {})
        held.setdefault(block["block_id"], {})[element["action_id"]] = state

    def _values(self, user: User, message: Message) -> Json:
        entered = self._entered.get((user.id, message.channel, message.ts), {})
        values: Json = {}
        for block, element in elements(message):
            block_id, action_id = block["block_id"], element["action_id"]
            state = entered.get(block_id, {}).get(action_id) or initial_state(element)
            if state is not None:
                values.setdefault(block_id, {})[action_id] = state
        return values

    async def shortcut(self, user: User, callback_id: str, message: Message | None) -> Answer:
        row = self.core.manifest.shortcut(callback_id)
        if row is None or (row.type == "message") != (message is not None):
            raise GestureError(f"The app has no such shortcut as {callback_id} here.")
        return await self._ask(user, interactions.shortcut(self.core, user, callback_id, message))

    async def _ask(self, user: User, payload: Json) -> Answer:
        try:
            return Answer(True, payload=await self.core.deliveries.ask("interactive", payload))
        except Undelivered:
            return self._failed(user, TROUBLE)

    # modals

    async def submit(self, user: User, view: View) -> Outcome:
        """Hand in what is entered; the modal stays open if an entry is missing or the app refuses."""
        if not view.open or view.type != "modal":
            raise GestureError("This dialog is not open any more.")
        view.errors = missing_entries(view, self.core.views.values(view))
        if view.errors:
            return self._refused(view)
        try:
            reply = await self.core.deliveries.ask("interactive", interactions.submission(self.core, user, view))
        except Undelivered:
            self.toast(user, TROUBLE)
            return Outcome("failed", False, TROUBLE, view=view)
        try:
            return self._settled(view, reply or {})
        except SlackError as refusal:
            self.core.complain(f"the answer to {view.callback_id or 'a dialog'} was refused: {_why(refusal)}")
            self.toast(user, TROUBLE)
            return Outcome("failed", False, TROUBLE, view=view)

    def _refused(self, view: View) -> Outcome:
        self.core.workspace.tell("views", user=view.user)
        return Outcome("errors", False, errors=view.errors, view=view)

    def _settled(self, view: View, reply: Any) -> Outcome:
        if not isinstance(reply, dict):
            raise SlackError("invalid_payload")
        views, verb = self.core.views, reply.get("response_action")
        if verb == "errors":
            return self._marked(view, reply.get("errors") or {})
        if verb == "update":
            return Outcome("update", view=views.update(view, reply.get("view")))
        if verb == "push":
            return Outcome("push", view=views.push(view.user, reply.get("view")))
        views.close(view, everything=verb == "clear")
        stack = views.stacks.get(view.user, [])
        return Outcome("clear" if verb == "clear" else "close", view=stack[-1] if stack else None)

    def _marked(self, view: View, errors: dict[str, str]) -> Outcome:
        inputs = {block["block_id"] for block in view.blocks if block["type"] == "input"}
        if not errors or set(errors) - inputs:
            raise SlackError("invalid_errors", response_metadata={"messages": [f"no input block: {sorted(errors)}"]})
        view.errors = dict(errors)
        return self._refused(view)

    async def close(self, user: User, view: View) -> None:
        if not view.open:
            raise GestureError("This dialog is not open any more.")
        self.core.views.close(view)
        if view.body.get("notify_on_close"):
            await self._ask(user, interactions.closed(self.core, user, view))


def _command_failure(name: str, reason: str) -> str:
    if reason in {"timeout", "http_timeout"}:
        return f"{name} failed because the app did not respond."
    if reason == "http_error":
        return f'{name} failed with the error "http_service_error"'
    return f'{name} failed with the error "dispatch_failed"'


def _why(refusal: SlackError) -> str:
    lines = refusal.extra.get("response_metadata", {}).get("messages", [])
    return "; ".join([refusal.error, *lines])
