"""What was read in a file: its pages, how far the reading is, or why there is nothing."""

from typing import Any

from fasthtml.components import H2, Div, P, Pre, Section, Span

from components.files.words import place
from components.parts import Button, Callout, Fold, Progress
from components.pastes.code import CsvTable
from components.pastes.words import counted

# Pages on one page; the others are behind a link.
MOST_PAGES = 50
UNITS = ("page", "sheet", "slide")


def TextPart(file: Any, found: Any, first: int = 1) -> Any:
    """The text of a file under its own heading, from the page `first` on; while it is being read, it asks again by
    itself. Of pictures none is looked for, but why one is not shown is told here."""
    item = file.item
    if file.type.startswith("image/"):
        broken = found.state == "failed"
        return Section(cls="part", id="text")(Callout("warn", "It is not shown.", found.words)) if broken else ""
    if found.state == "none":
        return ""
    head = Div(cls="text-head")(H2("Text"), Span(cls="small faint")(told(found)))
    if found.is_coming:
        asks = {"hx_get": place(item, "text"), "hx_trigger": "load delay:1s", "hx_swap": "outerHTML"}
        waits = (
            Progress(0, "Reading", 100) if not found.count else "",
            P(cls="small soft", role="status")(found.words or "It is being read. You can go on."),
        )
        return Section(cls="part text-of-file", id="text", **asks)(head, *waits)
    if found.state == "failed":
        return Section(cls="part text-of-file", id="text")(head, Callout("warn", "There is no text.", found.words))
    return Section(cls="part text-of-file", id="text")(
        head,
        Callout("", "", found.words) if found.words else "",
        *(PageFold(page, number == 0) for number, page in enumerate(found.pages)),
        More(item, found, first),
    )


def told(found: Any) -> str:
    """How much there is."""
    if not found.count:
        return ""
    word = found.pages[0].label.partition(" ")[0] if found.pages else ""
    return f"{counted(found.count, word if word in UNITS else 'part')} · {counted(found.characters, 'character')}"


def PageFold(page: Any, is_open: bool) -> Any:
    """One page, sheet or slide."""
    words = page.text.strip()
    cost = counted(len(words), "character") if words else "empty"
    return Fold(
        "text",
        page.label or f"part {page.n}",
        Words(page, words),
        cost=cost,
        open=is_open,
        id=f"page-{page.n}",
    )


def Words(page: Any, words: str) -> Any:
    """What it says: a sheet as a table, where it is one."""
    if not words:
        return P("There is no text on it.")
    table = CsvTable(words, page.label) if page.label.startswith("sheet") and "\t" in words else None
    return table if table is not None else Pre(cls="read", tabindex="0", aria_label=page.label)(words)


def More(item: Any, found: Any, first: int) -> Any:
    """The way to those that follow."""
    if first + MOST_PAGES > found.count:
        return ""
    href = place(item, first=first + MOST_PAGES, fragment_="text")
    return P(cls="older")(Button(f"From {first + MOST_PAGES:,} on", "quiet", short=True, href=href))
