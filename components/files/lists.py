"""The lists of files: a folder, what others share, what has a star, the trash; and the shelf in the rail."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from fastcore.xml import NotStr, to_xml
from fasthtml.components import Div, Form, Nav, P, Section, Span

from app.rights import Caller
from components.addresses import root_path, url
from components.files.pieces import Pieces
from components.files.uploading import RoomMeter, Uploader, UploadMenu
from components.files.words import folder_place, place
from components.page import Margin, Page, PageHead, Shelf, ShelfGroup, ShelfLink
from components.parts import Button, Callout, Empty, Field, Hidden, IconButton, Select, Tabs
from components.pastes.lists import Terminal

TABS = (("mine", "Mine"), ("shared", "Shared with me"), ("starred", "Starred"), ("trash", "Trash"))
NOTHING = {
    "mine": ("No files yet", "Drop files anywhere on this page, paste a picture, or press Upload."),
    "folder": ("This folder is empty", "Drop files anywhere on this page, paste a picture, or press Upload."),
    "shared": ("Nothing is shared with you", "Files that others share with you or with your spaces are listed here."),
    "starred": ("No stars yet", "The star above a file puts it here and in the rail."),
    "trash": ("The trash is empty", "What you delete lies here for 30 days before it is gone."),
}
KINDS = (
    ("", "Every kind"),
    ("picture", "Pictures"),
    ("document", "Documents"),
    ("text", "Text"),
    ("audio", "Sound"),
    ("video", "Videos"),
    ("archive", "Archives"),
)
ORDERS = (("changed", "Latest first"), ("name", "By name"), ("size", "Largest first"))
LEAD = "Whatever is to outlive a chat: with folders, versions, and links that end."


@dataclass(frozen=True)
class Listed:
    """Which files a page lists, and how. `space` is the id of one, `older` the address of those that follow."""

    shelf: str = "mine"
    tag: str = ""
    space: str = ""
    words: str = ""
    kind: str = ""
    order: str = "changed"
    view: str = "list"
    older: str = ""

    @property
    def is_narrowed(self) -> bool:
        """Whether only some of the files are asked for."""
        return bool(self.words or self.kind or self.tag)

    def address(self, folder: Any = None, **other: Any) -> str:
        """The same list in another way."""
        asked = {"shelf": self.shelf if self.shelf != "mine" else None, "tag": self.tag or None}
        asked |= {"space": self.space or None, "q": self.words or None, "kind": self.kind or None}
        asked |= {"order": self.order if self.order != "changed" else None}
        return url("/files", **({"folder": folder.id if folder else None} | asked | other))


def crumbed(me: Caller, path: Sequence[Any], *last: tuple[str, str | None]) -> tuple[tuple[str, str | None], ...]:
    """The path below the list of files through these folders, for those who have one."""
    above = (("Files", url("/files")), *((folder.name, folder_place(folder)) for folder in path))
    return (*above, *last) if me else last


def FilesShelf(
    folders: Sequence[Any] = (),
    starred: Sequence[Any] = (),
    tags: Sequence[tuple[str, int]] = (),
    spaces: Sequence[tuple[str, str]] = (),
    here: str = "",
) -> Any:
    """What stands in the rail: folders at the top, spaces, stars and tags; `here` is an id or `#tag`."""
    if not (folders or starred or tags or spaces):
        return Shelf("Your files", P(cls="small faint quiet")("Folders, starred files and tags will be listed here."))
    groups = (
        ("Folders", [ShelfLink(each.name, folder_place(each), each.id == here) for each in folders]),
        ("Spaces", [ShelfLink(name, url("/files", space=id), id == here) for id, name in spaces]),
        ("Starred", [ShelfLink(each.title, place(each), each.id == here) for each in starred]),
        ("Tags", [ShelfLink(name, url("/files", tag=name), f"#{name}" == here, count=n) for name, n in tags]),
    )
    return Shelf("Your files", *(part for title, links in groups if links for part in ShelfGroup(title, *links)))


def FilesPage(
    me: Caller,
    rows: Sequence[Any],
    it: Listed,
    *,
    folders: Sequence[Any] = (),
    path: Sequence[Any] = (),
    place_name: str = "",
    largest: int = 0,
    writable: bool = True,
    used: tuple[int, int] = (0, 0),
    address: str = "",
    shelf: Any = None,
    said: Any = "",
    workspace: str = "Inglenook",
) -> Any:
    """One list. `path` are the folders down to this one, `place_name` is the space's name, `largest` the bytes of the
    largest file that is taken, `writable` whether something may be put here, `used` how many bytes of how many are
    taken, `address` where a terminal puts files."""
    folder = path[-1] if path else None
    title = folder.name if folder else place_name or "Files"
    lead = (
        Span("Tagged ", Span(cls="badge")(it.tag))
        if it.tag
        else None
        if folder
        else f"The files of the space {place_name}."
        if place_name
        else LEAD
    )
    may_add = it.shelf == "mine" and not it.tag and writable
    column = Div(cls="column")(
        PageHead(title, lead, ways(root_path.get(), *named(folder), it.space) if may_add else ""),
        said,
        above(root_path.get(), replace(it, older=""), *named(folder)),
        Div(id="listing", cls="listing")(
            Pieces(me, folders, rows, it, folder) if rows or folders else nothing(it, folder),
            P(cls="older")(Button("More files", "quiet", short=True, href=it.older)) if it.older else "",
        ),
        bringer(root_path.get(), *named(folder), it.space, largest) if may_add else "",
    )
    beside = Margin(
        "Beside the list", RoomMeter(*used) if used[1] else "", Terminal(address) if address and may_add else ""
    )
    about: dict[str, Any] = {"crumbs": crumbed(me, path[:-1], (title, None))} if folder else {"here": "Files"}
    return Page(
        me,
        column,
        beside,
        title=title,
        place="files",
        shelf=shelf,
        bare=folder is None,
        scripts=("files.js",),
        workspace=workspace,
        **about,
    )


@dataclass(frozen=True)
class Named:
    """A folder, as far as it matters to what brings files into it."""

    id: str
    name: str


def named(folder: Any) -> tuple[str, str]:
    """What tells one folder from another; '' for none."""
    return (folder.id, folder.name) if folder else ("", "")


# The same for every page of a folder, and two hundred elements.
@lru_cache(maxsize=256)
def above(root: str, it: Listed, id: str, name: str) -> NotStr:
    """What chooses another list, as text."""
    folder = Named(id, name) if id else None
    parts = ("" if folder or it.space else Which(it), Narrow(it, folder))
    return NotStr(to_xml(parts, indent=False))


@lru_cache(maxsize=256)
def ways(root: str, id: str, name: str, space: str) -> NotStr:
    """The ways to bring something, as text."""
    return NotStr(to_xml(UploadMenu(Named(id, name) if id else None, space), indent=False))


@lru_cache(maxsize=256)
def bringer(root: str, id: str, name: str, space: str, largest: int) -> NotStr:
    """What the script works with, as text."""
    return NotStr(to_xml(Uploader(Named(id, name) if id else None, space, largest=largest), indent=False))


def Which(it: Listed) -> Any:
    """The lists there are."""
    tab = (
        (name, url("/files", shelf=None if key == "mine" else key), key == it.shelf and not it.tag)
        for key, name in TABS
    )
    return Tabs("Which files", *tab)


def Narrow(it: Listed, folder: Any) -> Any:
    """Find by name, by kind, in another order, as rows or as pictures."""
    if it.shelf in ("trash", "shared"):
        return ""
    kept = {"folder": folder.id if folder else "", "space": it.space, "tag": it.tag}
    kept |= {"shelf": it.shelf if it.shelf != "mine" else ""}
    looks = Nav(cls="looks", aria_label="How they are shown")(
        *(
            IconButton(
                icon, words, href=it.address(folder, view=view), short=True, aria_current=str(view == it.view).lower()
            )
            for view, icon, words in (("list", "rows", "As rows"), ("grid", "grid", "As pictures"))
        )
    )
    form = Form(cls="narrow", method="get", action=url("/files"), role="search", data_narrow=True)(
        *(Hidden(name, value) for name, value in kept.items() if value),
        Field(
            "Find by name", "q", it.words, "search", autocomplete="off", placeholder="Find by name", data_filter=True
        ),
        Select("Kind", "kind", KINDS, it.kind),
        Select("Order", "order", ORDERS, it.order),
        Button("Show", short=True),
    )
    return Section(cls="narrowing", aria_label="Which of them")(form, looks)


def nothing(it: Listed, folder: Any) -> Any:
    """What this place is for."""
    if it.is_narrowed:
        everything = Button("Show all", href=Listed(it.shelf, space=it.space).address(folder))
        return Empty("Nothing like this", "No file here has that name, kind or tag.", everything)
    return Empty(*NOTHING["folder" if folder and it.shelf == "mine" else it.shelf])


def TrashedNotice(files: Sequence[Any], folders: Sequence[Any], back: str) -> Any:
    """What was put away just now, with the way back to the list at this address."""
    names = [*(each.name for each in folders), *(each.title for each in files)]
    words = f"“{names[0]}” is" if len(names) == 1 else f"{len(names)} are"
    undo = Form(method="post", action=url("/files/selection"))(
        *(Hidden("id", each.id) for each in files),
        *(Hidden("folder", each.id) for each in folders),
        Hidden("back", back),
        Button("Undo", short=True, name="deed", value="untrash"),
    )
    return Callout("", f"{words} in the trash.", "There for 30 days.", undo, role="status")
