"""DOCX: paragraphs and tables in their order, by the pages that the writing program last saw."""

from collections.abc import Iterator
from typing import Any, BinaryIO

from docx import Document
from docx.oxml import parse_xml

from app.readers import markup
from app.readers.bounds import bounded, pieces, unpacked

# Parts beside the text that have text too.
BESIDE = ("footnotes", "endnotes", "comments")


def docx(file: BinaryIO) -> Iterator[dict[str, Any]]:
    """The text of each page, or in pieces where no page ends; then the notes. Raises Unreadable."""
    unpacked(file)
    yield from bounded(parts(Document(file)))


def parts(document: Any) -> Iterator[tuple[str, str]]:
    """The pages and the notes."""
    lines = list(markup.told(document.element.body, leads(document)))
    if markup.PAGE in lines:
        page, n = [], 1
        for line in [*lines, markup.PAGE]:
            if line != markup.PAGE:
                page.append(line)
            elif any(page):
                yield f"page {n}", "\n".join(filter(None, page))
                page, n = [], n + 1
    else:
        yield from pieces(filter(str.strip, lines), "paragraph")
    for relation in document.part.rels.values():
        kind = relation.reltype.rpartition("/")[2]
        if kind in BESIDE and not relation.is_external:
            notes = list(filter(str.strip, markup.told(parse_xml(relation.target_part.blob), {})))
            if notes:
                yield kind, "\n".join(notes)


def leads(document: Any) -> dict[str, str]:
    """What is written before paragraphs of these styles, by their ids: marks of headings and lists, as in Markdown."""
    found = {}
    for style in document.styles:
        name = (style.name or "").lower()
        level = name.removeprefix("heading ")
        if name == "title" or (level != name and level.isdecimal()):
            found[style.style_id] = "#" * min(int(level) if level.isdecimal() else 1, 6) + " "
        elif name.startswith("list "):
            found[style.style_id] = "- "
    return found
