"""The entries of one record a line, and the lists of things for people."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import orjson
from sqlmodel import Session

from app import clock, db
from app.archives.packing import Pack, Pieces, spool
from app.archives.reading import Told, column, paged, query, rows
from app.archives.scopes import Allowed
from app.archives.shapes import (
    FOLDERS,
    ITEMS,
    LINES,
    PERSON,
    SETTINGS,
    SPACE,
    WORKSPACE,
    GroupRecord,
    MemberRecord,
    ModelRecord,
    SpaceRecord,
    TargetRecord,
)

# Tables without an id of their own: in which order their rows stand, and which of them are told.
PLAIN = {
    "stars.jsonl": "order by user_id, kind, target_id",
    "workspace/limits.jsonl": "and kind != 'key' order by kind, target_id",
    "workspace/usage_days.jsonl": "order by day, user_id, key_id, provider_id, model, door",
}
# Of what has ids, what is not told: keys stay here, calls that run are not in the ledger yet, and that an archive was
# made or taken in is no part of what it holds.
ALSO = {
    "workspace/audit.jsonl": "verb not in ('workspace.export', 'workspace.import')",
    "workspace/budgets.jsonl": "kind != 'key'",
    "workspace/usage.jsonl": "state != 'open'",
}
ABOUT_WORKSPACE = "workspace/"
NAMED = {
    PERSON: """select user_id from membership where kind = 'space' and target_id in
            (select target_id from membership where kind = 'space' and user_id = :id)
        union select author_id from revision where item_id in (select id from item where owner_id = :id)
        union select user_id from share where user_id is not null and (
            kind = 'chat' and target_id in (select id from chat where user_id = :id)
            or target_id in (select id from item where owner_id = :id and item.kind = share.kind))""",
    SPACE: """select user_id from membership where kind = 'space' and target_id = :id
        union select owner_id from item where space_id = :id and visibility != 'private'
        union select owner_id from folder where space_id = :id
        union select author_id from revision
            where item_id in (select id from item where space_id = :id and visibility != 'private')""",
}
TITLES = {"chat": "title", "project": "name"}


def entry(pack: Pack, allowed: Allowed, name: str) -> Pieces:
    """An entry of lines, if the scope has any."""
    found = list_of(allowed, name)
    if found is not None:
        yield from pack.lines(name, found, name.rpartition("/")[2].removesuffix(".jsonl"))


def list_of(allowed: Allowed, name: str) -> Iterator[Told] | None:
    """The records of an entry, None where the scope has none."""
    record = LINES[name]
    if name.startswith(ABOUT_WORKSPACE):
        found: tuple[str, tuple[Any, ...]] | None = ("1", ())
        found = found if allowed.scope.what == WORKSPACE else None
    else:
        found = allowed.where(record.table)
    if found is None:
        return None
    where, values = found
    if name in PLAIN:
        return plain(name, f"{where} {PLAIN[name]}", values)
    return paged(record, f"{where} and {ALSO.get(name, '1')}", values, HUNG.get(record))


def plain(name: str, where: str, values: tuple[Any, ...]) -> Iterator[Told]:
    """The rows of a table without ids."""
    with db.read() as session:
        yield from rows(session, LINES[name], where, *values)


def members(session: Session, space: Told) -> Told:
    """Who is in a space."""
    return {"members": list(rows(session, MemberRecord, MEMBERS, space["id"]))}


def grouped(session: Session, group: Told) -> Told:
    """Who is in a group."""
    return {"members": column(session, "select user_id from groupmember where group_id = ? order by 1", group["id"])}


def allowed_groups(session: Session, model: Told) -> Told:
    """The groups that may use a model."""
    return {"groups": column(session, "select group_id from modelgroup where model_id = ? order by 1", model["id"])}


def targets(session: Session, alias: Told) -> Told:
    """The models behind an alias."""
    return {"targets": list(rows(session, TargetRecord, "alias_id = ? order by position, model_id", alias["id"]))}


MEMBERS = "kind = 'space' and target_id = ? order by user_id"
HUNG = {
    SpaceRecord: members,
    GroupRecord: grouped,
    ModelRecord: allowed_groups,
    LINES["workspace/aliases.jsonl"]: targets,
}


def known(allowed: Allowed) -> Iterator[Told]:
    """People who are named and are no part of it."""
    sql = NAMED.get(allowed.scope.what)
    if sql is None:
        return
    with db.read() as session:
        values = {"id": allowed.scope.id}
        chosen = f"select id, email, name from account where id in ({sql}) and id != :id order by id"
        for row in session.connection().exec_driver_sql(chosen, values):
            yield dict(zip(("id", "email", "name"), row, strict=True))


def settings(allowed: Allowed) -> Told:
    """What was set and is no secret."""
    if allowed.scope.what != WORKSPACE:
        return {}
    with db.read() as session:
        rows = query(session, "select key, value from setting order by key")
        return {key: orjson.loads(value) for key, value in rows if key in SETTINGS}


# ── for people ────────────────────────────────────────────────────────────────────────────────────────────────────────
def contents(pack: Pack, allowed: Allowed, kind: str) -> Pieces:
    """The list of all things of a kind, with links, unless there are none."""
    found = allowed.chosen(kind)
    if found is None:
        return
    sql, values = found
    folder, title = FOLDERS[kind], TITLES.get(kind, "title")
    with spool() as page:
        with db.read() as session:
            places = paths(session) if kind == "file" else {}
            who = names(session) if allowed.scope.what != PERSON else {}
            more = ("folder_id", "owner_id") if kind in ITEMS else ("''", "user_id")
            for id, name, at, place, owner in query(
                session, f"select id, {title}, changed_at, {', '.join(more)} {sql}", *values
            ):
                words = [day(at), places.get(place, ""), who.get(owner, "")]
                told = " · ".join(word for word in words if word)
                page.write(b"" if page.tell() else f"# {folder.capitalize()}\n\n".encode())
                page.write(f"- [{plainly(name) or 'Untitled'}]({folder}/{id}/) · {told}\n".encode())
        if page.tell():
            yield from pack.whole(f"{folder}.md", 0, page)


def plainly(name: str) -> str:
    """A title as the words of a link."""
    return "".join(f"\\{c}" if c in "[]\\`*_<>" else c for c in " ".join(name.split()))


def day(at: int) -> str:
    """A day of UTC."""
    return datetime.fromtimestamp(at / clock.SECOND, UTC).strftime("%Y-%m-%d")


def names(session: Session) -> dict[str, str]:
    """How people are called."""
    return {row[0]: plainly(row[1]) for row in query(session, "select id, name from account")}


def paths(session: Session) -> dict[str, str]:
    """Where each folder lies, in words."""
    found = {row[0]: (row[1], row[2]) for row in query(session, "select id, parent_id, name from folder")}
    told: dict[str, str] = {}
    for id in found:
        steps: list[str] = []
        place = id
        while place in found and len(steps) < 32:
            parent, name = found[place]
            steps.append(plainly(name))
            place = parent
        told[id] = " / ".join(reversed(steps))
    return told
