"""An answer's bytes are read in handfuls, and its first ones at once."""

import asyncio
import time

import pytest

from app.providers import clients
from app.providers.pacing import TICK


async def arrivals(url: str, model: str) -> list[float]:
    """The moments at which new bytes of an answer were there, those of one millisecond as one."""
    client = clients.client(url, "right")
    asked = {"model": model, "messages": [{"role": "user", "content": "Go"}], "stream": True}
    found = [time.perf_counter()]
    async with client.chat.completions.with_streaming_response.create(**asked) as answer:
        async for _ in answer.http_response.aiter_bytes():
            now = time.perf_counter()
            if now - found[-1] > 0.001:
                found.append(now)
    await client.close()
    return found


def test_a_trickle_is_read_once_in_a_tick(upstream):
    # 200 pieces at 200 a second: each alone would be about 200 reads.
    found = asyncio.run(arrivals(upstream.url, "pace-200-200"))
    assert 1 / TICK * 0.5 < len(found) < 1 / TICK * 2


def test_the_first_token_is_not_late(upstream):
    started, first, *_ = asyncio.run(arrivals(upstream.url, "pace-20-3"))
    assert first - started < TICK


@pytest.mark.parametrize("model", ["burst-2000", "reference"])
def test_what_comes_at_once_is_read_at_once(upstream, model):
    found = asyncio.run(arrivals(upstream.url, model))
    assert found[-1] - found[0] < 1
