"""The parts of a paste as they are read: lines with numbers that are links, Markdown and tables."""

import csv
import io
import itertools
from dataclasses import dataclass
from html import escape
from typing import Any

from fastcore.xml import NotStr
from fasthtml.components import (
    B,
    Caption,
    Div,
    Figcaption,
    Figure,
    Img,
    Input,
    Label,
    P,
    Pre,
    Span,
    Tbody,
    Thead,
)
from fasthtml.components import Button as ButtonTag
from fasthtml.components import Code as CodeTag
from fasthtml.components import Table as TableTag

from components.parts import Button, IconButton
from components.pastes.words import counted, place, size_words, syntax_words

# A table of more than this is read better as its source.
MOST_ROWS, MOST_COLUMNS = 500, 60
# Characters of a text that has no colours; the rest is read raw.
LARGEST = 512 * 1024
PICTURES = ("image/png", "image/jpeg", "image/gif", "image/avif", "image/webp")


@dataclass(frozen=True)
class Shown:
    """A part as a page shows it: `html` is its highlighted text, where each line is whole for itself (None for what is
    not text), `rendered` what it means (Markdown, a table) or None, `cut` whether this is only its beginning."""

    part: Any
    html: str | None
    rendered: Any = None
    cut: bool = False


def parts_shown(paste: Any, source: int = 0) -> list[Shown]:
    """The parts of a paste as a page shows them; the one at the place `source` as it was written."""
    return [part_shown(paste, part, source == position) for position, part in enumerate(paste.parts, 1)]


def part_shown(paste: Any, part: Any, source: bool) -> Shown:
    """A part with what it means, or its highlighted lines."""
    if not part.is_text:
        return Shown(part, None)
    rendered: Any = None
    if part.syntax == "markdown" and (prose := paste.prose(part)):
        rendered = Div(cls="prose")(NotStr(prose))
    elif part.syntax == "csv" and part.size <= LARGEST:
        rendered = CsvTable(part.content, part.name)
    if rendered is not None and not source:
        return Shown(part, "", rendered)
    if html := paste.html(part):
        return Shown(part, html, rendered)
    text = part.content.replace("\r\n", "\n")
    return Shown(part, escape(text[:LARGEST], quote=False), rendered, len(text) > LARGEST)


def anchor(position: int) -> str:
    """What the ids of a part's lines begin with: the first part's are `L3`, the second's `f2-L3`."""
    return f"f{position}-" if position > 1 else ""


def Lines(html: str, prefix: str = "") -> NotStr:
    """Highlighted text, each line with its number, which is a link."""
    # Texts instead of elements: ten thousand lines are an ordinary log.
    lines = html.removesuffix("\n").split("\n")
    return NotStr(
        "".join(
            f'<span class="line" id="{prefix}L{n}"><a href="#{prefix}L{n}" aria-label="Line {n}"></a>{line}\n</span>'
            for n, line in enumerate(lines, 1)
        )
    )


def PartFigure(item: Any, shown: Shown, position: int, revision: int | None = None, source: bool = False) -> Any:
    """One part under its name: rendered where it can be and its source is not asked for."""
    part, name = shown.part, shown.part.name or "text"
    if shown.html is None and part.type in PICTURES and revision is None:
        picture = Img(src=place(item, "raw", name), alt=name, loading="lazy")
        body: Any = Div(cls="picture")(picture)
    elif shown.html is None:
        body = P(cls="no-text")(f"{syntax_words('', part.type)}, which is shown by its program: download it.")
    elif shown.rendered is not None and not source:
        body = Div(cls="rendered")(shown.rendered)
    else:
        digits = min(6, max(2, len(str(part.lines))))
        code = CodeTag(Lines(shown.html, anchor(position)))
        body = Pre(cls=f"numbered w{digits}", tabindex="0", aria_label=name)(code)
    rest = P(cls="no-text")("Only its beginning is shown. The raw text has all of it.") if shown.cut else ""
    return Figure(cls="code file", id=f"f{position}", data_prefix=anchor(position))(
        Figcaption(FileName(shown, source), Span(cls="acts")(*acts(item, shown, position, revision, source))),
        body,
        rest,
    )


