"""Writing: what the ledger has to hold is written later when the disk does not take it now; nothing of it is lost."""

import asyncio
from collections.abc import Coroutine
from typing import Any

from app import db
from app.logs import log
from app.usage import purses
from app.usage.pots import Flight

Statements = list[tuple[str, tuple[Any, ...]]]
# What the disk refused, and the calls that end with it.
late: list[tuple[Statements, Flight | None]] = []
# What is written without being waited for is kept here until it is.
writing: set["asyncio.Task[None]"] = set()


async def note(statement: tuple[str, tuple[Any, ...]]) -> None:
    """Commit a statement that later ones make needless: what the disk refuses of it is let go."""
    try:
        await db.append_all([statement])
    except db.Unwritable as error:
        log.error("usage.unwritable", error=str(error))


async def put(statements: Statements, flight: Flight | None = None) -> None:
    """Commit statements, and what is late with them. On a full disk they are kept, and written with the next ones."""
    taken, late[:] = [*late, (statements, flight)], []
    try:
        await db.append_all([statement for each, _ in taken for statement in each])
    except db.Unwritable as error:
        log.error("usage.unwritable", error=str(error))
        late.extend(taken)
        return
    except BaseException:
        land(taken)  # only the waiting was cancelled: the statements are committed all the same
        raise
    land(taken)


def land(taken: list[tuple[Statements, Flight | None]]) -> None:
    """The ledger has what these calls have cost."""
    with purses.lock:
        for _, flight in taken:
            if flight is not None:
                purses.here().land(flight)


def unwaited(written: Coroutine[Any, Any, None]) -> None:
    """Do it without waiting for it."""
    task = asyncio.ensure_future(written)
    writing.add(task)
    task.add_done_callback(writing.discard)


def catch_up() -> int:
    """Write what is late; how many statements. Called each minute."""
    if not late:
        return 0
    taken, late[:] = list(late), []
    statements = [statement for each, _ in taken for statement in each]
    try:
        with db.write() as tx:
            for sql, values in statements:
                tx.session.connection().exec_driver_sql(sql, values)
    except Exception:
        late.extend(taken)
        raise
    land(taken)
    return len(statements)
