"""What is looked at before the database is opened: is it there, is it whole, is it ours, does its replica know more?

Nothing here writes into a database that is there, and none of its connections can checkpoint.
"""

import os
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pysqlite3.dbapi2 as sqlite

from app import clock, disk
from app.backups import copies, generations, litestream, room, snapshots, swapping
from app.backups.generations import Current
from app.backups.litestream import DATABASE, Failed
from app.backups.target import Target, Unreachable
from app.errors import Misconfigured
from app.logs import log

# Where a start writes what it restores, before it has its name.
COMING = ".coming"
# Below this size nobody wants to know how long the check took.
LARGE = 500 << 20
# A WAL file with no frame in it is its header (https://sqlite.org/fileformat.html#walformat).
HEADER = 32


@dataclass(frozen=True)
class Found:
    """A database as it lies there. `has_wal` tells that nobody has checkpointed it behind our back."""

    instance: str
    generation: int
    has_wal: bool


def look(path: Path) -> Found | None:
    """What lies at `path`, None for nothing or an empty file. Raises Misconfigured when it is damaged."""
    if not path.exists() or path.stat().st_size == 0:
        return None
    wal = path.with_name(f"{path.name}-wal")
    has_wal = wal.exists() and wal.stat().st_size > HEADER
    try:
        with copies.opened(path) as there:
            tables = {row[0] for row in there.execute("select name from sqlite_master where type = 'table'")}
            if not tables:
                return None
            kept = ("instance", "generation") if "setting" in tables else ()
            known = {key: copies.setting(there, key) for key in kept}
    except sqlite.DatabaseError as error:
        raise Misconfigured(damaged(path, str(error))) from None
    return Found(str(known.get("instance") or ""), int(known.get("generation") or 0), has_wal)


def check(path: Path) -> float:
    """Check every page of the database; the seconds that it took. Raises Misconfigured with the command to run."""
    started = clock.ticks()
    try:
        with copies.opened(path) as there:
            said = str(there.execute("pragma quick_check(1)").fetchone()[0])
    except sqlite.DatabaseError as error:
        said = str(error)
    if said != "ok":
        raise Misconfigured(damaged(path, said))
    seconds = clock.ticks() - started
    if path.stat().st_size >= LARGE:
        log.info("backups.checked", bytes=path.stat().st_size, seconds=round(seconds, 2))
        print(f"The database ({path.stat().st_size / 1e9:.1f} GB) was checked in {seconds:.1f} seconds.", flush=True)
    return seconds


def damaged(path: Path, why: str) -> str:
    """What to say of a database that must not be served, and the way back."""
    why = " ".join(why.removeprefix("*** in database main ***").split()).rstrip(".")
    return (
        f"{path} is damaged ({why}): `main.py backups restore --data {path.parent}` brings the newest copy back and "
        "keeps this one aside."
    )


def clear(data: Path) -> None:
    """Make room for a database: what is left of another one, without which it means nothing, is put aside."""
    shutil.rmtree(data / COMING, ignore_errors=True)
    left = [data / name for name in swapping.OLD if (data / name).exists()]
    if not left:
        return
    if any(path.stat().st_size for path in left if not path.name.endswith("-shm")):
        aside = data / swapping.ASIDE / f"{snapshots.stamp(clock.now())}-start"
        room.private(aside.parent)
        swapping.put_aside(data, aside)
        log.warning("backups.put_aside", aside=str(aside))
        return
    for path in left:
        path.unlink()


def bring_back(target: Target, data: Path) -> bool:
    """Restore the newest of the replica when there is no database; False when it has never held one.

    Raises Misconfigured when nobody can tell, or when it fails: an empty database would take the replica's place.
    """
    current = known(target)
    if current is None:
        return False
    out = data / COMING / DATABASE
    out.parent.mkdir(mode=0o700)
    number = newest(target, current, out)
    if number is None:
        # Begun and never written: nobody has lost anything, and a new database may begin here.
        shutil.rmtree(out.parent)
        target.delete(generations.NAME)
        log.warning("backups.nothing_there", target=target.words)
        return False
    arrive(data, out, current)
    log.info("backups.brought_back", target=target.words, instance=current.instance, generation=number)
    return True


def refuse_to_forget(data: Path) -> None:
    """Raises Misconfigured when a new database would be made beside copies of one that is gone."""
    left = sorted((data / snapshots.FOLDER).glob("*.db"))
    if left:
        raise Misconfigured(
            f"There is no database in {data} and nothing in a replica, but a snapshot: "
            f"`main.py backups restore --from {left[-1]} --data {data}` brings it back; "
            f"remove {left[-1].parent} to begin with an empty database."
        )


def known(target: Target) -> Current | None:
    """What the target names. Raises Misconfigured where it holds a replica that it does not name, or is silent."""
    way_out = "Mend that and start again; INGLENOOK_REPLICA=off begins with an empty database."
    try:
        current = generations.read(target, limit=5.0)
        if current is None:
            history = [name for name in target.folders("") if any(n.isdigit() for n in target.folders(name))]
            if history:
                raise Misconfigured(
                    f"{target.words} holds a replica ({history[0]}) and no {generations.NAME} that says which to "
                    f"restore: put that file back, or set INGLENOOK_REPLICA to another place."
                )
    except Unreachable as refusal:
        raise Misconfigured(
            f"There is no database, and its replica cannot be read. {refusal.message} {way_out}"
        ) from None
    return current


def newest(target: Target, current: Current, out: Path) -> int | None:
    """Restore the named generation, or the one before where it was begun and never written. None for nothing at all."""
    numbers = sorted((each.number for each in current.generations if each.number != current.generation), reverse=True)
    for number in [current.generation, *numbers]:
        try:
            if not litestream.files(target, current.instance, number):
                continue
            need = litestream.plan(target, current.instance, number).size
            room.require(out.parent, need, "The restore")
            litestream.restore(target, current.instance, number, out)
        except Failed as refusal:
            raise Misconfigured(
                f"There is no database, and its replica could not be restored. {refusal.message} "
                "See `main.py backups list`."
            ) from None
        return number
    return None


def arrive(data: Path, out: Path, current: Current) -> None:
    """Give what was restored a generation of its own and its name. Raises Misconfigured for a foreign one."""
    with copies.opened(out, "rw") as there:
        instance = str(copies.setting(there, "instance") or "")
        if instance != current.instance:
            raise Misconfigured(f"The replica of {current.instance} holds the database of {instance or 'nobody'}.")
        write_generation(there, current.highest + 1)
        there.execute("pragma wal_checkpoint(truncate)")
    for name in swapping.OLD[1:]:
        out.with_name(name).unlink(missing_ok=True)
    room.synced(out)
    os.replace(out, data / DATABASE)
    disk.settle(data)
    shutil.rmtree(out.parent)


def write_generation(there: Any, number: int) -> None:
    """Set the generation of a database that is not the open one."""
    there.execute("insert or replace into setting (key, value) values ('generation', ?)", (str(number),))


def leave(path: Path) -> None:
    """Note in the database that it goes on without its replica, before SQLite may checkpoint it: what comes now is in
    no generation, so the next run with a replica begins a new one."""
    with copies.opened(path) as keeper:
        keeper.execute("select count(*) from sqlite_master").fetchone()
        with copies.opened(path, "rw") as there:
            there.execute("pragma wal_autocheckpoint=0")
            write_generation(there, 0)
