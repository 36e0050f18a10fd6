"""Taking in chats with all their branches, projects, and what lies beside both. HTML is made again from the text."""

from typing import Any

from app import clock, db
from app.archives.importing.items import add_tag
from app.archives.importing.mapping import COPY, MERGE, Into, is_here
from app.archives.importing.rows import add, add_shares, must, row
from app.archives.shapes import LINES
from app.chats import exports, lists
from app.chats.attaching import CHAT, DRAFT, MOST, PROJECT
from app.chats.messages import LARGEST
from app.chats.patience import Patience
from app.chats.tree import (
    ATTACHMENT,
    CALL,
    DONE,
    FAILED,
    INTERRUPTED,
    NOTE,
    REASONING,
    REFUSED,
    RESULT,
    STOPPED,
    TEXT,
    Attachment,
    Chat,
    Draft,
    Message,
    Part,
)
from app.db import Transaction
from app.holdings import limits
from app.items.pieces import is_visible
from app.items.plain import columns
from app.projects import Project, keeping

STATES = (DONE, STOPPED, INTERRUPTED, FAILED)
ENDS = ("", DONE, FAILED, REFUSED, STOPPED)
PARTS = (TEXT, REASONING, CALL, RESULT, ATTACHMENT, NOTE)
TARGETS = ("", "file", "paste", "chat")
LONGEST_SYSTEM, LONGEST_VERBS, LONGEST_WORD = lists.LONGEST_SYSTEM, 4_000, 1_000
SOURCE = "select 1 from chat where user_id = ? and source = ?"
OFF = "{} whose tools are off: switch on what a model may call there."
COUNTS = ("tokens_in", "tokens_out", "cost")


# ── projects ──────────────────────────────────────────────────────────────────────────────────────────────────────────
def take_project(into: Into, record: Any) -> None:
    """Make one project. Raises Invalid."""
    id = into.id("project", record.id)
    if is_here("project", id):
        into.report.here["project"] += 1
        return
    owner = into.owns(record.user_id)
    must(bool(owner), "it belongs to nobody here.")
    must(0 < len(record.name) <= keeping.LONGEST_NAME and record.name.isprintable(), "its name is none.")
    must(len(record.instructions) <= keeping.LONGEST_INSTRUCTIONS, "its instructions are too long.")
    own = {"id": id, "user_id": owner, "model_id": into.model(record.model_id)}
    own |= {name: into.past(getattr(record, name)) for name in ("created_at", "changed_at")}
    with db.write() as tx:
        add(tx, Project, record, **own)
        attach(tx, into, PROJECT, id, record.attached)
        if not into.keeps:
            tx.audit(into.me, "projects.create", id, note="import")
    made(into, "project", id)


def made(into: Into, kind: str, id: str) -> None:
    """Tell that it is there now."""
    into.report.made[kind] += 1
    if into.mode == COPY:
        into.report.new.append((kind, id))


def attach(tx: Transaction, into: Into, holder: str, id: str, records: list[Any]) -> None:
    """What lies beside a chat, a project or a draft."""
    for each in records[:MOST]:
        if each.kind in TARGETS[1:]:
            own = {"holder_kind": holder, "holder_id": id, "target_id": into.reference(each.kind, each.target_id)}
            add(tx, Attachment, each, name=each.name[:LONGEST_WORD], added_at=into.past(each.added_at), **own)


# ── chats ─────────────────────────────────────────────────────────────────────────────────────────────────────────────
def take(into: Into, record: Any) -> None:
    """Make one chat with its messages. Raises Invalid."""
    id = into.id("chat", record.id)
    owner = into.owns(record.user_id)
    must(bool(owner), "it belongs to nobody here.")
    source = "" if into.mode == COPY else record.source[:300]
    # Two may be there at once by ids, never by where they once came from.
    if is_here("chat", id) or (source and db.fetch(SOURCE, owner, source)):
        into.report.here["chat"] += 1
        return
    ids, messages, parts = told(into, id, into.archive.messages(record.id))
    chat = framed(into, record, id, owner, source)
    chat.leaf_id = ids.get(record.leaf_id) if record.leaf_id else None
    tags = limits.worded(record.tags)
    with db.write() as tx:
        add(tx, Chat, record, **{name: getattr(chat, name) for name in columns(Chat)})
        for table, rows in ((Message, messages), (Part, parts)):
            insert_all(tx, table, rows)
        attach(tx, into, CHAT, id, record.attached)
        for word in tags:
            add_tag(tx, "chat", id, word)
        add_shares(tx, into, "chat", id, record.shares, ids)
        if not into.keeps:
            tx.audit(into.me, "chats.import", id, note="archive")
    made(into, "chat", id)
    into.report.made["message"] += len(messages)


