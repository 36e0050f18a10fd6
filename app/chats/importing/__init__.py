"""Importing: chats from the exports of other programs, with all their branches, in the background.

`shapes` is what all of them come to, one module reads each program's, `opening` takes files apart, `trees` makes turns
of what hangs on each other, `storing` keeps a chat. A file is read twice: first it is looked through to its end, so
that of a broken one nothing is taken; then each chat is kept in a transaction of its own.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType
from typing import Any

import orjson
from sqlmodel import col, select

from app import clock, db, disk, later, settings
from app.blobs import keeping
from app.chats.importing import chatgpt, claude, librechat, opening, openwebui, own, storing
from app.chats.importing.shapes import Conversation
from app.chats.patience import Patience
from app.chats.tree import Chat
from app.errors import Conflict, Invalid, NotFound
from app.items import room
from app.later import Job
from app.rights import Caller

JOB = "chats.import"
PROGRAMS = (chatgpt, claude, openwebui, librechat, own)
MOST_MESSAGES = 100_000
SMALL = 2 << 20
MOST_BROKEN, MOST_NAMED = 20, 12  # that a report tells one by one
LOOKED = 30  # per cent of the work that looking through is
BUSY = "Another import of yours is still at work. Wait for its report."
GONE = "The file is no longer here: the server was stopped for too long. Send it again."
UNKNOWN = "it is not a chat as ChatGPT, Claude, Open WebUI, LibreChat or Inglenook writes it"


@dataclass
class Report:
    """What an import made of a file: `here` were imported before, `left` counts what was not taken by its kind, and
    `broken` tells place and reason of chats that could not be read, of `unread` in all. `refused` says why nothing
    was."""

    program: str = ""
    chats: int = 0
    messages: int = 0
    here: int = 0
    empty: int = 0
    unread: int = 0
    left: dict[str, int] = field(default_factory=dict)
    broken: list[list[str]] = field(default_factory=list)
    named: list[list[str]] = field(default_factory=list)
    refused: str = ""


@dataclass
class Import:
    """One file on its way: the job's state, how far it is from 0 to 100, and its report when it has ended."""

    id: str
    name: str
    state: str
    percent: int
    said: str
    created_at: int
    report: Report | None = None
    error: str = ""

    @property
    def is_over(self) -> bool:
        """Whether nothing more happens to it."""
        return self.state in ("done", "dead", "cancelled", "expired")


def begin(me: Caller, pieces: Iterable[bytes], name: str) -> str:
    """Keep a file until its chats are taken, and begin with that; the import's id. Raises Invalid for a small one
    without chats, Conflict while another one is at work, and NoRoom or NotWritten when the disk is full."""
    me.must_be_known()
    me.must_have("chats:write")
    if any(not each.is_over for each in recent(me)):
        raise Conflict(BUSY)
    place = keeping.coming()
    room.check(me.id, 0, 1 << 62, int(settings.value("spare_mb")) << 20)
    disk.directory(place.parent)
    try:
        with disk.asked():
            disk.write_pieces(place, pieces)
        if opening.unfolded(place) <= SMALL:
            look_through(place, Report())  # what is wrong with a small one is told at once
        with db.write() as tx:
            if any(not each.is_over for each in recent(me)):  # begun while this one came
                raise Conflict(BUSY)
            tx.audit(me, "chats.begin_import", note=f"{place.stat().st_size} bytes")
            return tx.later(JOB, place.name, name[:200], me=me, key=f"{prefix(me)}{clock.new_id()}")
    except BaseException:
        place.unlink(missing_ok=True)
        raise


def prefix(me: Caller) -> str:
    """How the keys of a person's imports begin."""
    return f"{JOB}:{me.id}:"


def recent(me: Caller) -> list[Import]:
    """One's imports of the last week, the newest first."""
    return [told(job) for job in jobs(me)]


def find(me: Caller, id: str) -> Import:
    """One of one's imports. Raises NotFound."""
    for job in jobs(me):
        if job.id == id:
            return told(job)
    raise NotFound("This import is not known. Its report is kept for a week.")


