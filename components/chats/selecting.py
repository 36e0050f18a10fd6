"""Many chats at once: the boxes that choose them, and what can be done with those that are chosen."""

from collections.abc import Mapping, Sequence
from typing import Any

from fastcore.xml import ft
from fasthtml.components import Button as ButtonTag
from fasthtml.components import Div, Form, Hr, Input, Label, Option, P, Span

from components.addresses import url
from components.parts import Button, Hidden, Menu, MenuLink

FORM = "selection"
HINT = "Choose chats to move, tag, archive, export or delete them."
DELETED_HINT = "Choose chats to restore them, or to delete them for good."


def Tick(chat: Any) -> Any:
    """The box that chooses a chat."""
    name = f"Choose {chat.title}"
    box = Input(type="checkbox", name="ids", value=chat.id, form=FORM, aria_label=name, autocomplete="off")
    return Label(cls="tick")(box)


def Selection(wanted: Any, projects: Mapping[str, str], tags: Sequence[str], more: bool) -> Any:
    """What can be done with the chosen chats, shown while there are any. `wanted` is the list in which they stand,
    `more` says that it has other pages."""
    kept = {"shelf": wanted.which, "q": wanted.words, "tag": wanted.tag, "project": wanted.project}
    everything = Label(cls="choice")(
        Input(type="checkbox", name="all", value="1", data_pick_everything=True, autocomplete="off"),
        Span("Every chat of this list, on all its pages"),
    )
    return Form(cls="selection", id=FORM, method="post", action=_at("archive"), aria_label="Chosen chats")(
        # The first button is what Enter presses in a field or on a box: nothing is to be done by that.
        ButtonTag(type="submit", disabled=True, hidden=True),
        *(Hidden(f"in_{name}", value) for name, value in kept.items() if value),
        Hidden("in_before", wanted.before) if wanted.before is not None else "",
        Label(cls="tick all", data_pick_all=True, hidden=True)(
            Input(type="checkbox", aria_label="Choose all on this page", autocomplete="off"),
        ),
        P(cls="picked", role="status", data_picked=True)(DELETED_HINT if wanted.which == "deleted" else HINT),
        Div(cls="deeds")(*(_ways_back() if wanted.which == "deleted" else _deeds(wanted, projects, tags))),
        everything if more else "",
    )


def _deeds(wanted: Any, projects: Mapping[str, str], tags: Sequence[str]) -> tuple[Any, ...]:
    if wanted.which == "archived":
        put = _deed("archive/removal", "Take out", "up")
    else:
        put = _deed("archive", "Archive", "folder")
    return (
        _opens("move-menu", "Move", "folder"),
        MoveMenu(projects),
        _opens("tag-panel", "Tag", "tag"),
        TagPanel(tags),
        put,
        Button("Export", icon="download", short=True, form=FORM, formaction=_at("export")),
        _deed("removal", "Delete", "trash", "danger"),
        _none(),
    )


def _ways_back() -> tuple[Any, ...]:
    ask = "Delete the chosen chats for good? This cannot be undone."
    return (
        _deed("restoration", "Restore", "again"),
        _deed("remains", "Delete for good", "trash", "danger", hx_confirm=ask, data_confirm_word="Delete"),
        _none(),
    )


def _none() -> Any:
    return Button("None", "quiet", short=True, type="reset", data_pick_none=True)


def _opens(menu: str, words: str, icon: str) -> Any:
    return Button(words, icon=icon, short=True, type="button", popovertarget=menu)


def _deed(path: str, words: str, icon: str, kind: str = "", **attrs: Any) -> Any:
    return Button(words, kind, icon=icon, short=True, **_posts(path), **attrs)


def _posts(path: str) -> dict[str, str]:
    return {"type": "submit", "form": FORM, "formaction": _at(path), "hx_post": _at(path), "hx_swap": "none"}


def _at(path: str) -> str:
    return url("/chats/selection", *path.split("/"))


def MoveMenu(projects: Mapping[str, str]) -> Any:
    """The projects into which they may go."""
    into = (
        MenuLink(name, "folder", name="project", value=id, data_into=id, **_posts("project"))
        for id, name in projects.items()
    )
    out = MenuLink("Out of the project", "up", name="project", value="", **_posts("project"))
    new = MenuLink("New project", "plus", href=url("/projects"))
    return Menu("move-menu", "Move to", *into, *((out,) if projects else ()), *((Hr(),) if projects else ()), new)


def TagPanel(tags: Sequence[str]) -> Any:
    """A field for the words that they are to bear, or no longer."""
    put = Button("Put on", short=True, data_enter=True, **_posts("tags"))
    off = Button("Take off", "quiet", short=True, **_posts("tags/removal"))
    return Div(cls="panel", id="tag-panel", popover=True, role="group", aria_label="Tags of the chosen chats")(
        Div(cls="field")(
            Label(fr="selection-tags")("Tags"),
            Input(cls="input", id="selection-tags", name="tags", form=FORM, autocomplete="off", list="known-tags"),
            P(cls="hint")("With commas between them."),
        ),
        Div(cls="actions")(put, off),
        KnownTags(tags),
    )


def KnownTags(tags: Sequence[str]) -> Any:
    """The words that chats bear already, for a field of tags."""
    return ft("datalist", *(Option(value=tag) for tag in tags), id="known-tags")
