"""The replica at work: Litestream as a child of the server, watched, restarted, and asked for its word.

It dies with the server (tied.py) and holds the server's lock as long as it lives, because two of them on one replica
destroy it.
"""

import asyncio
import os
import signal
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import orjson

from app import clock, db, lock
from app.backups import gaps, litestream
from app.backups.answers import CONFIRM, Silent, ask
from app.backups.litestream import DATABASE, SOCKET, Failed
from app.backups.state import ALARM, Settled, of
from app.backups.state import State as State
from app.backups.target import Target
from app.errors import Misconfigured
from app.logs import log

Settle = Callable[[bool], Settled]

# Seconds to the first look at the WAL, and between two; a change is confirmed at the next one.
FIRST, LOOK = 1.0, 5.0
# A look waits this long for the target's word, the end shorter.
WAIT, LAST = 20.0, 1.5
# A Litestream that does not say who it is in this time, twice, hangs.
ALIVE = 5.0
# A target that is silent for this long makes a gap worth remembering.
GAP = 60.0
# A Litestream that refuses for this long while its target is well has lost its way: it begins anew, once in a run.
STUCK = 300.0
# A child that lived this long was well; before, each death doubles the pause.
CALM, LONGEST = 60.0, 30.0


class Replica:
    """Litestream for one database. It belongs to one event loop: the kernel ties the child to the thread that made
    it. `settle` says which generation goes on, or begins a new one if it is told to; it raises Unreachable while the
    target is silent."""

    def __init__(self, target: Target, data: Path, settle: Settle, settled: Settled | None) -> None:
        self.target, self.data, self.settle, self.settled = target, data, settle, settled
        self.refused_at: float | None = None  # ticks since when Litestream itself says no
        self.hung = 0
        self.renewed = False
        self.process: asyncio.subprocess.Process | None = None
        self.tasks: list[asyncio.Task[None]] = []
        self.confirmed_at: int | None = None
        self.confirmed: tuple[int, int] | None = None  # the WAL as it was when all of it was confirmed
        self.changed_at: float | None = None  # ticks since when something waits
        self.failed_at: float | None = None
        self.error, self.txid = "", 0
        self.unconfirmed_at: int | None = None
        self.alarmed = False
        self.gap: str | None = None  # the row of the silence that goes on
        self.gaps_closed = False  # those that a former server left open

    @property
    def runs(self) -> bool:
        """Whether Litestream is there."""
        return self.process is not None and self.process.returncode is None

    # ── its life ──────────────────────────────────────────────────────────────────────────────────────────────────────
    def start(self) -> None:
        """Begin to run and watch it."""
        self.tasks = [asyncio.create_task(self.supervise()), asyncio.create_task(self.watch())]
        for task in self.tasks:
            task.add_done_callback(self.ended)
        if self.target.is_remote:
            db.confirm = self.confirm

    def ended(self, task: asyncio.Task[None]) -> None:
        """Neither task ends by itself; a mistake of ours is told instead of leaving the house without a replica."""
        if not task.cancelled() and (mistake := task.exception()) is not None:
            log.error("backups.replica_failed", exc_info=mistake)
            self.fail("The replica stopped by a mistake that is in the log: start the server again.")

    async def supervise(self) -> None:
        """Find the generation, then keep Litestream running: after each death a pause that doubles, up to 30 s."""
        deaths = 0
        self.settled = self.settled or await self.agreed()
        while True:
            began = clock.ticks()
            try:
                code = await self.live(self.settled)
            except OSError as error:  # no process, no memory: tried again like after any other death
                code = error.errno or -1
            deaths = 0 if clock.ticks() - began > CALM else deaths + 1
            pause = min(LONGEST, 0.1 * 2**deaths)
            log.warning("backups.litestream_died", code=code, lived=round(clock.ticks() - began, 1), again_in=pause)
            await asyncio.sleep(pause)

    async def agreed(self) -> Settled:
        """The generation that goes on, asked for until the target answers."""
        pause = 1.0
        while True:
            try:
                return await asyncio.to_thread(self.settle, False)
            except Misconfigured as refusal:
                if refusal.message != self.error:
                    log.warning("backups.target_silent", target=self.target.words, why=refusal.message)
                self.fail(refusal.message)
            await asyncio.sleep(pause)
            pause = min(LONGEST, pause * 2)

    async def live(self, settled: Settled) -> int:
        """One life of Litestream: its exit code."""
        said = litestream.settings(self.target, self.data, settled.instance, settled.generation, socket=True)
        with suppress(FileNotFoundError):
            (self.data / SOCKET).unlink()
        with litestream.told(said) as stdin:
            process = self.process = await asyncio.create_subprocess_exec(
                *litestream.command("replicate"),
                stdin=stdin,
                stdout=asyncio.subprocess.DEVNULL,
                stderr=asyncio.subprocess.PIPE,
                cwd=self.data,
                env=litestream.environment(self.target),
                pass_fds=lock.inherited(),
                limit=1 << 20,
            )
        try:
            assert process.stderr is not None
            log.info("backups.litestream_started", pid=process.pid, generation=settled.generation)
            while line := await process.stderr.readline():
                self.listen(line)
            return await process.wait()
        except asyncio.CancelledError:
            await self.end(process)
            raise

    def listen(self, line: bytes) -> None:
        """Pass on what it complains about; the rest of its talk is for debugging."""
        try:
            said = orjson.loads(line)
        except orjson.JSONDecodeError:
            said = {"level": "ERROR", "msg": line.decode(errors="replace").strip()[:500]}
        words = " ".join(str(said[key]) for key in ("msg", "error") if said.get(key))
        if said.get("level") in ("WARN", "ERROR"):
            log.warning("backups.litestream_said", words=words)
        else:
            log.debug("backups.litestream_said", words=words)

    async def stop(self) -> None:
        """Its last copy, at most 1.5 seconds; then its end."""
        db.confirm = None
        supervising, watching = self.tasks
        watching.cancel()
        try:
            if self.runs:
                complete = await asyncio.to_thread(self.last_copy)
                log.info("backups.litestream_stopped", complete=complete)
        finally:
            supervising.cancel()
            await asyncio.wait([supervising, watching])

    def last_copy(self) -> bool:
        """Whether all is at the target."""
        try:
            return self.sync(LAST) > 0
        except Failed as refusal:
            log.warning("backups.last_copy_failed", why=refusal.message)
            return False

    async def end(self, process: asyncio.subprocess.Process) -> None:
        """Ask it to end, and end it when it does not."""
        with suppress(ProcessLookupError):
            process.terminate()
        try:
            async with asyncio.timeout(1.2):
                await process.wait()
        except TimeoutError:
            process.kill()
            await process.wait()

    # ── its word ──────────────────────────────────────────────────────────────────────────────────────────────────────
    def confirm(self) -> bool:
        """Wait at most 3 seconds until the target has all that was committed. The write stands in any case; a target
        that is known to be silent is not waited for."""
        try:
            if self.error or self.settled is None:
                raise Failed(self.error or "The replica is not running yet.")
            self.sync(CONFIRM)
        except Failed as refusal:
            self.unconfirmed_at = clock.now()
            log.warning("backups.unconfirmed", why=refusal.message)
            return False
        return True

    def sync(self, limit: float) -> int:
        """Have everything copied and confirmed; the number of the last transaction. Raises Failed."""
        before = self.wal()
        try:
            answer = ask(self.data, "/sync", {"path": str(litestream.database()), "wait": True}, limit)
            if answer["txid"] != answer["replicated_txid"]:
                raise Failed(f"{self.target.words} has not got the last changes yet.")
        except Failed as refusal:
            self.fail(refusal.message)
            if not isinstance(refusal, Silent):
                self.refused_at = self.refused_at or clock.ticks()
            raise
        self.txid, self.confirmed, self.confirmed_at = answer["txid"], before, clock.now()
        self.error, self.failed_at, self.unconfirmed_at, self.refused_at = "", None, None, None
        self.changed_at = None if self.wal() == before else clock.ticks()
        return self.txid

    def fail(self, why: str) -> None:
        """Remember what is wrong, and since when."""
        self.error = why
        self.failed_at = self.failed_at or clock.ticks()

    def wal(self) -> tuple[int, int]:
        """Size and time of change of the WAL, by which a change is seen without asking anybody."""
        try:
            found = os.stat(self.data / f"{DATABASE}-wal")
        except FileNotFoundError:
            return 0, 0
        return found.st_size, found.st_mtime_ns

    async def watch(self) -> None:
        """Look at it every few seconds, for as long as the server runs."""
        pause = min(FIRST, LOOK)
        while True:
            await asyncio.sleep(pause)
            pause = LOOK
            try:
                await asyncio.to_thread(self.look)
            except db.Unwritable as error:  # a full disk: the gap is noted when there is room again
                log.warning("backups.unwritable", why=str(error))

    def look(self) -> None:
        """Have changes confirmed, raise the alarm for a large WAL, remember gaps. A quiet house asks nothing."""
        now = self.wal()
        if now != self.confirmed or self.error:
            self.changed_at = self.changed_at or clock.ticks()
            if self.runs:
                with suppress(Failed):  # it is remembered, and tried again at the next look
                    self.sync(WAIT)
            self.mend()
        if self.alarmed != (now[0] > ALARM):
            self.alarmed = not self.alarmed
            (log.warning if self.alarmed else log.info)("backups.wal", bytes=now[0], alarm=self.alarmed)
        self.note_gap()

    def mend(self) -> None:
        """End a Litestream that hangs; begin a new generation where the old one cannot be continued."""
        if self.error and self.runs:
            try:
                self.hung = 0 if ask(self.data, "/info", {}, ALIVE) else self.hung
            except Failed:
                self.hung += 1
        stuck = self.refused_at is not None and clock.ticks() - self.refused_at > STUCK and not self.renewed
        if stuck:
            try:
                self.target.reachable()
                self.renewed, self.settled = True, self.settle(True)
            except Misconfigured as refusal:  # it is the target that is ill, and Litestream is right
                log.warning("backups.target_silent", target=self.target.words, why=refusal.message)
                return
        if (stuck or self.hung > 1) and self.process is not None and self.runs:
            log.warning("backups.litestream_ended", hung=self.hung > 1, why=self.error)
            self.hung = 0
            with suppress(ProcessLookupError):
                os.kill(self.process.pid, signal.SIGKILL)

    def note_gap(self) -> None:
        """A row for each time in which the target was silent for more than a minute."""
        silent = clock.ticks() - self.failed_at if self.failed_at is not None else 0.0
        if silent > GAP and self.gap is None:
            self.gap = gaps.begin(silent, self.error)
        elif not silent and self.confirmed_at is not None and (self.gap is not None or not self.gaps_closed):
            gaps.close()
            self.gap, self.gaps_closed = None, True

    def state(self) -> State:
        """How it is now."""
        size, changed = self.wal()
        behind = 0.0 if (size, changed) == self.confirmed else None
        if behind is None and self.confirmed_at is not None:
            since = self.changed_at or clock.ticks()
            behind = clock.ticks() - since
        settled = self.settled or Settled("", 0)
        return replace(
            of(self.target, size),
            instance=settled.instance,
            generation=settled.generation,
            behind=behind,
            confirmed_at=self.confirmed_at,
            error=self.error,
            txid=self.txid,
            paused=self.settled is None,
            unconfirmed_at=self.unconfirmed_at,
        )
