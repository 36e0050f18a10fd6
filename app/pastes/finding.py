"""Finding a paste: for those who may, with its password, counted where its views are."""

from dataclasses import dataclass
from functools import partial

from app import holdings
from app.errors import NotFound
from app.holdings import Holding, Noun
from app.holdings.passing import PASS_TIME as PASS_TIME
from app.items import OWNER, ItemPart, showing
from app.rights import Caller


class Paste(Holding):
    """A paste as one person sees it at one of its revisions."""

    def part(self, name: str) -> ItemPart:
        """The part of this name. Raises NotFound."""
        found = next((part for part in self.parts if part.name == name), None)
        if found is None:
            raise NotFound("It has no part of this name.")
        return found

    def html(self, part: ItemPart) -> str:
        """The coloured lines of a part (safe HTML, one line a line), '' where it is shown as plain text."""
        return "" if self.item.sealed else showing.html(part)

    def prose(self, part: ItemPart) -> str:
        """A part of Markdown as safe HTML, '' where it is shown as plain text."""
        return "" if self.item.sealed else showing.prose(part)


PASTES = Noun("paste", "pastes", Paste, copied="Fork it to change a copy.")


@dataclass(frozen=True)
class Cover:
    """What may be told of a paste that reading deletes. `locked` says that a password is needed too."""

    id: str
    created_at: int
    expires_at: int | None
    locked: bool
    sealed: bool
    is_mine: bool = False


find = partial(holdings.find, PASTES)
held = partial(holdings.held, PASTES)
allowed = partial(holdings.allowed, PASTES)
in_transaction = partial(holdings.in_transaction, PASTES)


def cover(id: str, me: Caller, *, token: str = "") -> Cover:
    """What is told of a paste that reading deletes, without reading it. Raises NotFound, also for other pastes."""
    found = allowed(id, me, token)
    if not found.item.burns:
        raise NotFound()
    item = found.item
    return Cover(item.id, item.created_at, item.expires_at, bool(found.password), item.sealed, found.role == OWNER)
