"""Importing chats: the form, how far a file is, and the report of what was taken and what was not."""

from collections.abc import Mapping, Sequence
from typing import Any

from fasthtml.components import A, Code, Div, Form, Input, Label, Li, P, Section, Span, Ul

from components.addresses import url
from components.page import Page, PageHead, Part
from components.parts import Ago, Button, Callout, Progress, Row, Rows, State, Table

LEAD = "From the exports of ChatGPT, Claude, Open WebUI, LibreChat, and of Inglenook itself."
# Where each program makes its export, and what is sent here of it.
WAYS = (
    ("ChatGPT", "Settings, Data controls, Export data. A link comes by mail.", "the archive, or conversations.json"),
    ("Claude", "Settings, Privacy, Export data. A link comes by mail.", "the archive, or conversations.json"),
    ("Open WebUI", "Settings, Data controls, Export chats; or one chat, Download, as JSON.", "the JSON file"),
    ("LibreChat", "A chat's menu, Export, as JSON with all branches.", "the JSON file, or an archive of several"),
    ("Inglenook", "A chat's menu, Export as JSON; or many at once from the list.", "the JSON file, or the archive"),
)
# What is not taken: one, several, and why.
LEFT: Mapping[str, tuple[str, str, str]] = {
    "files": ("file", "files", "Exports name them without their bytes. The name stands in the message."),
    "pictures": ("picture", "pictures", "Exports name them without their bytes. The message says where they were."),
    "calls": ("call of a tool", "calls of tools", "Those tools are not here. What was said after them is taken."),
    "instructions": (
        "custom instruction",
        "custom instructions",
        "They hold for one program. Set your own in Settings.",
    ),
    "other": ("part of an unknown kind", "parts of unknown kinds", "Nothing is known here of what they are."),
}
STATES = {"queued": "waiting", "failed": "waits to try again", "running": "at work", "done": "done"}


def ImportPage(
    me: Any,
    imports: Sequence[Any],
    *,
    errors: Mapping[str, str] | None = None,
    shelf: Any = None,
    workspace: str = "Inglenook",
) -> Any:
    """The form, how the programs export, and the imports of the last week."""
    content = (
        PageHead("Import chats", LEAD),
        ImportForm((errors or {}).get("file") or (errors or {}).get("") or ""),
        Part("Earlier imports", ImportRows(me, imports)) if imports else "",
        Part("How to get the file", _ways()),
        Part("What is taken", _taken()),
    )
    return framed(me, "Import chats", (), content, shelf, workspace)


def framed(me: Any, title: str, crumbs: tuple[Any, ...], content: Any, shelf: Any, workspace: str) -> Any:
    """A page about imports; `crumbs` are those below its first page."""
    path = (("Chats", url("/chats")), ("Import", url("/chats/import") if crumbs else None), *crumbs)
    told = {"title": title, "place": "chats", "shelf": shelf, "crumbs": path, "workspace": workspace}
    return Page(me, Div(cls="wide")(*content), **told)


def ImportForm(error: str = "") -> Any:
    """The file."""
    hint = "JSON, or a ZIP archive with it, of at most 1 GiB."
    described = {
        "aria_describedby": "import-error" if error else "import-hint",
        "aria_invalid": "true" if error else None,
    }
    accept = ".json,.zip,application/json,application/zip"
    return Form(cls="import", method="post", action=url("/chats/import"), enctype="multipart/form-data")(
        Div(cls="field")(
            Label(fr="import-file")("The exported file"),
            Input(cls="input", id="import-file", type="file", name="file", accept=accept, required=True, **described),
            P(cls="error", id="import-error", role="alert")(error) if error else P(cls="hint", id="import-hint")(hint),
        ),
        Button("Import", "primary", icon="upload"),
    )


def _ways() -> Any:
    rows = [(name, where, what) for name, where, what in WAYS]
    return Table(("From", "Where the export is made", "Send"), rows, "How programs export chats")


def _taken() -> Any:
    lines = (
        "Every chat with all its branches, its title, its times and the names of its models.",
        "What models thought before they answered, and texts that were pasted along or written beside the chat.",
        "A file can be sent again: chats that are here already are passed by.",
        "Nothing is taken of a file that is broken, and no chat by halves.",
    )
    return Ul(cls="prose")(*(Li(line) for line in lines))


