"""Who and what there is in the practice workspace."""

from __future__ import annotations

from bot.simulator import Simulator

PEOPLE = (
    ("ana", "Ana Lima", "Europe/Lisbon"),
    ("ben", "Ben Okafor", "Europe/London"),
    ("chen", "Chen Wei", "Asia/Singapore"),
    ("dana", "Dana Novak", "America/New_York"),
    ("eli", "Eli Berg", "Europe/Berlin"),
)
CHANNELS = ("general", "incidents", "status-updates")
GROUPS = (("oncall", "On call", ("ben", "chen")), ("incident-commanders", "Incident commanders", ("dana", "ana")))


def move_in(simulator: Simulator) -> None:
    """Fill an empty workspace; one that was kept stays as it is."""
    workspace = simulator.workspace
    if workspace.people():
        return
    people = {name: workspace.add_person(name, real_name=real, tz=tz) for name, real, tz in PEOPLE}
    for name in CHANNELS:
        workspace.add_channel(name, members=list(people.values()), bot=True)
    for handle, name, members in GROUPS:
        workspace.add_group(handle, name=name, members=[people[m] for m in members])
