"""Attaching: files, pastes and other chats that lie beside a draft until it is sent, or beside a chat or project.

What is attached is referred to, never copied: whoever reads it is asked for their rights at that moment.
"""

from collections.abc import Iterable, Sequence

from app import clock, db
from app.chats import books, targets
from app.chats.tree import ATTACHMENT, Attachment, Chat, Part
from app.errors import Conflict, Invalid, NotFound, Refusal
from app.items.plain import columns, made
from app.rights import Caller

DRAFT, CHAT, PROJECT = "draft", "chat", "project"
MOST = 20  # beside one holder
LAID = f"""select {", ".join(columns(Attachment))} from attachment where holder_kind = ? and holder_id = ?
    order by position, added_at"""
CLEAR = (
    "delete from attachment where holder_kind = :holder and holder_id = :id and kind = :kind and target_id = :target"
)
MINE = "select 1 from project where id = ? and user_id = ?"


def draft_of(me: Caller, chat_id: str = "") -> str:
    """The holder that the draft of this chat is, '' for the next new one."""
    return f"{me.id}:{chat_id}"


def of(holder_kind: str, holder_id: str) -> list[Attachment]:
    """What lies beside a holder, in the order in which it was added. Whether one may see it is the caller's to know."""
    if (book := passing(holder_kind, holder_id)) is not None:
        return [each for each in book.attached if each.holder_kind == holder_kind]
    return [made(Attachment, row) for row in db.fetch_all(LAID, holder_kind, holder_id)]


def add(me: Caller, holder_kind: str, holder_id: str, kind: str, target_id: str) -> Attachment:
    """Lay a file, paste or chat beside a draft, chat or project; again it changes nothing.

    Raises NotFound for what one may not read, Conflict for what no model can be sent and for too many, Invalid.
    """
    must_hold(me, holder_kind, holder_id)
    if kind == "chat" and target_id == holder_id.partition(":")[2 if holder_kind == DRAFT else 0]:
        raise Conflict("A chat knows what was said in it: it need not be attached to itself.")
    name = targets.find(me, kind, target_id).name
    before = of(holder_kind, holder_id)
    if (there := next((each for each in before if (each.kind, each.target_id) == (kind, target_id)), None)) is not None:
        return there
    if len(before) >= MOST:
        raise Conflict(f"At most {MOST} things can be attached. Take one away first.")
    row = Attachment(
        holder_kind=holder_kind,
        holder_id=holder_id,
        kind=kind,
        target_id=target_id,
        name=name,
        position=before[-1].position + 1 if before else 0,
        added_at=clock.now(),
    )
    if (book := passing(holder_kind, holder_id)) is not None:
        book.attached.append(row)
        return row
    with db.write() as tx:
        tx.session.merge(row)
        if holder_kind == CHAT:
            tx.audit(me, "chats.attach", holder_id, note=f"{kind} {target_id}")
        elif holder_kind == PROJECT:
            tx.audit(me, "projects.attach", holder_id, note=f"{kind} {target_id}")
    return row


def beside(chat: Chat) -> list[Attachment]:
    """What lies beside a chat and its project, for all that is asked in it; the same thing once."""
    rows = of(CHAT, chat.id) if chat.id else []
    rows += of(PROJECT, chat.project_id) if chat.project_id else []
    return list({(row.kind, row.target_id): row for row in reversed(rows)}.values())[::-1]


def lay(book: books.Book, along: Sequence[tuple[str, str, str]]) -> None:
    """Lay these (kind, id, name) beside a chat that is being made, in the transaction that makes it. Who may read them
    is asked when they are read."""
    rows = [
        Attachment(
            holder_kind=CHAT,
            holder_id=book.chat.id,
            kind=kind,
            target_id=target_id,
            name=name,
            position=n,
            added_at=clock.now(),
        )
        for n, (kind, target_id, name) in enumerate(along)
    ]
    if isinstance(book, books.Temporary):
        book.attached += rows
    elif isinstance(book, books.Kept):
        book.session.add_all(rows)


