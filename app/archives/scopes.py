"""What may be taken along, by whom: everything, a person's own, a space, or one thing."""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from app import clock, db, items, projects, settings, spaces
from app.archives.shapes import FOLDERS, ITEMS, PERSON, SPACE, THING, WORKSPACE
from app.chats import books
from app.errors import Forbidden, Locked, NotFound, Refusal
from app.items import OWNER, READER
from app.rights import Caller

# What of each table belongs to a scope; the one value is the scope's id. What is not named is not in it.
WHERE: dict[str, dict[str, str]] = {
    "chat": {WORKSPACE: "1", PERSON: "user_id = ?", THING: "id = ?"},
    "project": {WORKSPACE: "1", PERSON: "user_id = ?", THING: "id = ?"},
    "item": {
        WORKSPACE: "1",
        PERSON: "owner_id = ?",
        # What each of its members reads at any time, and nobody else's business.
        SPACE: "space_id = ? and visibility != 'private' and trashed_at is null and not burns and max_views is null",
        THING: "id = ?",
    },
    "draft": {WORKSPACE: "1", PERSON: "user_id = ?"},
    "folder": {WORKSPACE: "1", PERSON: "owner_id = ?", SPACE: "space_id = ? and trashed_at is null"},
    "people_group": {WORKSPACE: "1"},
    "account": {WORKSPACE: "1", PERSON: "id = ?"},
    "response": {WORKSPACE: "1", PERSON: "user_id = ?"},
    "space": {
        WORKSPACE: "1",
        PERSON: "id in (select target_id from membership where kind = 'space' and user_id = ?)",
        SPACE: "id = ?",
    },
    "star": {WORKSPACE: "1", PERSON: "user_id = ?"},
}
# What is over appears nowhere, here neither.
NOT_OVER = "(expires_at is null or expires_at > ?) and (max_views is null or views < max_views)"
ATTACHED = """select target_kind, target_id from part join message on message.id = part.message_id
    where message.chat_id = ? and part.kind = 'attachment' and target_kind in ('paste', 'file')
    union select kind, target_id from attachment
    where holder_kind = 'chat' and holder_id = ? and kind in ('paste', 'file') order by 1, 2"""
COUNTED = "This is deleted by reading, or its readings are counted: open it where it is."


@dataclass(frozen=True)
class Scope:
    """What is taken along: `what` is workspace, person, space or thing; `kind` a thing's."""

    what: str
    id: str = ""
    kind: str = ""


EVERYTHING = Scope(WORKSPACE)


def person(id: str) -> Scope:
    """All that this person owns."""
    return Scope(PERSON, id)


def space(id: str) -> Scope:
    """A space with what its members see in it."""
    return Scope(SPACE, id)


def thing(kind: str, id: str) -> Scope:
    """One chat, project, paste, file, prompt or preset."""
    return Scope(THING, id, kind)


@dataclass(frozen=True)
class Allowed:
    """A scope that somebody may take along, and its `name` for people. `owned`: with all revisions, shares and tags;
    `whole`: with all that is in a picture's bytes; `beside`: what goes with one thing."""

    scope: Scope
    name: str
    owned: bool = True
    whole: bool = True
    beside: tuple["Allowed", ...] = ()

    def where(self, table: str) -> tuple[str, tuple[Any, ...]] | None:
        """Which rows of a table are in it, and the values of that; None for none."""
        sql = WHERE.get(table, {}).get(self.scope.what)
        return None if sql is None else (sql, (self.scope.id,) if "?" in sql else ())

    def chosen(self, kind: str) -> tuple[str, tuple[Any, ...]] | None:
        """Which things of this kind are in it, as the end of a statement; None for none."""
        table = "item" if kind in ITEMS else kind
        found = self.where(table)
        if found is None or (self.scope.what == THING and self.scope.kind != kind):
            return None
        sql, values = found
        if table == "item":
            return f"from item where kind = ? and {sql} and {NOT_OVER} order by id", (kind, *values, clock.now())
        return f"from {table} where {sql} order by id", values


def allowed(me: Caller, scope: Scope) -> Allowed:
    """The scope, for who may take it along. Raises NotFound, Forbidden, Locked, Gone."""
    me.must_be_known()
    return {WORKSPACE: workspace, PERSON: own, SPACE: managed, THING: readable}[scope.what](me, scope)


def is_terminal(me: Caller) -> bool:
    """Whether this is the one who owns the machine. An admin at a page may not read everybody's chats."""
    return me.door == "cli" and me.is_admin


def workspace(me: Caller, scope: Scope) -> Allowed:
    """Everything, private chats included."""
    if not is_terminal(me):
        raise Forbidden("The whole workspace is exported at the machine's own command line.")
    return Allowed(scope, str(settings.value("workspace")))


def own(me: Caller, scope: Scope) -> Allowed:
    """What somebody owns, by themselves."""
    row = db.fetch("select email from account where id = ?", scope.id)
    if row is None or not (is_terminal(me) or (me.id == scope.id and not me.key)):
        raise NotFound("There is no such person.")
    return Allowed(scope, row[0])


def managed(me: Caller, scope: Scope) -> Allowed:
    """A space, by those who manage it."""
    if is_terminal(me):
        row = db.fetch("select name from space where id = ?", scope.id)
        if row is None:
            raise NotFound("There is no such space.")
        return Allowed(scope, row[0], owned=False)
    place = spaces.find(scope.id, me)
    if not place.can_manage:
        raise Forbidden("Only a manager of this space may export it.")
    return Allowed(scope, place.space.name, owned=False)


def readable(me: Caller, scope: Scope) -> Allowed:
    """One thing, by who may read it as it lies there."""
    if scope.kind == "chat":
        with books.reading(scope.id, me) as book:
            if not isinstance(book, books.Kept):
                raise NotFound("A temporary chat is not kept.")
            return Allowed(scope, book.chat.title, beside=tuple(attached(me, scope.id)))
    if scope.kind == "project":
        return Allowed(scope, projects.find(scope.id, me).name)
    if scope.kind not in FOLDERS:
        raise NotFound()
    found = items.find(scope.kind, scope.id, me)
    if found.role != OWNER and found.password:
        raise Locked()
    counted = found.item.burns or found.item.max_views or (found.share and found.share.max_uses)
    if found.role != OWNER and counted:
        raise Forbidden(COUNTED)
    return Allowed(scope, found.item.title, found.role == OWNER, found.role != READER)


def attached(me: Caller, id: str) -> Iterator[Allowed]:
    """The pastes and files that were attached to a chat, as far as they may be read; of others their name is told."""
    for kind, target in db.fetch_all(ATTACHED, id, id):
        with suppress(Refusal):
            yield readable(me, thing(kind, target))
