"""One job: what it was asked, how it went, and what came of it."""

import json
from typing import Any

from fasthtml.components import H1, H2, A, Code, Div, Figcaption, Figure, Header, P, Pre, Section, Span

from app.later import Job
from app.rights import Caller
from components.addresses import url
from components.jobs.parts import Deeds, Living, Shown, StateBadge, Stream, is_due, took
from components.page import Margin, Page
from components.parts import Button, Exact, Facts, Progress
from components.shelves import AdminShelf

LONGEST_TEXT = 200
LONGEST_SHOWN = 4000


def JobPage(me: Caller, job: Job, workspace: str) -> Any:
    """One job, which stays up to date by itself while it runs."""
    shown = JobShown(me, job)
    return Page(
        me,
        Div(cls="wide")(Living(shown), Stream(shown)),
        title=job.name,
        place="admin",
        shelf=AdminShelf("/admin/jobs"),
        crumbs=(("Admin", url("/admin")), ("Jobs", url("/admin/jobs")), (job.name, None)),
        scripts=("jobs.js",),
        workspace=workspace,
    )


def JobShown(me: Caller, job: Job) -> Shown:
    """All of it: everything about a job can change while one looks."""
    busy = job.state == "running" or is_due(job)
    texts = Div(JobHead(job), *JobTexts(job))
    content = [Div(cls="beside")(texts, Margin("About this job", Section(H2("About this job"), JobFacts(me, job))))]
    stream = url("/admin/jobs", job.id, "stream") if busy else None
    here = url("/admin/jobs", job.id)
    return Shown(content, here, url("/admin/jobs", job.id, "newer"), stream)


def JobHead(job: Job) -> Any:
    """Its name, how it is in a sentence, and what can be done."""
    return Header(cls="head")(
        Div(H1(job.name), P(StateBadge(job), " ", Span(outcome(job)))),
        Div(cls="actions")(*Deeds(job)),
        Progress(job.progress, f"Progress of {job.name}", kind="live") if job.state == "running" else "",
    )


def outcome(job: Job) -> str:
    """How it is, in a sentence."""
    if job.state == "running":
        if job.cancelled_at:
            return "It was cancelled, and stops at its next step."
        return f"{job.progress} %, {job.said}" if job.said else f"{job.progress} %"
    if job.state == "queued" and job.error:
        return "The last attempt failed. The next one comes by itself."
    return {
        "queued": "It runs as soon as a worker is free." if is_due(job) else "It waits for its time.",
        "done": f"Done in {took(job)}." if took(job) else "Done.",
        "dead": "Every attempt failed. It stays here until you retry it.",
        "cancelled": "Somebody stopped it. It can be retried.",
        "expired": "It could not begin in its time. It can be retried.",
    }.get(job.state, "")


def JobTexts(job: Job) -> list[Any]:
    """What went wrong, what came of it, and what it was asked."""
    shown = [("What went wrong", job.error), ("Result", readable(job.result)), ("Asked with", readable(job.payload))]
    return [TextFigure(title, text) for title, text in shown if text]


def TextFigure(title: str, text: str) -> Any:
    """A text under its name, with a button that copies it."""
    return Figure(cls="code wrap spaced")(
        Figcaption(Span(title), Span(cls="acts")(Button("Copy", "quiet", short=True, data_copy=""))),
        Pre(tabindex="0", aria_label=title, role="region")(Code(text)),
    )


def readable(kept: str | None) -> str:
    """Kept JSON, set so that it can be read; long texts are cut, '' where there is nothing."""
    if not kept:
        return ""
    value = shortened(json.loads(kept))
    if value in ([], {}, None, ""):
        return ""
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, indent=2)
    return text if len(text) <= LONGEST_SHOWN else f"{text[:LONGEST_SHOWN]} …"


def shortened(value: Any) -> Any:
    """The value with its long texts cut."""
    if isinstance(value, str) and len(value) > LONGEST_TEXT:
        return f"{value[:LONGEST_TEXT]} … ({len(value):,} characters)"
    if isinstance(value, list):
        return [shortened(each) for each in value]
    if isinstance(value, dict):
        return {key: shortened(each) for key, each in value.items()}
    return value


def JobFacts(me: Caller, job: Job) -> Any:
    """Who asked, how often it was tried, and every time that is known."""
    moments = (
        ("Asked", job.created_at),
        ("Due", job.run_at if job.state == "queued" else 0),
        ("Started", job.started_at),
        ("Ended", job.finished_at),
        ("Cancelled", job.cancelled_at),
        ("Expires", job.expires_at if job.state == "queued" else None),
    )
    facts = [
        ("Asked by", Asker(job)),
        ("Tries", f"{job.attempts:,} of {job.max_attempts:,}"),
        ("Runs for" if job.state == "running" else "Took", took(job)),
        ("Priority", f"{job.priority}" if job.priority else ""),
        ("Once per", Code(job.key) if job.key else ""),
        *((name, Exact(moment, me)) for name, moment in moments if moment),
        ("Number", f"{job.seq:,}"),
    ]
    return Facts(*((name, value) for name, value in facts if value))


def Asker(job: Job) -> Any:
    """Who asked for it: a person, the command line, or the house itself."""
    caller = json.loads(job.caller or "{}")
    if caller.get("id"):
        return A(href=url("/admin/people", caller["id"]))(caller.get("name") or "somebody")
    return "the command line" if caller.get("door") == "cli" else "the house"