def jobs(me: Caller) -> list[Job]:
    """The jobs of one's imports."""
    # ';' follows ':' among the characters, so that these are the keys that begin so.
    mine = col(Job.key).between(prefix(me), f"{prefix(me)[:-1]};")
    with db.read() as session:
        return list(session.exec(select(Job).where(mine).order_by(col(Job.seq).desc()).limit(20)))


def told(job: Job) -> Import:
    """An import, from its job."""
    place, name = orjson.loads(job.payload)
    found = Import(job.id, name, job.status, job.progress, job.said, job.created_at)
    if job.state == "done" and job.result:
        found.report = Report(**orjson.loads(job.result))
    elif job.state == "dead":
        found.error = (job.error or "").partition(": ")[2] or "Something went wrong here."
    return found


# ── the job ───────────────────────────────────────────────────────────────────────────────────────────────────────────
def run(me: Caller, place: str, name: str) -> dict[str, Any]:
    """Take the chats of a file; the report. What was taken before a crash is known again."""
    path = keeping.coming().with_name(Path(place).name)
    if not path.exists():
        return vars(Report(refused=GONE))
    try:
        report = Report()
        look_through(path, report)
        take(me, path, report)
    except Invalid as refusal:
        report = Report(refused=refusal.message)
    path.unlink(missing_ok=True)
    return vars(report)


def look_through(path: Path, report: Report) -> None:
    """Read all of a file before anything of it is kept. Raises Invalid when there is nothing to take in it, or too
    much."""
    programs: Counter[str] = Counter()
    messages = 0
    for place, raw, share in opening.conversations(path):
        later.progress(round(share * LOOKED), "Looking through the file")
        try:
            program, talk = read(raw)
            turns = talk.nodes if program is own else storing.checked(talk)[0]
        except Invalid as reason:
            report.unread += 1
            report.broken += [[titled(place, raw), reason.message]] if len(report.broken) < MOST_BROKEN else []
            continue
        programs[program.NAME] += 1
        messages += len(turns)
        if messages > MOST_MESSAGES:
            raise Invalid(file=f"There are more than {MOST_MESSAGES:,} messages in this file. Send it in parts.")
    if not programs:
        why = f" {report.broken[0][0]}: {report.broken[0][1]}." if report.broken else ""
        raise Invalid(file=f"There is no chat in this file that can be taken.{why}")
    report.program = " and ".join(name for name, _ in programs.most_common())


def take(me: Caller, path: Path, report: Report) -> None:
    """Keep each chat that is not here yet."""
    left: Counter[str] = Counter()
    patience = Patience()
    for _, raw, share in opening.conversations(path):
        later.progress(LOOKED + round(share * (99 - LOOKED)), f"{report.chats:,} chats taken")
        for made, talk, messages in taken(me, raw, report, patience):
            left += talk.left
            report.chats += 1
            report.messages += messages
            report.named += [[made.id, made.title[:80]]] if len(report.named) < MOST_NAMED else []
    report.left = dict(left)


def taken(me: Caller, raw: Any, report: Report, patience: Patience) -> Iterator[tuple[Chat, Conversation, int]]:
    """The chat that was kept, what it came from and its messages; nothing where there was nothing to keep."""
    try:
        program, talk = read(raw)
        source = storing.origin(talk, raw)
        if storing.is_here(me, source):
            report.here += 1
            return
        if program is own:
            yield own.store(me, raw, source, patience), talk, len(talk.nodes)
            return
        if not storing.checked(talk)[0]:
            report.empty += 1
            return
    except Invalid:
        return  # told when the file was looked through
    if (kept := storing.store(me, talk, source, patience)) is not None:
        yield kept[0], talk, kept[1]


def read(raw: Any) -> tuple[ModuleType, Conversation]:
    """The program that wrote a chat, and what it tells. Raises Invalid."""
    if isinstance(raw, dict):
        for program in PROGRAMS:
            if program.fits(raw):
                return program, program.read(raw)
    raise Invalid(file=UNKNOWN)


def titled(place: str, raw: Any) -> str:
    """Where a chat stands, with its title where it has one."""
    title = (raw.get("title") or raw.get("name")) if isinstance(raw, dict) else ""
    return f"{place} (“{title[:80]}”)" if isinstance(title, str) and title else place
