"""Somebody is in a channel now."""

from __future__ import annotations

from bot.adapters.slack import refs
from bot.adapters.slack.listeners.heard import Heard, on
from bot.workflows.rooms import catchup


@on("member_joined_channel")
async def joined(heard: Heard) -> None:
    user, channel, inviter = (str(heard.event.get(name) or "") for name in ("user", "channel", "inviter"))
    if user and channel and user != heard.me:
        gesture = heard.gesture(refs.person(user), refs.room(channel))
        await catchup.joined(heard.desk, gesture, by_muster=bool(inviter) and inviter == heard.me)
