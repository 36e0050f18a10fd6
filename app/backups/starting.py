"""The start and the end, in the order that loses nothing.

prepare (an unfinished restore, an absent or damaged database) → the database opens and is migrated → settle (which
generation goes on) → the replica runs → the doors open. At the end: requests, jobs, the replica's last copy.
"""

import os
import shutil
import signal
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import TypeVar

from app import clock, config, db, lock, settings
from app.backups import generations, litestream, opening, swapping
from app.backups.answers import Beside
from app.backups.generations import Current
from app.backups.litestream import DATABASE, Failed
from app.backups.opening import Found
from app.backups.records import Backup
from app.backups.replica import Replica
from app.backups.state import Settled
from app.backups.target import Target, Unreachable, chosen
from app.doors import handing
from app.errors import Misconfigured
from app.logs import log

# A start with a database waits this long for a silent target, then serves and asks it again later.
PATIENCE = 1.5
Result = TypeVar("Result")

# What `prepare` saw, until `settle` has used it.
seen: Found | None = None
current: Current | None = None
brought_back = False
settled: Settled | None = None
running: Replica | None = None


def prepare(data: Path) -> None:
    """Before the database is opened, with the lock held: finish a restore, bring an absent database back from its
    replica, refuse a damaged one, and one in front of the replica of another. Raises Misconfigured."""
    global seen, current, brought_back
    swapping.finish(data)
    target, path = chosen(), data / DATABASE
    if target is not None:
        litestream.check()
    seen, current, brought_back = opening.look(path), None, False
    if seen is None:
        opening.clear(data)
        brought_back = target is not None and opening.bring_back(target, data)
        if not brought_back:
            opening.refuse_to_forget(data)
        seen = opening.look(path)
    else:
        opening.check(path)
        if target is None and seen.generation:
            opening.leave(path)
        elif target is not None:
            current = asked(target)
            generations.refuse_another(current, seen.instance, target)


def asked(target: Target) -> Current | None:
    """What the target names, None also when it is silent: a database that is there is served all the same."""
    try:
        return limited(lambda: generations.read(target), PATIENCE)
    except Unreachable as refusal:
        log.warning("backups.target_silent", target=target.words, why=refusal.message)
        return None


def limited(ask: Callable[[], Result], seconds: float) -> Result:
    """The answer of something that may hang. Raises Unreachable after this long."""
    answers: list[Result] = []
    refusals: list[Exception] = []

    def attempt() -> None:
        try:
            answers.append(ask())
        except Exception as refusal:  # raised again by the one who waits
            refusals.append(refusal)

    asking = threading.Thread(target=attempt, name="ask-target", daemon=True)
    asking.start()
    asking.join(seconds)
    if refusals:
        raise refusals[0]
    if not answers:
        raise Unreachable(f"The replica's target did not answer in {seconds:.1f} seconds.")
    return answers[0]


def replicate(seconds: float) -> None:
    """Copy to the replica what it has not got yet, before an upgrade. Raises Misconfigured, also when it is slow."""
    target = chosen()
    if target is None or seen is None or not seen.generation:
        return
    if current is None:
        raise Misconfigured(f"{target.words} is silent.")
    # Into the generation that goes on, and no other: one that belongs to another history would be destroyed.
    if not (seen.generation == current.generation == follow(seen.generation, current, holder())):
        return
    try:
        litestream.once(target, seen.instance, seen.generation, seconds)
    except Failed as refusal:
        raise Misconfigured(refusal.message) from None


def settle() -> None:
    """When the schema is right: who this database is, and which generation goes on. A silent target is asked again
    by the replica later. Raises Misconfigured for the replica of another."""
    global settled
    target, settled = chosen(), None
    instance()
    if brought_back:
        note_return()
    if target is not None:
        try:
            settled = limited(lambda: generation(target), PATIENCE)
        except Unreachable as refusal:
            log.warning("backups.target_silent", target=target.words, why=refusal.message)


def instance() -> str:
    """The id of this database, given to it once."""
    if not settings.value("instance"):
        with db.write(durable=True) as tx:
            settings.put(tx, "instance", clock.new_id())
    return str(settings.value("instance"))


def note_return() -> None:
    """Write down that this start restored the database by itself."""
    note = "There was no database at the start, so the newest of the replica was restored."
    now = clock.now()
    with db.write() as tx:
        tx.add(Backup(id=clock.new_id(), kind="restore", started_at=now, ended_at=now, ok=True, note=note))


def generation(target: Target, renew: bool = False) -> Settled:
    """Which generation goes on; a new one where the database and the replica do not continue each other, or `renew`.

    The database is told first, then the target, then the first byte is copied: a kill between any two is seen by the
    next start. Raises Unreachable, and Misconfigured for the replica of another.
    """
    mine, named, me = int(settings.value("generation")), generations.read(target), holder()
    generations.refuse_another(named, instance(), target)
    number = follow(mine, named, me)
    if renew and named is not None:
        number = max(mine, named.highest) + 1
    if named is None or named.generation != number or me not in ("", named.holder):
        if number != mine:
            with db.write(durable=True) as tx:
                settings.put(tx, "generation", number)
        generations.begin(target, instance(), number, me)
        log.info("backups.generation", number=number, target=target.words)
    return Settled(instance(), number)


def follow(mine: int, named: Current | None, me: str) -> int:
    """The number of the generation that goes on, by what the database, the target and the directory say."""
    if named is None:
        return mine + 1
    if mine > named.highest:
        return mine  # begun, and killed before the target was told
    # An old copy that was put back; a copy of the directory, whose other one may still run; a foreign checkpoint.
    moved = "" not in (named.holder, me) and named.holder != me
    checkpointed = seen is not None and mine == seen.generation and not seen.has_wal
    if mine != named.generation or moved or checkpointed:
        return named.highest + 1
    return mine


def holder() -> str:
    """This directory on this disk: a copy of it has another file for its lock."""
    file = config.current.data / lock.NAME
    return str(file.stat().st_ino) if file.exists() else ""


def sweep() -> int:
    """Delete superseded generations at the target, and what Litestream knew of them here; how many were deleted there.
    Raises Unreachable."""
    target = chosen()
    for path in (config.current.data / litestream.KNOWN).glob("*"):
        if path.name != str(settings.value("generation")):
            shutil.rmtree(path)
    return generations.sweep(target) if target is not None else 0


@asynccontextmanager
async def replicating() -> AsyncIterator[None]:
    """While this is open the replica runs, if there is to be one; at its end it is asked for the last copy."""
    global running
    target = chosen()
    if target is None:
        yield
        return
    running = Replica(target, config.current.data, lambda renew: generation(target, renew), settled)
    running.start()
    try:
        yield
    finally:
        await running.stop()
        running = None


def replicated_beside() -> None:
    """In a process beside the server, with a remote replica: durable writes ask the server's Litestream."""
    target = chosen()
    db.confirm = Beside(config.current.data).confirm if target is not None and target.is_remote else None


# ── the last way out ──────────────────────────────────────────────────────────────────────────────────────────────────
def leave_at_once() -> None:
    """End this process while something still hangs, or start it again if that was asked for: everything here may be
    killed without loss."""
    if handing.wanted and running is not None and running.process is not None:
        # It holds the lock that the next server takes.
        with suppress(ProcessLookupError, ChildProcessError):
            os.kill(running.process.pid, signal.SIGKILL)
            os.waitpid(running.process.pid, 0)
    handing.leave()
    os._exit(0)
