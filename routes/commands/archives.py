"""Commands about archives: everything, one person's things or one space's go out as one file.

The server reads and sends; the process of the terminal writes the file, so it is whoever typed the command that it
belongs to, and the place is where that one sees it.
"""

import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, BinaryIO

import orjson

from app import accounts, control, db, disk
from app.archives import exporting, scopes
from app.archives.naming import archive_name
from app.backups.room import words
from app.errors import Conflict, Invalid, Misconfigured, NotFound
from app.rights import machine
from routes.commands.words import Said

STDOUT = "-"
FOUND = "select id, name from space where id = ? or (kind = 'shared' and name = ?)"
UNREAD = "Nobody reads what is written to standard output: the archive is not whole."
CUT = "Nobody takes the archive any more: it was not finished."


# ── where the database is open ────────────────────────────────────────────────────────────────────────────────────────
class Out:
    """The terminal, as a file that is written."""

    def write(self, data: bytes) -> int:
        """Send these bytes. Raises Conflict when nobody takes them."""
        terminal = control.terminal()
        if terminal is None:
            raise Conflict(CUT)
        try:
            terminal.take(data)
        except ConnectionError:
            raise Conflict(CUT) from None
        return len(data)


def export(user: str = "", space: str = "") -> Said:
    """Send the archive to the terminal; what it became, as a line for `talk`."""
    report = exporting.write(machine(), chosen(user, space), Out())
    return [orjson.dumps(report).decode()], 0


def chosen(user: str, space: str) -> scopes.Scope:
    """What is meant. Raises NotFound, Invalid."""
    if user:
        return scopes.person(accounts.named(machine(), user).id)
    if not space:
        return scopes.EVERYTHING
    found = db.fetch_all(FOUND, space, space)
    if not found:
        raise NotFound(f"There is no space that is called {space!r}.")
    if len(found) > 1:
        raise Invalid(f"Several spaces are called {space!r}: name one of {', '.join(row[0] for row in found)}.")
    return scopes.space(found[0][0])


# ── in the terminal ───────────────────────────────────────────────────────────────────────────────────────────────────
class Taking:
    """The file that is being written, with its progress on standard error."""

    def __init__(self, file: BinaryIO) -> None:
        self.file, self.size = file, 0
        self.every = 0.5 if sys.stderr.isatty() else 10.0
        self.told = time.monotonic()

    def take(self, data: bytes) -> None:
        """Write these bytes. Raises NotWritten, and Misconfigured when nobody reads them."""
        with disk.asked():
            try:
                self.file.write(data)
            except BrokenPipeError:
                raise Misconfigured(UNREAD) from None
        self.size += len(data)
        if time.monotonic() - self.told > self.every:
            self.told = time.monotonic()
            self.hear(f"{words(self.size)} so far")

    def hear(self, text: str) -> None:
        """Say how far it is: on one line where a person looks."""
        print(f"\r{text}  " if sys.stderr.isatty() else text, end="" if sys.stderr.isatty() else "\n", file=sys.stderr)


def talk(command: Callable[[str, dict[str, Any]], Said], options: dict[str, Any]) -> Said:
    """Write the archive, whole or not at all, and say what it holds. Raises Refusal."""
    to = options.pop("to") or archive_name(options["user"] or options["space"] or "workspace")
    if to == STDOUT:
        if sys.stdout.isatty():
            raise Misconfigured("Standard output is a terminal: name a file with --to, or pipe it on.")
        lines, code = taken(command, options, sys.stdout.buffer)
        print(*(lines if code else said(lines[0], "The archive")), sep="\n", file=sys.stderr)
        return [], code
    path = Path(to)
    if path.exists():
        raise Misconfigured(f"{path} is there already: choose another name with --to.")
    if not path.parent.is_dir():
        raise Misconfigured(f"There is no folder {path.parent}: make it, or choose another with --to.")
    coming = path.with_name(f"{path.name}.part")
    try:
        with disk.asked():
            file = coming.open("wb")
        with file:
            lines, code = taken(command, options, file)
        if not code:
            with disk.asked():
                coming.rename(path)
                disk.settle(path.parent)
    finally:
        coming.unlink(missing_ok=True)
    return (lines, code) if code else (said(lines[0], str(path)), 0)


def taken(command: Callable[[str, dict[str, Any]], Said], options: dict[str, Any], file: BinaryIO) -> Said:
    """The command's answer, its bytes in the file."""
    taking = Taking(file)
    with control.at(taking):
        answer = command("export", options)
    with disk.asked():
        file.flush()
        if file is not sys.stdout.buffer:
            os.fsync(file.fileno())
    if sys.stderr.isatty() and taking.size:
        print(file=sys.stderr)
    return answer


def said(line: str, what: str) -> list[str]:
    """What the archive holds, for people."""
    report = exporting.Report(**orjson.loads(line))
    counts = ", ".join(f"{count:,} {noun}" for noun, count in sorted(report.counts.items()))
    told = [f"{what} holds {report.entries:,} entries, {words(report.sent)}: {counts}.", f"Manifest {report.sha256}"]
    lost = f"{report.missing:,} parts were lost or damaged before; `missing.jsonl` in it names them."
    return [*told, lost] if report.missing else told


COMMANDS = {"export": export}
