"""The history of a paste: its revisions, one of them, and what differs between two."""

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
from app.rights import Caller
from components.page import Margin, Page, PageHead
from components.parts import Ago, Button, Callout, Hidden, Select
from components.pastes.code import Shown
from components.pastes.lists import crumbed
from components.pastes.view import Files
from components.pastes.words import place, size_words, title_of

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


def HistoryPage(
    me: Caller,
    paste: Any,
    past: Sequence[Any],
    *,
    shelf: Any = None,
    workspace: str = "Inglenook",
) -> Any:
    """Every revision, the newest first, and the form that compares two."""
    item = paste.item
    rows = Ol(cls="revisions")(*(RevisionRow(me, item, each) for each in past))
    return _page(
        me,
        item,
        "History",
        Div(cls="column")(PageHead("History", f"Of “{title_of(item)}”."), rows),
        Margin("Compare", CompareForm(item, max(1, item.current - 1), item.current)) if len(past) > 1 else "",
        shelf=shelf,
        workspace=workspace,
    )


def RevisionRow(me: Caller, item: Any, past: Any) -> Any:
    """One revision: who, when, through which door, and what for."""
    revision, number = past.revision, past.revision.number
    current = number == item.current
    note = revision.note or (f"Brings back revision {revision.restores}." if revision.restores else "")
    facts = " ".join(filter(None, (past.author or "Somebody", DOORS.get(revision.door, ""))))
    return Li(
        Div(cls="row with-actions")(
            Span(
                A(cls="name", href=place(item) if current else place(item, "revisions", number))(f"Revision {number}"),
                Span(cls="badge")("current") if current else "",
            ),
            Span(cls="gist")(f"{facts}: {note}" if note else facts),
            Span(cls="facts")(Span(), Span(size_words(revision.size)), Ago(revision.created_at, me)),
            Div(cls="actions")(
                Button("Changes", "quiet", short=True, href=place(item, "diff", f"{number - 1}..{number}"))
                if number > 1
                else "",
            ),
        )
    )


def CompareForm(item: Any, a: int, b: int) -> Any:
    """Two revisions to compare."""
    numbers = [(number, f"Revision {number}") for number in range(item.current, 0, -1)]
    return Form(cls="compare", method="get", action=place(item, "diff"))(
        Select("From", "a", numbers, a, id="compare-a"),
        Select("to", "b", numbers, b, id="compare-b"),
        Button("Compare"),
    )


def RevisionPage(
    me: Caller,
    paste: Any,
    shown: Sequence[Shown],
    *,
    source: int = 0,
    shelf: Any = None,
    workspace: str = "Inglenook",
) -> Any:
    """An earlier state, and the way back to it."""
    item, revision, number = paste.item, paste.revision, paste.revision.number
    back = (
        Form(method="post", action=place(item, "revisions", number, "restoration"))(
            Hidden("base", item.current), Button("Bring it back", short=True)
        )
        if paste.can_write
        else ""
    )
    notice = Callout(
        "note",
        f"This is revision {number}.",
        Span("The paste is at ", A(href=place(item))(f"revision {item.current}"), "."),
        back,
    )
    head = Header(cls="head")(
        Div(
            H1(revision.title or title_of(item)),
            P(cls="about")(Span(f"revision {number}"), Ago(revision.created_at, me)),
        )
    )
    column = Div(cls="column")(head, notice, Files(item, shown, source, number))
    return _page(me, item, f"Revision {number}", column, shelf=shelf, workspace=workspace)


def DiffPage(
    me: Caller,
    paste: Any,
    a: int,
    b: int,
    files: Sequence[Any],
    *,
    side: bool = False,
    shelf: Any = None,
    workspace: str = "Inglenook",
) -> Any:
    """What differs, as one text or side by side."""
    item, span = paste.item, f"{a}..{b}"
    changed = [each for each in files if each.state != "same" or each.name != each.old_name]
    other = (
        Button("One text", short=True, href=place(item, "diff", span))
        if side
        else Button("Side by side", short=True, href=place(item, "diff", span, side=1))
    )
    nothing = Callout("", "Nothing differs.", f"Revisions {a} and {b} have the same files.")
    content = (
        PageHead(f"Revision {a} to {b}", f"Of “{title_of(item)}”.", other),
        Div(cls="files-of-paste")(*(FileDiff(each, side) for each in changed)) if changed else nothing,
    )
    column = Div(cls="wide")(*content) if side else Div(cls="column")(*content)
    beside = "" if side else Margin("Compare", CompareForm(item, a, b))
    return _page(me, item, f"{a} to {b}", column, beside, above="history", shelf=shelf, workspace=workspace)


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


def _page(me: Caller, item: Any, title: str, *content: Any, above: str = "", shelf: Any, workspace: str) -> Any:
    path: list[tuple[str, str | None]] = [(title_of(item), place(item))]
    if above:
        path.append(("History", place(item, "history")))
    return Page(
        me,
        *content,
        title=f"{title} · {title_of(item)}",
        place="pastes",
        shelf=shelf,
        crumbs=crumbed(me, *path, (title, None)),
        scripts=("pastes.js",),
        workspace=workspace,
    )
