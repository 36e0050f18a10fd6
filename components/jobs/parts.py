"""Parts that the lists of jobs and the page of one job share."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from fastcore.xml import ft
from fasthtml.components import A, Div, Form

from app import clock
from app.later import Job
from components.addresses import url
from components.page import document
from components.parts import Badge, Button, Hidden, Partial

# state → the word of its tab, and the heading over its jobs among others
STATES = {
    "running": ("Running", "Running"),
    "queued": ("Queued", "Next in the queue"),
    "failed": ("Failed", "Failed, and will be tried again"),
    "dead": ("Dead", "Dead: every attempt failed"),
    "done": ("Done", "Done last"),
    "cancelled": ("Cancelled", "Cancelled"),
    "expired": ("Expired", "Expired before their turn"),
}
BADGES = {
    "running": ("live", None),
    "queued": ("", "clock"),
    "failed": ("warn", "again"),
    "dead": ("bad", "bad"),
    "done": ("good", "ok"),
    "cancelled": ("", "stop"),
    "expired": ("", "clock"),
}


def is_due(job: Job) -> bool:
    """Whether a worker takes the job as soon as it is free."""
    return job.state == "queued" and job.run_at <= clock.now()


def is_busy(jobs: Sequence[Job]) -> bool:
    """Whether one of these runs, or is about to: then the page is worth a stream."""
    return any(job.state == "running" or is_due(job) for job in jobs)


def StateBadge(job: Job) -> Any:
    """How the job is, in a word."""
    state = job.status
    kind, icon = BADGES.get(state, ("", None))
    word = "stopping" if state == "running" and job.cancelled_at else STATES.get(state, (state, ""))[0].lower()
    return Badge(word, kind, icon=icon, live=kind == "live")


def took(job: Job) -> str:
    """How long the last attempt took, or has taken until now; '' before the first."""
    if job.started_at is None or job.state == "queued":
        return ""
    return seconds_in_words(((job.finished_at or clock.now()) - job.started_at) / clock.SECOND)


def seconds_in_words(seconds: float) -> str:
    """A short or long time: '8 ms', '1.4 s', '3 min', '2.5 h'."""
    for least, unit, length in ((5400, "h", 3600.0), (90, "min", 60.0), (1, "s", 1.0)):
        if seconds >= least:
            count = seconds / length
            return f"{count:.0f} {unit}" if count >= 10 or count == int(count) else f"{count:.1f} {unit}"
    return f"{max(0.0, seconds) * 1000:.0f} ms"


def tries(job: Job) -> str:
    """Which attempt of how many; '' where the first one was enough."""
    if not job.attempts or (job.attempts == 1 and job.state in ("done", "running")):
        return ""
    return f"{job.attempts:,} of {job.max_attempts:,} tries"


def Deeds(job: Job, back: str = "") -> list[Any]:
    """What can be done with a job as it is; `back` is the list to return to, '' for the job's own page."""
    deeds = {
        "running": () if job.cancelled_at else (("cancel", "Cancel"),),
        "queued": (("cancel", "Cancel"),) if is_due(job) else (("run", "Run now"), ("cancel", "Cancel")),
        "failed": (("run", "Run now"), ("cancel", "Cancel")),
        "dead": (("retry", "Retry"), ("cancel", "Let it go")),
        "cancelled": (("retry", "Retry"),),
        "expired": (("retry", "Retry"),),
    }
    return [DeedForm(job, deed, word, back) for deed, word in deeds.get(job.status, ())]


def DeedForm(job: Job, deed: str, word: str, back: str) -> Any:
    """A button that does something to one job; its name tells which, to those who hear the page."""
    asks = {}
    if deed == "cancel":
        asks = {"data_confirm": f"{word}: {job.name}? It can still be retried for a week.", "data_confirm_word": word}
    return Form(method="post", action=url("/admin/jobs", job.id, deed), **asks)(
        Hidden("back", back) if back else "",
        Button(word, "quiet" if deed == "cancel" and back else "", short=True, aria_label=f"{word}: {job.name}"),
    )


@dataclass(frozen=True)
class Shown:
    """The part of a page that changes while one looks at it: its elements, its address, where a page that is seen again
    asks what is newer, and where to follow what runs, or None while nothing does."""

    content: Sequence[Any]
    here: str
    newer: str
    stream: str | None

    @cached_property
    def mark(self) -> str:
        """What tells one state of the page from another."""
        return hashlib.sha256(document(self.content).encode()).hexdigest()[:16]


def Living(shown: Shown) -> Any:
    """What of the page is kept up to date: by the stream while something runs, else when it is seen again."""
    again = ft("noscript", A(href=shown.here)("Look again how far it is")) if shown.stream else ""
    return Div(id="jobs", data_newer=shown.newer, data_seen=shown.mark)(*shown.content, again)


def Stream(shown: Shown) -> Any:
    """The page's one connection, only while something runs; its last event is `done`."""
    line = {"hx-sse:connect": shown.stream, "hx-sse:close": "done", "hx-swap": "none"} if shown.stream else {}
    return Div(id="stream", hidden=True, **line)


def Change(shown: Shown) -> Any:
    """The same for a page that is open: what did not change keeps the keyboard."""
    return Partial("#jobs", Living(shown), swap="outerMorph")


def News(shown: Shown) -> tuple[Any, ...]:
    """The same for a page that is seen again and followed nothing until now."""
    return Change(shown), Partial("#stream", Stream(shown), swap="outerHTML")


def last(shown: Shown) -> bytes:
    """The last state of what was followed, and the event at which the page closes the stream."""
    return event(Change(shown)) + b"event: done\ndata: done\n\n"


def event(piece: Any) -> bytes:
    """One message of the stream."""
    # A bare carriage return would end the line for the browser.
    lines = document(piece).replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return ("".join(f"data: {line}\n" for line in lines) + "\n").encode()
