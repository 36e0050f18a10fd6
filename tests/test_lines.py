"""The way to providers: open before the first call asks, closed whatever ends the process."""

import asyncio

from app import gateway
from app.gateway import lines


def test_it_is_open_before_the_first_call(house):
    async def warmed():
        imported = asyncio.get_running_loop().create_future()
        warming = asyncio.create_task(gateway.warm(imported))
        await asyncio.sleep(0)
        assert asyncio.get_running_loop() not in lines.sessions, "what is needed for the start goes first"
        imported.set_result(None)
        await warming
        session = lines.sessions[asyncio.get_running_loop()]
        await lines.close()
        return session

    assert asyncio.run(warmed()).closed


def test_it_is_closed_also_when_the_rest_of_the_end_is_left_out(house):
    opened = []

    async def ended_twice():
        async with gateway.connected():
            opened.append(await lines.session())
            asyncio.current_task().cancel()
            await asyncio.sleep(1)

    try:
        asyncio.run(ended_twice())
    except asyncio.CancelledError:
        assert opened[0].closed and opened[0].connector is None
    else:
        raise AssertionError("it was not cancelled")
