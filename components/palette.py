"""The palette and the list of shortcuts: boxes that the keyboard opens on every page."""

from typing import Any

from fastcore.xml import ft
from fasthtml.components import H2, H3, A, Div, Input, Label, Li, P, Span, Ul
from fasthtml.components import Button as ButtonTag
from fasthtml.components import Dialog as DialogTag

from app.backups.past import shapes
from components.addresses import url
from components.parts import Button, Dialog, Icon

SHORTCUTS = (
    (("Ctrl", "K"), "Find a chat, a model, a page or a command"),
    (("/",), "To the composer; in it, a prompt by its name"),
    (("Enter",), "Send"),
    (("Shift", "Enter"), "Break the line"),
    (("Ctrl", "Enter"), "Keep the paste that is being written"),
    (("Ctrl", "V"), "On the page of files: upload what was copied"),
    (("Space",), "In a list of files: tick one; Shift and an arrow tick several"),
    (("Esc",), "Stop the answer, close what is open"),
    (("↑",), "Edit the last question, in an empty composer"),
    (("Shift", "click"), "Choose several, on the boxes of a list; Ctrl A takes all"),
    (("?",), "This list"),
)
# Those that there are where nothing changes.
READING = (("Ctrl", "K"), ("?",))


def PaletteDialog() -> Any:
    """The empty palette; its list is fetched from /palette when it opens for the first time."""
    return DialogTag(cls="dialog palette", id="palette", aria_labelledby="palette-title", data_list=url("/palette"))(
        H2(cls="unseen", id="palette-title")("Find"),
        Div(cls="sought")(
            Icon("search"),
            Label(cls="unseen", fr="palette-field")("Words to find"),
            Input(id="palette-field", name="q", type="search", autocomplete="off", placeholder="Type a few letters"),
            ft("kbd", "Esc"),
        ),
        Div(cls="found", id="palette-found", tabindex="-1"),
        P(cls="unseen", role="status", data_count=True),
    )


def PaletteList(*groups: tuple[str, list[Any]]) -> Any:
    """What GET /palette answers: headings and their PaletteLinks and PaletteCommands."""
    return Div(data_entries=True)(*(_group(heading, entries) for heading, entries in groups if entries))


def _group(heading: str, entries: list[Any]) -> Any:
    return Div(data_group=True)(H3(heading), Ul(role="list")(*(Li(entry) for entry in entries)))


def PaletteLink(words: str, href: str, icon: str, aside: str = "") -> Any:
    """A page, a chat or a model to go to."""
    return A(href=href)(*_entry(words, icon, aside))


def PaletteCommand(words: str, presses: str, icon: str, aside: str = "") -> Any:
    """Something to do on this page: presses the element that the selector `presses` finds."""
    return ButtonTag(type="button", data_presses=presses)(*_entry(words, icon, aside))


def _entry(words: str, icon: str, aside: str) -> tuple[Any, ...]:
    return Icon(icon, small=True), Span(cls="name")(words), Span(cls="aside")(aside) if aside else ""


def ShortcutsDialog() -> Any:
    """Every key that does something."""
    known = SHORTCUTS if shapes.here is None else [each for each in SHORTCUTS if each[0] in READING]
    keys = (part for names, deed in known for part in (ft("dt", *_keys(names)), ft("dd", deed)))
    close = Button("Close", "quiet", type="button", commandfor="shortcuts", command="close")
    return Dialog("shortcuts", "Shortcuts", ft("dl", *keys, cls="keys"), actions=(close,))


def _keys(names: tuple[str, ...]) -> list[Any]:
    return [part for name in names for part in (ft("kbd", name), " ")]