def remove(me: Caller, holder_kind: str, holder_id: str, kind: str, target_id: str) -> None:
    """Take something away from a holder; what is not there is none. Raises NotFound for the holder of a stranger."""
    must_hold(me, holder_kind, holder_id)
    if (book := passing(holder_kind, holder_id)) is not None:
        gone = (holder_kind, kind, target_id)
        book.attached = [each for each in book.attached if (each.holder_kind, each.kind, each.target_id) != gone]
        return
    with db.write() as tx:
        tx.run(CLEAR, holder=holder_kind, id=holder_id, kind=kind, target=target_id)
        if holder_kind == CHAT:
            tx.audit(me, "chats.detach", holder_id, note=f"{kind} {target_id}")
        elif holder_kind == PROJECT:
            tx.audit(me, "projects.detach", holder_id, note=f"{kind} {target_id}")


def clear(tx: db.Transaction | None, draft: str, sent: Iterable[Part]) -> None:
    """What was sent lies beside this draft no longer; what came meanwhile stays. Of no draft ('') nothing is taken."""
    gone = {(part.target_kind, part.target_id) for part in sent} if draft else set()
    if (book := passing(DRAFT, draft)) is not None:
        book.attached = [
            each for each in book.attached if each.holder_kind != DRAFT or (each.kind, each.target_id) not in gone
        ]
    elif tx is not None:
        for kind, target_id in gone:
            tx.run(CLEAR, holder=DRAFT, id=draft, kind=kind, target=target_id)


def sent(me: Caller, chat_id: str = "") -> list[Part]:
    """What lies beside a draft as parts of the question that it becomes, each at the revision that it has now. What may
    no longer be read stays as a name."""
    return [part_of(me, each.kind, each.target_id, each.name) for each in of(DRAFT, draft_of(me, chat_id))]


def parts(me: Caller, wanted: Sequence[tuple[str, str]]) -> list[Part]:
    """These (kind, id) as parts of a question. Raises what `add` does."""
    if len(wanted) > MOST:
        raise Invalid(attachments=f"At most {MOST} things can be attached.")
    found = [targets.find(me, kind, id) for kind, id in dict.fromkeys(wanted)]
    return [targets.part(each) for each in found]


def part_of(me: Caller, kind: str, target_id: str, name: str) -> Part:
    """One of them as a part."""
    try:
        return targets.part(targets.find(me, kind, target_id))
    except Refusal:
        return Part(message_id="", n=0, kind=ATTACHMENT, name=name, target_kind=kind, target_id=target_id)


def placed(parts: Iterable[Part], message_id: str, first: int) -> list[Part]:
    """The same attachments as parts of this message, numbered from `first` on."""
    return [
        Part(
            message_id=message_id,
            n=n,
            kind=ATTACHMENT,
            name=each.name,
            target_kind=each.target_kind,
            target_id=each.target_id,
            revision=each.revision,
        )
        for n, each in enumerate(parts, first)
    ]


def must_hold(me: Caller, holder_kind: str, holder_id: str) -> None:
    """Raises NotFound unless the holder is this person's."""
    me.must_be_known()
    if holder_kind == PROJECT and db.fetch(MINE, holder_id, me.id) is not None:
        return
    owner, _, chat_id = holder_id.partition(":") if holder_kind == DRAFT else (me.id, "", holder_id)
    if holder_kind not in (DRAFT, CHAT) or owner != me.id:
        raise NotFound()
    if chat_id or holder_kind == CHAT:
        with books.reading(chat_id, me):
            return


def passing(holder_kind: str, holder_id: str) -> books.Temporary | None:
    """The temporary chat that is the holder, or whose draft is: nothing of it is written down."""
    if holder_kind == PROJECT:
        return None
    return books.temporary.get(holder_id.partition(":")[2] if holder_kind == DRAFT else holder_id)
