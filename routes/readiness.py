"""Whether this server is ready: its database, its assets, its replica, its jobs, and that it is not on its way out.

`GET /readyz` tells everybody yes or no in one word, and which part and why to the keys of admins.
"""

import asyncio
import os
import threading
from concurrent.futures import Future
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response

from app import clock, config, db, jobs
from app.backups import health
from app.doors import handing
from app.errors import Forbidden, Refusal
from app.logs import log
from app.metrics import STARTED
from app.rights import machine
from routes import assets
from routes.dialects import OPENAI
from routes.machines import ANYONE, Machines, admitted, token

ar = Machines("", OPENAI)

# Nobody waits longer than this for an answer, in seconds; what was found holds for a moment, whoever asks.
WAIT, FRESH = 0.8, 1.0
# What a key has to open that is told more.
SCOPE = "usage:read"
# A file of one page, written and taken away: a database that takes writes needs a disk that does.
TRIAL, PAGE = ".readyz", b"\0" * 4096


@dataclass(frozen=True)
class Readiness:
    """Each part with what is wrong with it in one sentence, '' while nothing is."""

    parts: dict[str, str]

    @property
    def ready(self) -> bool:
        """Whether all of them are well."""
        return not any(self.parts.values())

    @property
    def why(self) -> tuple[str, ...]:
        """What is wrong, one sentence each."""
        return tuple(said for said in self.parts.values() if said)


SILENT = Readiness({"database": "It did not answer in time."})


@ar.get("/readyz", who=ANYONE)
async def readyz(request: Request) -> Response:
    told = is_for_admins(request)
    found = await seen()
    if told:
        parts = {name: said or "ok" for name, said in found.parts.items()}
        return JSONResponse({"ready": found.ready, "parts": parts}, 200 if found.ready else 503)
    word = "ready" if found.ready else "unready"
    return PlainTextResponse(
        f"{word}\n", 200 if found.ready else 503, {"retry-after": "1"} if not found.ready else None
    )


def is_for_admins(request: Request) -> bool:
    """Whether an admin asks, by a key that opens numbers. Raises Unknown for a wrong key, Forbidden for another's."""
    if not token(request.headers):
        return False
    me = admitted(request.headers, request.state.me, "GET /readyz")
    me.must_have(SCOPE)
    # With a key nobody is an admin; whether its person is one says only what is told here.
    if db.fetch("select 1 from account where id = ? and role = 'admin'", me.id) is None:
        raise Forbidden("Which part is not ready is told to admins only.")
    return True


# ── the look ──────────────────────────────────────────────────────────────────────────────────────────────────────────
looking: "Future[Readiness] | None" = None
began = 0.0


async def seen() -> Readiness:
    """How it is, as somebody saw a moment ago, or as is seen now."""
    mine, deadline = begun(), clock.ticks() + WAIT
    while not mine.done():
        if clock.ticks() > deadline:
            return SILENT
        await asyncio.sleep(0.005)
    return mine.result()


def known() -> Readiness:
    """The same for those who are in a thread."""
    mine = begun()
    try:
        return mine.result(WAIT)
    except TimeoutError:
        return SILENT


def begun() -> "Future[Readiness]":
    """The look that goes on or has just ended. One at a time, in a thread of its own: a disk may hang for ever."""
    global looking, began
    if looking is None or (looking.done() and clock.ticks() - began > FRESH):
        looking, began = Future(), clock.ticks()
        threading.Thread(
            target=lambda mine: mine.set_result(look()), args=(looking,), name="ready", daemon=True
        ).start()
    return looking


def look() -> Readiness:
    """How it is now."""
    each = {"server": server, "database": database, "assets": styles, "replica": replica, "jobs": jobs.stuck}
    return Readiness({name: tried(name, part) for name, part in each.items()})


def tried(name: str, part) -> str:
    """What is wrong with a part, also where we are wrong."""
    try:
        return part()
    except Refusal as refusal:
        return refusal.message
    except db.Unwritable as error:
        return f"It does not answer: {error}."
    except Exception as mistake:
        log.error("doors.unseen", part=name, exc_info=mistake)
        return "The look at it met a mistake of ours, which is in the log."


def server() -> str:
    """Whether it stays."""
    return "This server is on its way out." if handing.ending else ""


def database() -> str:
    """Whether it answers and takes a write, and its disk too. Nothing of it stays, so the replica gets nothing."""
    trial = config.current.data / TRIAL
    try:
        file = os.open(trial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        try:
            os.write(file, PAGE)
            os.fsync(file)
        finally:
            os.close(file)
            trial.unlink(missing_ok=True)
    except OSError as error:
        return f"Its disk takes no writes: {error.strerror}."
    db.probe(WAIT / 2)
    return ""


def styles() -> str:
    """Whether pages have what they are drawn with."""
    missing = [name for name in ("inglenook.css", "htmx.js") if name not in assets.assets]
    return f"{missing[0]} is missing." if missing else ""


def replica() -> str:
    """Whether it is not older than its bound; one that nobody knows yet counts from the start of this server."""
    now = health.state(machine())
    if now is None:
        return ""
    behind = now.behind if now.behind is not None else clock.ticks() - STARTED
    if behind <= health.LATE:
        return ""
    return f"It lacks the last {behind:,.0f} seconds. {now.error}".strip()
