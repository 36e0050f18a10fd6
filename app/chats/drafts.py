"""What stands in a composer: kept on the server, per person and chat, until it is sent."""

from app import clock, db
from app.chats import books
from app.chats.messages import LARGEST
from app.chats.tree import Chat
from app.errors import TooLarge
from app.rights import Caller

KEEP = """insert into draft (user_id, chat_id, text, changed_at) values (:user, :chat, :text, :now)
    on conflict (user_id, chat_id) do update set text = excluded.text, changed_at = excluded.changed_at"""
KEPT = 90 * clock.DAY


def find(me: Caller, chat_id: str = "") -> str:
    """The draft of this chat, or of the next new one."""
    if book := books.passing(chat_id, me):
        return book.draft
    row = db.fetch("select text from draft where user_id = ? and chat_id = ?", me.id, chat_id)
    return row[0] if row else ""


def keep(me: Caller, chat_id: str, text: str) -> None:
    """Keep the draft, or drop it when it is empty. Raises TooLarge, and NotFound for a stranger's chat."""
    me.must_be_known()
    if len(text.encode()) > LARGEST:
        raise TooLarge(f"A draft may have at most {LARGEST >> 10} KiB.")
    if book := books.passing(chat_id, me):
        book.draft = text
        return
    with db.write() as tx:
        if chat_id:
            books.mine(tx.find(Chat, chat_id), me)
        if text.strip():
            tx.run(KEEP, user=me.id, chat=chat_id, text=text, now=clock.now())
        else:
            tx.run("delete from draft where user_id = :user and chat_id = :chat", user=me.id, chat=chat_id)


def sweep() -> None:
    """Forget drafts that nobody touched for 90 days, and what lies beside them for as long."""
    with db.write() as tx:
        tx.run("delete from draft where changed_at < :limit", limit=clock.now() - KEPT)
        tx.run("delete from attachment where holder_kind = 'draft' and added_at < :limit", limit=clock.now() - KEPT)
