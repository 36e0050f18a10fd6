"""Showing: the HTML of parts, made once for the same bytes and syntax, and stored."""

from app import clock, db
from app.items import rendering, storing, syntaxes
from app.items.pieces import Ready
from app.items.rendering import PROSE, VERSION
from app.items.rows import ItemPart, Rendering

STORED = "select html from rendering where hash = ? and syntax = ? and version = ?"


def stored(hash: str, syntax: str) -> str | None:
    """The HTML that is stored, '' for what stays plain, None when it was not made yet."""
    row = db.fetch(STORED, hash, syntax, VERSION)
    return row[0] if row else None


def coloured(parts: list[Ready]) -> list[Rendering]:
    """What is still to be stored of what these parts look like. Takes up to 2 s for each that resists."""
    found: dict[tuple[str, str], Rendering] = {}
    for part in (each.part for each in parts):
        key = (part.hash, part.syntax)
        if not has_colours(part) or key in found or stored(*key) is not None:
            continue
        html = rendering.colours(part.content, part.syntax)
        if html is not None:
            found[key] = row(*key, html)
    return list(found.values())


def has_colours(part: ItemPart) -> bool:
    """Whether this is a text in a language that has colours, and not too long for them."""
    return part.is_text and part.size <= rendering.LARGEST and part.syntax not in ("", *syntaxes.OWN)


def html(part: ItemPart) -> str:
    """The coloured lines of a part as safe HTML, '' when it stays plain. Raises Gone when its bytes were lost."""
    if not has_colours(part):
        return ""
    return found_or_made(part, part.syntax)


def prose(part: ItemPart) -> str:
    """A part of Markdown as safe HTML, '' when that takes too long. Raises Gone when its bytes were lost."""
    return found_or_made(part, PROSE) if part.is_text and part.size <= rendering.LARGEST else ""


def found_or_made(part: ItemPart, syntax: str) -> str:
    """What is stored; otherwise it is made and stored now."""
    known = stored(part.hash, syntax)
    if known is not None:
        return known
    text = part.content
    made = rendering.prose(text) if syntax == PROSE else rendering.colours(text, syntax)
    if made is not None:
        with db.write() as tx:
            storing.keep_renderings(tx, [row(part.hash, syntax, made)])
    return made or ""


def row(hash: str, syntax: str, html: str) -> Rendering:
    """A rendering of this version."""
    return Rendering(hash=hash, syntax=syntax, version=VERSION, html=html, used_at=clock.now())
