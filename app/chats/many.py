"""What is done to many chats at once: one transaction, in which what cannot be done to a chat leaves it as it is."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import orjson

from app import clock, db, projects
from app.chats import lists, placing, views
from app.db import Transaction
from app.errors import Conflict, Invalid, NotFound
from app.holdings.limits import MOST_TAGS, worded
from app.rights import Caller

MOST = 1_000
OF_THESE = "id in (select value from json_each(:ids))"
OWN = f"select id from chat where user_id = :me and {OF_THESE} and (deleted_at is not null) = :deleted"
MOMENT = "select id from chat where user_id = ? and deleted_at = ? limit ?"
LADEN = """select target_id from tag where kind = 'chat' and target_id in (select value from json_each(:ids))
    group by target_id having count(*) > :most"""


@dataclass(frozen=True)
class Done:
    """To which chats it was done, and when; which were `left` because an answer is being written there, or because
    they are not here any more."""

    ids: list[str]
    left: list[str] = field(default_factory=list)
    at: int = 0


def archive(me: Caller, ids: Sequence[str], on: bool = True) -> Done:
    """Put these chats away, or take them back. Raises Invalid, NotFound where none of them is here."""
    return changed(me, ids, "chats.archive", archived_at=clock.now() if on else None)


def move(me: Caller, ids: Sequence[str], project_id: str = "") -> Done:
    """Put these chats into one's project, or with '' out of theirs. Raises Invalid, NotFound."""
    return changed(me, ids, "chats.move", project_id=projects.place(me, project_id))


def tag(me: Caller, ids: Sequence[str], add: Sequence[str] = (), remove: Sequence[str] = ()) -> Done:
    """Put tags on these chats, and take others off. Raises Invalid beyond 20 tags on one of them, NotFound."""
    new, old = worded(list(add)), worded(list(remove))
    if not new and not old:
        raise Invalid(tags="Write at least one tag.")
    with db.write() as tx:
        done = chosen(tx, me, ids)
        for name in old:
            sql = f"delete from tag where kind = 'chat' and name = :name and {OF_THESE.replace('id', 'target_id', 1)}"
            tx.run(sql, name=name, ids=listed(done.ids))
        placing.put_on(tx, done.ids, new)
        if tx.run(LADEN, ids=listed(done.ids), most=MOST_TAGS).fetchone():
            raise Invalid(tags=f"A chat has at most {MOST_TAGS} tags; nothing was changed.")
        told(tx, me, done, "chats.tag")
    return done


def delete(me: Caller, ids: Sequence[str]) -> Done:
    """Delete these chats; for 30 days they can be restored. Where an answer is being written, the chat is left. Raises
    Invalid, NotFound, Conflict where all of them are being written."""
    return changed(me, ids, "chats.delete", idle=True, deleted_at=clock.now(), pinned_at=None)


def restore(me: Caller, ids: Sequence[str]) -> Done:
    """Take deleted chats back. Raises Invalid, NotFound where none of them is among the deleted."""
    return changed(me, ids, "chats.restore", deleted=True, deleted_at=None)


def undo(me: Caller, at: int) -> Done:
    """Take back what one `delete` took, which told its moment as `at`. Raises NotFound where that is done already."""
    ids = [id for (id,) in db.fetch_all(MOMENT, me.id, at, MOST)]
    if not ids:
        raise NotFound("These chats are back already, or gone for good.")
    return restore(me, ids)


def erase(me: Caller, ids: Sequence[str]) -> Done:
    """Delete deleted chats for good. Raises Invalid, NotFound where none of them is among the deleted."""
    with db.write() as tx:
        done = chosen(tx, me, ids, deleted=True)
    for id in done.ids:  # one at a time: a chat may be long, and everybody else writes too
        lists.erase(me, id)
    return done


def changed(
    me: Caller, ids: Sequence[str], verb: str, deleted: bool = False, idle: bool = False, **values: Any
) -> Done:
    """Write these values to the rows of the chats."""
    with db.write() as tx:
        done = chosen(tx, me, ids, deleted, idle)
        columns = ", ".join(f"{name} = :{name}" for name in values)
        tx.run(f"update chat set {columns} where {OF_THESE}", ids=listed(done.ids), **values)
        told(tx, me, done, verb)
    return Done(done.ids, done.left, next((at for at in values.values() if isinstance(at, int)), 0))


def told(tx: Transaction, me: Caller, done: Done, verb: str) -> None:
    """Write down for each of them what was done."""
    for id in done.ids:
        tx.audit(me, verb, id)


def chosen(tx: Transaction, me: Caller, ids: Iterable[str], deleted: bool = False, idle: bool = False) -> Done:
    """Which of these are one's own, and `deleted` or not, and with `idle` at rest. Raises Invalid, NotFound,
    Conflict."""
    wanted = list(dict.fromkeys(ids))
    if not wanted:
        raise Invalid(ids="Choose at least one chat.")
    if len(wanted) > MOST:
        raise Invalid(ids=f"At most {MOST:,} chats at once.")
    rows = {id for (id,) in tx.run(OWN, me=me.id, ids=listed(wanted), deleted=deleted).fetchall()}
    if not rows:
        raise NotFound("None of these chats is here any more.")
    there = [id for id in wanted if id in rows and not (idle and views.is_running(id))]
    if not there:
        raise Conflict("An answer is still being written in each of them. Stop it first.")
    return Done(there, [id for id in wanted if id not in there])


def listed(ids: Iterable[str]) -> str:
    """Ids as one value of a statement, however many they are."""
    return orjson.dumps(list(ids)).decode()
