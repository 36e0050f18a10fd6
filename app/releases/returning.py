"""Going back: the old file, and where the new version had moved the schema, the database from before.

Every step looks first whether it is made already, so it may be done by anybody, twice, and after a kill at any point.
What the new version wrote until then goes aside with its database, never away.
"""

import os
from pathlib import Path

from app import config, migrations
from app.backups import restoring, snapshots, swapping
from app.errors import Misconfigured
from app.logs import log
from app.releases import exchanging, journal
from app.releases.journal import Upgrade
from app.rights import machine


def finish(data: Path, upgrade: Upgrade) -> str:
    """Have the old file and a database that it can open in their places: what is there now of the new version's
    database ('' where it did not move the schema). Call it with the lock of the data directory held, before anything
    is opened. Raises Refusal, OSError, with the next start trying again."""
    journal.note(data, "returning")
    exchanging.put_back(upgrade)
    aside = database(data, upgrade)
    journal.note(data, journal.RETURNED, aside=aside)
    log.warning("releases.returned", version=upgrade.old.version, why=upgrade.why, aside=aside)
    return aside


def database(data: Path, upgrade: Upgrade) -> str:
    """Put the database from before in the place of one that the new version has migrated. Raises Refusal."""
    done = swapping.finish(data)  # one that was cut here before
    if moved(data, upgrade):
        config_is_for(data)
        restoring.open_keys()
        restoring.restore(machine(), source=kept(data, upgrade))
        done = swapping.finish(data)
    aside = done.aside if done is not None else None
    return str((aside / swapping.DATABASE).relative_to(data)) if aside is not None else ""


def moved(data: Path, upgrade: Upgrade) -> bool:
    """Whether the database has a schema that the old version does not know."""
    path = data / swapping.DATABASE
    return path.exists() and upgrade.schema > 0 and migrations.number(path) > upgrade.schema


def kept(data: Path, upgrade: Upgrade) -> Path:
    """The last copy of the old schema: the one that the migration made before it began, which has everything until
    then; else the snapshot of the upgrade's first step. Raises Misconfigured."""
    since = f"{snapshots.stamp(upgrade.at)}-schema-{upgrade.schema}.db"
    made = [path for path in (data / snapshots.FOLDER).glob(f"*-schema-{upgrade.schema}.db") if path.name >= since]
    if made:
        return max(made)
    snapshot = data / upgrade.snapshot
    if not upgrade.snapshot or not snapshot.is_file():
        raise Misconfigured(
            f"The copy of the database from before {upgrade.new.words} is gone from {data / snapshots.FOLDER}: "
            "`backups restore` brings an earlier moment back."
        )
    return snapshot


def config_is_for(data: Path) -> None:
    """A restore goes to the directory of the configuration. A mistake of the programmer otherwise."""
    if os.path.realpath(config.current.data) != os.path.realpath(data):
        raise RuntimeError(f"The configuration is for {config.current.data}, not for {data}.")
