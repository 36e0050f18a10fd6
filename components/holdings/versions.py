"""Versions: the history of a thing, one of its revisions, and what differs between two."""

from collections.abc import Sequence
from html import escape
from typing import Any

from fastcore.xml import NotStr
from fasthtml.components import (
    H1,
    A,
    B,
    Code,
    Div,
    Figcaption,
    Figure,
    Form,
    Header,
    Li,
    Ol,
    P,
    Pre,
    Span,
    Table,
    Tbody,
)

from app.items import FileDiff as Diff
from app.items import Line
from components.holdings.frames import Frame
from components.holdings.words import size_words
from components.page import Margin, PageHead
from components.parts import Ago, Button, Callout, Hidden, Select

STATES = {"added": "new", "removed": "gone", "changed": "", "same": "", "binary": "", "large": ""}
NOT_COMPARED = {
    "added": "An empty file is new.",
    "removed": "An empty file is gone.",
    "binary": "These are not texts. They differ.",
    "large": "These are too large to compare. They differ.",
}
ENDS = "\r\n"
COLUMNS = '<colgroup><col class="n"><col><col class="n"><col></colgroup>'
DOORS = {"api": "by the API", "mcp": "by an agent", "terminal": "from a terminal", "chat": "by a model in a chat"}


def HistoryPage(frame: Frame, past: Sequence[Any]) -> Any:
    """Every revision, the newest first, and the form that compares two."""
    rows = Ol(cls="revisions")(*(RevisionRow(frame, each) for each in past))
    current = frame.item.current
    return frame.page(
        "History",
        Div(cls="column")(PageHead("History", f"Of “{frame.title}”."), rows),
        Margin("Compare", CompareForm(frame, max(1, current - 1), current)) if len(past) > 1 else "",
    )


def RevisionRow(frame: Frame, past: Any) -> Any:
    """One revision: who, when, through which door, and what for."""
    revision, number = past.revision, past.revision.number
    current = number == frame.item.current
    note = revision.note or (f"Brings back revision {revision.restores}." if revision.restores else "")
    facts = " ".join(filter(None, (past.author or "Somebody", DOORS.get(revision.door, ""))))
    return Li(
        Div(cls="row with-actions")(
            Span(
                A(cls="name", href=frame.at() if current else frame.at("revisions", number))(f"Revision {number}"),
                Span(cls="badge")("current") if current else "",
            ),
            Span(cls="gist")(f"{facts}: {note}" if note else facts),
            Span(cls="facts")(Span(), Span(size_words(revision.size)), Ago(revision.created_at, frame.me)),
            Div(cls="actions")(
                Button("Changes", "quiet", short=True, href=frame.at("diff", f"{number - 1}..{number}"))
                if number > 1
                else "",
            ),
        )
    )


def CompareForm(frame: Frame, a: int, b: int) -> Any:
    """Two revisions to compare."""
    numbers = [(number, f"Revision {number}") for number in range(frame.item.current, 0, -1)]
    return Form(cls="compare", method="get", action=frame.at("diff"))(
        Select("From", "a", numbers, a, id="compare-a"),
        Select("to", "b", numbers, b, id="compare-b"),
        Button("Compare"),
    )


def RevisionPage(frame: Frame, thing: Any, *body: Any) -> Any:
    """An earlier state, shown by `body`, and the way back to it."""
    revision, number = thing.revision, thing.revision.number
    back = (
        Form(method="post", action=frame.at("revisions", number, "restoration"))(
            Hidden("base", frame.item.current), Button("Bring it back", short=True)
        )
        if thing.can_write and not thing.is_current
        else ""
    )
    notice = Callout(
        "note",
        f"This is revision {number}.",
        Span(f"The {frame.word} is at ", A(href=frame.at())(f"revision {frame.item.current}"), "."),
        back,
    )
    about = P(cls="about")(Span(f"revision {number}"), Ago(revision.created_at, frame.me))
    head = Header(cls="head")(Div(H1(revision.title or frame.title), about))
    return frame.page(f"Revision {number}", Div(cls="column")(head, notice, *body))


