"""Jobs, for admins: the lists, one job, the clock, and what can be done."""

import asyncio
from collections.abc import AsyncIterator, Callable

from sse_starlette.sse import EventSourceResponse
from starlette.requests import Request
from starlette.responses import Response

from app import accounts, db, jobs
from components import jobs as looks
from components.addresses import url
from routes.accounts import house
from routes.pages import ADMIN, Form, Me, Pages, Query, parsed, see

ar = Pages("/admin/jobs", who=ADMIN)

LISTED = 50
# Of each state on the page of what there is now.
FEW = 8
NOW = ("running", "dead", "failed", "queued", "done")
# Seconds between two looks at what runs: as often as a job tells how far it is.
LOOKS = 0.5


class Which(Query):
    """One state, or none for what there is now; and the place in the queue below which the page begins."""

    state: str = ""
    before: int | None = None
    seen: str = ""


class Deed(Form):
    """The list from which a job was changed, or nothing on its own page."""

    back: str = ""


def listed(me: Me, which: Which) -> looks.Listed:
    """The list that was asked for; an unknown state is no state."""
    state = which.state if which.state in looks.STATES else ""
    if not state:
        groups = [(each, jobs.recent(me, each, limit=FEW)) for each in NOW]
        return looks.Listed("", jobs.counts(me), groups)
    found = jobs.recent(me, state, limit=LISTED + 1, before=which.before)
    older = found[LISTED - 1].seq if len(found) > LISTED else None
    return looks.Listed(state, jobs.counts(me), [(state, found[:LISTED])], which.before, older)


@ar.get("")
def lists(me: Me, which: Which):
    return looks.JobsPage(me, listed(me, which), house())


@ar.get("/newer")
def newer(me: Me, which: Which):
    shown = looks.JobsShown(me, listed(me, which))
    return None if shown.mark == which.seen else looks.News(shown)


@ar.get("/clock")
def clock(me: Me):
    return looks.ClockPage(me, jobs.clock(me), jobs.counts(me), house())


@ar.plain("GET", "/stream")
async def stream(request: Request) -> Response:
    me, which = request.state.me, parsed(Which, dict(request.query_params))
    return following(me, lambda: looks.JobsShown(me, listed(me, which)))


@ar.get("/{id:id}")
def show(me: Me, id: str):
    return looks.JobPage(me, jobs.find(id, me), house())


@ar.get("/{id:id}/newer")
def newer_of(me: Me, id: str, which: Which):
    shown = looks.JobShown(me, jobs.find(id, me))
    return None if shown.mark == which.seen else looks.News(shown)


@ar.plain("GET", "/{id:id}/stream")
async def stream_of(request: Request) -> Response:
    me, id = request.state.me, request.path_params["id"]
    await db.in_thread(jobs.find, id, me)
    return following(me, lambda: looks.JobShown(me, jobs.find(id, me)))


@ar.post("/{id:id}/retry")
def retry(me: Me, id: str, deed: Deed):
    jobs.retry(me, id)
    return back(id, deed)


@ar.post("/{id:id}/cancel")
def cancel(me: Me, id: str, deed: Deed):
    jobs.cancel(me, id)
    return back(id, deed)


@ar.post("/{id:id}/run")
def run_now(me: Me, id: str, deed: Deed):
    jobs.run_now(me, id)
    return back(id, deed)


def back(id: str, deed: Deed) -> Response:
    """To where the button stood: a list, or the job's own page."""
    if deed.back not in (*looks.STATES, "now"):
        return see(url("/admin/jobs", id))
    return see(url("/admin/jobs", state=None if deed.back == "now" else deed.back))


def following(me: Me, look: Callable[[], looks.Shown]) -> Response:
    """A stream of what changes on a page, for as long as something runs there."""
    return EventSourceResponse(follow(me, look), sep="\n", headers={"cache-control": "no-store, no-transform"})


async def follow(me: Me, look: Callable[[], looks.Shown]) -> AsyncIterator[bytes]:
    """Each change as bytes, and when nothing runs any more the event that closes the stream."""
    # Workers may be processes of their own, so the rows are asked, and not a feed of this process.
    seen = ""
    while await db.in_thread(accounts.is_in, me):
        shown = await db.in_thread(look)
        if shown.stream is None:
            yield looks.last(shown)
            return
        if shown.mark != seen:
            seen = shown.mark
            yield looks.event(looks.Change(shown))
        await asyncio.sleep(LOOKS)
