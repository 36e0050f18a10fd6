"""Openings: which moments are open, for whom, and until when."""

import asyncio
import contextlib
import re
import subprocess
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from app import accounts, clock, db
from app.backups import planning
from app.backups.litestream import DATABASE
from app.backups.past import asking, making, shapes
from app.backups.past.shapes import Here, Opened, Wanted
from app.errors import Conflict, Misconfigured, NotFound, Refusal
from app.logs import log
from app.rights import Caller

TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d-\d\d-\d\dZ")
# How often it is looked whether a moment's time is over, in seconds.
LOOK = 1.0
# A failure is shown for so long.
SHOWN = 10 * clock.MINUTE
GONE = "This moment is closed: open it again from the Backups page."
BROKEN = "Opening the moment met a mistake of ours and changed nothing; the log has it."
CUT = "What showed this moment has ended by itself: open it again."
STILL = "select 1 from account where id = ? and role = 'admin' and deactivated_at is null"


@dataclass
class Opening:
    """A moment that is open for one admin, or being opened, or came to nothing."""

    me: Caller
    plan: planning.Plan
    time: str
    at: int
    until: int
    percent: int = 0
    said: str = "Begins"
    error: str = ""
    ready: bool = False
    ended: bool = False
    folder: Path | None = None
    child: "subprocess.Popen[bytes] | None" = None
    # The sessions that have looked at it.
    sessions: set[str] = field(default_factory=set)

    @property
    def is_alive(self) -> bool:
        """Whether it takes one of the places."""
        return not self.ended and not self.error

    def shown(self) -> Opened:
        """What is told of it."""
        reaches = self.plan.reaches
        return Opened(self.time, self.at, self.until, self.ready, self.percent, self.said, self.error, reaches)

    def progress(self, percent: int, said: str) -> None:
        """Note how far it is."""
        self.percent, self.said = percent, said


open_now: dict[tuple[str, str], Opening] = {}
# Those whose thread is at work: a copy goes on for a while after nobody wants it any more, and takes room until then.
at_work: list[Opening] = []
lock = threading.Lock()
# Whether this process serves: a child needs somebody who asks it.
serving = False


