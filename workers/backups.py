"""Backups, when nobody waits: the snapshot of the night, the verification of the week, and what an admin asks for."""

from app.backups import snapshots, starting, verifying
from app.rights import Caller
from workers import every, job

NIGHT, WEEK = 24 * 60 * 60, 7 * 24 * 60 * 60


# All of them at home: the replica and the data directory are the server's.
@job("backups.now", attempts=1, home=True)
def now(me: Caller) -> str:
    """A snapshot, and the replica's word."""
    return " ".join([f"Snapshot {snapshots.take(me).path}.", *verifying.caught_up()])


@job("backups.verify", attempts=1, home=True)
def verify(me: Caller) -> str:
    """Restore the replica into a temporary place and compare."""
    return verifying.verify(me).note()


@job("backups.nightly", attempts=3, home=True)
def nightly(me: Caller) -> str:
    """The snapshot of the night."""
    return snapshots.nightly().path


@job("backups.weekly", attempts=1, home=True)
def weekly(me: Caller) -> str:
    """The verification of the week, which does not fail: what it found is on the page."""
    return verifying.weekly(me)


@job("backups.drill", attempts=3, home=True)
def drill(me: Caller) -> str:
    """After an upgrade: the replica can be restored."""
    return verifying.verify(me, "drill").note()


@job("backups.sweep", attempts=3, home=True)
def sweep(me: Caller) -> int:
    """Generations of the replica that were superseded longer ago than they are kept."""
    return starting.sweep()


every(NIGHT, "backups.nightly", at="03:10")
every(NIGHT, "backups.sweep", at="03:30")
every(WEEK, "backups.weekly", at="03:40")