def DiffPage(frame: Frame, a: int, b: int, files: Sequence[Any], *, side: bool = False) -> Any:
    """What differs, as one text or side by side."""
    span = f"{a}..{b}"
    changed = [each for each in files if each.state != "same" or each.name != each.old_name]
    other = (
        Button("One text", short=True, href=frame.at("diff", span))
        if side
        else Button("Side by side", short=True, href=frame.at("diff", span, side=1))
    )
    nothing = Callout("", "Nothing differs.", f"Revisions {a} and {b} have the same contents.")
    content = (
        PageHead(f"Revision {a} to {b}", f"Of “{frame.title}”.", other),
        Div(cls="files-of-paste")(*(FileDiff(each, side) for each in changed)) if changed else nothing,
    )
    column = Div(cls="wide")(*content) if side else Div(cls="column")(*content)
    beside = "" if side else Margin("Compare", CompareForm(frame, a, b))
    return frame.page(f"{a} to {b}", column, beside, above=(("History", frame.at("history")),))


def FileDiff(file: Diff, side: bool) -> Any:
    """What differs in one file."""
    label = f"What differs in {file.name}"
    name = file.name if file.old_name == file.name else f"{file.old_name} → {file.name}"
    if not file.unified:
        body: Any = P(cls="no-text")(NOT_COMPARED.get(file.state, "Nothing differs."))
    elif side:
        body = Div(cls="scroll", tabindex="0", role="region", aria_label=label)(Side(file.rows))
    else:
        body = Pre(tabindex="0", aria_label=label)(Code(Unified(file.unified)))
    count = (Span(cls="added")(f"+{file.added:,}"), " ", Span(cls="removed")(f"−{file.removed:,}"))
    facts = count if file.added or file.removed else (file.state,)
    return Figure(cls="code diff")(
        Figcaption(Span(B(name), " ", Span(cls="faint")(STATES.get(file.state, "")), " ", *facts)), body
    )


def Unified(text: str) -> NotStr:
    """A unified difference; its signs stay, so that it can be copied and read without colours."""
    kinds = {"+": "gi", "-": "gd", "@": "gu"}
    lines = text.removesuffix("\n").split("\n")[2:]
    return NotStr("".join(f'<span class="{kinds.get(line[:1], "same")}">{escape(line)}\n</span>' for line in lines))


def Side(rows: Sequence[Line]) -> Any:
    """Two texts beside each other: what is gone at the left, what is new at the right."""
    return Table(cls="side")(NotStr(COLUMNS), Tbody(NotStr("".join(map(side_row, rows)))))


def side_row(row: Line) -> str:
    """One row of two texts."""
    if row.kind == "gap":
        return '<tr class="skip"><td colspan="4">…</td></tr>'
    left = "gd" if row.kind in ("changed", "removed") else ""
    right = "gi" if row.kind in ("changed", "added") else ""
    return (
        f'<tr><td class="n">{row.old_number or ""}</td><td class="{left}">{escape(row.old_text.rstrip(ENDS))}</td>'
        f'<td class="n">{row.new_number or ""}</td><td class="{right}">{escape(row.new_text.rstrip(ENDS))}</td></tr>'
    )


def StaleNotice(current: int, difference: str) -> Any:
    """Somebody was faster: nothing is overwritten, and this is what keeping it now would change."""
    lines = Pre(tabindex="0", aria_label="What yours would change")(Code(Unified(difference)))
    code = Figure(cls="code diff")(Figcaption(Span(f"What yours would change in revision {current}")), lines)
    words = f"It is at revision {current} now. What you wrote is below; keeping it makes it the next one."
    return Div(cls="stale")(
        Callout("warn", "Somebody has changed this since you opened it.", words, role="alert"),
        code if difference else "",
    )
