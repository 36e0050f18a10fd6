"""Running an import: checked first, then thing by thing, each in one transaction; what was cut goes on.

Into a workspace without anybody everything comes as it was; into any other it is merged.
"""

import threading
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any, BinaryIO

import pysqlite3.dbapi2 as sqlite

from app import accounts, db, holdings, settings
from app.archives.importing import chats, checking, items, spaces, workspace
from app.archives.importing.checking import NAME, Archive, Progress, silent
from app.archives.importing.mapping import COPY, KEEP, MERGE, Into, is_empty, is_here
from app.archives.importing.reports import Report
from app.archives.shapes import FOLDERS, ITEMS, LINES, SPACE, THING, WORKSPACE
from app.clock import new_id
from app.errors import Conflict, Forbidden, Invalid, NotFound
from app.items import room
from app.rights import Caller

# How much of the work looking through is, from 0 to 1.
LOOKED = 0.3
STOPPED = "The import was stopped. What was taken stays; the same import again goes on where it ended."
LINKS = "Nobody has a password here yet: `main.py accounts password {}` prints the link by which {} comes in."
NOBODYS = "Whoever reaches this workspace may post pastes without an account, as it was there: Admin can change that."
# One at a time: two at once would give the same names.
working = threading.Lock()


def run(
    me: Caller,
    file: Path | BinaryIO,
    *,
    owner: str = "",
    space: str = "",
    dry: bool = False,
    progress: Progress = silent,
    stopped: Callable[[], bool] = lambda: False,
) -> Report:
    """Take in an archive: `owner` (an address) gets all of it, or what it says of a space goes into `space` (an id or a
    name). `dry` only tells. The same again goes on after a crash, and makes nothing twice.

    Raises Invalid for what is no whole archive, NoRoom, NotFound for an owner or a space that is not here, Conflict
    while another import runs or when it was stopped, Forbidden for all but admins.
    """
    me.must_be_admin()
    if not working.acquire(blocking=False):
        raise Conflict("Another import is at work. Wait for its end.")
    try:

        def looked(share: float, words: str) -> None:
            must_go_on(stopped)
            progress(share * LOOKED, words)

        archive = checking.opened(file, looked)
        try:
            into = prepared(me, archive, owner, space)
            must_fit(into)
            if dry:
                return tried(into)
            take(into, progress, stopped)
            return into.report
        finally:
            archive.zip.close()
    finally:
        working.release()


def merge(me: Caller, file: Path | BinaryIO) -> Report:
    """Take in what an archive holds as new things of one's own, private and outside of spaces; the same again makes a
    second copy. `report.new` are their kinds and ids. Raises Invalid, NoRoom, Forbidden for guests."""
    me.must_be_known()
    me.must_not_be_guest()
    if not me.id:
        raise Forbidden("Only a person has things of their own.")
    archive = checking.opened(file)
    try:
        into = Into(me, archive, COPY, owner=me.id, salt=new_id())
        into.named = named(archive)
        must_fit(into)
        take_things(into, Steps(into, silent, lambda: False))
        if into.report.left and not into.report.new:
            raise Invalid(archive=f"It could not be copied: {next(iter(into.report.left))[1]}")
        return into.report
    finally:
        archive.zip.close()


def must_go_on(stopped: Callable[[], bool]) -> None:
    """Raises Conflict when it is to end."""
    if stopped():
        raise Conflict(STOPPED)


# ── before ────────────────────────────────────────────────────────────────────────────────────────────────────────────
def prepared(me: Caller, archive: Archive, owner: str, space: str) -> Into:
    """How the archive comes in. Raises NotFound, Invalid."""
    what = archive.manifest.what
    keeps = is_empty() or settings.value(workspace.MARK) == archive.sum
    workspace.told(archive)
    if owner and what == WORKSPACE:
        raise Invalid(
            owner="This archive is of a whole workspace, and goes to everybody by their address: leave out --as."
        )
    if space and what != SPACE:
        raise Invalid(space="This archive is not of a space: --space is for those. Without it, everything is taken in.")
    if what == THING and not owner:
        raise Invalid(owner="This archive is of one thing, and does not say whose: name who gets it with --as EMAIL.")
    if (owner or space) and is_empty():
        raise NotFound("There is nobody here yet: without --as and --space, everything comes as it was.")
    into = Into(me, archive, KEEP if keeps and not (owner or space) else MERGE)
    into.named = named(archive)
    into.owner = accounts.named(me, owner).id if owner else ""
    into.space = space_named(space) if space else ""
    if into.mode == MERGE:
        workspace.match_models(into)
    return into


def named(archive: Archive) -> dict[str, Any]:
    """Everybody who is named in the archive, by the id that they have there; the first word counts."""
    found: dict[str, Any] = {}
    for name in ("people.jsonl", "known.jsonl"):
        for record in archive.lines(name, LINES[name]):
            each: Any = record
            if checking.ID.fullmatch(each.id):
                found.setdefault(each.id, each)
    return found


def space_named(space: str) -> str:
    """The id of a shared space, by its id or name. Raises NotFound, Invalid for a name that several have."""
    sql = "select id from space where kind = 'shared' and (id = ? or lower(name) = lower(?)) order by id != ?"
    rows = db.fetch_all(sql, space, space, space)
    if not rows:
        raise NotFound(f"There is no space {space}.")
    if len(rows) > 1 and rows[0][0] != space:
        raise Invalid(space=f"Several spaces are called {space}: name one by its id, which stands in its address.")
    return str(rows[0][0])


