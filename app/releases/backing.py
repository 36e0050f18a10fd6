"""The way back while the command is there: the old file first, then the server that runs is ended, and the one that
starts in its place (or this process, without a server) puts the database back."""

import os
import signal
import time
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from app import control, doors, lock
from app.errors import Refusal
from app.releases import exchanging, journal, proving, returning
from app.releases.journal import Upgrade

if TYPE_CHECKING:
    from app.releases.upgrading import Place, Said

RETURNED, STRANDED = 3, 4
PAUSE = 0.2
# Seconds for a server to end when it is asked, and then by SIGTERM, before it is killed; and those after which nobody
# is expected any more to start one.
ASKED, ENDED, NOBODY = 8.0, 7.0, 20.0


def back(here: "Place", begun: Upgrade, why: str) -> "Said":
    """Go back: what was done, and 3; or what somebody has to do, and 4."""
    if begun.phase != journal.BACK:
        journal.note(here.data, journal.BACK, why=why)
    begun = journal.read(here.data) or begun
    try:
        exchanging.put_back(begun)
    except (Refusal, OSError) as error:
        return [f"{sentence(error)} The next start of the server, or `upgrade --back`, tries again."], STRANDED
    refused = waited(here, begun)
    done = journal.read(here.data) or begun
    if done.outcome != journal.RETURNED:
        return [
            f"{begun.old.words} lies in its place again and does not serve yet ({refused}): look at its log."
        ], STRANDED
    lines = [f"{begun.old.words} is back: {begun.new.words} {failure(why)}."]
    if done.aside:
        lines.append(
            f"The database is that from before {begun.new.words} opened it; what was written since then lies in "
            f"{here.data / done.aside}."
        )
    if refused:
        return [
            *lines,
            f"It does not serve yet ({refused}): look at its log, and start it if it does not run.",
        ], STRANDED
    return lines, RETURNED


def failure(why: str) -> str:
    """Why it went back, behind the name of the version."""
    return "was to be left" if why == journal.ASKED else f"did not serve ({why.rstrip('.')})"


def sentence(error: Exception) -> str:
    """What stood in the way."""
    return error.message if isinstance(error, Refusal) else f"The old file cannot be put back ({error})."


def waited(here: "Place", begun: Upgrade) -> str:
    """Wait until the database is back too, and with a server until the old version serves: '' or why it does not."""
    limit = 2 * proving.patience(here.data, True)
    deadline, why = time.monotonic() + limit, f"nothing answered within {limit:.0f} seconds"
    ending = Ending(here)
    while time.monotonic() < deadline:
        known = journal.read(here.data) or begun
        if known.outcome == journal.RETURNED:
            if here.server is None:
                return ""
            now = doors.state(here.data)
            if now is not None and (now.ready or not begun.is_ready) and now.version == begun.old.version:
                return ""
        elif (held := ending.taken()) is not None:
            # Nobody has the data directory: whoever starts meanwhile finds it done.
            try:
                returning.finish(here.data, known)
                continue
            except (Refusal, OSError) as error:
                why = sentence(error)
                if here.server is None:
                    return why
            finally:
                lock.release(held)
        else:
            ending.press(known)
        time.sleep(PAUSE)
    return why


class Ending:
    """Ends the server of the new version: by a word, then by a signal, then at once; not one that goes back itself."""

    def __init__(self, here: "Place") -> None:
        self.here, self.begun, self.pressed = here, time.monotonic(), 0

    def taken(self) -> int | None:
        """The lock of the data directory, where no server is to be expected that takes it."""
        late = self.here.server is None or time.monotonic() - self.begun > NOBODY
        return lock.take(self.here.data) if late and not journal.is_foreign(self.here.data) else None

    def press(self, known: Upgrade) -> None:
        """One step more, if it is time for it."""
        passed = time.monotonic() - self.begun
        if self.pressed == 0:
            self.pressed = 1
            with suppress(Refusal, OSError):  # it does not answer: the signals follow
                control.ask(self.here.data, "server.restart", {})
        elif passed > (ASKED, ASKED + ENDED)[self.pressed > 1] and self.pressed < 3:
            self.pressed += 1
            for process in self.servers() - set(known.returning):
                with suppress(ProcessLookupError):
                    os.kill(process, signal.SIGTERM if self.pressed == 2 else signal.SIGKILL)

    def servers(self) -> set[int]:
        """The processes that are the server of this data directory beyond doubt: the one that was there at the
        beginning, which starts again in its own place, and who has the lock."""
        found, server, holder = set(), self.here.server, lock.holder(self.here.data)
        if server is not None and (born := proving.born(server.pid)) and born == self.here.born:
            found.add(server.pid)
        if holder.isdigit() and has_open(int(holder), self.here.data / lock.NAME):
            found.add(int(holder))
        return found - {os.getpid()}


def has_open(process: int, path: Path) -> bool:
    """Whether a process has this file open; no, where it is not ours to look."""
    with suppress(OSError):
        wanted = path.stat()
        for each in Path(f"/proc/{process}/fd").iterdir():
            with suppress(OSError):  # closed meanwhile
                if os.path.samestat(each.stat(), wanted):
                    return True
    return False