def framed(into: Into, record: Any, id: str, owner: str, source: str) -> Chat:
    """The row of a chat. Raises Invalid."""
    must(record.title_by in ("", "model", "person"), "nobody gave its title.")
    must(len(record.system) <= LONGEST_SYSTEM and len(record.verbs) <= LONGEST_VERBS, "its settings are too long.")
    lists.check({name: getattr(record, name) for name in exports.PARAMETERS})
    title = "".join(c if is_visible(c) else " " for c in record.title)[: lists.LONGEST_TITLE]
    project = into.id("project", record.project_id) if record.project_id and into.mode != COPY else ""
    if project and not db.fetch("select 1 from project where id = ? and user_id = ?", project, owner):
        project = ""
    # What models may call with somebody's rights is for them to say, not for an archive.
    verbs = "" if into.mode == MERGE else record.verbs
    if verbs != record.verbs:
        into.report.count("chat", OFF)
    past = ("created_at", "changed_at", "pinned_at", "archived_at", "deleted_at")
    times = {name: into.past(getattr(record, name)) for name in past}
    if into.mode == COPY:
        times |= {"changed_at": clock.now(), "pinned_at": None, "archived_at": None, "deleted_at": None}
    return row(
        Chat,
        record,
        id=id,
        user_id=owner,
        title=title,
        source=source,
        project_id=project,
        preset_id=into.reference("preset", record.preset_id),
        model_id=into.model(record.model_id),
        verbs=verbs,
        **times,
    )


def told(into: Into, chat_id: str, records: list[Any]) -> tuple[dict[str, str], list[Message], list[Part]]:
    """The messages of a chat and their parts, and the ids here of those there. Raises Invalid."""
    must_be_tree(records)
    ids = {each.id: into.id_of_row(each.id) for each in records}
    patience = Patience(30.0)
    messages, parts = [], []
    for each in records:
        must(each.role in ("user", "assistant"), "one of its messages is of nobody.")
        own = [piece(into, ids[each.id], part) for part in each.parts]
        must(len({part.n for part in own}) == len(own), "one of its messages has parts without order.")
        mark = each.comparison if into.keeps or not each.comparison else into.derived(each.comparison)
        message = row(
            Message,
            each,
            id=ids[each.id],
            chat_id=chat_id,
            parent_id=ids[each.parent_id] if each.parent_id else None,
            state=each.state if each.state in STATES else INTERRUPTED,
            model_id=into.model(each.model_id),
            model=each.model[:LONGEST_WORD],
            comparison=mark[:64],
            error=each.error[:10_000],
            left_out=max(each.left_out, 0),
            html=exports.shown(each.role, sorted(own, key=lambda part: part.n), patience),
            **{name: into.past(getattr(each, name)) for name in exports.TIMES},
            **{name: None if getattr(each, name) is None else max(getattr(each, name), 0) for name in COUNTS},
        )
        messages.append(message)
        parts += own
    return ids, messages, parts


def piece(into: Into, message_id: str, record: Any) -> Part:
    """A part of a message. Raises Invalid."""
    must(record.kind in PARTS and record.target_kind in TARGETS, "one of its messages has a part of no kind.")
    return row(
        Part,
        record,
        message_id=message_id,
        name=record.name[:LONGEST_WORD],
        state=record.state if record.state in ENDS else STOPPED,
        target_id=into.reference(record.target_kind, record.target_id),
        revision=max(record.revision, 0),
        started_at=into.past(record.started_at),
    )


def must_be_tree(records: list[Any]) -> None:
    """Raises Invalid unless each message hangs on another one of them, or on none, and none on itself."""
    parents = {each.id: each.parent_id for each in records}
    must(len(parents) == len(records), "two of its messages have the same id.")
    rooted: set[str | None] = {None}
    for id in parents:
        path: list[str] = []
        step: str | None = id
        while step not in rooted:
            must(step in parents and len(path) <= len(parents), "its messages hang on none of them, or on themselves.")
            path.append(step or "")
            step = parents[step or ""]
        rooted.update(path)


def insert_all(tx: Transaction, table: Any, rows: list[Any]) -> None:
    """Insert many rows at once."""
    names = columns(table)
    sql = f"insert into {table.__tablename__} ({', '.join(names)}) values ({', '.join('?' * len(names))})"
    tx.database.driver.executemany(sql, ([getattr(each, name) for name in names] for each in rows))


# ── what was not sent yet ─────────────────────────────────────────────────────────────────────────────────────────────
def take_drafts(into: Into) -> None:
    """What stood in composers, where nothing stands there now."""
    for each in into.archive.lines("drafts.jsonl", LINES["drafts.jsonl"]):
        record: Any = each
        owner = into.owns(record.user_id)
        chat = into.id("chat", record.chat_id) if record.chat_id else ""
        if not owner or (chat and not db.fetch("select 1 from chat where id = ? and user_id = ?", chat, owner)):
            continue
        own = {"user_id": owner, "chat_id": chat, "text": record.text[:LARGEST]}
        with db.write() as tx:
            if add(tx, Draft, record, **own, changed_at=into.past(record.changed_at)):
                attach(tx, into, DRAFT, f"{owner}:{chat}", record.attached)
                into.report.made["draft"] += 1
