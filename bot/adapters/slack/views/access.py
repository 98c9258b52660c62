"""What stands where everybody could see an incident that is restricted by now."""

from __future__ import annotations

from bot.adapters.slack.views.blocks import section
from bot.adapters.slack.views.limits import Rendered, fit
from bot.messages import Restricted

TEXT = "This incident is restricted now."


def restricted(message: Restricted) -> Rendered:
    return fit(TEXT, [section(f"🔒 {TEXT}")])
