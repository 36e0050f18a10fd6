"""Times in which the replica did not get what was written: a row for each, so that nobody counts on them."""

from app import clock, db
from app.backups.records import Backup

CLOSE = "update backup set ended_at = :now, ok = 1 where kind = 'gap' and ended_at is null"


def begin(silent: float, why: str) -> str:
    """Write down that nothing was copied for these seconds; the row's id."""
    row = Backup(id=clock.new_id(), kind="gap", started_at=clock.now() - round(silent * clock.SECOND), ok=False)
    row.note = why
    with db.write() as tx:
        return str(tx.add(row).id)


def close() -> None:
    """All is copied: what was open, also what a former server left open, has ended."""
    if db.fetch("select 1 from backup where kind = 'gap' and ended_at is null limit 1"):
        with db.write() as tx:
            tx.run(CLOSE, now=clock.now())
