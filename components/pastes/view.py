"""A paste as it is read: its parts in the column, its link and what can be done in the outer margin."""

from collections.abc import Sequence
from html import escape
from typing import Any

from fasthtml.components import H1, H2, A, Div, Form, Header, Img, Input, Label, Li, P, Section, Span, Ul
from fasthtml.components import Button as ButtonTag

from app.rights import Caller
from components.addresses import url
from components.page import Margin, Page
from components.parts import Ago, Button, Callout, Dialog, Facts, Field, Icon, IconButton
from components.pastes.code import PartFigure, Shown
from components.pastes.sealed import SealedBox
from components.pastes.words import READERS, Expires, counted, marks_of, name_of, place, size_words, title_of


def PastePage(
    me: Caller,
    paste: Any,
    shown: Sequence[Shown],
    *,
    link: str,
    author: str = "",
    parent: tuple[str, str] | None = None,
    tags: Sequence[str] = (),
    starred: bool = False,
    source: int = 0,
    shelf: Any = None,
    said: Any = "",
    workspace: str = "Inglenook",
) -> Any:
    """A paste. `link` is its whole address, `parent` the title and address of what it was forked from, `source` the
    number of the part that is shown as it was written."""
    item = paste.item
    column = Div(cls="column")(
        said,
        PasteHead(me, paste, author, parent),
        SealedBox(paste.parts[0].content) if item.sealed else Files(item, shown, source),
    )
    return Page(
        me,
        column,
        PasteMargin(me, paste, shown, link, tags),
        title=name_of(paste),
        place="pastes",
        shelf=shelf,
        crumbs=crumbs(me, name_of(paste)),
        actions=BarActions(me, paste, starred),
        scripts=("pastes.js",),
        thing=("paste", item.id),
        workspace=workspace,
    )


def crumbs(me: Caller, *words: Any) -> tuple[tuple[str, str | None], ...]:
    """The path to a paste; who is not signed in has no list to go back to."""
    above = (("Pastes", url("/pastes")),) if me else ()
    return (*above, *((each, None) if isinstance(each, str) else each for each in words))


def PasteHead(me: Caller, paste: Any, author: str, parent: tuple[str, str] | None) -> Any:
    """The title, and who wrote it when."""
    item, revision = paste.item, paste.revision
    facts = [
        Span(author) if author else "",
        Ago(revision.created_at, me),
        Span(f"revision {revision.number}") if item.current > 1 else "",
        Span("forked from ", A(href=parent[1])(parent[0]) if parent[1] else parent[0]) if parent else "",
        *marks_of(item),
    ]
    return Header(cls="head")(Div(H1(data_title=True)(name_of(paste)), P(cls="about")(*facts)))


def Files(item: Any, shown: Sequence[Shown], source: int = 0, revision: int | None = None) -> Any:
    """All parts, one below the other."""
    figures = (PartFigure(item, each, position, revision, source == position) for position, each in enumerate(shown, 1))
    return Div(cls="files-of-paste", data_lines=True)(*figures)


def BarActions(me: Caller, paste: Any, starred: bool) -> tuple[Any, ...]:
    """What is done to the whole paste, above it."""
    if not me:
        return (Button("Sign in", short=True, href=url("/signin", next=place(paste.item))),)
    share = Button("Share", short=True, icon="share", href=place(paste.item, "settings"), data_makes=True)
    return StarForm(paste.item.id, starred), share if paste.role == "owner" else ""


def StarForm(id: str, on: bool) -> Any:
    """Finding it again; also the fragment that takes its place."""
    address = url("/p", id, "star", "removal") if on else url("/p", id, "star")
    return Form(method="post", action=address, hx_post=address, hx_swap="outerHTML", id="star")(
        IconButton("star", "Star", aria_pressed="true" if on else "false", cls="star")
    )


