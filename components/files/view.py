"""A file as it is looked at: a preview in the column, its link and what can be done in the outer margin."""

from collections.abc import Sequence
from typing import Any

from fasthtml.components import H1, H2, A, Div, Form, Header, Li, P, Section, Span, Ul
from fasthtml.components import Button as ButtonTag

from app.rights import Caller
from components.addresses import url
from components.files.lists import crumbed
from components.files.previews import at
from components.files.uploading import Uploader
from components.files.words import kind_words, place
from components.page import Margin, Page
from components.parts import Ago, Button, Dialog, Facts, Field, Icon, IconButton
from components.pastes.words import READERS, Expires, counted, marks_of, size_words


def FilePage(
    me: Caller,
    file: Any,
    preview: Any,
    *,
    link: str,
    text: Any = "",
    author: str = "",
    path: Sequence[Any] = (),
    tags: Sequence[str] = (),
    starred: bool = False,
    pixels: tuple[int, int] = (0, 0),
    largest: int = 0,
    at_once: bool = False,
    shelf: Any = None,
    said: Any = "",
    workspace: str = "Inglenook",
) -> Any:
    """A file. `link` is its whole address, `preview` what is shown of it, `text` what was read in it, `path` the
    folders that it lies in, `pixels` the width and height of a picture, `at_once` whether the script may send the next
    version: who writes by a link only has the form."""
    column = Div(cls="column")(
        said,
        FileHead(me, file, author),
        preview,
        text,
        Uploader(largest=largest, file_id=file.id, base=file.item.current, into=f"as the next version of “{file.name}”")
        if at_once
        else "",
    )
    return Page(
        me,
        column,
        FileMargin(me, file, link, tags, pixels),
        title=file.name,
        place="files",
        shelf=shelf,
        crumbs=crumbed(me, path, (file.name, None)),
        actions=BarActions(me, file, starred),
        scripts=("files.js",),
        thing=("file", file.id),
        workspace=workspace,
    )


def FileHead(me: Caller, file: Any, author: str) -> Any:
    """The name, and who brought it when."""
    facts = [
        Span(author) if author else "",
        Ago(file.revision.created_at, me),
        Span(f"version {file.revision.number}") if file.item.current > 1 else "",
        *marks_of(file.item),
    ]
    return Header(cls="head")(Div(H1(file.name), P(cls="about")(*facts)))


def BarActions(me: Caller, file: Any, starred: bool) -> tuple[Any, ...]:
    """What is done to the whole file, above it."""
    if not me:
        return (Button("Sign in", short=True, href=url("/signin", next=place(file.item))),)
    share = Button("Share", short=True, icon="share", href=place(file.item, "settings"), data_makes=True)
    return StarForm(file.id, starred), share if file.is_mine else ""


def StarForm(id: str, on: bool) -> Any:
    """Finding it again; also the fragment that takes its place."""
    address = url("/files", id, "star", "removal") if on else url("/files", id, "star")
    return Form(method="post", action=address, hx_post=address, hx_swap="outerHTML", id="star")(
        IconButton("star", "Star", aria_pressed="true" if on else "false", cls="star")
    )


def FileMargin(me: Caller, file: Any, link: str, tags: Sequence[str], pixels: tuple[int, int]) -> Any:
    """The link, what can be done, and what is known."""
    return Margin(
        "About this file",
        Button(
            "Download",
            "primary",
            icon="download",
            full=True,
            href=place(file.item, "download", **at(file)),
            download=file.name,
        ),
        Field("Link", "link", link, id="link", readonly=True, aria_label="The link of this file"),
        Ul(cls="acts-list")(*(Li(each) for each in deeds(me, file) if each)),
        Section(H2("About"), About(me, file, tags, pixels)),
        NameBox(file) if file.is_mine else "",
    )


def deeds(me: Caller, file: Any) -> list[Any]:
    """What this person can do here."""
    item, own, member = file.item, file.is_mine, bool(me) and not me.is_guest
    return [
        _press("copy", "Copy the link", type="button", data_copy="#link"),
        _post("chat", "Ask about this", place(item, "question")) if member else "",
        _press("edit", "Rename", type="button", commandfor="name-box", command="show-modal") if own else "",
        _go("upload", "Upload a new version", place(item, "history", fragment_="next"), data_pick="files")
        if file.can_write and member
        else "",
        _go("history", "Versions", place(item, "history")),
        _chosen("folder", "Move", item, "move") if own else "",
        _chosen("fork", "Copy", item, "copy") if own else "",
        _post("fork", "Copy to your files", place(item, "copies")) if member and not own else "",
        _go("admin", "Readers, expiry, tags", place(item, "settings")) if own else "",
        _post("trash", "Move to the trash", place(item, "trash"), danger=True) if own else "",
    ]


def _go(icon: str, words: str, href: str, **attrs: Any) -> Any:
    return A(href=href, **attrs)(Icon(icon), words)


def _press(icon: str, words: str, danger: bool = False, **attrs: Any) -> Any:
    return ButtonTag(cls="danger" if danger else None, **attrs)(Icon(icon), words)


def _post(icon: str, words: str, address: str, danger: bool = False) -> Any:
    return Form(method="post", action=address)(_press(icon, words, danger, type="submit"))


def _chosen(icon: str, words: str, item: Any, deed: str) -> Any:
    return _go(icon, words, url("/files/selection", id=item.id, deed=deed, back=place(item)))


def About(me: Caller, file: Any, tags: Sequence[str], pixels: tuple[int, int]) -> Any:
    """What is known of a file."""
    item = file.item
    linked = [part for name in tags for part in (", ", A(href=url("/files", tag=name))(name))][1:]
    return Facts(
        ("Kind", Span(title=file.type)(kind_words(file.type, file.part.syntax))),
        ("Size", size_words(file.size)),
        *((("Pixels", f"{pixels[0]:,} × {pixels[1]:,}"),) if pixels[0] else ()),
        ("Readers", READERS[item.visibility] if file.is_mine or item.visibility != "private" else "Shared"),
        ("Expires", Expires(item, me)),
        ("Versions", f"{item.current:,}"),
        ("Opened", counted(item.views, "time") + (f" of {item.max_views:,}" if item.max_views else "")),
        *((("Tags", Span(*linked)),) if tags else ()),
    )


def NameBox(file: Any, error: str = "") -> Any:
    """Another name."""
    close = Button("Leave it", "quiet", type="button", commandfor="name-box", command="close")
    form = Form(method="post", action=place(file.item, "name"))(
        Field(
            "Name",
            "name",
            file.name,
            id="new-name",
            error=error or None,
            required=True,
            maxlength=200,
            autocomplete="off",
            autofocus=True,
        ),
        Div(cls="actions")(close, Button("Rename it")),
    )
    return Dialog("name-box", "Rename", form)
