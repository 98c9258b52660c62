"""Timers over a week: none is missed, none comes early, none comes twice, whenever Muster falls."""

from .week import Week


async def test_a_week_of_timers_with_a_muster_that_keeps_falling(tmp_path):
    week = Week(tmp_path / "muster.db", timers=1000, restarts=60)
    await week.run()
    print(week)
    assert (week.missed, week.early, week.doubled) == (0, 0, 0)
    assert week.stops > 10 and week.drops > 10
    assert week.ticks_late(0.99) <= 1
