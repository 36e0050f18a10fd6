"""Backups, for admins: what can be brought back, a copy and a verification now, and the way back."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

from sse_starlette.sse import EventSourceResponse
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from app import accounts, clock, db
from app.backups import looking, moments, planning, restoring, snapshots
from app.doors import handing
from app.errors import Invalid, Refusal
from components.addresses import url
from components.backups import BackupsPage, Newer, PlanPage, WorkLines
from components.chats import streams
from components.page import document
from components.parts import Partial
from routes.accounts import house
from routes.pages import ADMIN, Form, Me, Pages, Query, answer, see

ar = Pages("/admin/backups", who=ADMIN)

# Seconds between two looks at what runs, and those that a stream may still take when the server is told to stop.
LOOK = 0.4
FAREWELL = 1


class Point(Query):
    """Where to go back to: a moment by the person's clock, or a snapshot's name."""

    at: str = ""
    snapshot: str = ""
    wants: str = ""


class Shown(Query):
    """What a page shows that asks for what is newer: whether it is bare of the form."""

    bare: str = ""


class Beginning(Form):
    """A restore: where to, one's own password, and the recovery key where it is needed."""

    at: str = ""
    snapshot: str = ""
    password: str = ""
    key: str = ""


def backups_page(me, posted=None, errors=None):
    return BackupsPage(me, looking.seen(me), house(), posted, errors)


@ar.get("")
def show(me: Me):
    return backups_page(me)


@ar.get("/restore")
def plan(me: Me, query: Point):
    try:
        return planned(me, query)
    except Refusal as refusal:
        return answer(refused(me, query, refusal), refusal.status)


def refused(me, asked, refusal):
    """A moment that cannot be reached: the form again, with what was chosen and why not."""
    of_moment = isinstance(refusal, Invalid) and not asked.snapshot
    return backups_page(me, {"at": asked.at}, {"at" if of_moment else "": refusal.message})


def planned(me, asked, errors=None):
    """The page that says what a restore would do. Raises Invalid, Misconfigured."""
    found = sought(me, asked.at, asked.snapshot)
    since = looking.newer(me, found.reaches)
    then, was_here = restoring.look(me, found), accounts.person(me).created_at <= found.reaches
    return PlanPage(me, found, then, since, house(), was_here, errors or {}, asked.wants == "key")


def sought(me, at: str, snapshot: str) -> planning.Plan:
    """The plan for a moment by the person's clock, or for a snapshot: only those that are kept, and no other file."""
    if not snapshot:
        return planning.plan(me, moments.parse_moment(at, me.timezone or "UTC"))
    found = [each.path for each in snapshots.all(me) if each.path.name == snapshot]
    if not found:
        raise Invalid(snapshot="That snapshot is no longer kept.")
    return planning.plan(me, source=found[0])


def plan_again(me, posted, errors):
    asked = Point(at=posted.get("at", ""), snapshot=posted.get("snapshot", ""))
    try:
        return planned(me, asked, errors)
    except Refusal as refusal:
        return refused(me, asked, refusal)


@ar.post("/restores", again=plan_again)
def restore(me: Me, posted: Beginning):
    me = accounts.confirm(me, posted.password)
    restoring.begin(me, sought(me, posted.at, posted.snapshot), posted.key)
    return see(url("/admin/backups"))


@ar.post("/snapshots")
def copy(me: Me):
    looking.ask(me, looking.COPY)
    return see(url("/admin/backups", fragment_="work"))


@ar.post("/verifications")
def verify(me: Me):
    looking.ask(me, looking.VERIFY)
    return see(url("/admin/backups", fragment_="work"))


@ar.get("/start")
def start(me: Me):
    return PlainTextResponse(clock.BOOT)


@ar.get("/newer")
def newer(me: Me, query: Shown):
    return Newer(me, looking.seen(me), bool(query.bare))


@ar.plain("GET", "/stream")
async def stream(request: Request) -> Response:
    headers = {"cache-control": "no-store, no-transform"}
    steps = follow(request.state.me, bool(request.query_params.get("bare")))
    return EventSourceResponse(steps, sep="\n", headers=headers, shutdown_grace_period=FAREWELL)


async def follow(me: Me, bare: bool) -> AsyncIterator[bytes]:
    """How far everything is whenever that changes, and at the end the page as it is then."""
    shown: Any = None
    while pieces := await db.in_thread(looking.running, me):
        if handing.ending or not accounts.is_in(me):
            return
        if pieces != shown:
            shown = pieces
            yield streams.event(document(Partial("#work-lines", *WorkLines(me, pieces))))
        await asyncio.sleep(LOOK)
    seen = await db.in_thread(looking.seen, me)
    yield streams.last(Newer(me, seen, bare))
