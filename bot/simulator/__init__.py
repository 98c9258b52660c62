"""A Slack to hold in the hand: Web API, Socket Mode, people, and faults to order."""

from __future__ import annotations

from bot.simulator.calls import Call
from bot.simulator.envelopes import Envelope
from bot.simulator.errors import GestureError, SlackError
from bot.simulator.gestures import Answer, Outcome
from bot.simulator.panels import Panel
from bot.simulator.people import Person
from bot.simulator.records import Channel, Message
from bot.simulator.server import Simulator
from bot.simulator.views import View

__all__ = [
    "Answer",
    "Call",
    "Channel",
    "Envelope",
    "GestureError",
    "Message",
    "Outcome",
    "Panel",
    "Person",
    "Simulator",
    "SlackError",
    "View",
]
