"""The page of a chat, the page of a new one, and the pieces that keep an open page up to date."""

import hashlib
from typing import Any

from fasthtml.components import H1, Div, Form, Hr, Input, P
from fasthtml.components import Button as ButtonTag

from app import chats as app_chats
from app.clock import new_id
from components.addresses import url
from components.chats.composer import Composer, DemoNote, Dock
from components.chats.places import PlaceItem, ProjectOf
from components.chats.settings import SettingsDialog
from components.chats.sharing import ShareItem
from components.chats.turns import Stream, Turns, progress
from components.page import Page
from components.parts import Button, Callout, Hidden, IconButton, Menu, MenuLink

SCRIPTS = ("chats.js",)


def ChatPage(
    me: Any,
    chat: Any,
    view: Any,
    *,
    choices: list[Any],
    shelf: Any,
    draft: str = "",
    model: str = "",
    error: str = "",
    beside: str = "",
    late: bool = False,
    tray: Any = None,
    workspace: str = "Inglenook",
) -> Any:
    """A chat, open at its end. `late` says that a model is about to name it."""
    model = model or chat.model_id or ""
    chosen = next((choice for choice in choices if choice.id == model), None)
    composer = Composer(chat, choices, model, draft, view.leaf, bool(view.running), error, beside, tray)
    so_far = progress(view.running)
    note = DemoNote(me) if chosen and chosen.demo else ""
    return Page(
        me,
        H1(cls="unseen")(chat.title),
        Div(cls="conversation", id="turns", data_follow=True, data_saves=url("/chats", chat.id, "messages"))(
            TemporaryNote() if app_chats.is_temporary(chat) else "",
            *Turns(me, chat, view, so_far),
        ),
        Stream(chat, so_far),
        SharedForms(chat),
        Late(chat) if late else Div(id="late", hidden=True),
        SettingsDialog(chat, bool(chosen and chosen.reasons)),
        Newer(chat),
        title=chat.title,
        place="chats",
        shelf=shelf,
        here=Here(chat),
        actions=ChatActions(chat),
        thing=("chat", chat.id),
        dock=Dock(chat, *composer, spent=Spent(view.turns, chosen), note=note),
        scripts=SCRIPTS,
        workspace=workspace,
    )


def OlderPage(me: Any, chat: Any, view: Any, *, shelf: Any, workspace: str) -> Any:
    """Older turns as a page of their own, for browsers without a script."""
    back = Button("To the end of the chat", "quiet", icon="to-end", href=url("/chats", chat.id))
    turns = Div(cls="conversation", id="turns")(*Turns(me, chat, view), P(cls="older")(back))
    content = H1(cls="unseen")(f"Older messages of {chat.title}"), turns, SharedForms(chat)
    path = ((chat.title, url("/chats", chat.id)), ("Older messages", None))
    title = f"Older messages of {chat.title}"
    return Page(me, *content, title=title, place="chats", shelf=shelf, crumbs=path, workspace=workspace)


def TemporaryNote() -> Any:
    """What a temporary chat is."""
    told = "It lives only in this server's memory: 30 minutes after its last use, or at a restart, it is gone."
    return Div(cls="temporary")(Callout("note", "Temporary chat.", told, icon="clock"))


def Here(chat: Any) -> Any:
    """The chat's title in the bar; pressing it edits it in place."""
    if app_chats.is_temporary(chat):
        return P(cls="here", id="here")(*ProjectOf(chat), chat.title)
    title = ButtonTag(type="button", title="Rename", **_renames(chat))(chat.title)
    return P(cls="here", id="here")(*ProjectOf(chat), title)


def _renames(chat: Any) -> dict[str, str]:
    return {"hx_get": url("/chats", chat.id, "title"), "hx_target": "#here", "hx_swap": "outerHTML"}


