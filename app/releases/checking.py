"""What is looked at before anything is touched: what a file is, whether it runs on this machine, whether it fits."""

import errno
import hashlib
import os
import re
import subprocess
from pathlib import Path

import orjson

from app import children, config, migrations
from app.backups import room, snapshots
from app.backups.litestream import DATABASE
from app.errors import Misconfigured
from app.releases.exchanging import coming, digest
from app.releases.journal import Release

# The first bytes of the one file: a script that says what it is.
HEAD, SHELL, MARK = 4096, b"#!/bin/sh", b"Inglenook"
SUMS = "SHA256SUMS"
SUM = re.compile(r"\b[0-9a-fA-F]{64}\b")
# How its first lines name the archive behind them, and where that begins.
LINES, ID, END = 1 << 16, re.compile(rb"^id=([0-9a-f]{16})$", re.MULTILINE), b"\n@END@\n"
# The first start of a file unpacks it, on a slow disk.
PATIENCE = 120.0
UNTOUCHED = "Nothing was changed."


def here() -> Release:
    """This version."""
    return Release(config.VERSION, migrations.SCHEMA)


def promised(file: Path, given: str) -> str:
    """The SHA-256 that the file is to have: the given one, that of FILE.sha256 beside it, or that of its line in
    SHA256SUMS. Raises Misconfigured."""
    beside = file.with_name(f"{file.name}.sha256")
    told, said = given or written(beside), "What was given" if given else str(beside)
    if not told:
        lines = written(file.with_name(SUMS)).splitlines()
        named = [line for line in lines if line.partition(" ")[2].strip(" ") in (file.name, f"*{file.name}")]
        told, said = "\n".join(named), str(file.with_name(SUMS))
    if not told:
        raise Misconfigured(
            f"Nothing tells whether {file} is whole: put {beside.name} or {SUMS} beside it, or give its sum with "
            "--sha256."
        )
    found = SUM.search(told)
    if found is None:
        raise Misconfigured(f"{said} is no SHA-256 sum: it has 64 hexadecimal digits.")
    return found[0].lower()


def written(file: Path) -> str:
    """What a small file says; '' where there is none."""
    return file.read_text(errors="replace")[: 16 * HEAD] if file.is_file() else ""


def recognised(file: Path) -> None:
    """Refuse what is no file of Inglenook, before it is run. Raises Misconfigured."""
    try:
        if file.is_fifo():
            raise OSError(errno.EINVAL, "it is a pipe")
        with file.open("rb") as there:
            head = there.read(HEAD)
    except OSError as error:
        raise Misconfigured(f"{file} cannot be read ({error.strerror}). {UNTOUCHED}") from None
    if not head.startswith(SHELL) or MARK not in head:
        raise Misconfigured(f"{file} is no file of Inglenook. {UNTOUCHED}")


def whole(file: Path, found: str, wanted: str) -> None:
    """Refuse a file that is not the one that was released. Raises Misconfigured."""
    if found != wanted:
        raise Misconfigured(
            f"{file} is not what its sum says ({found[:12]}…, not {wanted[:12]}…): download it again. {UNTOUCHED}"
        )


def unbroken(file: Path, name: Path) -> None:
    """Refuse a file of which a part is missing although a sum was made of it: where its version lies in the cache it
    would run, and not on the next machine or after the next look into that folder. Raises Misconfigured."""
    with file.open("rb") as there:
        head = there.read(LINES)
        if (named := ID.search(head)) is None:
            return
        there.seek(head.find(END) + len(END))
        found = hashlib.file_digest(there, "sha256").hexdigest()
    if END not in head or not found.startswith(named[1].decode()):
        raise Misconfigured(f"{name} is not whole, whatever its sum says: download it again. {UNTOUCHED}")


def asked(file: Path, name: Path | None = None, words: tuple[str, ...] = ()) -> Release:
    """What the file says of itself, when it is run on this machine. Raises Misconfigured with its own words."""
    name = name or file
    try:
        done = subprocess.run(
            [file, "release", *words],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=None if words else PATIENCE,
            env=environment(),
        )
    except OSError as error:
        raise Misconfigured(f"{name} does not run on this machine ({error.strerror}).") from None
    except subprocess.TimeoutExpired:
        raise Misconfigured(f"{name} did not say within {PATIENCE:.0f} seconds what it is.") from None
    said, wrong = done.stdout.strip().splitlines(), done.stderr.strip().splitlines()
    if done.returncode:
        why = (wrong or said or [f"exit code {done.returncode}"])[-1]
        raise Misconfigured(f"{name} {'failed' if words else 'does not run on this machine'} ({why.rstrip('.')}).")
    try:
        told = orjson.loads(said[-1])
        return Release(str(told["version"]), int(told["schema"]))
    except (IndexError, orjson.JSONDecodeError, KeyError, TypeError, ValueError):
        raise Misconfigured(f"{name} does not say which version of Inglenook it is.") from None


def environment() -> dict[str, str]:
    """What another file of ours is run with: all but the word by which this one knows where it lies."""
    return {key: value for key, value in os.environ.items() if key != children.OUTER}


def fitting(new: Release, data: Path) -> int:
    """The schema of the database (0 where there is none), if the new version can open it. Raises Misconfigured."""
    database = data / DATABASE
    schema = migrations.number(database) if database.exists() else 0
    if new.schema < schema:
        raise Misconfigured(
            f"{new.words} knows schema {new.schema} and the database has {schema}: it is older than your data. "
            f"`{children.name()} upgrade --back` goes back to the version before this one, if it is kept. {UNTOUCHED}"
        )
    return schema


def require_room(file: Path, target: Path, data: Path, moves: bool) -> None:
    """Refuse when the disk has no room for the new file, the snapshot, and where the schema moves for the migration and
    for the way back. Raises Misconfigured."""
    database = data / DATABASE
    size = snapshots.size(database) if database.exists() else 0
    # A copy by the new version, the pages that its migration writes, and the copy that would be put in their place.
    need, brought = size + (3 * size if moves else 0), file.stat().st_size
    if target.parent.stat().st_dev == data.stat().st_dev:
        room.require(data, need + brought, "The upgrade")
        return
    room.require(data, need, "The upgrade")
    room.require(target.parent, brought, "The upgrade")


def brought(file: Path, found: str, wanted: str, target: Path) -> Release:
    """What has been copied beside the target: whole, and running on this machine. Raises Misconfigured."""
    whole(file, found, wanted)
    unbroken(coming(target), file)
    told = asked(coming(target), file)
    return Release(told.version, told.schema, found)


def installed(target: Path) -> Release:
    """The file that is to be replaced. Raises Misconfigured where it cannot be read."""
    try:
        sum = digest(target)
    except OSError as error:
        raise Misconfigured(f"{target} cannot be read ({error.strerror}). {UNTOUCHED}") from None
    if not sum:
        raise Misconfigured(f"{target} is not there any more: put a file of Inglenook there by hand.")
    told = asked(target)
    return Release(told.version, told.schema, sum)
