"""The parts of one simulated Slack, introduced to each other."""

from __future__ import annotations

from bot.simulator.clock import Clock
from bot.simulator.deliveries import Deliveries
from bot.simulator.events import Events
from bot.simulator.manifest import Manifest
from bot.simulator.panels import Panel
from bot.simulator.socket_mode import SocketMode
from bot.simulator.tickets import Hooks, Triggers
from bot.simulator.views import Views
from bot.simulator.workspace import Workspace


class Core:
    """Shared by the Web API's methods, by people's gestures and by the page."""

    def __init__(self, clock: Clock, manifest: Manifest) -> None:
        self.clock = clock
        self.manifest = manifest
        self.workspace = Workspace(clock, manifest.bot_name, manifest.name)
        self.views = Views(self.workspace)
        self.triggers = Triggers(clock)
        self.hooks = Hooks(clock)
        self.deliveries = Deliveries(clock)
        self.events = Events(self.workspace, manifest, self.deliveries)
        self.sockets = SocketMode(self.deliveries, self.workspace.app_id)
        self.complaints: list[str] = []
        self.panels: list[Panel] = []
        self.bot_token = "xoxb-practice-0000000000"
        self.app_token = "xapp-practice-0000000000"

    @property
    def url(self) -> str:
        return self.workspace.url

    def complain(self, sentence: str) -> None:
        """Remember something that Slack would pass over and a test should not."""
        self.complaints.append(sentence)
