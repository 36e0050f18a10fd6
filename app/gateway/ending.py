"""Ends of calls whose own task is gone: kept until they have run."""

import asyncio
from collections.abc import Coroutine
from typing import Any

tasks: set["asyncio.Task[None]"] = set()


def keep(end: Coroutine[Any, Any, None]) -> None:
    """Run this to its end, though nobody waits for it."""
    task = asyncio.ensure_future(end)
    tasks.add(task)
    task.add_done_callback(tasks.discard)
