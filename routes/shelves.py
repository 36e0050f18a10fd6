"""What is done to a chat as a whole: naming, pinning, putting away, deleting, and its own settings."""

from typing import Any

from pydantic import field_validator
from starlette.requests import Request
from starlette.responses import Response

from app import chats, projects, providers
from app.chats import placing
from app.errors import Invalid
from components.addresses import url
from components.chats import Here, SettingsDialog, SettingsForm, TitleForm, updates
from components.chats.places import PlacePage
from components.parts import Partial, ToastPartial
from routes.chats import Names, shelf, shelf_update, workspace
from routes.pages import Form, Me, Pages, Query, see

ar = Pages("/chats")


class Title(Form):
    """A chat's name."""

    title: str = ""


class Place(Form):
    """Where a chat lies."""

    project: str = ""
    tags: str = ""


class Shown(Query):
    """Whether the title is asked for to be read, not to be edited."""

    shown: str = ""


class InRow(Query):
    """Whether the chat was changed from its row in a list."""

    row: str = ""


class Settings(Form):
    """A chat's own settings; what is empty is not sent to the model."""

    system: str = ""
    temperature: float | None = None
    top_p: float | None = None
    max_tokens: int | None = None
    effort: str = ""
    verbs: Names = ""

    @field_validator("temperature", "top_p", "max_tokens", mode="before")
    @classmethod
    def empty(cls, value: Any) -> Any:
        return (value.strip().replace(",", ".") or None) if isinstance(value, str) else value


@ar.get("/{id:id}/title")
def edit_title(me: Me, id: str, query: Shown):
    chat = chats.find(id, me)
    return Here(chat) if query.shown else TitleForm(chat)


@ar.put("/{id:id}/title")
def rename(me: Me, id: str, posted: Title):
    try:
        chat = chats.rename(me, id, posted.title)
    except Invalid as refusal:
        form = TitleForm(chats.find(id, me), posted.title, refusal.message)
        return Partial("#here", form, swap="outerHTML"), ToastPartial(refusal.message, icon="warn")
    return updates.Titled(chat, asked=True), shelf_update(me, id)


@ar.put("/{id:id}/pin")
def pin(me: Me, id: str):
    return updates.Pinned(chats.pin(me, id, True)), shelf_update(me, id)


@ar.delete("/{id:id}/pin")
def unpin(me: Me, id: str):
    return updates.Pinned(chats.pin(me, id, False)), shelf_update(me, id)


@ar.put("/{id:id}/archive")
def archive(me: Me, id: str, query: InRow):
    chat = chats.archive(me, id, True)
    change = updates.RowGone(chat, f"“{chat.title}” is archived.") if query.row else updates.Archived(chat)
    return change, shelf_update(me, "all" if query.row else id)


@ar.delete("/{id:id}/archive")
def unarchive(me: Me, id: str, query: InRow):
    chat = chats.archive(me, id, False)
    change = updates.RowGone(chat, f"“{chat.title}” is out of the archive.") if query.row else updates.Archived(chat)
    return change, shelf_update(me, "all" if query.row else id)


def place_page(me: Me, posted: dict[str, str], errors: dict[str, str], id: str) -> Any:
    """The project and the tags of a chat, as they are or as they were posted."""
    chat = chats.find(id, me)
    told = {"posted": posted, "errors": errors, "shelf": shelf(me, id), "workspace": workspace()}
    words = placing.tags_of([chat]).get(id, [])
    return PlacePage(me, chat, projects.names(me), words, placing.tags(me), **told)


@ar.get("/{id:id}/place")
def place(me: Me, id: str):
    return place_page(me, {}, {}, id)


@ar.post("/{id:id}/place", again=place_page)
def put(me: Me, id: str, posted: Place):
    placing.put(me, id, posted.project, posted.tags.split(","))
    return see(url("/chats", id))


@ar.delete("/{id:id}")
def delete(me: Me, id: str, query: InRow):
    kept = not chats.is_temporary(chats.find(id, me))
    chat = chats.delete(me, id)
    if query.row:
        return updates.RowGone(chat, f"“{chat.title}” is deleted.", undo=True), shelf_update(me, "all")
    return updates.Deleted(chat, kept), shelf_update(me)


@ar.post("/{id:id}/restoration")
def restore(me: Me, id: str, req: Request):
    chat = chats.restore(me, id)
    if req.headers.get("hx-request"):
        return Response(headers={"hx-refresh": "true"})
    return see(url("/chats", chat.id))


@ar.delete("/{id:id}/remains")
def erase(me: Me, id: str):
    chats.erase(me, id)
    return Partial(f"#row-{id}", swap="delete"), ToastPartial("Deleted for good.", icon="trash")


def settings_again(me: Me, posted: dict[str, str], errors: dict[str, str], id: str) -> Any:
    """The settings as they were posted, with what has to be mended."""
    chat = chats.find(id, me)
    return Partial("#settings-form", SettingsForm(chat, reasons(me, chat), posted, errors), swap="outerHTML")


@ar.put("/{id:id}/settings", again=settings_again)
def change(me: Me, id: str, posted: Settings):
    chat = chats.change(me, id, **posted.model_dump())
    box = Partial("#chat-settings", SettingsDialog(chat, reasons(me, chat)), swap="outerHTML")
    return box, ToastPartial("Kept. It holds from the next answer on.")


def reasons(me: Me, chat: chats.Chat) -> bool:
    """Whether the chat's model has an effort to choose."""
    return any(choice.reasons for choice in providers.available(me) if choice.id == chat.model_id)
