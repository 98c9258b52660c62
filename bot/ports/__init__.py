"""
Every socket in the outer wall.

A verb that makes something takes a key: called twice with one key it makes one thing.
"""

from __future__ import annotations

from bot.ports.chat import Chat as Chat
from bot.ports.chat import Contact as Contact
from bot.ports.chat import Directory as Directory
from bot.ports.chat import NameTaken as NameTaken
from bot.ports.chat import RoomInfo as RoomInfo
from bot.ports.chat import Said as Said
from bot.ports.outside import Alarm as Alarm
from bot.ports.outside import Alarms as Alarms
from bot.ports.outside import Charts as Charts
from bot.ports.outside import Checks as Checks
from bot.ports.outside import Pager as Pager
from bot.ports.outside import Prober as Prober
from bot.ports.outside import Rehearsals as Rehearsals
from bot.ports.outside import Roster as Roster
from bot.ports.record import Books as Books
from bot.ports.record import Evidence as Evidence
from bot.ports.record import KeptAlert as KeptAlert
from bot.ports.record import KeptPolicy as KeptPolicy
from bot.ports.record import Logged as Logged
from bot.ports.record import Store as Store
from bot.ports.whereabouts import WHEREABOUTS as WHEREABOUTS
from bot.ports.whereabouts import Whereabouts as Whereabouts
