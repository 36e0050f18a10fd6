"""Answers whose process died while it wrote them: told by their boot id, folded, and shown as interrupted."""

from sqlmodel import col, select

from app import clock, db, markdown
from app.chats.replies import RESTART, folded, joined
from app.chats.tree import INTERRUPTED, IS_UNFINISHED, Message, Part, Piece
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
        pieces = joined([(piece.kind, piece.text) for piece in session.exec(query)])
    parts = [Part(message_id=orphan.id, n=n, kind=kind, text=text) for n, (kind, text) in enumerate(pieces)]
    orphan.state, orphan.error_kind, orphan.error = INTERRUPTED, "restart", RESTART
    orphan.finished_at = clock.now()
    orphan.html = markdown.render("".join(part.text for part in parts if part.kind == "text"))
    with db.write() as tx:
        for sql, values in folded(orphan, parts):
            tx.session.connection().exec_driver_sql(sql, values)
