"""Revealing: what burns is read once, by who confirmed that, and is gone in the same moment."""

from app import db, holdings, items
from app.errors import NotFound
from app.items import rendering, showing, storing
from app.pastes import finding
from app.pastes.finding import Paste
from app.rights import Caller


class Revealed(Paste):
    """What was read and is no more: its texts are in memory, their HTML was made before the end."""

    drawn: dict[tuple[str, str], str]

    def html(self, part: items.ItemPart) -> str:
        """The coloured lines of a part, '' where it is shown as plain text."""
        return self.drawn.get((part.hash, part.syntax), "")

    def prose(self, part: items.ItemPart) -> str:
        """Markdown as safe HTML, made now and not stored."""
        return "" if self.item.sealed or not part.is_text else rendering.prose(part.content) or ""


def reveal(me: Caller, id: str, *, password: str = "", token: str = "") -> Paste:
    """Read a paste and delete it, in one transaction: of many at once, one gets it.

    Raises NotFound for all others, and what `find` does.
    """
    found = finding.allowed(id, me, token)
    holdings.unlock(found, me, password, token)
    if not found.item.burns:
        raise NotFound()
    # Read before the end: afterwards nothing refers to it.
    revision, parts = items.contents(found.item)
    paste = Revealed(found.item, revision, parts, found.role, False)
    paste.drawn = {}
    for part in parts:
        if part.is_text and part.text is None:
            part.text = part.content
        if showing.has_colours(part) and not found.item.sealed:
            paste.drawn[(part.hash, part.syntax)] = showing.stored(part.hash, part.syntax) or ""
    with db.write() as tx:
        now = finding.in_transaction(tx, id, me, token)
        if now.password != found.password or now.item.current != found.item.current:
            raise NotFound()
        storing.erase(tx, now.item)
        tx.audit(me, "pastes.reveal", now.item)
    return paste
