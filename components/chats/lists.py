"""All chats: the open ones, the archive, and what was deleted in the last 30 days."""

from typing import Any

from fasthtml.components import Div, Form, Input, Label, Li, P, Span

from app import chats as app_chats
from components.addresses import url
from components.chats.home import gist_of
from components.page import Page, PageHead, Part
from components.parts import Ago, Button, Empty, Hidden, IconButton, Row, Rows, State, Tabs

SHELVES = (("open", "Chats"), ("archived", "Archived"), ("deleted", "Deleted"))
PAGE = 50
NOTHING = {
    "open": ("No chats yet", "What you ask, and what you are answered, is kept here."),
    "archived": ("The archive is empty", "Chats that you archive leave the rail and stay here."),
    "deleted": ("Nothing was deleted", "A deleted chat lies here for 30 days before it is gone."),
}


def ChatsPage(
    me: Any,
    rows: list[Any],
    *,
    questions: dict[str, str],
    which: str,
    words: str = "",
    shelf: Any,
    errors: dict[str, str] | None = None,
    workspace: str = "Inglenook",
) -> Any:
    """One list of chats, its filter and its neighbours."""
    tabs = Tabs("Lists of chats", *((name, _list(key), key == which) for key, name in SHELVES))
    new = Button("New chat", "primary", icon="plus", href=url("/"))
    return Page(
        me,
        Div(cls="wide")(
            PageHead("Chats", None, new),
            tabs,
            FilterForm(which, words),
            ChatsList(me, rows, questions, which, words),
            ImportPart(errors or {}) if which == "open" else "",
        ),
        title="Chats",
        place="chats",
        shelf=shelf,
        here="Chats",
        bare=True,
        workspace=workspace,
    )


def FilterForm(which: str, words: str) -> Any:
    """A field that narrows the list while one types; without a script, after Enter."""
    asks = {"hx_get": url("/chats"), "hx_trigger": "input changed delay:150ms", "hx_include": "closest form"}
    return Form(cls="filter", method="get", action=url("/chats"), role="search")(
        Label(cls="unseen", fr="chats-filter")("Filter by title"),
        Input(
            cls="input",
            id="chats-filter",
            type="search",
            name="q",
            value=words,
            placeholder="Filter by title",
            autocomplete="off",
            data_filter=True,
            hx_target="#chats",
            hx_swap="outerHTML",
            **asks,
        ),
        Hidden("shelf", which),
    )


def ChatsList(me: Any, rows: list[Any], questions: dict[str, str], which: str, words: str = "") -> Any:
    """The rows of one list; also the fragment that a filter brings."""
    return Div(id="chats")(
        Rows(*(ChatRow(me, chat, which, questions.get(chat.id, "")) for chat in rows))
        if rows
        else _nothing(which, words),
        _older(rows[-1], which, words) if len(rows) == PAGE else "",
    )


def ChatRow(me: Any, chat: Any, which: str, question: str = "") -> Any:
    """One chat, and what can be done with it."""
    row = f"row-{chat.id}"
    if which == "deleted":
        return DeletedRow(chat)
    writing = State("writing", icon="edit") if app_chats.is_running(chat.id) else Span()
    kept = State("pinned", icon="pin") if chat.pinned_at else Span()
    facts = (writing, kept, Ago(chat.changed_at, me))
    gist = gist_of(chat, question)
    return Row(chat.title, url("/chats", chat.id), gist, facts=facts, actions=_acts(chat), id=row)


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
        Div(cls="row with-actions")(
            Span(cls="name")(chat.title),
            Span(cls="facts")(Span(), Span(), Span(left)),
            Div(cls="actions")(restore, for_good),
        )
    )


def ImportPart(errors: dict[str, str]) -> Any:
    """Take in a chat that was exported as JSON."""
    address = url("/chats/import")
    said = errors.get("file") or errors.get("")
    return Part("Import a chat")(
        Form(cls="import", method="post", action=address, enctype="multipart/form-data")(
            Div(cls="field")(
                Label(fr="import-file")("A chat that was exported as JSON"),
                Input(cls="input", id="import-file", type="file", name="file", accept=".json,application/json"),
                P(cls="error")(said) if said else "",
            ),
            Button("Import", icon="upload"),
        )
    )


def _list(which: str, **query: Any) -> str:
    return url("/chats", shelf=None if which == "open" else which, **query)


def _nothing(which: str, words: str) -> Any:
    if words:
        return Empty(
            "Nothing has these words", f"No title here holds “{words}”.", Button("Show all", href=_list(which))
        )
    return Empty(*NOTHING[which], *((Button("New chat", icon="plus", href=url("/")),) if which == "open" else ()))


def _older(last: Any, which: str, words: str) -> Any:
    address = _list(which, q=words or None, before=last.changed_at)
    return P(cls="older")(Button("Older chats", "quiet", short=True, href=address))
