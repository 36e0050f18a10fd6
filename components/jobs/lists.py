"""The lists of jobs: what there is now, and each state by itself."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from fasthtml.components import H2, A, Code, Div, Li, Nav, P, Section, Span

from app import clock
from app.jobs import Counts
from app.later import Job
from app.rights import Caller
from components.addresses import url
from components.jobs.parts import STATES, Deeds, Living, Shown, Stream, is_busy, took, tries
from components.page import Page, PageHead
from components.parts import Ago, Button, Empty, Progress, Rows, Tabs
from components.shelves import AdminShelf

GIST = 200
NOTHING = {
    "": ("Nothing waits", "Jobs are what nobody waits for: titles of chats, copies of files, checks of the backups."),
    "running": ("Nothing runs", "What runs stands here, with how far it is."),
    "queued": ("Nothing is queued", "What is to run stands here."),
    "failed": ("Nothing has failed", "What failed and will be tried again by itself stands here."),
    "dead": ("Nothing is dead", "A job whose every attempt failed stays here until you retry it."),
    "done": ("Nothing was done yet", "What is done stays here for a week."),
    "cancelled": ("Nothing was cancelled", "What somebody stopped stays here, and can be retried."),
    "expired": ("Nothing has expired", "A job that could not begin in its time stays here, and can be retried."),
}


@dataclass(frozen=True)
class Listed:
    """What one list shows: `groups` are (state, jobs); `before` is the place in the queue below which this page begins,
    `older` the one below which the next begins."""

    state: str
    counts: Counts
    groups: Sequence[tuple[str, Sequence[Job]]]
    before: int | None = None
    older: int | None = None


def JobsPage(me: Caller, listed: Listed, workspace: str) -> Any:
    """A list of jobs, which stays up to date by itself."""
    shown = JobsShown(me, listed)
    return Page(
        me,
        Div(cls="wide")(
            PageHead("Jobs", "Work that nobody waits for. Each waits in the database until it is done."),
            Living(shown),
            Stream(shown),
        ),
        title=f"{STATES[listed.state][0]} jobs" if listed.state else "Jobs",
        place="admin",
        shelf=AdminShelf("/admin/jobs"),
        crumbs=(("Admin", url("/admin")), ("Jobs", None)),
        scripts=("jobs.js",),
        workspace=workspace,
    )


def JobsShown(me: Caller, listed: Listed) -> Shown:
    """Tabs and rows."""
    title, text = NOTHING[listed.state]
    groups = [JobGroup(me, state, jobs, listed.state) for state, jobs in listed.groups if jobs]
    content = [StateTabs(listed.counts, listed.state), *(groups or [Empty(title, text)]), Older(listed)]
    asked = {"state": listed.state or None, "before": listed.before}
    # An old page is a place to read; what runs stands on the first one.
    busy = listed.before is None and is_busy([job for _, jobs in listed.groups for job in jobs])
    stream = url("/admin/jobs/stream", **asked) if busy else None
    return Shown(content, url("/admin/jobs", **asked), url("/admin/jobs/newer", **asked), stream)


def StateTabs(counts: Counts, here: str) -> Any:
    """The sides of the page; what expired has one only while there is any."""
    counted = {state: getattr(counts, state) for state in STATES}
    states = [state for state in STATES if state != "expired" or counted[state] or here == state]
    return Tabs(
        "Jobs by state",
        ("Now", url("/admin/jobs"), here == ""),
        *((STATES[state][0], url("/admin/jobs", state=state), here == state, counted[state]) for state in states),
        ("Clock", url("/admin/jobs/clock"), here == "clock"),
    )


def JobGroup(me: Caller, state: str, jobs: Sequence[Job], here: str) -> Any:
    """Jobs of one state, under a heading where others stand beside them."""
    rows = Rows(*(JobRow(me, job, here or "now") for job in jobs))
    return rows if here else Section(cls="part", id=f"jobs-{state}")(H2(STATES[state][1]), rows)


def JobRow(me: Caller, job: Job, back: str) -> Any:
    """One job: what it is, how far, what it said, and what can be done."""
    deeds = Deeds(job, back)
    return Li(id=f"job-{job.id}")(
        Div(cls="row job with-actions" if deeds else "row job")(
            A(cls="name", href=url("/admin/jobs", job.id))(Code(job.name)),
            Span(cls="gist")(gist(job)),
            Span(cls="facts")(Span(tries(job)), Span(took(job)), When(me, job)),
            Div(cls="actions")(*deeds) if deeds else "",
            Progress(job.progress, f"Progress of {job.name}", kind="live") if job.state == "running" else "",
        )
    )


def gist(job: Job) -> str:
    """What the job said last: an error, its progress, or nothing."""
    if job.state == "running":
        if job.cancelled_at:
            return "Stopping: it was cancelled"
        return f"{job.progress} %, {job.said}" if job.said else f"{job.progress} %"
    if job.state == "done":
        # A text that came of it is told; what it said on the way is over.
        told = json.loads(job.result) if job.result else ""
        return told[:GIST] if isinstance(told, str) else ""
    said = job.error or ""
    return said.strip().partition("\n")[0][:GIST]


def When(me: Caller, job: Job) -> Any:
    """The moment that counts in this state: of the next attempt, of the beginning, of the end."""
    if job.state == "queued":
        return Ago(job.run_at if job.run_at > clock.now() else job.created_at, me)
    return Ago(job.finished_at or job.cancelled_at or job.started_at or job.created_at, me)


def Older(listed: Listed) -> Any:
    """The way to the pages before and after."""
    if listed.before is None and listed.older is None:
        return ""
    newest = Button("Newest", "quiet", short=True, href=url("/admin/jobs", state=listed.state))
    older = Button("Older", short=True, href=url("/admin/jobs", state=listed.state, before=listed.older))
    return Nav(cls="pager", aria_label="Pages of jobs")(newest if listed.before else P(), older if listed.older else "")