def PasteMargin(me: Caller, paste: Any, shown: Sequence[Shown], link: str, tags: Sequence[str]) -> Any:
    """The link, what can be done, and what is known."""
    item = paste.item
    return Margin(
        "About this paste",
        Field("Link", "link", link, id="link", readonly=True, data_link=True, aria_label="The link of this paste"),
        Ul(cls="acts-list")(*(Li(each) for each in deeds(me, paste, shown) if each)),
        Section(H2("About"), About(me, paste, shown, tags)),
        LinksDialog(item, link, name_of(paste)),
    )


def deeds(me: Caller, paste: Any, shown: Sequence[Shown]) -> list[Any]:
    """What this person can do here."""
    item, own = paste.item, paste.role == "owner"
    plain = not item.sealed
    return [
        _press("copy", "Copy the link", type="button", data_copy="#link"),
        _post("chat", "Ask about this", place(item, "question")) if me and plain and _has_text(shown) else "",
        _go("edit", "Edit", place(item, "edit")) if paste.can_write and plain else "",
        _post("fork", "Fork", place(item, "forks")) if me and plain else "",
        _go("history", "History and differences", place(item, "history")) if plain else "",
        _go("admin", "Readers, expiry, tags", place(item, "settings")) if own else "",
        _go("download", "All files as zip", url(f"/p/{item.id}.zip"), download=True) if plain else "",
        _press("qr", "QR code and embed", type="button", commandfor="links", command="show-modal", data_makes=True)
        if plain
        else "",
        _post("trash", "Move to the trash", place(item, "trash"), danger=True) if own else "",
    ]


def _has_text(shown: Sequence[Shown]) -> bool:
    return any(each.html is not None for each in shown)


def _go(icon: str, words: str, href: str, **attrs: Any) -> Any:
    return A(href=href, **attrs)(Icon(icon), words)


def _press(icon: str, words: str, danger: bool = False, **attrs: Any) -> Any:
    return ButtonTag(cls="danger" if danger else None, **attrs)(Icon(icon), words)


def _post(icon: str, words: str, address: str, danger: bool = False) -> Any:
    return Form(method="post", action=address)(_press(icon, words, danger, type="submit"))


def About(me: Caller, paste: Any, shown: Sequence[Shown], tags: Sequence[str]) -> Any:
    """What is known of a paste: its owner sees how often it was opened."""
    item = paste.item
    size = sum(each.part.size for each in shown)
    opened = counted(item.views, "time") + (f" of {item.max_views:,}" if item.max_views else "")
    linked = [part for name in tags for part in (", ", A(href=url("/pastes", tag=name))(name))][1:]
    return Facts(
        ("Readers", READERS[item.visibility] if paste.role == "owner" or item.visibility != "private" else "Shared"),
        ("Expires", Expires(item, me)),
        ("Opened", opened),
        ("Size", f"{size_words(size)}, {counted(len(shown), 'file')}"),
        *((("Tags", Span(*linked)),) if tags else ()),
    )


def LinksDialog(item: Any, link: str, name: str) -> Any:
    """The link as a picture, and what puts the paste into another page."""
    embed = f'<iframe src="{link}/embed" title="{escape(name)}" loading="lazy"></iframe>'
    close = Button("Close", "quiet", type="button", commandfor="links", command="close")
    return Dialog(
        "links",
        "QR code and embed",
        Div(cls="qr")(
            Img(src=place(item, "qr.svg"), alt="The link as a QR code", loading="lazy", width="220", height="220")
        ),
        Div(cls="field")(
            Label(fr="embed-code")("To put it into another page"),
            Input(cls="input", id="embed-code", name=False, value=embed, readonly=True),
            P(cls="hint")("Whoever sees that page sees the paste, if anyone with the link may read it."),
        ),
        actions=(close, Button("Copy the code", type="button", icon="copy", data_copy="#embed-code")),
    )


def TrashedNotice(item: Any) -> Any:
    """What was put away just now, and the way back."""
    undo = Form(method="post", action=place(item, "restoration"))(Button("Undo", short=True))
    return Callout("", f"“{title_of(item)}” is in the trash.", "It stays there for 30 days.", undo, role="status")
