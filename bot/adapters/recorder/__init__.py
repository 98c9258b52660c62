"""
Ports that do nothing but write down what was asked of them, and when.

Every channel, user group and person is there. A group has one member, called like the group.
"""

from bot.adapters.recorder.chat import RecordingChat
from bot.adapters.recorder.directory import RecordingDirectory, RecordingRoster
from bot.adapters.recorder.pagers import RecordingAlarms, RecordingPager
from bot.adapters.recorder.record import Entry, Record, person, whom

__all__ = [
    "Entry",
    "Record",
    "RecordingAlarms",
    "RecordingChat",
    "RecordingDirectory",
    "RecordingPager",
    "RecordingRoster",
    "person",
    "whom",
]
