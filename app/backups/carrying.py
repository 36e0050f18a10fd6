"""What a workspace in another directory needs beside its database: the keys that open it, and its files."""

import os
import shutil
from pathlib import Path

from app import blobs, config, disk, secrets
from app.backups import room
from app.backups.target import chosen
from app.blobs import copies, keeping, looking

KEY = "secret.key"


def keys(home: Path, right: str | None) -> None:
    """Have the keys at hand beside the database in `home`, and the one that was given for it."""
    ours = config.current.data / KEY
    if home != config.current.data and ours.exists():
        disk.write(home / KEY, ours.read_bytes())
    if right is not None:
        secrets.add_key(home, right)


def files(home: Path, database: Path) -> int:
    """Have every file that the database refers to in `home`; how many are nowhere. Raises Misconfigured."""
    blobs.copy_to(chosen)
    lost = 0
    for hash, size, _, _ in looking.restored(database):
        here = keeping.path(hash)
        there = home / here.relative_to(config.current.data)
        disk.directory(there.parent)
        if here.exists() and here.stat().st_dev == home.stat().st_dev:
            # Never written again under this name, so both directories may have the same bytes.
            os.link(here, there)
        elif here.exists():
            room.require(home, size, "A file of the workspace")
            shutil.copyfile(here, there)
        elif (store := chosen()) is not None and (data := store.read(copies.name(hash), 60.0)) is not None:
            disk.write(there, data)
        else:
            lost += 1
    return lost