def TitleForm(chat: Any, title: str | None = None, error: str = "") -> Any:
    """The title as a field."""
    at = url("/chats", chat.id, "title")
    said = {"aria_invalid": "true", "title": error} if error else {}
    return Form(cls="naming", id="here", hx_put=at, hx_swap="none", method="post", action=at)(
        Input(
            cls="input",
            name="title",
            value=chat.title if title is None else title,
            aria_label="Title",
            data_focus=True,
            maxlength=200,
            autocomplete="off",
            **said,
        ),
        Button("Save", short=True),
        Button(
            "Cancel",
            "quiet",
            short=True,
            type="button",
            data_cancel=True,
            hx_get=f"{at}?shown=1",
            hx_target="#here",
            hx_swap="outerHTML",
        ),
    )


def ChatActions(chat: Any) -> tuple[Any, ...]:
    """What can be done with the chat as a whole."""
    at = url("/chats", chat.id)
    opens = {"type": "button", "commandfor": "chat-settings", "command": "show-modal"}
    settings = IconButton("admin", "Settings of this chat", **opens)
    more = IconButton("more", "More", type="button", popovertarget="chat-menu")
    exports = (
        MenuLink("Export as Markdown", "download", href=f"{at}.md", download=True),
        MenuLink("Export as JSON", "download", href=f"{at}.json", download=True),
    )
    preset = MenuLink("Keep as a preset", "grid", href=url("/presets/new", chat=chat.id))
    delete = (Hr(), MenuLink("Delete", "trash", danger=True, type="button", hx_delete=at, hx_swap="none"))
    if app_chats.is_temporary(chat):
        return settings, more, Menu("chat-menu", "This chat", preset, *exports, *delete)
    rename = MenuLink("Rename", "edit", type="button", **_renames(chat))
    ways = (PlaceItem(chat), ShareItem(chat), preset, *exports, ArchiveItem(chat))
    return PinButton(chat), settings, more, Menu("chat-menu", "This chat", rename, *ways, *delete)


def PinButton(chat: Any) -> Any:
    """Keep the chat at the top of the rail, or no longer."""
    at = url("/chats", chat.id, "pin")
    press = {"hx_delete": at} if chat.pinned_at else {"hx_put": at}
    pressed = "true" if chat.pinned_at else "false"
    return IconButton("pin", "Pin", id="pin", type="button", aria_pressed=pressed, hx_swap="none", **press)


def ArchiveItem(chat: Any) -> Any:
    """Put the chat away, or take it back."""
    at = url("/chats", chat.id, "archive")
    press = {"hx_delete": at} if chat.archived_at else {"hx_put": at}
    words = "Take out of the archive" if chat.archived_at else "Archive"
    return MenuLink(words, "folder", id="archive", type="button", hx_swap="none", **press)


def SharedForms(chat: Any) -> Any:
    """What the buttons in the turns send; one form for all of them keeps the page small."""
    leaf = url("/chats", chat.id, "leaf")
    return (
        Form(id="versions", method="post", hidden=True)(Hidden("key", new_id(), id="versions-key", autocomplete="off")),
        Form(id="walk", method="post", action=leaf, hx_put=leaf, hx_swap="none", hidden=True),
    )


def Newer(chat: Any) -> Any:
    """Where a page that is seen again asks what is newer."""
    address = url("/chats", chat.id, "newer", title=title_mark(chat))
    return Div(id="newer", hidden=True, data_newer=address, data_chat=chat.id)


def Late(chat: Any) -> Any:
    """Fetches once, after an answer, the title that a model is making."""
    address = url("/chats", chat.id, "title", "late", title=title_mark(chat))
    return Div(id="late", hidden=True, hx_get=address, hx_trigger="load", hx_swap="none")


def title_mark(chat: Any) -> str:
    """A short mark of the title, by which a page says which one it shows."""
    return hashlib.sha256(chat.title.encode()).hexdigest()[:8]


def Spent(turns: list[Any], choice: Any) -> str:
    """How much of the model's window the conversation takes, as the last answer told it."""
    last = turns[-1].message if turns else None
    if last is None or last.tokens_in is None or last.tokens_out is None:
        return ""
    # With calls of tools the numbers are those of several requests, each of which held most of the conversation.
    if any(part.kind == "call" for part in turns[-1].parts):
        return ""
    room = f" of {choice.context:,}" if choice is not None and choice.context else ""
    return f"{last.tokens_in + last.tokens_out:,}{room} tokens in this conversation"
