"""Chats and projects as an archive holds them: each read in one transaction, and written when that is over."""

from collections.abc import Iterator, Sequence
from types import SimpleNamespace
from typing import Any

from sqlmodel import Session

from app import db
from app.archives.naming import named
from app.archives.packing import Pack, Pieces, line, spool
from app.archives.reading import Told, attached, column, names, one, query, rows, shares, tags, told
from app.archives.scopes import Allowed
from app.archives.shapes import ChatRecord, MessageRecord, PartRecord, ProjectRecord
from app.chats import exports, folding
from app.chats.answering import RESTART
from app.chats.tree import INTERRUPTED, UNFINISHED

PIECES = "select kind, text from piece where message_id = ? order by n"
# Messages that are in memory at a time.
FEW = 100


def chat(pack: Pack, allowed: Allowed, id: str) -> Pieces:
    """A chat: its shown branch for people, all messages, and its record."""
    with spool() as page, spool() as lines:
        with db.read() as session:
            record = one(session, ChatRecord, id)
            if record is None:
                return
            record |= beside(session, id, allowed.owned)
            ids = column(session, "select id from message where chat_id = ? order by id", id)
            for each in messages(session, ids):
                lines.write(line(each))
            for text in shown(session, record):
                page.write(text.encode())
        at = record["changed_at"]
        yield from pack.whole(f"chats/{id}/{named(record['title'], 'chat')}.md", at, page)
        if ids:
            pack.counted("messages", len(ids))
            yield from pack.whole(f"chats/{id}.jsonl", at, lines)
    pack.counted("chats")
    yield from pack.record(f"chats/{id}.json", at, record)


def beside(session: Session, id: str, owned: bool) -> Told:
    """What hangs on a chat."""
    hung: Told = {"tags": tags(session, "chat", id), "shares": shares(session, "chat", id) if owned else []}
    return hung | {"attached": attached(session, "chat", id)}


def messages(session: Session, ids: Sequence[str]) -> Iterator[Told]:
    """These messages with their parts, in this order; few of them are in memory at a time."""
    for start in range(0, len(ids), FEW):
        some = ids[start : start + FEW]
        these = f"({', '.join('?' * len(some))})"
        parts: dict[str, list[Told]] = {id: [] for id in some}
        sql = f"select message_id, {names(PartRecord)} from part where message_id in {these} order by message_id, n"
        for id, *values in query(session, sql, *some):
            parts[id].append(told(PartRecord, values))
        found = {each["id"]: each for each in rows(session, MessageRecord, f"id in {these}", *some)}
        for id in some:
            yield finished(session, found[id] | {"parts": parts[id]})


def finished(session: Session, message: Told) -> Told:
    """An answer that is being written, as the next start would show it if this were its end."""
    if message["state"] not in UNFINISHED:
        return message
    pieces = [(row[0], row[1]) for row in query(session, PIECES, message["id"])]
    parts = [{name: getattr(part, name) for name in PartRecord.columns} for part in folding.parts_of("", pieces)]
    return message | {"state": INTERRUPTED, "error_kind": "restart", "error": RESTART, "parts": parts}


def shown(session: Session, record: Told) -> Iterator[str]:
    """The shown branch as Markdown."""
    yield f"# {record['title']}\n\n"
    for message in messages(session, branch(session, record["id"], record["leaf_id"])):
        parts = [SimpleNamespace(**part) for part in message["parts"]]
        yield "\n".join([*exports.section(SimpleNamespace(**message), parts), ""])


def branch(session: Session, id: str, leaf: str | None) -> list[str]:
    """The ids from the first message to the leaf."""
    parents = dict(tuple(row) for row in query(session, "select id, parent_id from message where chat_id = ?", id))
    path: list[str] = []
    while leaf is not None and leaf in parents:
        path.append(leaf)
        leaf = parents.pop(leaf)
    return path[::-1]


def project(pack: Pack, allowed: Allowed, id: str) -> Pieces:
    """A project: its instructions for people, and its record."""
    with db.read() as session:
        record = one(session, ProjectRecord, id)
        if record is None:
            return
        record["attached"] = attached(session, "project", id)
    at = record["changed_at"]
    text = f"# {record['name']}\n\n{record['instructions'].rstrip()}\n"
    yield from pack.text(f"projects/{id}/{named(record['name'], 'project')}.md", at, text.encode())
    pack.counted("projects")
    yield from pack.record(f"projects/{id}.json", at, record)


def drafts(allowed: Allowed) -> Iterator[Told]:
    """What stands in composers, and what lies beside them."""
    found = allowed.where("draft")
    if found is None:
        return
    where, values = found
    with db.read() as session:
        yield from drafted(session, where, values)


def drafted(session: Session, where: str, values: tuple[Any, ...]) -> Iterator[Told]:
    """The drafts for which this is true; also those of which only what is attached is there yet."""
    sql = f"""select user_id, chat_id, text, changed_at from draft where {where} union all
        select user_id, chat_id, '', max(added_at) from (select substr(holder_id, 1, instr(holder_id, ':') - 1) user_id,
            substr(holder_id, instr(holder_id, ':') + 1) chat_id, added_at from attachment where holder_kind = 'draft')
        where {where} and (user_id, chat_id) not in (select user_id, chat_id from draft) group by 1, 2
        order by 1, 2"""
    for user_id, chat_id, text, at in query(session, sql, *values, *values):
        told = {"user_id": user_id, "chat_id": chat_id, "text": text, "changed_at": at}
        yield told | {"attached": attached(session, "draft", f"{user_id}:{chat_id}")}
