"""Sharing: links by which others read a chat: as it was at one message, or as it grows; for anybody, or whoever is
signed in. What a model thought, and what its tools were asked and told, stays with the owner."""

from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import text as sql

from app import clock, db, verbs
from app.chats import books
from app.chats.books import Book, Kept
from app.chats.material import attached
from app.chats.tree import DONE, UNFINISHED, Chat, Message, text_of
from app.chats.views import PAGE, Turn, turned
from app.errors import Conflict, Gone, Invalid, NotFound, Unknown
from app.rights import Caller, Share, shares
from app.rights.shares import KNOWN, LINK

KIND = "chat"
AUDIENCES = (LINK, KNOWN)
Extent = Literal["snapshot", "live", "one"]
# A share's `point`: a message, up to which it is shown; '' follows the chat; with this before it, that message alone.
ALONE = "="
MOST = 200  # open doors of one chat
SHORTEST, LONGEST = 60, 366 * 86_400  # seconds
ABOVE = sql(
    """with recursive path(id) as (
        select :leaf
        union all
        select message.parent_id from message join path on message.id = path.id where message.parent_id is not null)
    select 1 from path where id = :id"""
)


@dataclass
class Shared:
    """What a link shows: the turns from oldest to newest, whether there are older ones, and whose it is."""

    share: Share
    chat: Chat
    owner: str
    turns: list[Turn]
    more: bool

    @property
    def is_live(self) -> bool:
        """Whether it shows what is said later, too."""
        return not self.share.point


def share(
    me: Caller,
    id: str,
    audience: str = LINK,
    extent: Extent = "snapshot",
    message_id: str = "",
    expires_in: int | None = None,
) -> tuple[Share, str]:
    """Open a door to the chat; also the token that its link holds, told only here. A snapshot ends at `message_id`, or
    where the chat is now; `one` shows that question and its answer alone. `expires_in` is in seconds.

    Raises Invalid, NotFound, and Conflict for a temporary chat, an answer that is being written, and too many doors.
    """
    if audience not in AUDIENCES:
        raise Invalid(audience="A chat is shared with link (anybody) or known (whoever is signed in).")
    if expires_in is not None and not SHORTEST <= expires_in <= LONGEST:
        raise Invalid(expires_in=f"It ends after {SHORTEST} to {LONGEST} seconds (a year), or never.")
    until = None if expires_in is None else clock.now() + expires_in * clock.SECOND
    with books.writing(id, me) as (book, tx):
        if tx is None:
            raise Conflict("A temporary chat is kept nowhere, so it cannot be shared.")
        if len(shares.all(KIND, id)) >= MOST:
            raise Conflict(f"This chat has {MOST} links. Revoke some first.")
        point = pointed(book, extent, message_id)
        made, token = shares.grant(tx, me, KIND, id, audience, point=point, expires_at=until)
        tx.audit(me, "chats.share", id, note=f"{audience} {extent}")
    return made, token


def pointed(book: Book, extent: str, message_id: str) -> str:
    """Where a share ends. Raises Invalid, NotFound, Conflict."""
    if extent not in ("snapshot", "live", "one"):
        raise Invalid(extent="A link shows a snapshot, the chat live, or one question and its answer.")
    if extent == "live":
        return ""
    message = book.message(message_id or book.chat.leaf_id or "")
    if message is None:
        raise NotFound("This message is not in this chat.")
    if message.state in UNFINISHED:
        raise Conflict("An answer is still being written here. Share it when it has ended, or share the chat live.")
    return f"{ALONE if extent == 'one' else ''}{message.id}"


def extent_of(share: Share) -> Extent:
    """How much a share shows."""
    return "live" if not share.point else "one" if share.point.startswith(ALONE) else "snapshot"


def doors(me: Caller, id: str) -> list[Share]:
    """The doors to my chat that were not revoked, the newest first. Raises NotFound, Gone."""
    with books.reading(id, me):
        return shares.all(KIND, id)


def unshare(me: Caller, id: str, share_id: str) -> None:
    """Close a door for good, from this moment on. Raises NotFound."""
    with books.writing(id, me) as (_, tx):
        if tx is None:
            raise NotFound("A temporary chat is not shared.")
        shares.revoke(tx, KIND, id, share_id)
        tx.audit(me, "chats.unshare", id)


def opened(token: str, me: Caller, before: str | None = None, limit: int = PAGE) -> Shared:
    """What the link with this token shows: the newest turns, or those before the message `before`.

    Raises NotFound, Gone for a link that is over, and Unknown where one has to be signed in.
    """
    found = shares.by_link(KIND, token)
    if found is None:
        raise NotFound()
    if found.expires_at is not None and found.expires_at <= clock.now():
        raise Gone("The time of this link is over.")
    if found.audience == KNOWN and not me.id:
        raise Unknown()
    with db.read() as session:
        chat = session.get(Chat, found.target_id)
        if chat is None or chat.deleted_at:
            raise NotFound()
        book = Kept(session, chat)
        path = along(book, found, before, limit)
        turns = turned(book, list(reversed(path[:limit])))
    owner = db.fetch("select name from account where id = ?", chat.user_id)
    return Shared(found, chat, owner[0] if owner else "", turns, len(path) > limit)


def along(book: Kept, found: Share, before: str | None, limit: int) -> list[Message]:
    """The messages that a share shows, from the newest, at most one more than `limit`. Raises NotFound."""
    if found.point.startswith(ALONE):
        # An answer with its question, which is above it; a question alone.
        path = book.path(found.point.removeprefix(ALONE), 2)
        return path if path and path[0].role == "assistant" else path[:1]
    leaf = found.point or book.chat.leaf_id
    if before is None:
        return book.path(leaf, limit + 1)
    message = book.message(before)
    # Other branches are not shared: what is asked for has to lie on the way that is shown.
    if message is None or book.session.execute(ABOVE, {"leaf": leaf, "id": before}).first() is None:
        raise NotFound()
    return book.path(message.parent_id, limit + 1) if message.parent_id else []


def as_json(shown: Shared) -> dict[str, Any]:
    """What a link shows, for programs. Older messages are told with `before`."""
    told = ("id", "role", "state", "model")
    messages = [
        {name: getattr(turn.message, name) for name in told}
        | {"text": text_of(turn.parts), "created_at": verbs.moment(turn.message.created_at).isoformat()}
        | {"attached": [part.name for part in attached(turn.parts)]}
        for turn in shown.turns
    ]
    about = {"title": shown.chat.title, "extent": extent_of(shown.share), "before": older(shown)}
    return about | {"messages": messages}


def older(shown: Shared) -> str | None:
    """The message before which there are more, None where these are all."""
    return shown.turns[0].message.id if shown.more and shown.turns else None


def as_markdown(shown: Shared) -> str:
    """What a link shows, as text."""
    lines = [f"# {shown.chat.title}", ""]
    lines += [f"Older messages: ?before={before}", ""] if (before := older(shown)) else []
    for turn in shown.turns:
        who = "Question" if turn.message.role == "user" else turn.message.model or "Answer"
        note = "" if turn.message.state == DONE else f" ({turn.message.state})"
        lines += [f"## {who}{note}", "", text_of(turn.parts).rstrip(), ""]
        lines += [*(f"- Attached: {part.name}" for part in named), ""] if (named := attached(turn.parts)) else []
    return "\n".join(lines)
