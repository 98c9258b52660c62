"""A story that monitoring begins: alerts open an incident, others are put to it, and what people find out is kept."""

from __future__ import annotations

import asyncio
import hashlib
import json
import random
import time
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from bot.domain import facts
from bot.simulator import Message
from tests.alerting import delivery, fires
from tests.crash.findings import Findings, ours, what
from tests.crash.killers import Point
from tests.crash.lab import PATIENCE, Lab
from tests.crash.story import ROOM, SHORT, Said, Story, tell_one
from tests.town import acts

POLICY = str(Path(__file__).parent / "policies" / "alerting")
