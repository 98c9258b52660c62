"""Which changes of the workspace become events for the app, and in what shape."""

from __future__ import annotations

from bot.simulator import shapes
from bot.simulator.clock import seconds
from bot.simulator.deliveries import Deliveries
from bot.simulator.errors import Json
from bot.simulator.ids import secret
from bot.simulator.manifest import Manifest
from bot.simulator.records import Change, Channel, Message
from bot.simulator.workspace import Workspace

MESSAGE_EVENTS = {"channel": "message.channels", "private": "message.groups", "im": "message.im"}
CHANNEL_TYPES = {"channel": "channel", "private": "group", "im": "im"}


class Events:
    """Listens to the workspace; only events that the manifest subscribes to go out."""

    def __init__(self, workspace: Workspace, manifest: Manifest, deliveries: Deliveries) -> None:
        self.workspace = workspace
        self.manifest = manifest
        self.deliveries = deliveries
        workspace.listeners.append(self.heard)

    def heard(self, change: Change) -> None:
        if not self.manifest.events or change.channel is None:
            return
        if self.workspace.bot.id not in change.channel.members:
            return
        if change.kind in {"message", "changed", "deleted"}:
            self._message(change, change.channel)
        elif change.kind in self.manifest.events:
            self.send(self._other(change, change.channel))
        elif change.kind == "member_joined" and "member_joined_channel" in self.manifest.events:
            self.send(self._joined(change, change.channel))

    def _message(self, change: Change, channel: Channel) -> None:
        message = change.message
        if message is None or message.ephemeral:
            return
        if MESSAGE_EVENTS[channel.kind] in self.manifest.events:
            self.send(self._said(change, channel, message))
        mention = f"<@{self.workspace.bot.id}>" in message.text and message.user != self.workspace.bot.id
        if mention and change.kind == "message" and "app_mention" in self.manifest.events:
            self.send({**self._said(change, channel, message), "type": "app_mention"})

    def _said(self, change: Change, channel: Channel, message: Message) -> Json:
        shape = shapes.message(self.workspace, message)
        kind = {"channel": channel.id, "channel_type": CHANNEL_TYPES[channel.kind]}
        if change.kind == "message":
            return {**shape, **kind, "event_ts": message.ts}
        previous = shapes.message(self.workspace, change.extra["previous"])
        event: Json = {
            "type": "message",
            "subtype": f"message_{change.kind}",
            "hidden": True,
            "ts": self.workspace.next_ts(channel),
            "previous_message": previous,
            **kind,
        }
        if change.kind == "changed":
            return {**event, "message": shape, "event_ts": event["ts"]}
        return {**event, "deleted_ts": message.ts, "event_ts": event["ts"]}

    def _joined(self, change: Change, channel: Channel) -> Json:
        event: Json = {
            "type": "member_joined_channel",
            "user": change.user,
            "channel": channel.id,
            "channel_type": "G" if channel.kind == "private" else "C",
            "team": self.workspace.team_id,
            "event_ts": self._now(),
        }
        if change.extra.get("inviter"):
            event["inviter"] = change.extra["inviter"]
        return event

    def _other(self, change: Change, channel: Channel) -> Json:
        message = change.message
        item: Json = {"type": "message", "channel": channel.id}
        event: Json = {"type": change.kind, "user": change.user, "event_ts": self._now()}
        if message is None:
            return {**event, "channel": channel.id}
        if change.kind.startswith("reaction"):
            item["ts"] = message.ts
            return {**event, "item": item, "reaction": change.extra["reaction"], "item_user": message.user}
        item["message"] = shapes.message(self.workspace, message)
        return {**event, "channel_id": channel.id, "item": item, "item_user": message.user}

    def home_opened(self, user: str, channel: str, tab: str, view: Json | None) -> None:
        if "app_home_opened" in self.manifest.events:
            event: Json = {
                "type": "app_home_opened",
                "user": user,
                "channel": channel,
                "tab": tab,
                "event_ts": self._now(),
            }
            self.send({**event, "view": view} if view is not None else event)

    def send(self, event: Json) -> None:
        workspace = self.workspace
        self.deliveries.event(
            {
                "token": "practice",
                "team_id": workspace.team_id,
                "context_team_id": workspace.team_id,
                "api_app_id": workspace.app_id,
                "event": event,
                "type": "event_callback",
                "event_id": f"Ev{secret(6).upper()}",
                "event_time": seconds(workspace.clock.now()),
                "authorizations": [
                    {
                        "enterprise_id": None,
                        "team_id": workspace.team_id,
                        "user_id": workspace.bot.id,
                        "is_bot": True,
                        "is_enterprise_install": False,
                    }
                ],
                "is_ext_shared_channel": False,
                "event_context": secret(),
            }
        )

    def _now(self) -> str:
        return f"{self.workspace.clock.now().timestamp():.6f}"
