"""Somebody was brought into a channel by somebody else; before they are caught up, they must be one who may know."""

from __future__ import annotations

from dataclasses import replace

from bot.adapters.slack import refs
from bot.adapters.slack.listeners.heard import Heard, on
from bot.workflows.access import insiders


@on("member_joined_channel")
async def invited(heard: Heard) -> None:
    user, channel, inviter = (str(heard.event.get(name) or "") for name in ("user", "channel", "inviter"))
    if user and channel and inviter and heard.me not in (user, inviter):
        gesture = heard.gesture(refs.person(inviter), refs.room(channel))
        own = replace(gesture, delivery=f"{gesture.delivery}:invited")
        await insiders.invited(heard.desk, own, refs.person(user))
