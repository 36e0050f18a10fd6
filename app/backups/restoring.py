"""Restore: the database of a moment is made beside the present one, checked, and takes its place at the next start."""

import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import orjson

from app import clock, config, db, secrets
from app.backups import carrying, copies, litestream, planning, room, swapping, target
from app.backups.copies import Copy
from app.backups.litestream import Failed
from app.backups.planning import Plan
from app.backups.planning import plan as plan
from app.doors import handing
from app.errors import Conflict, Invalid, Misconfigured, Refusal
from app.logs import log
from app.rights import Caller

KEY_WANTED = "The keys at hand do not open the stored keys of that database: give its recovery key."
KEY_WRONG = "This is not the recovery key of that database: nothing was changed."
# Copies up to this size are looked into before anybody decides.
CHEAP = 64 << 20

Progress = Callable[[int, str], None]
making = threading.Lock()


@dataclass(frozen=True)
class Prepared:
    """A database that lies ready to take its place in `folder`."""

    id: str
    folder: Path
    plan: Plan
    copy: Copy


def silent(percent: int, said: str) -> None:
    """Progress that nobody looks at."""


def restore(
    me: Caller,
    moment: int | None = None,
    to: Path | None = None,
    source: Path | None = None,
    key: str = "",
    progress: Progress = silent,
) -> Prepared:
    """Make the database of `moment`, or of the file `source`, and announce it: the next start, or `swapping.finish`,
    puts it in its place. Raises Invalid(at, to, key), Misconfigured, Failed, Conflict, with nothing changed."""
    me.must_be_admin()
    if not making.acquire(blocking=False):
        raise Conflict("A restore is being made already.")
    try:
        found = plan(me, moment, to, source)
        home = found.to or config.current.data
        room.private(home)
        try:
            with prepared(me, found, home, key, progress) as made:
                if found.to is None and db.database is not None:
                    with db.write() as tx:
                        tx.audit(me, "backups.restore", made.id)
                swapping.announce(home, made.id, found.reaches)
        finally:
            if found.to is not None and swapping.pending(home) is None:
                shutil.rmtree(home)
        log.info("backups.restore_ready", id=made.id, reaches=found.reaches)
        return made
    finally:
        making.release()


def look(me: Caller, found: Plan) -> Copy | None:
    """What the restored database would hold, where that is cheap to find out; it is made and removed again."""
    me.must_be_admin()
    if found.size > CHEAP:
        return None
    if found.source is not None:
        return copies.look(found.source)
    with workplace(config.current.data) as (_, folder):
        fetch(found, folder / swapping.DATABASE, silent)
        return copies.look(folder / swapping.DATABASE)


@contextmanager
def workplace(home: Path) -> Iterator[tuple[str, Path]]:
    """A new folder in `home`/restore that is removed when this fails; a crash's is removed by the next start."""
    id = clock.new_id()
    folder = room.private(home / swapping.READY / id)
    try:
        yield id, folder
    finally:
        if swapping.pending(home) is None:
            shutil.rmtree(folder)
            with suppress(OSError):  # another one works there too
                folder.parent.rmdir()


@contextmanager
def prepared(me: Caller, found: Plan, home: Path, key: str, progress: Progress) -> Iterator[Prepared]:
    """Fetch, check and mark the database."""
    with workplace(home) as (id, folder):
        database = folder / swapping.DATABASE
        fetch(found, database, progress)
        progress(80, "Checking what was restored")
        copies.whole(database)
        copy = copies.look(database)
        copies.fitting(copy)
        if found.source is None and copy.instance != found.instance:
            raise Misconfigured(f"The replica of {found.instance} holds the database of {copy.instance or 'nobody'}.")
        right = opening(database, key)
        progress(95, "Getting it ready")
        mark(me, database, found, id)
        room.synced(database)
        carrying.keys(home, right)
        if found.to is not None and (lost := carrying.files(home, database)):
            log.warning("backups.files_missing", count=lost)
        yield Prepared(id, folder, found, copy)


def fetch(found: Plan, database: Path, progress: Progress) -> None:
    """Write the database of the plan. Raises Failed, Misconfigured."""
    with watching(database, found.size, progress):
        if found.source is not None:
            copies.vacuumed(found.source, database)
            return
        chosen = target.chosen()
        assert chosen is not None and found.generation is not None
        try:
            litestream.restore(chosen, found.instance, found.generation, database, found.asked)
        except Failed as failed:
            if not planning.is_after_all(failed):
                raise
            litestream.restore(chosen, found.instance, found.generation, database)
        database.chmod(0o600)


