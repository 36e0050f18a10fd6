"""The files of a list, each with its box to tick, and what can be done with all that are ticked."""

from collections.abc import Sequence
from functools import lru_cache
from html import escape
from typing import Any

from fastcore.xml import NotStr, to_xml
from fasthtml.components import Div, Form, Input, Label, P, Span, Ul

from app.rights import Caller
from components.addresses import root_path, url
from components.files.words import folder_place, is_pictured, kind_icon, kind_words, place, thumbnail
from components.parts import Button, Clock, Hidden, Icon, day_words
from components.pastes.lists import marks_html, short_day
from components.pastes.words import counted, size_words


def Pieces(me: Caller, folders: Sequence[Any], rows: Sequence[Any], it: Any, folder: Any) -> Any:
    """Folders, then files, in one form: what is ticked is moved, taken along or put away together."""
    look = "grid" if it.view == "grid" and it.shelf != "trash" else "list"
    within = (FolderRow(me, each, it.shelf) for each in folders)
    files = (PieceRow(me, row, it.shelf) for row in rows)
    return Form(cls="pieces-form", method="post", action=url("/files/selection"), data_pieces_form=True)(
        Hidden("back", it.address(folder)),
        Div(cls="choice all")(
            Input(type="checkbox", id="pick-all", name=False, data_pick_all=True, autocomplete="off"),
            Label(fr="pick-all")("All of these"),
        ),
        Ul(cls=f"pieces {look}", role="list", data_pieces=True)(*within, *files),
        deeds_html(root_path.get(), it.shelf),
    )


def PieceRow(me: Caller, row: Any, which: str) -> NotStr:
    """One file: its picture, its name and marks, what it is, how large, and when it changed."""
    # A text instead of elements: a list has fifty of them.
    item = row.item
    name = escape(item.title)
    linked = (
        f'<a class="name" href="{place(item)}">{name}</a>' if which != "trash" else f'<span class="name">{name}</span>'
    )
    kind = escape(kind_words(row.type, row.syntax))
    return NotStr(
        f'<li id="row-{item.id}" data-piece>{box("id", item.id, name)}{face(item, row.type)}'
        f'<span class="told">{linked}{marks_html(item)}{star(row)}</span>'
        f'<span class="gist">{escape(gist(row))}</span><span class="facts"><span>{kind}</span>'
        f"<span>{size_words(row.size)}</span><span>{when(item, me)}</span></span></li>"
    )


def FolderRow(me: Caller, folder: Any, which: str) -> NotStr:
    """One folder."""
    name = escape(folder.name)
    linked = f'<a class="name" href="{escape(folder_place(folder))}">{name}</a>'
    linked = linked if which != "trash" else f'<span class="name">{name}</span>'
    return NotStr(
        f'<li id="row-{folder.id}" data-piece>{box("folder", folder.id, name)}'
        f'<span class="face">{icon("folder")}</span>'
        f'<span class="told">{linked}</span><span class="gist"></span>'
        f'<span class="facts"><span>Folder</span><span></span>'
        f"<span>{when(folder, me)}</span></span></li>"
    )


def box(name: str, id: str, words: str) -> str:
    """The box that chooses something."""
    return (
        f'<span class="tick"><input type="checkbox" name="{name}" value="{id}" aria-label="Choose {words}"'
        ' autocomplete="off"></span>'
    )


def face(item: Any, type: str) -> str:
    """A small picture of a file, or that of its kind."""
    if is_pictured(type) and not item.trashed_at:
        picture = f'<img src="{escape(thumbnail(item, 320))}" alt="" loading="lazy" decoding="async">'
        return f'<span class="face">{icon(kind_icon(type))}{picture}</span>'
    return f'<span class="face">{icon(kind_icon(type))}</span>'


@lru_cache(maxsize=64)
def icon(name: str) -> str:
    """A picture of the sprite as text."""
    return str(Icon(name))


def star(row: Any) -> str:
    """That one has starred it."""
    return f' <span class="starred">{icon("star")}<span class="unseen">Starred</span></span>' if row.starred else ""


def gist(row: Any) -> str:
    """Whose it is, and its tags."""
    return " · ".join(filter(None, (row.owner, ", ".join(row.tags))))


def when(thing: Any, me: Caller) -> str:
    """When it changed, as short as it can be said."""
    day = day_words(thing.changed_at, me)
    return str(to_xml(Clock(thing.changed_at, me), indent=False)) if day == "Today" else short_day(thing.changed_at, me)


@lru_cache(maxsize=64)
def deeds_html(root: str, which: str) -> NotStr:
    """All deeds as text."""
    return NotStr(to_xml(Deeds(which), indent=False))


def Deeds(which: str) -> Any:
    """What can be done with what is ticked; shown while something is."""
    if which == "trash":
        deeds: tuple[Any, ...] = (
            deed("untrash", "Restore", "again"),
            deed(
                "erase",
                "Delete for good",
                "trash",
                "danger",
                data_confirm="Delete these for good? This cannot be undone.",
            ),
        )
    elif which == "shared":
        deeds = (zipped(), deed("star", "Star", "star"), deed("copy", "Copy", "copy"))
    else:
        deeds = (
            zipped(),
            deed("move", "Move", "folder", data_deed="move"),
            deed("copy", "Copy", "copy"),
            deed("star", "Star", "star"),
            deed("tag", "Tag", "tag"),
            deed("trash", "Trash", "trash", "danger", data_deed="trash"),
        )
    return Div(cls="deeds", role="group", aria_label="With what is chosen")(
        P(cls="small soft", role="status", data_picked=True)(Span(cls="unseen")("Nothing is chosen.")),
        Div(cls="actions")(*deeds, Button("None", "quiet", short=True, type="reset", data_pick_none=True)),
    )


def deed(name: str, words: str, picture: str, kind: str = "", **attrs: Any) -> Any:
    """One deed."""
    asks = {"data_confirm_word": "Delete"} if "data_confirm" in attrs else {}
    return Button(words, kind, icon=picture, short=True, name="deed", value=name, **attrs, **asks)


def zipped() -> Any:
    """All that is ticked in one archive."""
    return Button("Download", icon="download", short=True, formmethod="get", formaction=url("/files/zip"))


__all__ = ["Pieces", "counted"]