def FileName(shown: Shown, source: bool) -> Any:
    """What a part is called and how much it is."""
    part = shown.part
    rendered = shown.rendered is not None and not source
    size = (
        "rendered"
        if rendered
        else " · ".join(
            filter(None, (counted(part.lines, "line") if shown.html is not None else "", size_words(part.size)))
        )
    )
    return Span(B(part.name or syntax_words(part.syntax, part.type)), " ", Span(cls="faint")(size))


def acts(item: Any, shown: Shown, position: int, revision: int | None, source: bool) -> list[Any]:
    """What can be done with a part: an older one has no addresses of its own."""
    part, name = shown.part, shown.part.name or "text"
    found: list[Any] = []
    if shown.rendered is not None:
        words, wanted = ("Rendered", None) if source else ("Source", position)
        below = ("revisions", revision) if revision else ()
        found.append(Button(words, "quiet", short=True, href=place(item, *below, source=wanted) + f"#f{position}"))
    if shown.html is not None and (shown.rendered is None or source):
        wrap = f"wrap-{position}"
        found.append(
            Label(cls="button quiet short wraps", fr=wrap)(
                Input(type="checkbox", id=wrap, name=False, cls="unseen", data_wrap=True, autocomplete="off"), "Wrap"
            )
        )
    if revision is None:
        raw = place(item, "raw", part.name) if part.name else place(item, "raw")
        found.append(Button("Raw", "quiet", short=True, href=raw))
        if shown.html is not None:
            # Its picture comes with data-copy in a caption of code.
            from_where = raw if shown.rendered is not None and not source or shown.cut else ""
            copy = {"aria_label": f"Copy {name}", "title": f"Copy {name}", "data_copy": from_where}
            found.append(ButtonTag(cls="icon-button short", type="button", **copy))
        found.append(IconButton("download", f"Download {name}", href=f"{raw}?download=1", short=True, download=True))
    return found


def CsvTable(text: str, name: str) -> Any:
    """A table of comma-, semicolon- or tab-separated values: its first line is its head. None where it is none."""
    try:
        rows = list(itertools.islice(csv.reader(io.StringIO(text), delimiter=delimiter(text)), MOST_ROWS + 2))
    except csv.Error:  # a cell without an end, or a lone carriage return: then it is read as its source
        return None
    if len(rows) < 2 or not 1 < len(rows[0]) <= MOST_COLUMNS:
        return None
    width, more = len(rows[0]), len(rows) > MOST_ROWS + 1
    kinds = [numeric(cell) for cell in (rows[1] + [""] * width)[:width]]
    cells = zip(rows[0], kinds, strict=True)
    head = "<tr>" + "".join(f'<th scope="col"{kind}>{escape(cell)}</th>' for cell, kind in cells) + "</tr>"
    body = "".join(row_html(row[:width], width) for row in rows[1 : MOST_ROWS + 1])
    table = TableTag(cls="table")(Caption(cls="unseen")(name), Thead(NotStr(head)), Tbody(NotStr(body)))
    rest = P(cls="small faint")(f"The first {MOST_ROWS} rows. The source has all.") if more else ""
    return Div(Div(cls="scroll", tabindex="0", role="region", aria_label=name)(table), rest)


def row_html(row: list[str], width: int) -> str:
    """A row of a table as text, filled up to its width."""
    cells = row + [""] * (width - len(row))
    return "<tr>" + "".join(f"<td{numeric(cell)}>{escape(cell)}</td>" for cell in cells) + "</tr>"


def numeric(cell: str) -> str:
    """Numbers stand at the end of their column."""
    bare = cell.strip().replace(",", "").replace(".", "", 1).removeprefix("-").removesuffix("%")
    return ' class="num"' if bare.isascii() and bare.isdigit() else ""


def delimiter(text: str) -> str:
    """What parts the values: the sign that its first line has most of."""
    first = text[:4096].split("\n", 1)[0]
    return max(",;\t|", key=first.count)
