"""What a method is: its name, its arguments, the scopes it needs, and the session it runs in."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from bot.simulator.core import Core
from bot.simulator.errors import Json, SlackError, explained
from bot.simulator.records import Channel, Message
from bot.simulator.workspace import Workspace

T = TypeVar("T")
Args = dict[str, Any]
EVERYWHERE = {"token": "str", "team_id": "str"}


class Session:
    """One call by the bot: who calls, and the look-ups with their refusals."""

    def __init__(self, core: Core, method: Method) -> None:
        self.core = core
        self.method = method

    @property
    def workspace(self) -> Workspace:
        return self.core.workspace

    @property
    def me(self) -> str:
        return self.core.workspace.bot.id

    def channel(self, args: Args, key: str = "channel", *, member: bool = False, live: bool = False) -> Channel:
        """The channel an argument names, if the bot can see it and holds the scope for its kind.

        `member`: the bot must be in it; `live`: it must not be archived.
        """
        channel = self.workspace.channels.get(args[key])
        if channel is None or not self.workspace.sees(self.me, channel):
            raise SlackError("channel_not_found")
        self.need(channel.kind)
        if member and self.me not in channel.members:
            raise SlackError("not_in_channel")
        if live and channel.archived:
            raise SlackError("is_archived")
        return channel

    def room(self, args: Args, *, member: bool = False, live: bool = False) -> Channel:
        """Like channel(), for methods that direct messages do not have."""
        channel = self.channel(args, member=member, live=live)
        if channel.kind == "im":
            raise SlackError("method_not_supported_for_channel_type")
        return channel

    def message(self, channel: Channel, ts: str) -> Message:
        message = channel.messages.get(ts)
        if message is None or message.ephemeral:
            raise SlackError("message_not_found")
        return message

    def user(self, user: str) -> str:
        if user not in self.workspace.users:
            raise SlackError("user_not_found")
        return user

    def need(self, kind: str) -> None:
        """missing_scope unless the bot holds one of the scopes that this kind of channel asks for."""
        wanted = self.method.scopes.get(kind)
        if wanted and not self.core.manifest.scopes.intersection(wanted):
            raise self.missing(wanted)

    def missing(self, wanted: Sequence[str]) -> SlackError:
        provided = ",".join(sorted(self.core.manifest.scopes))
        return SlackError("missing_scope", needed=",".join(wanted), provided=provided)

    def allowed(self) -> None:
        """missing_scope if the bot holds none of the method's scopes."""
        scopes = self.method.scopes
        if not scopes:
            return
        if "" in scopes:
            self.need("")
            return
        every = tuple(dict.fromkeys(scope for wanted in scopes.values() for scope in wanted))
        if not self.core.manifest.scopes.intersection(every):
            raise self.missing(every)


Run = Callable[[Session, Args], Json]


@dataclass(frozen=True)
class Method:
    """`takes`: "channel! text blocks:json limit:int" (! is required; types str, int, bool, json, list).

    `needs`: "chat:write", or by kind of channel "channel=channels:read private=groups:read", alternatives with |.
    """

    name: str
    run: Run
    takes: str = ""
    needs: str = ""
    token: str = "bot"
    arguments: dict[str, str] = field(init=False)
    required: tuple[str, ...] = field(init=False)
    scopes: dict[str, tuple[str, ...]] = field(init=False)

    def __post_init__(self) -> None:
        words = [word.partition(":") for word in self.takes.split()]
        arguments = {name.removesuffix("!"): kind or "str" for name, _, kind in words}
        object.__setattr__(self, "arguments", {**EVERYWHERE, **arguments})
        required = tuple(name.removesuffix("!") for name, _, _ in words if name.endswith("!"))
        object.__setattr__(self, "required", required)
        object.__setattr__(self, "scopes", _scopes(self.needs))

    def parse(self, raw: Args) -> Args:
        """The arguments in their types. SlackError invalid_arguments for unknown, missing or malformed ones."""
        unknown = [name for name in raw if name not in self.arguments]
        if unknown:
            raise explained("invalid_arguments", [f"unknown argument: {name}" for name in unknown])
        args = {name: _typed(self.arguments[name], name, value) for name, value in raw.items() if value is not None}
        missing = [name for name in self.required if name not in args]
        if missing:
            raise explained("invalid_arguments", [f"missing required field: {name}" for name in missing])
        return args


def _scopes(needs: str) -> dict[str, tuple[str, ...]]:
    scopes: dict[str, tuple[str, ...]] = {}
    for word in needs.split():
        kind, equals, names = word.rpartition("=")
        scopes[kind if equals else ""] = tuple(names.split("|"))
    return scopes


TRUE, FALSE = {"1", "true", "True", "t"}, {"0", "false", "False", "f", ""}


def _typed(kind: str, name: str, value: Any) -> Any:
    if kind == "json":
        return _from_json(name, value)
    if kind == "list":
        return _list(value)
    if kind == "bool":
        text = str(value)
        if text not in TRUE | FALSE:
            raise explained("invalid_arguments", [f"must be a boolean: {name}"])
        return text in TRUE
    if kind == "int":
        try:
            return int(value)
        except (TypeError, ValueError):
            raise explained("invalid_arguments", [f"must be a number: {name}"]) from None
    if isinstance(value, list | dict):
        raise explained("invalid_arguments", [f"must be a string: {name}"])
    return value if isinstance(value, str) else str(value)


def _from_json(name: str, value: Any) -> Any:
    if not isinstance(value, str):
        return value
    try:
        return json.loads(value)
    except ValueError:
        error = "invalid_blocks_format" if name == "blocks" else "invalid_arguments"
        raise explained(error, [f"is not JSON: {name}"]) from None


def _list(value: Any) -> list[str]:
    if isinstance(value, list):
        return [str(one) for one in value]
    return [one.strip() for one in str(value).split(",") if one.strip()]


def page(rows: Sequence[T], args: Args, default: int, most: int = 1000) -> tuple[list[T], str]:
    """One page of rows and the cursor of the next ("" at the end). SlackError for a bad limit or cursor."""
    limit = args.get("limit") or default
    if limit < 1 or limit > most:
        raise SlackError("invalid_limit")
    start = 0
    if args.get("cursor"):
        try:
            start = int(base64.b64decode(args["cursor"], validate=True).decode().removeprefix("next:"))
        except (binascii.Error, ValueError):
            raise SlackError("invalid_cursor") from None
    end = start + limit
    following = base64.b64encode(f"next:{end}".encode()).decode() if end < len(rows) else ""
    return list(rows[start:end]), following


def paged(key: str, rows: list[Json], cursor: str, **rest: Any) -> Json:
    return {key: rows, **rest, "response_metadata": {"next_cursor": cursor}}
