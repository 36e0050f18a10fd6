"""What a server does that starts in the midst of an upgrade: it counts, proves itself, or goes back.

While the command watches, the server only notes what happens to it; without the command (it was killed) the server
decides: a version that refuses to open the database, or that ended three times before it was ready, is taken back.
"""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from app import children, config, doors, migrations
from app.doors import handing
from app.errors import Misconfigured, Refusal
from app.logs import log
from app.releases import exchanging, journal, returning
from app.releases.journal import Upgrade

# So many starts may end before the version was ready, as by a cut of power.
TRIES = 3
# Seconds between two looks.
PAUSE = 0.2


def begin(data: Path) -> None:
    """Before a server opens anything, with its lock held: go on where an upgrade was left. Where that leads back, this
    process becomes the program that lies there now. Raises Refusal."""
    if is_under_way(data) and not is_on_trial(data):
        again()


def is_under_way(data: Path) -> bool:
    """Whether an upgrade is under way."""
    upgrade = journal.read(data)
    return upgrade is not None and upgrade.phase != journal.OVER


def is_on_trial(data: Path) -> bool:
    """Whether this server may go on, as the version on trial or as one that has nothing to do with it; else it has just
    gone back. Raises Refusal."""
    with journal.deciding(data) as ours:
        upgrade = journal.read(data)
        if upgrade is None or upgrade.phase == journal.OVER:
            return True
        if upgrade.phase == journal.TRIAL and ours and not exchanging.is_new(upgrade):
            # Killed between the note and the rename.
            journal.note(data, journal.CANCELLED)
            exchanging.sweep(upgrade.target)
            return True
        if upgrade.phase == journal.TRIAL and ours and (upgrade.why or len(upgrade.starts) >= TRIES):
            why = upgrade.why or f"it ended {len(upgrade.starts)} times before it was ready"
            journal.note(data, journal.BACK, why=why)
            upgrade = journal.read(data) or upgrade
        if upgrade.phase == journal.BACK:
            with said(upgrade):
                returning.finish(data, upgrade)
            return False
        journal.note(data, "started")
    return True


@contextmanager
def opening(data: Path, close: Callable[[], None]) -> Iterator[None]:
    """Around the opening of the house: why a version on trial cannot open it is noted, and it goes back where nobody
    else watches, once `close` has closed what was opened. Raises what was raised."""
    try:
        yield
    except Exception as error:
        why = error.message if isinstance(error, Refusal) else f"{type(error).__name__}: {error}"
        if failed(data, why, close):
            again()
        raise


def failed(data: Path, why: str, close: Callable[[], None]) -> bool:
    """Note why the version on trial failed; True when it has been taken back right here. Raises Refusal."""
    upgrade = journal.read(data)
    if upgrade is None or upgrade.phase != journal.TRIAL:
        return False
    log.error("releases.failed", version=upgrade.new.version, why=why)
    with journal.deciding(data) as ours:
        journal.note(data, "failed", why=why)
        if not ours or not exchanging.is_new(upgrade):
            return False
        journal.note(data, journal.BACK, why=why)
        close()
        with said(upgrade):
            returning.finish(data, journal.read(data) or upgrade)
    return True


@contextmanager
def said(upgrade: Upgrade) -> Iterator[None]:
    """Say in words that this user or this disk does not allow the way back. Raises Misconfigured."""
    try:
        yield
    except OSError as error:
        raise Misconfigured(
            f"{upgrade.new.words} has to be taken back and {upgrade.target} cannot be replaced ({error.strerror}): "
            f"`{children.name()} upgrade --back` does it for a user who may."
        ) from error


def again() -> None:
    """Become the program that lies there now; the door stays open, and so do the connections that wait behind it."""
    for line in handing.received():
        handing.hand_on(line)
    handing.wanted = True
    handing.leave()


# ── a version that has proved itself ──────────────────────────────────────────────────────────────────────────────────
def watch(data: Path) -> None:
    """While an upgrade is under way, see to its end in a thread of this server: it is ready, and the command that
    should say so may have been killed."""
    if is_under_way(data):
        threading.Thread(target=settle, args=(data,), name="upgrade", daemon=True).start()


def settle(data: Path) -> None:
    """When this server is ready and nobody else decides: note that the upgrade is done."""
    known = journal.read(data)
    while (now := doors.state(data)) is None or not (now.ready or (known and not known.is_ready)):
        time.sleep(PAUSE)
    with journal.deciding(data, waits=True):
        upgrade = journal.read(data)
        if upgrade is None:
            return
        if upgrade.phase == journal.BACK:
            handing.restart()  # decided by who was killed then: the start does it
        ours = (upgrade.new.version, upgrade.new.schema) == (config.VERSION, migrations.SCHEMA)
        if upgrade.phase == journal.TRIAL and ours:
            journal.note(data, journal.DONE)
            exchanging.sweep(upgrade.target)
            log.info("releases.done", version=config.VERSION)
