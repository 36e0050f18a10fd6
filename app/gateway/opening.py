"""The gateway's begin and end in the life of a process."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from typing import Any

from app import clock, providers
from app.gateway import background, lines, stored


@contextlib.asynccontextmanager
async def connected() -> AsyncIterator[None]:
    """While the ways to providers may be used: they are closed also where the process is told a second time to end,
    which leaves out the rest."""
    try:
        yield
    finally:
        await background.stop_all()
        await lines.close()
        await providers.close()


async def warm(before: "asyncio.Future[Any]") -> None:
    """When what is before it has ended: open the session, so that no caller waits for its imports, and say of
    responses which another process was making that they are lost."""
    begun = clock.now()
    await asyncio.wait({before})
    await lines.session()
    await asyncio.to_thread(stored.settle, begun)
