"""Where a chat lies: in which project, under which tags."""

from collections.abc import Iterable, Sequence

from app import db, projects
from app.chats import books, lists
from app.chats.tree import Chat
from app.db import Transaction
from app.errors import Conflict
from app.holdings.limits import worded
from app.rights import Caller

UNKEPT = "A temporary chat has no tags: nothing of it is kept."
TAGS = """select tag.name, count(*) from tag join chat on chat.id = tag.target_id where tag.kind = 'chat'
    and chat.user_id = ? and chat.deleted_at is null group by tag.name order by count(*) desc, tag.name"""
COUNTS = """select project_id, count(*) from chat where user_id = ? and project_id != '' and deleted_at is null
    group by project_id"""


def move(me: Caller, id: str, project_id: str = "") -> Chat:
    """Put the chat into one's project, or with '' out of its project. Raises Invalid(project=...), NotFound, Gone."""
    return lists.set_values(me, id, "chats.move", project_id=projects.place(me, project_id))


def tag(me: Caller, id: str, words: Sequence[str]) -> list[str]:
    """Let the chat bear these tags and no others: in lower case, each once. Raises Invalid(tags=...), Conflict for a
    temporary chat, NotFound, Gone."""
    names = worded(list(words))
    with books.writing(id, me) as (book, tx):
        if tx is None:
            raise Conflict(UNKEPT)
        replace(tx, book.chat, names)
        tx.audit(me, "chats.tag", book.chat)
    return names


def put(me: Caller, id: str, project_id: str, words: Sequence[str]) -> Chat:
    """Both at once: the chat's project, '' for none, and all of its tags. Raises what `move` and `tag` do."""
    names, place = worded(list(words)), projects.place(me, project_id)
    with books.writing(id, me) as (book, tx):
        if tx is None:
            raise Conflict(UNKEPT)
        if book.chat.project_id != place:
            book.chat.project_id = place
            book.add(book.chat)
            tx.audit(me, "chats.move", book.chat)
        replace(tx, book.chat, names)
        tx.audit(me, "chats.tag", book.chat)
    return book.chat


def replace(tx: Transaction, chat: Chat, names: Iterable[str]) -> None:
    """Put these tags in the place of those that the chat has."""
    tx.run("delete from tag where kind = 'chat' and target_id = :id", id=chat.id)
    put_on(tx, [chat.id], names)


def put_on(tx: Transaction, ids: Iterable[str], names: Iterable[str]) -> None:
    """Put these tags on these chats, whose right was asked before."""
    for id in ids:
        for name in names:
            tx.run("insert or ignore into tag (kind, target_id, name) values ('chat', :id, :name)", id=id, name=name)


def tags(me: Caller) -> list[tuple[str, int]]:
    """The words on one's chats and how many bear each, the most used first."""
    return [(name, count) for name, count in db.fetch_all(TAGS, me.id)]


def tags_of(chats: Iterable[Chat]) -> dict[str, list[str]]:
    """The words on each of these chats, by its id: one statement for all."""
    ids = [chat.id for chat in chats]
    sql = "select target_id, name from tag where kind = 'chat' and target_id in ({}) order by name"
    found: dict[str, list[str]] = {}
    for id, name in db.fetch_all(sql.format(", ".join("?" * len(ids))), *ids):
        found.setdefault(id, []).append(name)
    return found


def counts(me: Caller) -> dict[str, int]:
    """How many chats lie in each of one's projects, by its id; one in which none lies is left out."""
    return dict(db.fetch_all(COUNTS, me.id))


def count(project_id: str) -> int:
    """How many chats lie in a project, whose right was asked before."""
    row = db.fetch("select count(*) from chat where project_id = ? and deleted_at is null", project_id)
    return row[0] if row else 0
