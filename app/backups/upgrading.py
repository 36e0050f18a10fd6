"""An upgrade of the schema: the replica gets the last of the old one, a copy is set aside, then the migration runs.

Everything before the migration only reads the database, and the migration is one transaction: at whatever step this
fails or is killed, the old schema is there, whole, and the next start tries again.
"""

from collections.abc import Callable
from pathlib import Path

from app import clock, config, db, migrations
from app.backups import copies, room, snapshots
from app.backups.records import Backup
from app.errors import Misconfigured
from app.logs import log
from app.rights import machine

# How long the replica may take to get the last of the old schema before the upgrade goes on without it.
PATIENCE = 60.0
DRILL = "backups.drill"


class Upgrade:
    """One upgrade of the database at `path`. `replicate(seconds)` brings the replica up to date, or says why not."""

    def __init__(self, path: Path, replicate: Callable[[float], None] | None) -> None:
        self.path, self.replicate = path, replicate
        self.begun = clock.now()
        self.copy: Path | None = None

    def prepare(self, found: int) -> None:
        """What comes before the migration: the replica, then the copy. Raises Misconfigured when there is no room."""
        if self.replicate is not None:
            try:
                self.replicate(PATIENCE)
            except Misconfigured as refusal:
                # The copy beside the database is the way back; the replica catches up when it is spawned.
                log.warning("backups.upgrade_without_replica", why=refusal.message)
        self.copy = copied(self.path, found)

    def note(self, tx: db.Transaction, found: int) -> None:
        """Write down the upgrade in its own transaction, and have a restore of the result tried soon."""
        assert self.copy is not None
        data = self.path.parent
        event = Backup(id=clock.new_id(), kind="upgrade", started_at=self.begun, ended_at=clock.now(), ok=True)
        event.size, event.path = self.copy.stat().st_size, str(self.copy.relative_to(data))
        event.note = f"Schema {found} to {migrations.SCHEMA}."
        tx.add(event)
        if self.replicate is not None and config.current.replica != "off":
            tx.later(DRILL, me=machine("job"))


def bring_up(path: Path, replicate: Callable[[float], None] | None = None) -> int:
    """Migrate the open database if it has to be; the schema that it had. Raises Misconfigured, with nothing changed."""
    upgrade = Upgrade(path, replicate)
    found = migrations.bring_up(path, upgrade.prepare, upgrade.note)
    if upgrade.copy is not None:
        log.info("backups.upgraded", found=found, schema=migrations.SCHEMA, copy=upgrade.copy.name)
    return found


def copied(path: Path, found: int) -> Path:
    """A copy of the database in data/snapshots/, checked and synced to disk, under a name that begins with its time."""
    try:
        folder = room.private(path.parent / snapshots.FOLDER)
        # The copy, and as much again for the pages that the migration writes.
        room.require(folder, 2 * snapshots.size(path), "The upgrade")
        made = folder / f"{snapshots.stamp(clock.now())}-schema-{found}.db"
        half = made.with_suffix(".half")
        copies.vacuumed(path, half)
        half.rename(made)
        room.synced(folder)
    except OSError as error:
        raise Misconfigured(
            f"The copy before the upgrade could not be made in {path.parent / snapshots.FOLDER} ({error.strerror}): "
            "mend that and start again; nothing was changed."
        ) from error
    return made