def must_fit(into: Into) -> None:
    """Raises NoRoom when the disk, or what somebody may store, has no room for it."""
    archive, spare = into.archive, int(settings.value("spare_mb")) << 20
    room.check(None, archive.bytes, 1 << 62, spare)
    if into.keeps:
        return
    wanted: Counter[str] = Counter()
    for old, size in archive.sizes.items():
        wanted[into.owner or into.person(old) or f"?{old}"] += size
    # What is here already, made at an earlier go, counts once.
    done, new = made_already(into)
    for here, size in wanted.items() if new else ():
        known = "" if here.startswith("?") else here
        room.must_fit(here, room.used(known or here) + max(0, size - done[here]), holdings.quota(here))


def made_already(into: Into) -> tuple[Counter[str], int]:
    """The bytes of the archive's items that are here already, by whose they are; and how many are not."""
    done: Counter[str] = Counter()
    new = 0
    for kind in ITEMS:
        for id in ids(into.archive, kind):
            row = db.fetch("select owner_id, size from item where id = ? and kind = ?", into.id(kind, id), kind)
            new += row is None
            done[str(row[0] or "") if row else ""] += int(row[1]) if row else 0
    return done, new


def ids(archive: Archive, kind: str) -> list[str]:
    """The ids of all things of a kind."""
    found = (NAME.fullmatch(path) for path in archive.zip.paths(f"{FOLDERS[kind]}/", ".json"))
    return [each[2] for each in found if each and not each[3] and checking.ID.fullmatch(each[2])]


def tried(into: Into) -> Report:
    """What an import would do, by what is here and what is not."""
    report = into.report
    report.dry = True
    for id, record in into.named.items():
        if hasattr(record, "role") and not into.owner:
            (report.here if into.person(id) else report.made)["person"] += 1
    for kind in FOLDERS:
        for id in ids(into.archive, kind):
            (report.here if is_here(kind, into.id(kind, id)) else report.made)[kind] += 1
    if into.keeps:
        report.notes.append("Nobody has an account here: everything would come as it was, with its ids and times.")
    else:
        workspace.leave(into)
    report.notes.append("Nothing was changed: this was a dry run.")
    return report


# ── the work ──────────────────────────────────────────────────────────────────────────────────────────────────────────
class Steps:
    """How far an import is, told to who watches; and whether it is to end."""

    def __init__(self, into: Into, progress: Progress, stopped: Callable[[], bool]) -> None:
        self.into, self.progress, self.stopped = into, progress, stopped
        counts = into.archive.records
        # A message takes as long as a tenth of a thing.
        self.all = max(1, sum(counts[kind] for kind in FOLDERS) + counts["messages"] // 10)
        self.done = 0.0

    def step(self, record: Any, take_one: Callable[[Any], None], kind: str) -> None:
        """Take one thing; what is wrong with it is told, and the others go on. Raises Conflict when it is to end."""
        must_go_on(self.stopped)
        before = self.into.report.made["message"]
        try:
            take_one(record)
        except Invalid as refusal:
            self.into.report.left[kind, refusal.message] += 1
        except sqlite.IntegrityError:
            self.into.report.left[kind, "its parts do not fit together."] += 1
        self.done += 1 + (self.into.report.made["message"] - before) / 10
        self.progress(LOOKED + (1 - LOOKED) * min(1.0, self.done / self.all), f"Taking in {kind}s")


def take(into: Into, progress: Progress, stopped: Callable[[], bool]) -> None:
    """All of it, in an order in which each finds what it lies in."""
    steps = Steps(into, progress, stopped)
    if into.keeps:
        workspace.begin(into)
        spaces.take_groups(into)
        workspace.keep_models(into)
    else:
        spaces.merge_people(into)
        spaces.merge_spaces(into)
        spaces.take_groups(into)
        workspace.leave(into)
    spaces.take_folders(into)
    take_things(into, steps)
    chats.take_drafts(into)
    take_stars(into)
    if into.keeps:
        for name in workspace.ALONE:
            progress(1.0, "Taking in the ledger")
            workspace.keep_lines(into, name)
        workspace.end(into)
        tell_links(into)
    elif sum(into.report.made.values()):
        with db.write() as tx:
            tx.audit(into.me, "workspace.merge", note=f"{into.archive.sum[:16]} {into.archive.manifest.what}")


def take_things(into: Into, steps: Steps) -> None:
    """Projects, items and chats."""
    for _, record in into.archive.things("project"):
        steps.step(record, lambda each: chats.take_project(into, each), "project")
    for kind in ITEMS:
        for id, record in into.archive.things(kind):
            if not into.leaves(kind, id):
                steps.step(record, lambda each, kind=kind: items.take(into, kind, each), kind)  # type: ignore[misc]
    for _, record in into.archive.things("chat"):
        steps.step(record, lambda each: chats.take(into, each), "chat")


def take_stars(into: Into) -> None:
    """What people wanted to find again, where it is here."""
    with db.write() as tx:
        for each in into.archive.lines("stars.jsonl", LINES["stars.jsonl"]):
            record: Any = each
            person = into.owner or into.person(record.user_id)
            if not person or record.kind not in ITEMS:
                continue
            id = into.id(record.kind, record.target_id)
            if into.keeps or is_here(record.kind, id):
                sql = "insert or ignore into star (user_id, kind, target_id, created_at) values (?, ?, ?, ?)"
                values = (person, record.kind, id, into.past(record.created_at))
                into.report.made["star"] += tx.database.driver.execute(sql, values).rowcount


def tell_links(into: Into) -> None:
    """How people come in where nobody has a password, and who else does."""
    if settings.value("anonymous_pastes"):
        into.report.notes.append(NOBODYS)
    rows = db.fetch_all("select email, name from account where role = 'admin' and deactivated_at is null order by id")
    for email, name in rows[:5]:
        into.report.notes.append(LINKS.format(email, name))
