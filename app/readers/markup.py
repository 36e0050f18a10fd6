"""The words in the XML of an office: of Word's paragraphs and of PowerPoint's, which have the same names."""

from collections.abc import Iterator
from typing import Any

# Said twice for older programs, or no longer part of the text.
SKIPPED = {"Fallback", "del", "moveFrom", "instrText", "pPr", "rPr", "tblPr", "sectPr"}
PAGE = "\f"


def walked(element: Any) -> Iterator[tuple[str, Any]]:
    """The local name of each element below this one, and the element, in their order, however deep they lie."""
    stack = [iter(element)]
    while stack:
        below = next(stack[-1], None)
        if below is None:
            stack.pop()
        elif isinstance(below.tag, str):  # neither a comment nor an instruction
            name = below.tag.rpartition("}")[2]
            if name not in SKIPPED:
                yield name, below
                stack.append(iter(below))


def told(element: Any, leads: dict[str, str]) -> Iterator[str]:
    """The lines of text in it: one for each paragraph, one with tabs for each row of a table, and PAGE alone where a
    page ends. `leads` is what is written before paragraphs of a style."""
    line: list[str] = []
    row: Any = None
    for name, each in walked(element):
        if name == "tr":
            yield "".join(line)
            line, row = [], each
        elif name == "tc":
            line += ["\t"] if "".join(line) else []
        elif name == "p":
            if row is not None and is_within(each, row):
                line += [" "] if line and line[-1] not in ("\t", " ") else []
            else:
                yield "".join(line)
                line, row = [leads.get(style(each), "")], None
        elif name == "t":
            line.append(each.text or "")
        elif name in ("tab", "noBreakHyphen"):
            line.append("\t" if name == "tab" else "-")
        elif name == "lastRenderedPageBreak" or (name == "br" and ends_page(each)):
            yield "".join(line)
            yield PAGE
            line = []
        elif name in ("br", "cr"):
            line.append(" " if row is not None else "\n")
    yield "".join(line)


def is_within(element: Any, other: Any) -> bool:
    """Whether it lies below the other."""
    return any(above is other for above in element.iterancestors())


def style(paragraph: Any) -> str:
    """The id of a paragraph's style in Word, or ''."""
    found = paragraph.find("{*}pPr/{*}pStyle")
    return next(iter(found.attrib.values()), "") if found is not None else ""


def ends_page(element: Any) -> bool:
    """Whether a break is one of a page."""
    return "page" in element.attrib.values()
