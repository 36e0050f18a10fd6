"""Taking in people, spaces with their members, groups, and folders: what everything else lies in."""

from typing import Any

from app import clock, db, spaces
from app.accounts import people
from app.accounts.people import Group, GroupMember, User
from app.archives.importing.mapping import COPY, MERGE, Into, is_here
from app.archives.importing.rows import add, must
from app.archives.shapes import LINES
from app.db import Transaction
from app.errors import Invalid
from app.files.folders.places import DEEPEST
from app.files.rows import Folder
from app.items import pieces
from app.rights import MEMBER, ROLES, Membership
from app.spaces import MANAGER, PERSONAL, READER, SHARED, Space

PLACED = "{} of a space in which their owner may not write here: private now."
MADE = "select 1 from audit where verb = 'spaces.create' and object_id = ? and note = ?"
SIBLINGS = """select name from folder where parent_id = :parent and space_id = :space
    and (space_id != '' or owner_id = :owner) and trashed_at is null"""


# ── people ────────────────────────────────────────────────────────────────────────────────────────────────────────────
def keep_people(tx: Transaction, into: Into) -> None:
    """Everybody as they were, without a password; who is only named in the archive is deactivated."""
    for id, record in into.named.items():
        email, name = people.address(record.email), " ".join(record.name.split())[: people.LONGEST_NAME]
        if (
            people.mended(email=email, name=name)
            or tx.run("select 1 from account where id = :id or email = :email", id=id, email=email).first()
        ):
            continue
        told: dict[str, Any] = {"email": email, "name": name, "password": None}
        if not hasattr(record, "role"):
            tx.add(User(id=id, role=MEMBER, created_at=clock.now(), deactivated_at=clock.now(), **told))
            continue
        told |= {each: fitting(each, getattr(record, each)) for each in ("timezone", "theme", "instructions")}
        told["role"] = record.role if record.role in ROLES else MEMBER
        told |= {each: into.past(getattr(record, each)) for each in ("created_at", "seen_at", "deactivated_at")}
        add(tx, User, record, **told)
        into.report.made["person"] += 1
    tx.run("delete from ticket where kind = 'setup' and spent_at is null")


def fitting(field: str, value: str) -> str:
    """What somebody set for themselves, '' where it is nothing that can be set."""
    return "" if people.mended(**{field: value}) else value


def merge_people(into: Into) -> None:
    """Everybody who is part of the archive is here by their address, or made without any right."""
    for id, record in into.named.items():
        if hasattr(record, "role") and not into.owner:
            if into.person(id):
                into.report.here["person"] += 1
            elif not into.owns(id):
                into.report.left["person", "there is no such address or name."] += 1


# ── spaces ────────────────────────────────────────────────────────────────────────────────────────────────────────────
def keep_spaces(tx: Transaction, into: Into) -> None:
    """All spaces as they were; each person has their own."""
    there = {row[0] for row in tx.run("select id from account").fetchall()}
    for record in into.archive.lines("spaces.jsonl", LINES["spaces.jsonl"]):
        each: Any = record
        if each.owner_id not in there or each.kind not in (PERSONAL, SHARED):
            into.report.left["space", "it belongs to nobody here."] += 1
            continue
        space = add(tx, Space, each, **times(into, each, "created_at", "archived_at"))
        add_members(tx, into, each.id, [m for m in each.members if m.user_id in there])
        into.report.made["space"] += space
    for (id,) in tx.run(
        """select id from account where not exists
            (select 1 from space where space.owner_id = account.id and space.kind = 'personal')"""
    ).fetchall():
        owner = tx.find(User, id)
        spaces.personal(tx, id, owner.name if owner else "")


def times(into: Into, record: Any, *names: str) -> dict[str, Any]:
    """Times of a record, none of them in the future."""
    return {name: into.past(getattr(record, name)) for name in names}


def add_members(tx: Transaction, into: Into, space_id: str, members: list[Any]) -> None:
    """Members that are here, each with their role."""
    for each in members:
        person = each.user_id if into.keeps else into.person(each.user_id)
        if person and each.role in spaces.ROLES:
            own = {"kind": "space", "target_id": space_id, "user_id": person}
            by = each.created_by if into.keeps else into.person(each.created_by)
            add(tx, Membership, each, created_by=by, **own, **times(into, each, "created_at"))


def merge_spaces(into: Into) -> None:
    """The spaces of an archive: those that are here, and new ones with the members that are here."""
    records: Any = into.archive.lines("spaces.jsonl", LINES["spaces.jsonl"])
    into.spaces |= {each.id: each for each in records}
    if into.archive.manifest.what in ("workspace", "space"):
        for old, record in into.spaces.items():
            if record.kind == SHARED and not (into.space and old == into.archive.manifest.of):
                if is_here("space", into.id("space", old)):
                    into.report.here["space"] += 1
                elif owner := into.owns(record.owner_id):
                    found(into, record, owner)


def space_of(into: Into, old: str, owner: str) -> str:
    """The space here in which something of this owner lies that lay in that one, '' for none."""
    if into.keeps:
        return old if old and is_here("space", old) else ""
    if not old or into.mode == COPY:
        return ""
    if into.space and old == into.archive.manifest.of:
        return into.space
    record = into.spaces.get(old)
    if record is not None and record.kind == PERSONAL:
        row = db.fetch("select id from space where kind = 'personal' and owner_id = ?", owner)
        return str(row[0]) if row and into.person(record.owner_id) == owner else ""
    id = into.id("space", old)
    if is_here("space", id):
        return id if is_own(into, id) or may_write(id, owner) else ""
    return found(into, record, into.person(record.owner_id) or owner) if record is not None else ""


