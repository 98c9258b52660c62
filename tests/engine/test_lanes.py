import asyncio
from contextlib import suppress

from bot.engine.outcomes import Busy, GivenUp, Rejected


class Channel:
    def __init__(self):
        self.posts, self.hold = [], {}

    def post(self, text):
        async def send(key):
            if text in self.hold:
                raise self.hold[text]
            self.posts.append(text)

        return send


async def posting(hall, channel):
    async def body(run):
        with suppress(GivenUp):
            await run.keyed("post", channel.post(run.data["text"]), label="post", lane="C1")

    hall.runs["post"] = body


async def say(hall, text, **options):
    return await hall.start("post", data={"text": text}, seats=(("C1", "post"),), **options)


async def test_posts_to_one_channel_come_in_commit_order_whatever_their_priority(hall, seconds):
    channel = Channel()
    channel.hold["one"] = Busy(seconds(8))
    await posting(hall, channel)
    await say(hall, "one")
    await say(hall, "two", priority=1)
    await hall.engine.settle()
    assert channel.posts == []
    channel.hold.clear()
    await hall.later(seconds=9)
    assert channel.posts == ["one", "two"]


async def test_a_head_that_is_given_up_lets_the_next_go(hall):
    channel = Channel()
    channel.hold["one"] = Rejected("No.")
    await posting(hall, channel)
    await say(hall, "one")
    await say(hall, "two")
    await hall.engine.settle()
    assert channel.posts == ["two"]


async def test_a_run_that_ends_without_taking_its_seat_lets_the_next_go(hall):
    channel = Channel()
    await posting(hall, channel)

    async def nothing(run):
        return

    hall.runs["nothing"] = nothing
    await hall.start("nothing", seats=(("C1", "never"),))
    await say(hall, "two")
    await hall.engine.settle()
    assert channel.posts == ["two"]


async def test_other_lanes_do_not_wait(hall, seconds):
    channel = Channel()
    channel.hold["one"] = Busy(seconds(8))
    await posting(hall, channel)
    await say(hall, "one")

    async def elsewhere(run):
        await run.keyed("post", channel.post("elsewhere"), label="post", lane="C2")

    await hall.perform(elsewhere)
    assert channel.posts == ["elsewhere"]


async def test_siblings_of_one_lane_go_one_at_a_time_and_in_order(hall):
    order, busy = [], []

    def send(text):
        async def call(key):
            assert not busy
            busy.append(1)
            await asyncio.sleep(0.01)
            busy.clear()
            order.append(text)

        return call

    async def body(run):
        await run.together(
            *(run.keyed(name, send(name), label=name, lane="C1") for name in ("card", "details", "checklist"))
        )

    await hall.perform(body, seats=(("C1", "card"), ("C1", "details")))
    assert order == ["card", "details", "checklist"]
    assert await hall.engine.next_due() is None


async def test_a_body_may_take_its_own_seats_in_another_order(hall):
    order = []

    def send(text):
        async def call(key):
            order.append(text)

        return call

    async def body(run):
        for name in ("b", "a"):
            await run.keyed(name, send(name), label=name, lane="C1")

    await hall.perform(body, seats=(("C1", "a"), ("C1", "b")))
    assert order == ["b", "a"]


async def test_a_step_in_place_of_another_takes_its_seat_and_waits_for_nobody_behind_it(hall):
    channel = Channel()
    await posting(hall, channel)

    async def refused():
        await say(hall, "meanwhile")
        raise Rejected("No rooms here.")

    async def body(run):
        with suppress(GivenUp):
            await run.step("room", refused, label="room")
        await run.keyed("card in the thread", channel.post("card"), label="card", lane="C1")

    hall.runs["open"] = body
    await hall.start("open", seats=(("C1", "card"), ("C1", "checklist")))
    await hall.engine.settle()
    assert channel.posts == ["card", "meanwhile"]
