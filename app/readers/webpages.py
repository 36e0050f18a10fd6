"""Web pages: the text that one would read, without markup, scripts and styles."""

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Any, BinaryIO

from app.readers.bounds import MOST_CHARACTERS, bounded, pieces
from app.readers.texts import opened

UNSEEN = {"script", "style", "template", "noscript", "svg", "math", "object", "iframe", "head"}
BLOCKS = frozenset(
    {"address", "article", "aside", "blockquote", "body", "br", "dd", "details", "div", "dl", "dt", "fieldset"}
    | {"figcaption", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "html", "legend"}
    | {"li", "main", "nav", "ol", "option", "p", "pre", "section", "summary", "table", "title", "tr", "ul"}
)
HEADINGS = {f"h{n}": "#" * n + " " for n in range(1, 7)} | {"li": "- "}
CHUNK = 64 << 10


class Prose(HTMLParser):
    """Collects the text of a page, a line for each block."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[str] = []
        self.hidden: list[str] = []
        self.size = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """A block begins a line; what is not seen is left out until its end."""
        if tag in UNSEEN:
            self.hidden.append(tag)
        elif tag == "title":  # of the head, it alone is read
            self.hidden.clear()
        if tag in BLOCKS or tag in HEADINGS:
            self.found.append("\n" + HEADINGS.get(tag, ""))
        elif tag in ("td", "th"):
            self.found.append("\t")

    def handle_endtag(self, tag: str) -> None:
        """A block ends its line."""
        if tag in self.hidden:
            del self.hidden[self.hidden.index(tag) :]
        if tag in BLOCKS:
            self.found.append("\n")

    def handle_data(self, data: str) -> None:
        """Words, if they are seen."""
        if not self.hidden and self.size < MOST_CHARACTERS:
            self.found.append(re.sub(r"\s+", " ", data))
            self.size += len(self.found[-1])


def html(file: BinaryIO) -> Iterator[dict[str, Any]]:
    """The text of a page, in pieces of whole paragraphs."""
    prose, text = Prose(), opened(file)
    while prose.size < MOST_CHARACTERS and (some := text.read(CHUNK)):
        prose.feed(some)
    prose.close()
    found = (re.sub(r" *\t ?", "\t", line).strip() for line in "".join(prose.found).split("\n"))
    yield from bounded(pieces((line for line in found if line.strip("#- ")), "paragraph"))