def is_own(into: Into, space_id: str) -> bool:
    """Whether this very archive has made a space, at an earlier go. Another one that says the same of itself has not:
    by then there may be others in it."""
    return db.fetch(MADE, space_id, made_of(into)) is not None


def made_of(into: Into) -> str:
    """How the audit tells that something was made of this archive."""
    return f"import {into.archive.sum[:16]}"


def may_write(space_id: str, owner: str) -> bool:
    """Whether somebody may put things into a space that was here before."""
    sql = """select 1 from membership m join space s on s.id = m.target_id where m.kind = 'space' and s.id = ?
        and m.user_id = ? and m.role != ? and s.archived_at is null"""
    return db.fetch(sql, space_id, owner, READER) is not None


def found(into: Into, record: Any, owner: str) -> str:
    """A new shared space, with this owner as its manager and the members that are here; its id."""
    id, name = into.derived(record.id), " ".join(record.name.split())[: spaces.LONGEST] or "Space"
    with db.write(durable=True) as tx:
        taken = {row[0].casefold() for row in tx.run("select name from space where kind = 'shared'").fetchall()}
        own = {"id": id, "kind": SHARED, "name": numbered(name, taken, spaces.LONGEST), "owner_id": owner}
        add(tx, Space, record, **own, **times(into, record, "created_at", "archived_at"))
        manager = Membership(
            kind="space", target_id=id, user_id=owner, role=MANAGER, created_at=clock.now(), created_by=owner
        )
        tx.add(manager)
        add_members(tx, into, id, [each for each in record.members if into.person(each.user_id) != owner])
        tx.audit(into.me, "spaces.create", id, note=made_of(into))
    into.report.made["space"] += 1
    return id


def numbered(name: str, taken: set[str], longest: int) -> str:
    """This name, or with a number behind it the next that is free."""
    tries = (name, *(f"{name[: longest - 6]} ({n})" for n in range(2, len(taken) + 3)))
    return next(each for each in tries if each.casefold() not in taken)


def take_groups(into: Into) -> None:
    """Groups as they were; merged are those whose name nobody has given here, with the members that are here."""
    for each in into.archive.lines("groups.jsonl", LINES["groups.jsonl"]):
        record: Any = each
        with db.write(durable=True) as tx:
            sql = "select 1 from people_group where id = :id or lower(name) = lower(:name)"
            if into.mode == COPY or tx.run(sql, id=into.id_of_row(record.id), name=record.name).first():
                # Its members here may use models that those there may not.
                into.report.here["group"] += 1
                continue
            id = into.id_of_row(record.id)
            add(tx, Group, record, id=id, name=record.name.strip()[:60] or id, **times(into, record, "created_at"))
            for member in record.members:
                if person := into.person(member):
                    tx.session.merge(GroupMember(group_id=id, user_id=person))
            into.report.made["group"] += 1


# ── where files lie ───────────────────────────────────────────────────────────────────────────────────────────────────
def place(into: Into, kind: str, record: Any, owner: str) -> tuple[str, str]:
    """The space and the folder here in which an item of this owner lies."""
    space = space_of(into, record.space_id, owner)
    if into.mode == MERGE and record.space_id and not space:
        into.report.count(kind, PLACED)
    folder = ""
    if kind == "file" and record.folder_id and into.mode != COPY:
        row = db.fetch("select owner_id, space_id, id from folder where id = ?", into.id("folder", record.folder_id))
        if row is not None and (row[1] == space if row[1] else row[0] == owner):
            folder = row[2]
    return space, folder


def take_folders(into: Into) -> None:
    """Folders, each behind the one that it lies in."""
    if into.mode == COPY:
        return
    waiting: dict[str, list[Any]] = {}
    known: set[str] = set()
    for each in into.archive.lines("folders.jsonl", LINES["folders.jsonl"]):
        record: Any = each
        known.add(record.id)
        waiting.setdefault(record.parent_id, []).append(record)
    level = [each for parent, some in waiting.items() if parent not in known for each in some]
    for depth in range(1, DEEPEST + 1):
        known -= {record.id for record in level}
        for record in level:
            try:
                take_folder(into, record, depth)
            except Invalid as refusal:
                into.report.left["folder", refusal.message] += 1
        level = [each for record in level for each in waiting.get(record.id, [])]
    if known:
        into.report.left["folder", "they lie in each other, or too deep."] += len(known)


def take_folder(into: Into, record: Any, depth: int) -> None:
    """One folder. Raises Invalid."""
    id = into.id("folder", record.id)
    if is_here("folder", id):
        into.report.here["folder"] += 1
        return
    owner = into.owns(record.owner_id)
    must(bool(owner), "it belongs to nobody here.")
    must(pieces.named(record.name) == record.name != "", "its name is none.")
    space = space_of(into, record.space_id, owner)
    parent = into.id("folder", record.parent_id) if depth > 1 else ""
    above = db.fetch("select owner_id, space_id from folder where id = ?", parent) if parent else None
    if above is None or above[1] != space or (not space and above[0] != owner):
        parent = ""
    name = record.name
    with db.write() as tx:
        if not into.keeps:
            taken = tx.run(SIBLINGS, parent=parent, space=space, owner=owner).fetchall()
            name = numbered(name, {row[0].casefold() for row in taken}, pieces.LONGEST_NAME // 4)
        own = {"id": id, "owner_id": owner, "space_id": space, "parent_id": parent, "name": name}
        own["trashed_by"] = into.person(record.trashed_by)
        add(tx, Folder, record, **own, **times(into, record, "created_at", "changed_at", "trashed_at"))
        if not into.keeps:
            tx.audit(into.me, "folders.create", id, note="import")
    into.report.made["folder"] += 1
