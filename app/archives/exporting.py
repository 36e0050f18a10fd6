"""Going out: an archive as a stream, entry by entry, with no file and no list of files whole in memory."""

import threading
from collections.abc import Callable, Generator
from dataclasses import dataclass, field
from typing import Any, BinaryIO

from app import clock, config, db, settings
from app.archives import chatting, holding, lines, readme
from app.archives.packing import Pack, Pieces
from app.archives.reading import spooled
from app.archives.scopes import Allowed, Scope, allowed
from app.archives.shapes import FOLDERS, FORMAT, ITEMS, LINES, PERSON, PRODUCT, README, THING, WORKSPACE
from app.errors import Conflict
from app.migrations import SCHEMA
from app.rights import Caller

KNOWN, SETTINGS = "known.jsonl", "workspace/settings.json"
BUSY = "An export of yours is being made already. Wait until it is there, or cancel it in the browser."
# Who has one running: of each person one at a time.
running: set[str] = set()
turning = threading.Lock()


@dataclass
class Report:
    """What an archive became: entries, the bytes that they unpack to, those of the file, how many parts were missing,
    how many records of each kind, and the SHA-256 of its manifest."""

    entries: int = 0
    size: int = 0
    sent: int = 0
    missing: int = 0
    counts: dict[str, int] = field(default_factory=dict)
    sha256: str = ""


class Export:
    """An archive that is about to be made. `pieces` may be taken once; `report` is whole after the last of them."""

    def __init__(self, me: Caller, allowed: Allowed) -> None:
        self.me, self.allowed = me, allowed
        self.began_at = clock.now()
        self.report = Report()

    def pieces(self) -> Pieces:
        """The archive, in pieces of about 256 KiB. Raises Conflict while the same person has another one running."""
        large = self.allowed.scope.what != THING
        with turning:
            if large:
                must_be_alone(self.me)
                running.add(self.me.id)
        pack = Pack()
        try:
            for path in order():
                yield from entry(pack, self.allowed, path)
                self.tell(pack)
            yield from pack.listed()
            self.report.sha256 = yield from pack.end(self.manifest(pack))
            self.tell(pack)
        finally:
            if large:
                running.discard(self.me.id)
            pack.close()

    def tell(self, pack: Pack) -> None:
        """Bring the report up to date."""
        report = self.report
        report.entries, report.size, report.sent = pack.count, pack.size, pack.sent
        report.missing, report.counts = pack.missing, pack.counts

    def manifest(self, pack: Pack) -> dict[str, Any]:
        """What the archive says of itself."""
        scope = self.allowed.scope
        return {
            "product": PRODUCT,
            "format": FORMAT,
            "what": scope.what,
            "of_kind": scope.kind,
            "of": scope.id,
            "of_name": self.allowed.name,
            "instance": str(settings.value("instance")),
            "workspace": str(settings.value("workspace")),
            "version": config.VERSION,
            "schema_number": SCHEMA,
            "began_at": self.began_at,
            "made_at": clock.now(),
            "counts": dict(sorted(pack.counts.items())),
            "missing": pack.missing,
            "entries": pack.told,
        }


def begin(me: Caller, scope: Scope) -> Export:
    """An archive of this scope, for who may take it along; that it was asked for is written down, but for one thing.
    Raises NotFound, Forbidden, Locked, Gone, and Conflict while the same person has another one running."""
    found = allowed(me, scope)
    if scope.what != THING:
        must_be_alone(me)
        note(me, scope)
    return Export(me, found)


def must_be_alone(me: Caller) -> None:
    """Raises Conflict while the same person has an export running; the terminal may have several."""
    if me.id and me.id in running:
        raise Conflict(BUSY)


def note(me: Caller, scope: Scope) -> None:
    """Write down who took what along."""
    mine, all = scope.what == PERSON, scope.what == WORKSPACE
    with db.write() as tx:
        tx.audit(me, "accounts.export" if mine else "workspace.export" if all else "spaces.export", scope.id)


def write(me: Caller, scope: Scope, out: BinaryIO, tell: Callable[[Report], None] | None = None) -> Report:
    """Write an archive of this scope; `tell` hears how far it is after each piece. Raises what `begin` raises."""
    export = begin(me, scope)
    pieces = export.pieces()
    try:
        for piece in pieces:
            out.write(piece)
            if tell is not None:
                tell(export.report)
    finally:
        pieces.close()
    return export.report


def order() -> list[str]:
    """The entries and folders in the order in which they stand: by their paths, what is for people first."""
    return sorted([README, SETTINGS, *LINES, *(f"{folder}/" for folder in FOLDERS.values())])


def entry(pack: Pack, allowed: Allowed, path: str) -> Pieces:
    """What stands under a path."""
    if path == README:
        yield from readme.entry(pack, allowed)
    elif path == KNOWN:
        yield from pack.lines(path, lines.known(allowed), "known")
    elif path == SETTINGS:
        if found := lines.settings(allowed):
            yield from pack.record(path, 0, found)
    elif path == "drafts.jsonl":
        yield from pack.lines(path, chatting.drafts(allowed), "drafts")
    elif path in LINES:
        yield from lines.entry(pack, allowed, path)
    else:
        yield from things(pack, allowed, next(kind for kind, folder in FOLDERS.items() if path == f"{folder}/"))


def things(pack: Pack, allowed: Allowed, kind: str) -> Pieces:
    """All things of a kind, one after another."""
    for other in allowed.beside:
        if other.scope.kind == kind:
            yield from one(pack, other, kind, other.scope.id)
    found = allowed.chosen(kind)
    if found is None:
        return
    if allowed.scope.what != THING:
        yield from lines.contents(pack, allowed, kind)
    sql, values = found
    for id in spooled(f"select id {sql}", *values):
        yield from one(pack, allowed, kind, id)


def one(pack: Pack, allowed: Allowed, kind: str, id: str) -> Generator[bytes, None, None]:
    """One thing, unless it is gone by now."""
    if kind in ITEMS:
        return holding.item(pack, allowed, kind, id)
    return {"chat": chatting.chat, "project": chatting.project}[kind](pack, allowed, id)
