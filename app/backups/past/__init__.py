"""The past: a moment of the workspace in a copy of its own, read by one admin for an hour, and then gone.

The copy is restored beside the present into data/then/<id>/, brought to today's schema, narrowed to what this admin
may read then and now, and served by a child of this process on a Unix socket that only the main process asks.
"""

from pathlib import Path

from app.backups.past.shapes import Here as Here
from app.backups.past.shapes import Opened as Opened
from app.backups.past.shapes import Wanted as Wanted
from app.rights import Caller


def plan(me: Caller, moment: int | None = None, source: Path | None = None) -> Wanted:
    """What looking at `moment`, or at a snapshot's file, takes; touches nothing. Raises Invalid(at), Misconfigured,
    Failed."""
    raise NotImplementedError


def open(me: Caller, moment: int | None = None, source: Path | None = None) -> Opened:
    """Begin to open a moment for this admin, in a thread; `opened` tells how far it is. One that is open already is
    given back as it is. Raises Invalid(at), Conflict while as many are open as may be, Misconfigured without room."""
    raise NotImplementedError


def opened(me: Caller) -> list[Opened]:
    """The moments that are open for this admin, or being opened, or came to nothing; the latest opened first."""
    raise NotImplementedError


def close(me: Caller, time: str) -> None:
    """Close a moment of this admin's, and remove all of it. Raises NotFound."""
    raise NotImplementedError


def fetch(me: Caller, time: str, path: str, to: Path) -> None:
    """Write what the child of this moment gives at an inner address into the new file `to`: an address that begins
    with /-/ and that no page can ask for. Raises NotFound, Gone, and what the child refuses."""
    raise NotImplementedError
