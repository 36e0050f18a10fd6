"""What a workspace in another directory needs beside its database: the keys that open it, and its files."""

import os
import shutil
from pathlib import Path

from app import blobs, config, disk, secrets
from app.backups import room, target
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
    blobs.copy_to(target.home, target.opened)
    lost, store = 0, target.home()
    living = copies.listed() or {} if store is not None and store.is_home else {}
    for hash, size, _, _ in looking.restored(database):
        if living.get(copies.name(hash)) == size:
            continue  # it lives in a bucket, where the other workspace finds it too
        here = keeping.path(hash)
        there = home / here.relative_to(config.current.data)
        disk.directory(there.parent)
        if here.exists() and here.stat().st_dev == home.stat().st_dev:
            # Never written again under this name, so both directories may have the same bytes.
            os.link(here, there)
        elif here.exists():
            room.require(home, size, "A file of the workspace")
            shutil.copyfile(here, there)
        elif store is not None and (pieces := store.pieces(copies.name(hash))) is not None:
            room.require(home, size, "A file of the workspace")
            disk.write_pieces(there, pieces)
        else:
            lost += 1
    return lost
