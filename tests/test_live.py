"""Events: whoever follows a feed, from whichever block, ends with the same blocks."""

import asyncio

from app import live
from app.live import Bit


def test_viewers_who_come_at_different_times_hold_the_same_blocks():
    async def story():
        feed = live.start("answer")
        viewers = [asyncio.create_task(held(feed, 0)) for _ in range(3)]
        for n in range(5):
            feed.publish([Bit("text", f"<p>{n}</p>")], Bit("text", "<p>open</p>"))
            await asyncio.sleep(0)
        late = asyncio.create_task(held(feed, 2, ["<p>0</p>", "<p>1</p>"]))
        await asyncio.sleep(0)
        feed.publish([Bit("text", "<p>5</p>")], live.NOTHING)
        live.end("answer", "done")
        return await asyncio.gather(*viewers, late)

    whole = [f"<p>{n}</p>" for n in range(6)]
    assert asyncio.run(story()) == [whole] * 4
    assert live.find("answer") is None


async def held(feed, after, blocks=None):
    blocks = list(blocks or [])
    async for step in feed.follow(after):
        blocks += [bit.html for bit in step.blocks]
        assert step.number == len(blocks)
    return blocks


def test_a_viewer_with_an_unknown_number_starts_from_the_beginning():
    async def story():
        feed = live.start("other")
        feed.publish([Bit("text", "<p>0</p>")], live.NOTHING)
        live.end("other", "stopped")
        return [step async for step in feed.follow(99)]

    (step,) = asyncio.run(story())
    assert (step.since, step.number, step.outcome) == (0, 1, "stopped")


def test_viewers_at_the_same_place_share_one_step():
    async def story():
        feed = live.start("shared")
        feed.publish([], Bit("text", "<p>tail</p>"))
        return feed.step(0) is feed.step(0)

    assert asyncio.run(story())
    live.end("shared", "done")
