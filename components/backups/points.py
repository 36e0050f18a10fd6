"""The points that were kept: the house as it runs, then what happened to its backups, the newest first."""

from typing import Any

from fastcore.xml import ft
from fasthtml.components import Form, Li, Ol, Small, Span

from app import clock
from app.backups.overview import Overview
from app.backups.records import Backup
from app.rights import Caller
from components.addresses import url
from components.admin import size
from components.backups.words import deed, exact, lasting, plainly, short, stamp
from components.parts import Badge, Button, local

# Why a snapshot was made.
NOTES = {"nightly": "each night", "asked": "asked for", "upgrade": "before an upgrade", "schema": "before a new schema"}


def PointsList(me: Caller, seen: Overview) -> Any:
    """All of them in the order of time."""
    return Ol(cls="points", role="list")(NowPoint(seen), *(Point(me, seen, row) for row in seen.rows))


def NowPoint(seen: Overview) -> Any:
    """The house as it is, and a copy of it."""
    busy = any(work.name in ("backups.now", "backups.restore") for work in seen.running)
    copy = Button("Copy now", short=True, disabled=busy)
    form = Form(method="post", action=url("/admin/backups/snapshots"))(copy)
    words = Span("The house as it runs", Small(weight(seen)))
    return Li(cls="now")(ft("time", "now"), words, Span(cls="actions")(form))


def weight(seen: Overview) -> str:
    """How large it is."""
    return f"{size(seen.disk.database)}{f' and {size(seen.disk.files)} of files' if seen.disk.files else ''}"


def Point(me: Caller, seen: Overview, row: Backup) -> Any:
    """One of them: when, what, how it went, and the way to it."""
    words = Span(deed(row), " ", Outcome(row, bool(seen.running)), Small(told(me, row)))
    exactly = ft("time", when(me, row), title=exact(row.started_at, me))
    return Li(cls="kept" if row.ok and row.kind != "gap" else None)(exactly, words, WayBack(seen, row, me))


def when(me: Caller, row: Backup) -> str:
    """When it was; for a time without a replica, from when to when."""
    if row.kind != "gap":
        return short(row.started_at, me)
    return f"{short(row.started_at, me)}–{local(row.ended_at, me):%H:%M}" if row.ended_at else short(row.started_at, me)


def Outcome(row: Backup, busy: bool) -> Any:
    """How it went, in a word."""
    if row.kind == "gap":
        return Badge(lasting(row.started_at, row.ended_at or clock.now()), "warn", icon="warn")
    if row.ok is None:
        return Badge("runs", "live", live=True) if busy else Badge("cut off", "warn", icon="warn")
    if not row.ok:
        return Badge("failed", "bad", icon="bad")
    return Badge("equal", "good", icon="ok") if row.kind in ("verify", "drill") else ""


def told(me: Caller, row: Backup) -> str:
    """What is known of it besides: where it went back to, size, note, how long it took."""
    took = lasting(row.started_at, row.ended_at) if row.ended_at and row.kind != "gap" else ""
    parts = [
        f"To {exact(row.moment, me)}" if row.moment and row.kind == "restore" else "",
        size(row.size) if row.size else "",
        NOTES.get(row.note) or plainly(row),
        took if row.kind in ("verify", "drill") else "",
    ]
    return "; ".join(part for part in parts if part)


def WayBack(seen: Overview, row: Backup, me: Caller, kind: str = "quiet") -> Any:
    """A link that plans a restore to this point; to what was replaced, where the point is itself a restore."""
    if not row.ok or row.kind not in ("snapshot", "upgrade", "restore"):
        return ""
    if row.kind == "restore":
        # The history that was left ends where the next one begins.
        ends = [span.end for span in seen.spans if span.start <= row.started_at < span.end]
        return Way(kind, "Undo …", "Undo this restore", at=stamp(min(ends) - 1)) if ends else ""
    told = f"Go back to {exact(row.started_at, me)}"
    if any(span.start <= row.started_at <= span.end for span in seen.spans):
        return Way(kind, "Go back …", told, at=stamp(row.started_at))
    return Way(kind, "Go back …", told, snapshot=row.path.rpartition("/")[2]) if row.path else ""


def Way(kind: str, words: str, told: str, **query: str) -> Any:
    """The link."""
    href = url("/admin/backups/restore", **query)
    return Span(cls="actions")(Button(words, kind, href=href, short=True, aria_label=told))
