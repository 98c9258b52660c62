"""Three real processes on one PostgreSQL: whatever befalls them, the outside sees each effect once."""

from .siege import Siege


async def test_timers_of_three_replicas_of_which_some_stand_still_and_some_are_killed(postgres, tmp_path):
    siege = Siege(postgres.database(), tmp_path, timers=150, seconds=12)
    await siege.run()
    print(siege, dict(siege.by))
    assert (siege.missed, siege.early, siege.doubled) == (0, 0, 0)
    assert siege.stood_still == 2 and siege.killed == 1
    assert siege.outside.disturbed > 5 and siege.outside.looks > 5
    assert len(siege.by) == 3, "one of them did nothing"
