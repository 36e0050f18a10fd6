"""Answers whose process died while it wrote them: told by their boot id, folded, and shown as interrupted."""

from sqlmodel import col, select

from app import clock, db
from app.chats.answering import RESTART
from app.chats.folding import end_calls, folded, html_of, parts_of
from app.chats.tree import INTERRUPTED, IS_UNFINISHED, Message, Piece
from app.logs import log


def interrupt_orphans(boot: str) -> int:
    """Finish what other boots left; how many there were. Runs before anything is served, and can be repeated."""
    with db.read() as session:
        query = select(Message).where(IS_UNFINISHED, Message.boot != boot)
        orphans = list(session.exec(query))
    for orphan in orphans:
        fold(orphan)
    if orphans:
        log.warning("chats.interrupted", count=len(orphans))
    return len(orphans)


def fold(orphan: Message) -> None:
    """One orphan's pieces become its parts; one transaction."""
    with db.read() as session:
        query = select(Piece).where(Piece.message_id == orphan.id).order_by(col(Piece.n))
        pieces = [(piece.kind, piece.text) for piece in session.exec(query)]
    parts = parts_of(orphan.id, pieces)
    end_calls(parts)
    orphan.state, orphan.error_kind, orphan.error = INTERRUPTED, "restart", RESTART
    orphan.finished_at = clock.now()
    orphan.html = html_of(parts)
    with db.write() as tx:
        for sql, values in folded(orphan, parts):
            tx.session.connection().exec_driver_sql(sql, values)