def named(moment: int) -> str:
    """A moment as it stands in an address, to the second."""
    return datetime.fromtimestamp(moment // clock.SECOND, UTC).strftime("%Y-%m-%dT%H-%M-%SZ")


def plan(me: Caller, moment: int | None = None, source: Path | None = None) -> Wanted:
    """What looking at `moment` (None: the newest of the replica), or at a snapshot's file, takes; touches nothing.
    Raises Invalid(at), Misconfigured, Failed."""
    me.must_be_admin()
    return making.wanted(planning.plan(me, moment, source=source))


def open(me: Caller, moment: int | None = None, source: Path | None = None) -> Opened:
    """Begin to open a moment for this admin, in a thread; `opened` tells how far it is. One that is open already is
    given back as it is. Raises Invalid(at), Conflict while as many are open as may be, Misconfigured without room."""
    me.must_be_admin()
    if not serving:
        raise Misconfigured("The running server shows the past: start it first.")
    if not me.id:
        raise Conflict("The past is opened for a person: say for which admin.")
    found = plan(me, moment, source)
    at = moment if moment is not None else found.plan.reaches
    key = me.id, named(at)
    with lock:
        there = open_now.get(key)
        if there is not None and there.is_alive:
            return there.shown()
        must_have_place()
        made = open_now[key] = Opening(me, found.plan, key[1], at, making.until())
        at_work.append(made)
    try:
        with db.write() as tx:
            tx.audit(me, "past.open", made.time)
        threading.Thread(target=attempt, args=(made,), name="past", daemon=True).start()
    except BaseException:
        leave(made)  # or it would take a place for an hour
        raise
    return made.shown()


def must_have_place() -> None:
    """Raises Conflict while as many are open, or being copied, as may be. The lock is held."""
    if sum(each.is_alive for each in open_now.values()) >= shapes.MOST:
        raise Conflict(f"{shapes.MOST} moments are open already: close one of them first.")
    late = sum(each.ended and each.child is None for each in at_work)
    if sum(each.is_alive for each in open_now.values()) + late >= shapes.MOST:
        raise Conflict("The copy of a moment that was closed is being given up: try again soon.")


def attempt(opening: Opening) -> None:
    """The thread of `open`: make the copy, start the child, and stay until that one ends."""
    try:
        serve(opening)
    except Refusal as refusal:
        opening.error = refusal.message
    except Exception as error:
        # Who closes a moment while it is made takes its folder away.
        if not opening.ended:
            log.error("past.failed", exc_info=error)
            opening.error = BROKEN
    finally:
        leave(opening)


def leave(opening: Opening) -> None:
    """Nobody is at work on it any more: it is ended, and gives its place away."""
    end(opening)
    with lock:
        at_work[:] = [each for each in at_work if each is not opening]


def serve(opening: Opening) -> None:
    """Make the copy and have it served, until the child ends. Raises Misconfigured, Failed."""
    opening.folder = folder = making.folder()
    making.copied(opening.me, opening.plan, folder / DATABASE, opening.progress)
    opening.progress(90, "Leaving out what you may not see")
    opening.until = making.until()
    here = Here(opening.time, opening.at, opening.until, opening.plan.reaches, asking.back())
    with lock:
        if opening.ended:
            return
        child = opening.child = making.started(folder, opening.me, here)
    assert child.stdout is not None
    with child.stdout:
        for said in making.said(child.stdout):
            if "error" in said:
                opening.error = said["error"]
            if "ready" in said:
                opening.progress(100, "Open")
                opening.ready = True
                log.info("past.opened", at=opening.time, reaches=opening.plan.reaches)
    if not opening.error and not opening.ended and opening.until > clock.now():
        opening.error = CUT if opening.ready else BROKEN


def end(opening: Opening) -> None:
    """End the child, and remove the copy. May be called again."""
    with lock:
        opening.ended, opening.ready = True, False
        child = opening.child
    if child is not None:
        child.kill()
        child.wait()
        assert child.stdin is not None
        with contextlib.suppress(BrokenPipeError):
            child.stdin.close()
    if opening.folder is not None:
        making.removed(opening.folder)
    if not opening.error:
        with lock:
            if open_now.get((opening.me.id, opening.time)) is opening:
                del open_now[opening.me.id, opening.time]


def opened(me: Caller) -> list[Opened]:
    """The moments that are open for this admin, or being opened, or came to nothing; the latest opened first."""
    me.must_be_admin()
    with lock:
        mine = [each for each in open_now.values() if each.me.id == me.id]
    return [each.shown() for each in sorted(mine, key=lambda each: each.until, reverse=True)]


def find(me: Caller, time: str) -> Opening:
    """A moment of this admin's that can be looked at. Raises NotFound, and Conflict while it is being opened."""
    me.must_be_admin()
    with lock:
        there = open_now.get((me.id, time))
    if there is None or not there.is_alive or there.until <= clock.now():
        raise NotFound(GONE if TIME.fullmatch(time) else "")
    if not there.ready:
        raise Conflict("This moment is still being opened: look again soon.")
    return there


async def look(me: Caller, time: str) -> Opening:
    """The moment, and a note of each session that looks at it. Raises NotFound, Conflict."""
    there = find(me, time)
    if me.session not in there.sessions:
        there.sessions.add(me.session)
        await db.in_thread(note, me, there)
    return there


def note(me: Caller, there: Opening) -> None:
    """Write down that somebody looks into this moment."""
    with db.write() as tx:
        tx.audit(me, "past.look", there.time)


def fetch(me: Caller, time: str, path: str, to: Path) -> None:
    """Write what the child of this moment gives at an inner address into the new file `to`: an address that begins
    with /-/ and that no page can ask for. Raises NotFound, Conflict, Gone, and what the child refuses."""
    there = find(me, time)
    assert there.folder is not None
    asking.fetched(there.folder, me, path, to)


def may_go_on(me: Caller, there: Opening) -> bool:
    """Whether who looks may still do so: their session, their role, and the moment's time."""
    return there.ready and there.until > clock.now() and accounts.is_in(me) and db.fetch(STILL, me.id) is not None


def close(me: Caller, time: str) -> None:
    """Close a moment of this admin's, and remove all of it. Raises NotFound."""
    me.must_be_admin()
    with lock:
        there = open_now.get((me.id, time))
    if there is None:
        raise NotFound(GONE)
    with db.write() as tx:
        tx.audit(me, "past.close", time)
    there.error = ""
    end(there)


# ── while the server runs ─────────────────────────────────────────────────────────────────────────────────────────────
@asynccontextmanager
async def living() -> AsyncIterator[None]:
    """While this is open, moments may be; what a crash has left is removed before, and all of them after."""
    global serving
    await asyncio.to_thread(making.swept)
    serving = True
    watching = asyncio.create_task(watch())
    try:
        yield
    finally:
        serving = False
        watching.cancel()
        await asyncio.wait({watching})
        await asyncio.to_thread(end_all)


async def watch() -> None:
    """Close moments when their time is over, or when who opened them is no admin any more."""
    while True:
        await asyncio.sleep(LOOK)
        for each in over():
            await asyncio.to_thread(end, each)


def over() -> list[Opening]:
    """Those that have to be closed; failures that were shown for long enough are forgotten."""
    now, found = clock.now(), []
    with lock:
        everything = list(open_now.items())
    for key, each in everything:
        if each.error:
            if each.until - shapes.LIFETIME + SHOWN < now:
                with lock:
                    open_now.pop(key, None)
        elif each.until <= now or db.fetch(STILL, each.me.id) is None:
            found.append(each)
    return found


def end_all() -> None:
    """Close every moment."""
    with lock:
        everything = list(open_now.values())
        open_now.clear()
    for each in everything:
        end(each)