@contextmanager
def watching(database: Path, size: int, progress: Progress) -> Iterator[None]:
    """Tell how much of the file has been written while it is."""
    over = threading.Event()
    half = database.with_name(database.name + ".tmp")

    def watch() -> None:
        while not over.wait(0.5):
            there = next((path.stat().st_size for path in (half, database) if path.exists()), 0)
            progress(min(79, 5 + 74 * there // max(size, 1)), f"{room.words(there)} of {room.words(size)}")

    progress(5, "Reading the replica")
    watcher = threading.Thread(target=watch, name="restore-progress", daemon=True)
    watcher.start()
    try:
        yield
    finally:
        over.set()
        watcher.join()


def opening(database: Path, key: str) -> str | None:
    """The key to add so that what is sealed in this database opens; None when one at hand does. Raises Invalid(key)."""
    sealed = secrets.sealed_in(database)
    if sealed is None or secrets.opens_with(sealed) is not None:
        return None
    right = secrets.opens_with(sealed, key) if key else None
    if right is None:
        raise Invalid(key=KEY_WRONG if key else KEY_WANTED)
    return right


def mark(me: Caller, database: Path, found: Plan, id: str) -> None:
    """Make a database of its own history of it: it begins a new generation, knows of its restore, and sessions that
    ended since then stay ended."""
    now = clock.now()
    with copies.opened(database, "rw") as there:
        there.execute("begin immediate")
        put(there, "generation", 0)
        if found.to is not None:
            put(there, "instance", clock.new_id())
        elif not copies.setting(there, "instance") and found.present is not None:
            # From before the first upgrade: it was this workspace's before it had a name.
            put(there, "instance", found.present.instance)
        if found.to is None and (alive := live_sessions(config.current.data / swapping.DATABASE)) is not None:
            gone = [(now, token) for token in tokens(there) if token not in alive]
            there.executemany("update session set revoked_at = ? where token = ?", gone)
        if copies.one(there, "select count(*) from sqlite_master where name = 'backup'"):
            there.execute(
                "insert into backup (id, kind, started_at, ended_at, ok, moment, size, path, note)"
                " values (?, 'restore', ?, ?, 1, ?, ?, '', ?)",
                (id, now, now, found.asked or found.reaches, found.size, found.words),
            )
        there.execute(db.INSERT_AUDIT, audit(me, id, now))
        there.execute("commit")
        # Everything into the one file: what lies ready has no log beside it.
        there.execute("pragma journal_mode=WAL")
        there.execute("pragma wal_checkpoint(TRUNCATE)")


def audit(me: Caller, id: str, now: int) -> dict[str, Any]:
    """The entry in the restored database, which is the one that goes on."""
    who = {"user_id": me.id, "door": me.door, "address": me.address, "request_id": me.request_id}
    return who | {"at": now, "verb": "backups.restore", "object_id": id, "note": ""}


def put(there: Any, key: str, value: Any) -> None:
    """Set a setting of a database that is not the open one."""
    there.execute("insert or replace into setting (key, value) values (?, ?)", (key, orjson.dumps(value).decode()))


def tokens(there: Any) -> list[str]:
    """The sessions that have not ended."""
    return [row[0] for row in there.execute("select token from session where revoked_at is null")]


def live_sessions(database: Path) -> set[str] | None:
    """The sessions of the present database, None where it cannot be read."""
    if copies.seen(database) is None:
        return None
    with copies.opened(database) as there:
        return set(tokens(there))


# ── beside the page ───────────────────────────────────────────────────────────────────────────────────────────────────
@dataclass(frozen=True)
class Underway:
    """A restore that this process makes: percent, what it does, why it failed, and whether it lies ready."""

    plan: Plan
    percent: int = 0
    said: str = ""
    error: str = ""
    ready: bool = False


underway: Underway | None = None


def begin(me: Caller, found: Plan, key: str = "") -> Underway:
    """Make the restore in a thread of this process and start it anew when it lies ready. Not a job, because a key
    must not be stored and the jobs go aside with the database. Raises Conflict while one is made."""
    global underway
    me.must_be_admin()
    if making.locked():
        raise Conflict("A restore is being made already.")
    underway = Underway(found)
    threading.Thread(target=attempt, args=(me, found, key), name="restore", daemon=True).start()
    return underway


def attempt(me: Caller, found: Plan, key: str) -> None:
    """The thread of `begin`."""
    global underway

    def progress(percent: int, said: str) -> None:
        global underway
        underway = replace(underway or Underway(found), percent=percent, said=said)

    try:
        restore(me, found.asked, source=found.source, key=key, progress=progress)
    except Refusal as refusal:
        underway = Underway(found, error=refusal.message)
        return
    except Exception as error:
        log.error("backups.restore_failed", exc_info=error)
        underway = Underway(found, error="The restore met a mistake of ours and changed nothing; the log has it.")
        return
    underway = Underway(found, 100, "Inglenook starts again", ready=True)
    handing.restart()


def open_keys() -> None:
    """Have the keys at hand without the database: those of data/secret.key and of the environment; makes none."""
    here = config.current
    if here.secret or (here.data / "secret.key").exists():
        secrets.open(here.data, here.secret, tuple(here.secret_old.split()))
