"""All chats: the open ones, the archive, and what was deleted in the last 30 days."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from fasthtml.components import A, Div, Form, Input, Label, Li, P, Span
from fasthtml.components import Select as SelectTag

from app import chats as app_chats
from components.addresses import url
from components.chats.home import gist_of
from components.chats.selecting import Selection, Tick
from components.imports import ImportButton
from components.page import Page, PageHead
from components.parts import Ago, Button, Empty, Hidden, IconButton, Options, Row, Rows, State, Tabs

SHELVES = (("open", "Chats"), ("archived", "Archived"), ("deleted", "Deleted"))
PAGE = 50
SCRIPTS = ("lists.js",)
# Chats that lie in no project.
NONE = "none"
NOTHING = {
    "open": ("No chats yet", "What you ask, and what you are answered, is kept here."),
    "archived": ("The archive is empty", "Chats that you archive leave the rail and stay here."),
    "deleted": ("Nothing was deleted", "A deleted chat lies here for 30 days before it is gone."),
}


@dataclass(frozen=True)
class Wanted:
    """Which chats a list shows: a shelf, words of their titles, a tag, a project (or `none`), and where a page of it
    begins."""

    which: str = "open"
    words: str = ""
    tag: str = ""
    project: str = ""
    before: int | None = None

    def address(self, **more: Any) -> str:
        """The address of this list."""
        asked = {"q": self.words or None, "tag": self.tag or None, "project": self.project or None} | more
        return url("/chats", shelf=None if self.which == "open" else self.which, **asked)


@dataclass(frozen=True)
class Listing:
    """The chats of a list, and what is told of each by its id: its last question and its tags; the names of all
    projects by their ids, and all tags with how many chats bear them."""

    rows: Sequence[Any]
    questions: Mapping[str, str] = field(default_factory=dict)
    words: Mapping[str, list[str]] = field(default_factory=dict)
    projects: Mapping[str, str] = field(default_factory=dict)
    tags: Sequence[tuple[str, int]] = ()


def ChatsPage(
    me: Any,
    listing: Listing,
    wanted: Wanted,
    *,
    shelf: Any,
    workspace: str = "Inglenook",
) -> Any:
    """One list of chats, its filter and its neighbours."""
    new = Button("New chat", "primary", icon="plus", href=url("/"))
    return Page(
        me,
        Div(cls="wide")(
            PageHead("Chats", None, ImportButton(), new),
            ListTabs(wanted.which),
            FilterForm(listing, wanted),
            ChatsList(me, listing, wanted),
        ),
        title="Chats",
        place="chats",
        shelf=shelf,
        here="Chats",
        bare=True,
        scripts=SCRIPTS,
        workspace=workspace,
    )


def ListTabs(here: str) -> Any:
    """The lists of chats, and the projects beside them."""
    lists = [(name, Wanted(key).address(), key == here) for key, name in SHELVES]
    return Tabs("Lists of chats", lists[0], ("Projects", url("/projects"), here == "projects"), *lists[1:])


def FilterForm(listing: Listing, wanted: Wanted) -> Any:
    """Fields that narrow the list while one types or chooses; without a script, after Enter."""
    asks = {"hx_get": url("/chats"), "hx_include": "closest form", "hx_target": "#chats", "hx_swap": "outerHTML"}
    projects = [("", "Every project"), (NONE, "In no project"), *listing.projects.items()]
    tags = [("", "Every tag"), *((name, f"{name} ({count:,})") for name, count in listing.tags)]

    def choice(name: str, label: str, options: list[tuple[str, str]], value: str) -> Any:
        id = f"chats-{name}"
        select = SelectTag(cls="select", id=id, name=name, autocomplete="off", hx_trigger="change", **asks)
        return Label(cls="unseen", fr=id)(label), select(*Options(options, value))

    return Form(cls="filter", id="filter", method="get", action=url("/chats"), role="search")(
        Label(cls="unseen", fr="chats-filter")("Filter by title"),
        Input(
            cls="input",
            id="chats-filter",
            type="search",
            name="q",
            value=wanted.words,
            placeholder="Filter by title",
            autocomplete="off",
            data_filter=True,
            hx_trigger="input changed delay:150ms",
            **asks,
        ),
        choice("project", "Project", projects, wanted.project) if listing.projects else "",
        choice("tag", "Tag", tags, wanted.tag) if listing.tags else "",
        Hidden("shelf", wanted.which),
    )


def ChatsList(me: Any, listing: Listing, wanted: Wanted) -> Any:
    """The rows of one list, and what can be done with many of them; also the fragment that a filter brings."""
    rows, more = listing.rows, len(listing.rows) == PAGE
    tags = [name for name, _ in listing.tags]
    return Div(id="chats", data_picks=True)(
        Selection(wanted, listing.projects, tags, more or wanted.before is not None) if rows else "",
        Rows(*(ChatRow(me, chat, listing, wanted) for chat in rows)) if rows else _nothing(wanted),
        _older(rows[-1], wanted) if more else "",
    )


def ChatRow(me: Any, chat: Any, listing: Listing, wanted: Wanted) -> Any:
    """One chat, and what can be done with it."""
    if wanted.which == "deleted":
        return DeletedRow(chat)
    writing = State("writing", icon="edit") if app_chats.is_running(chat.id) else Span()
    kept = State("pinned", icon="pin") if chat.pinned_at else Span()
    facts = (writing, kept, Ago(chat.changed_at, me))
    project = "" if chat.project_id == wanted.project else listing.projects.get(chat.project_id, "")
    gist = Gist(chat, listing.questions.get(chat.id, ""), project, listing.words.get(chat.id, []))
    tick, at = Tick(chat), url("/chats", chat.id)
    return Row(chat.title, at, gist, facts=facts, actions=_acts(chat), before=tick, id=f"row-{chat.id}")


def Gist(chat: Any, question: str, project: str, tags: Sequence[str]) -> Any:
    """Where a chat lies, its tags, and its last question."""
    place = A(cls="place", href=url("/projects", chat.project_id))(project) if project else ""
    words = (A(cls="badge", href=Wanted(tag=name).address())(name) for name in tags)
    marks = Span(cls="marks")(place, *words) if place or tags else ""
    line = gist_of(chat, question)
    return Span(marks, line) if marks or line else None


def _acts(chat: Any) -> tuple[Any, ...]:
    at = url("/chats", chat.id, "archive", row=1)
    if chat.archived_at:
        put = IconButton("up", f"Take {chat.title} out of the archive", type="button", hx_delete=at, hx_swap="none")
    else:
        put = IconButton("folder", f"Archive {chat.title}", type="button", hx_put=at, hx_swap="none")
    gone = url("/chats", chat.id, row=1)
    return put, IconButton("trash", f"Delete {chat.title}", type="button", hx_delete=gone, hx_swap="none")


def DeletedRow(chat: Any) -> Any:
    """A deleted chat: it can be restored, or deleted for good."""
    days = app_chats.deleted_for(chat)
    left = "1 day left" if days == 1 else f"{days} days left"
    restore = Form(method="post", action=url("/chats", chat.id, "restoration"))(Button("Restore", short=True))
    ask = f"Delete “{chat.title}” for good? This cannot be undone."
    gone = {"hx_delete": url("/chats", chat.id, "remains"), "hx_swap": "none", "hx_confirm": ask}
    for_good = Button("Delete for good", "danger", short=True, type="button", data_confirm_word="Delete", **gone)
    return Li(id=f"row-{chat.id}")(
        Tick(chat),
        Div(cls="row with-actions put-away")(
            Span(cls="name")(chat.title),
            Span(cls="facts")(Span(), Span(), Span(left)),
            Div(cls="actions")(restore, for_good),
        ),
    )


def _nothing(wanted: Wanted) -> Any:
    if wanted.words or wanted.tag:
        every = Button("Show all", href=Wanted(wanted.which).address())
        if wanted.words:
            return Empty("Nothing has these words", f"No title here holds “{wanted.words}”.", every)
        return Empty("Nothing has this tag", f"No chat here is tagged “{wanted.tag}”.", every)
    if wanted.project and wanted.which == "open":
        return Empty("No chats in here yet", "A chat that begins here, or that is moved here, is listed here.")
    new = (Button("New chat", icon="plus", href=url("/")),) if wanted.which == "open" else ()
    return Empty(*NOTHING[wanted.which], *new)


def _older(last: Any, wanted: Wanted) -> Any:
    return P(cls="older")(Button("Older chats", "quiet", short=True, href=wanted.address(before=last.changed_at)))
