"""Inside: what the child does before it serves a moment. It is told all of it in one line on its standard input, which
stays open for as long as its parent lives; it holds no secret, runs no job, and goes where there is no network."""

import os
import sys
import threading
from dataclasses import dataclass, replace
from pathlib import Path

import orjson

from app import blobs, chats, clock, config, db, logs, migrations, settings
from app.backups import target
from app.backups.litestream import DATABASE
from app.backups.past import shapes
from app.backups.past.narrowing import Narrowing
from app.backups.past.shapes import Here
from app.errors import Gone
from app.readers import confining
from app.rights import Caller

# Options of the present that hold in the past too: how it is reached, and where bytes lie that are not on this disk.
SHARED = ("insecure_http", "files", "files_cache")
BUCKET = ("s3_endpoint", "s3_region", "s3_key", "s3_secret", "s3_path_style")
ABSENT = "You had no account here at that moment, so there is nothing of it that you may see."
SHUT = "Your account was deactivated at that moment, so there is nothing of it that you may see."


@dataclass
class Inside:
    """The moment that this process serves, and to whom."""

    here: Here
    me: Caller
    narrowing: Narrowing
    listener: int


def told(folder: Path, listener: int, me: Caller, here: Here) -> bytes:
    """The line that a child reads: all that it has to know of the present."""
    now = config.current
    store = target.chosen()
    remote = now.files != "disk" or (store is not None and store.is_remote)
    kept = {name: getattr(now, name) for name in (*SHARED, *(BUCKET if remote else ()))}
    # A bucket as it is written, a directory wherever the child stands.
    replica = now.replica if store is None or store.is_remote else str(Path(store.words).expanduser().absolute())
    line = {
        "folder": str(folder),
        "present": str((now.data / DATABASE).resolve()),
        "listener": listener,
        "me": me.id,
        "here": vars(here),
        "url": f"{now.url.rstrip('/')}/then/{here.time}" if now.url else "",
        "options": kept,
        "replica": replica,
        "remote": remote,
    }
    return orjson.dumps(line) + b"\n"


def prepared(line: bytes) -> Inside:
    """Open the copy as it was told: at today's schema, narrowed, and for reading. Raises Misconfigured, Gone."""
    asked = orjson.loads(line)
    # Before there is a second thread, because then nobody may; bytes in a bucket are asked for over the network.
    if not asked["remote"]:
        confining.leave_network()
    tied(Here(**asked["here"]).until)
    folder, here = Path(asked["folder"]), Here(**asked["here"])
    options = config.Config(data=folder, url=asked["url"], replica="off", demo_model="off", **asked["options"])
    # The main process writes a line for each request already.
    logs.start("warning")
    read_bytes(replace(options, replica=asked["replica"]))
    config.use(options)
    path = folder / DATABASE
    migrate(path)
    narrowing = Narrowing(path, Path(asked["present"]), asked["me"], here.reaches)
    narrowing.first()
    db.open(path)
    settings.forget()
    me = person(asked["me"])
    # What was being written at that moment has no process that would go on with it.
    chats.interrupt_orphans(clock.BOOT)
    shapes.shows(here)
    return Inside(here, me, narrowing, asked["listener"])


def tied(until: int) -> None:
    """End with the parent, however that one ends: it holds the other end of the standard input, and nobody else. And
    when the moment's time is over, whatever the parent does."""

    def watch() -> None:
        sys.stdin.buffer.read()
        os._exit(0)

    threading.Thread(target=watch, name="parent", daemon=True).start()
    last = threading.Timer(max(0, until - clock.now()) / clock.SECOND, os._exit, (0,))
    last.daemon = True
    last.start()


def read_bytes(present: config.Config) -> None:
    """Have bytes that are not on this disk read from where the present keeps them."""
    config.use(present)
    store = target.home()
    blobs.copy_to(lambda: store, target.opened)


def migrate(path: Path) -> None:
    """Bring the copy to today's schema. Raises Misconfigured."""
    if migrations.number(path) == migrations.SCHEMA:
        return
    db.open(path)
    try:
        migrations.bring_up(path)
    finally:
        db.close()


def person(id: str) -> Caller:
    """Who looks, as they were at that moment. Raises Gone for who was not there."""
    row = db.fetch("select role, deactivated_at from account where id = ?", id)
    if row is None:
        raise Gone(ABSENT)
    if row[1] is not None:
        raise Gone(SHUT)
    return Caller(id=id, role=row[0])
