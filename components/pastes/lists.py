"""The lists of pastes: one's own, those of others that one may read, those that end soon, the trash; and the shelf."""

from collections.abc import Sequence
from functools import lru_cache
from html import escape
from itertools import groupby
from typing import Any

from fastcore.xml import NotStr, to_xml
from fasthtml.components import H2, A, Code, Div, Figcaption, Figure, Form, Li, P, Pre, Section, Span, Ul

from app.rights import Caller
from components.addresses import url
from components.page import Margin, Page, PageHead, Shelf, ShelfGroup, ShelfLink
from components.parts import Badge, Button, Clock, Empty, Rows, Tabs, day_words, local
from components.pastes.words import counted, place, size_words, syntax_words, title_of, told_of

# More are behind a link of their own.
MOST_STARS = 12
TABS = (
    ("mine", "Mine"),
    ("shared", "Shared with me"),
    ("public", "Public"),
    ("expiring", "Expiring"),
    ("trash", "Trash"),
)
NOTHING = {
    "mine": ("No pastes yet", "Texts and small files that you share by link are listed here."),
    "shared": ("Nothing is shared with you", "What others share with you or with your spaces is listed here."),
    "expiring": ("Nothing ends soon", "Pastes that end within a day are listed here."),
    "trash": ("The trash is empty", "What you delete lies here for 30 days before it is gone."),
    "starred": ("No stars yet", "The star above a paste puts it here."),
    "public": ("Nothing is public", "Pastes that their owners made readable for everybody are listed here."),
}


def crumbed(me: Caller, *path: tuple[str, str | None]) -> tuple[tuple[str, str | None], ...]:
    """The path below the list of pastes, for those who have one."""
    return (("Pastes", url("/pastes")), *path) if me else path


def PasteShelf(starred: Sequence[Any], tags: Sequence[tuple[str, int]], here: str = "") -> Any:
    """What stands in the rail: stars and tags; `here` is the id of a paste or `#tag`."""
    if not starred and not tags:
        return Shelf("Your pastes", P(cls="small faint quiet")("Starred pastes and tags will be listed here."))
    stars = [ShelfLink(title_of(item), place(item), item.id == here) for item in starred]
    words = [ShelfLink(name, url("/pastes", tag=name), f"#{name}" == here, count=count) for name, count in tags]
    every = Ul(cls="all")(Li(ShelfLink("All starred", url("/pastes", shelf="starred"), here == "starred")))
    return Shelf(
        "Your pastes",
        *(ShelfGroup("Starred", *stars) if stars else ()),
        every if len(stars) >= MOST_STARS else "",
        *(ShelfGroup("Tags", *words) if words else ()),
    )


def PastesPage(
    me: Caller,
    rows: Sequence[Any],
    *,
    which: str = "mine",
    tag: str = "",
    counts: dict[str, int] | None = None,
    older: str = "",
    address: str,
    shelf: Any = None,
    said: Any = "",
    workspace: str = "Inglenook",
) -> Any:
    """One list."""
    new = Button("New paste", "primary", icon="plus", href=url("/pastes/new"))
    lead = Span("Tagged ", Span(cls="badge")(tag)) if tag else "Texts and small files that are shared by link."
    column = Div(cls="column")(
        PageHead("Pastes", lead, new),
        said,
        Tabs(
            "Which pastes",
            *((name, tab(key), key == which and not tag, (counts or {}).get(key)) for key, name in TABS),
        ),
        *(days(me, rows, which) if rows else (nothing(which, tag),)),
        P(cls="older")(Button("Older pastes", "quiet", short=True, href=older)) if older else "",
    )
    return Page(
        me,
        column,
        Margin("Beside the list", Terminal(address)),
        title="Pastes",
        place="pastes",
        shelf=shelf,
        here="Pastes",
        bare=True,
        workspace=workspace,
    )


def GuestPage(me: Caller, page: Any, workspace: str = "Inglenook") -> Any:
    """All that a guest has here: what somebody shared with them."""
    nothing = Empty("Nothing is shared with you yet", "What somebody here shares with you is listed here.")
    older = url("/pastes", shelf="shared", before=page.next) if page.next else ""
    column = Div(cls="column")(
        PageHead("Shared with you", "You are a guest: you read what is shared with you, and what you have a link to."),
        *(days(me, page.rows, "shared") if page.rows else (nothing,)),
        P(cls="older")(Button("Older pastes", "quiet", short=True, href=older)) if older else "",
    )
    return Page(me, column, title="Shared with you", place="pastes", here="Shared with you", workspace=workspace)