def ImportRows(me: Any, imports: Sequence[Any]) -> Any:
    """Earlier imports, and how they ended."""
    return Rows(*(_row(me, each) for each in imports))


def _row(me: Any, one: Any) -> Any:
    report = one.report
    gist = outcome(report) if report else one.error or STATES.get(one.state, one.state)
    return Row(one.name, url("/chats/imports", one.id), gist, facts=(Span(), Ago(one.created_at, me)))


def outcome(report: Any) -> str:
    """What came of a file, in a line."""
    if report.refused:
        return "Nothing was taken"
    taken = f"{counted(report.chats, 'chat', 'chats')} taken"
    return f"{taken}, {report.here:,} {'was' if report.here == 1 else 'were'} here already" if report.here else taken


def counted(number: int, one: str, several: str) -> str:
    """A number with its noun."""
    return f"{number:,} {one if number == 1 else several}"


def OneImportPage(me: Any, one: Any, *, shelf: Any = None, workspace: str = "Inglenook") -> Any:
    """How far one import is, or its report."""
    content = (PageHead("Import", one.name), ImportShown(me, one))
    return framed(me, f"Import of {one.name}", ((one.name, None),), content, shelf, workspace)


def ImportShown(me: Any, one: Any) -> Any:
    """The state of an import; while it is at work, the page asks again each second."""
    if one.report is not None:
        return Section(id="import", cls="importing")(
            *(_refused(one.report) if one.report.refused else _report(one.report))
        )
    if one.is_over:
        told = Callout("bad", "The import ended.", one.error or "It was stopped.", _again())
        return Section(id="import", cls="importing")(told)
    address = url("/chats/imports", one.id)
    asks = {"hx_get": address, "hx_trigger": "load delay:1s", "hx_swap": "outerHTML"}
    said = one.said or "Waiting for its turn"
    return Section(id="import", cls="importing", aria_live="polite", **asks)(
        P(State(f"{said} …", icon="jobs")),
        Progress(one.percent, "How much of the file is taken"),
        P(cls="small faint")("You can leave this page; it goes on, and its report stays here for a week. "),
        P(A(href=address)("Look again")),
    )


def _again() -> Any:
    return Button("Import another file", icon="upload", short=True, href=url("/chats/import"))


def _refused(report: Any) -> tuple[Any, ...]:
    return (Callout("bad", "Nothing was taken.", report.refused, _again(), role="status"),)


def _report(report: Any) -> tuple[Any, ...]:
    done = f"{counted(report.chats, 'chat', 'chats')} with {counted(report.messages, 'message', 'messages')} taken"
    words = [f"From {report.program}; they stand in the list at the times of the export."]
    words += [f"{report.here:,} {'was' if report.here == 1 else 'were'} here already."] if report.here else []
    words += [f"In {counted(report.empty, 'other', 'others')} nothing is said."] if report.empty else []
    named = Rows(*(Row(title, url("/chats", id)) for id, title in report.named))
    more = report.chats - len(report.named)
    return (
        Callout("good", f"{done}.", " ".join(words), _see(), role="status"),
        Part("Chats", named, P(cls="small faint")(f"and {more:,} more") if more > 0 else "") if report.named else "",
        Part("What was not taken", _left(report.left)) if report.left else "",
        Part("Chats that could not be read", _broken(report)) if report.unread else "",
    )


def _see() -> Any:
    return Button("All chats", icon="chat", short=True, href=url("/chats"))


def _left(left: Mapping[str, int]) -> Any:
    known = [(LEFT[kind], number) for kind, number in left.items() if kind in LEFT and number]
    rows = [(counted(number, one, several), why) for (one, several, why), number in known]
    return Table(("What", "Why"), rows, "What was not taken")


def _broken(report: Any) -> Any:
    rows = [(Code(place), why) for place, why in report.broken]
    more = report.unread - len(report.broken)
    return Div(
        Table(("Where", "Why"), rows, "Chats that could not be read"), P(f"and {more:,} more") if more > 0 else ""
    )


def ImportButton() -> Any:
    """The way to the form, above the list of chats."""
    return Button("Import", icon="upload", href=url("/chats/import"))
