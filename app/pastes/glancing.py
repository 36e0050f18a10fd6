"""Glancing: one keyed statement that gives all a page or the raw bytes of an open paste need, for the event loop."""

from dataclasses import dataclass
from typing import Any

from app import clock, db
from app.items import PUBLIC, UNLISTED
from app.items.rendering import VERSION

SQL = f"""select i.owner_id, i.title, i.visibility, i.password != '' or i.burns or i.max_views is not null, i.sealed,
    i.expires_at, i.trashed_at, i.current, i.views, i.parent_id, i.created_at, i.changed_at, i.space_id,
    p.name, p.syntax, p.type, p.size, p.lines, p.hash, p.text, r.html
    from item i join itempart p on p.item_id = i.id and p.number = i.current
    left join rendering r on r.hash = p.hash and r.syntax = p.syntax and r.version = {VERSION}
    where i.id = ? and i.kind = 'paste' order by p.position"""


@dataclass(frozen=True, slots=True)
class Look:
    """A part at a glance: `text` is None where it lies in a blob, `html` where it was not made yet."""

    name: str
    syntax: str
    type: str
    size: int
    lines: int
    hash: str
    text: str | None
    html: str | None


@dataclass(frozen=True, slots=True)
class Glance:
    """A paste at a glance. Only if `is_open` may it be shown without asking `find`."""

    id: str
    owner_id: str | None
    title: str
    visibility: str
    is_guarded: bool
    sealed: bool
    expires_at: int | None
    trashed_at: int | None
    current: int
    views: int
    parent_id: str | None
    created_at: int
    changed_at: int
    space_id: str
    parts: tuple[Look, ...]

    @property
    def is_open(self) -> bool:
        """Whether whoever has the link may read it at this moment, and nothing has to be counted or asked first."""
        over = self.expires_at is not None and self.expires_at <= clock.now()
        return self.visibility in (UNLISTED, PUBLIC) and not (self.is_guarded or over or self.trashed_at is not None)


def glance(id: str) -> Glance | None:
    """The paste with the stored HTML and text of its current revision, whoever may see it; None when there is none."""
    rows = db.fetch_all(SQL, id)
    if not rows:
        return None
    owner, title, visibility, guarded, sealed, *rest = rows[0][:13]
    parts = tuple(Look(*row[13:]) for row in rows)
    made: Any = Glance
    found: Glance = made(id, owner, title, visibility, bool(guarded), bool(sealed), *rest, parts)
    return found