def tab(which: str) -> str:
    """The address of a list."""
    return url("/pastes", shelf=None if which == "mine" else which)


def nothing(which: str, tag: str) -> Any:
    """What this place is for."""
    if tag:
        return Empty("Nothing has this tag", f"No paste is tagged {tag}.", Button("Show all", href=url("/pastes")))
    new = Button("New paste", icon="plus", href=url("/pastes/new"))
    return Empty(*NOTHING[which], *((new,) if which == "mine" else ()))


def days(me: Caller, rows: Sequence[Any], which: str) -> list[Any]:
    """Rows under the day on which they changed."""
    grouped = groupby(rows, lambda row: day_words(row.item.changed_at, me))
    found = []
    for day, group in grouped:
        found += [H2(cls="day")(day), Rows(*(PasteRow(me, row, day, which) for row in group))]
    return found


def PasteRow(me: Caller, row: Any, day: str, which: str = "mine") -> NotStr:
    """One paste: its title and marks, its first words, what it is, and when it changed."""
    # A text instead of elements: a list has fifty of them.
    item = row.item
    clock = day in ("Today", "Yesterday")
    when = to_xml(Clock(item.changed_at, me), indent=False) if clock else short_day(item.changed_at, me)
    size = counted(row.parts, "file") if row.parts > 1 else size_words(row.size or item.size)
    what = "" if item.sealed or not row.name else syntax_words(row.syntax, row.type)
    title = escape(title_of(item, row.name))
    away = which == "trash"
    name = f'<span class="name">{title}</span>' if away else f'<a class="name" href="{place(item)}">{title}</a>'
    deeds = to_xml(Div(cls="actions")(*ways_back(item)), indent=False) if away else ""
    return NotStr(
        f'<li id="row-{item.id}"><div class="row{" with-actions put-away" if away else ""}">'
        f"<span>{name}{marks_html(item)}</span>"
        f'<span class="gist">{escape(gist(row))}</span><span class="facts"><span>{escape(what)}</span>'
        f"<span>{size}</span><span>{when}</span></span>{deeds}</div></li>"
    )


def marks_html(item: Any) -> str:
    """The marks of a paste, each after a space."""
    return "".join(f" {marked(*mark)}" for mark in told_of(item))


@lru_cache(maxsize=256)
def marked(word: str, kind: str, icon: str) -> str:
    """A badge as text."""
    return str(to_xml(Badge(word, kind, icon=icon), indent=False))


def gist(row: Any) -> str:
    """The first words, or the names of the files; of what is secret, only how it is kept."""
    if row.item.sealed:
        return "Encrypted in the browser. The server cannot read it."
    if row.item.burns:
        return "Shown once, then gone. Not opened yet."
    if row.item.password and not row.name:
        return "Opens with a password."
    words = f"{row.name} and {row.parts - 1} more" if row.parts > 1 else " ".join(row.excerpt.split())
    return f"{row.owner}: {words}" if row.owner else words


def short_day(time_us: int, me: Caller) -> str:
    """'Mon 14' in the last weeks, '14 Mar' before."""
    then = local(time_us, me)
    return f"{then:%a} {then.day}" if day_words(time_us, me) in ("Last week", "Last month") else f"{then.day} {then:%b}"


def ways_back(item: Any) -> tuple[Any, Any]:
    """Out of the trash, either way."""
    ask = f"Delete “{title_of(item)}” for good? This cannot be undone."
    return (
        Form(method="post", action=place(item, "restoration"))(Button("Restore", short=True)),
        Form(method="post", action=place(item, "removal"), data_confirm=ask, data_confirm_word="Delete")(
            Button("Delete for good", "danger", short=True)
        ),
    )


def Terminal(address: str) -> Any:
    """How a paste is made without a browser."""
    text = f'curl -T notes.md \\\n  -H "Authorization: Bearer $KEY" \\\n  {address}'
    copy = Button("Copy", "quiet", short=True, type="button", data_copy="", aria_label="Copy the command")
    return Section(data_makes=True)(
        H2("From a terminal"),
        Figure(cls="code")(
            Figcaption(Span("shell"), Span(cls="acts")(copy)),
            Pre(tabindex="0", aria_label="Command")(Code(text)),
        ),
        P(cls="small faint hint")(
            A(href=url("/docs/handbook/use/terminal"))("More ways"), " · ", A(href=url("/keys/new"))("Make a key")
        ),
    )
