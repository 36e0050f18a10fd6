"""Making: the copy of a moment is restored into a folder of its own, and a child is started that serves it.

Nothing of the present is touched: no generation begins, nothing is announced, and the folder goes when this fails.
"""

import os
import shutil
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

import orjson

from app import children, clock, config
from app.backups import copies, restoring, room
from app.backups.past import inside
from app.backups.past.shapes import LIFETIME, Here, Wanted
from app.backups.planning import Plan
from app.backups.restoring import Progress
from app.errors import Gone, Misconfigured
from app.rights import Caller

FOLDER = "then"
SOCKET = "page.sock"
# The word that makes this program the child, and what it finds in its environment: no key, and no option.
WORD = "then"
PASSED = ("PATH", "HOME", "LANG", "LC_ALL", "TZ", "TMPDIR", "XDG_CACHE_HOME", "CACHE_DIRECTORY", children.OUTER)
# The kernel takes so many bytes as the path of a socket.
LONGEST = 107
# Bytes that are told and not written: as much again for what a change of the schema writes.
TWICE = 2


def wanted(found: Plan) -> Wanted:
    """What a copy by this plan takes of the disk."""
    return Wanted(found, TWICE * found.size, room.free(config.current.data))


def home() -> Path:
    """Where the copies lie."""
    return config.current.data.resolve() / FOLDER


def folder() -> Path:
    """A new folder for a copy. Bytes of files are read where the present has them."""
    made = room.private(home() / clock.new_id())
    (made / "blobs").symlink_to(room.private(config.current.data.resolve() / "blobs"))
    return made


def copied(me: Caller, found: Plan, database: Path, progress: Progress) -> None:
    """Restore the moment to `database`. Raises Misconfigured, Failed, and Gone for who was not there."""
    room.require(database.parent, TWICE * found.size, "A look into the past")
    restoring.fetch(found, database, progress)
    progress(80, "Checking what was restored")
    copies.whole(database)
    copy = copies.look(database)
    copies.fitting(copy)
    if copy.instance and found.instance and copy.instance != found.instance:
        raise Misconfigured(f"The replica of {found.instance} holds the database of {copy.instance}.")
    with copies.opened(database) as there:
        if not copies.one(there, "select count(*) from account where id = ?", me.id):
            raise Gone(inside.ABSENT)


@contextmanager
def address(folder: Path) -> Iterator[str]:
    """The path of a folder's socket, short whatever the folder's."""
    plain = str(folder / SOCKET)
    if len(os.fsencode(plain)) <= LONGEST:
        yield plain
        return
    directory = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        yield f"/proc/self/fd/{directory}/{SOCKET}"
    finally:
        os.close(directory)


def listener(folder: Path) -> socket.socket:
    """The socket on which the child will answer, for its owner only."""
    made = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    with address(folder) as path:
        made.bind(path)
    # Nobody else comes as far as the folder, which was made for its owner only.
    (folder / SOCKET).chmod(0o600)
    made.listen(128)
    return made


def started(folder: Path, me: Caller, here: Here) -> subprocess.Popen[bytes]:
    """The child, told what it is for; what it says on its standard output tells how far it is."""
    environment = {name: os.environ[name] for name in PASSED if name in os.environ}
    with listener(folder) as door:
        child = subprocess.Popen(
            [*children.program(), WORD],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=environment,
            pass_fds=(door.fileno(),),
        )
        assert child.stdin is not None
        child.stdin.write(inside.told(folder, door.fileno(), me, here))
        child.stdin.flush()
    return child


def said(output: IO[bytes]) -> Iterator[dict[str, Any]]:
    """What the child tells, line by line, until it ends."""
    for line in output:
        yield orjson.loads(line)


def until() -> int:
    """When a moment that is opened now is closed again."""
    return clock.now() + LIFETIME


def removed(folder: Path) -> None:
    """Remove a copy. What lies behind its link to the present's files is not touched."""
    shutil.rmtree(folder, ignore_errors=True)


def swept() -> None:
    """Remove what a crash has left."""
    removed(home())
