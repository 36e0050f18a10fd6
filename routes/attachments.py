"""What lies beside a draft: listed, added, uploaded, taken away; and what can be added."""

from collections.abc import AsyncIterator, Sequence
from typing import Any

from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from app import chats
from app.chats import attaching, saving, trays
from app.errors import Invalid, Refusal
from components.addresses import url
from components.chats import attachments
from components.page import document
from routes.chats import shelf, workspace
from routes.files.uploading import taken
from routes.pages import Form, Me, Pages, Query, see

ar = Pages("")
AT = "/drafts/{id}/attachments"


class Added(Form):
    """What is to be attached, as kind:id, or files that come with the form."""

    target: str = ""
    model: str = ""
    file: Any = None


class Removed(Form):
    """What is to be taken away: of the draft, or of what goes with each message of the chat."""

    target: str = ""
    always: str = ""
    model: str = ""


class Copied(Form):
    """A piece of an answer that is to be a paste or a file."""

    kind: str = ""
    text: str = ""
    language: str = ""


class Asked(Query):
    """Words of a name, and the model that is to be asked."""

    q: str = ""
    model: str = ""
    panel: str = ""


def chat_of(id: str) -> str:
    """The chat of a draft's address: '' for the next new one."""
    return "" if id == "new" else id


@ar.get(f"{AT}/choices")
def choices(me: Me, id: str, query: Asked):
    return attachments.OfferChoices(trays.offers(me, query.q, but=chat_of(id)))


@ar.get(AT)
def show(me: Me, id: str, query: Asked, req: Request):
    tray = trays.tray(me, chat_of(id), query.model)
    if req.headers.get("hx-request") and not query.panel:
        return attachments.AttachedTray(tray.chat_id, tray)
    panel = panel_of(me, tray, query.q)
    return panel if query.panel else page(me, tray, panel)


def panel_of(me: Me, tray: trays.Tray, words: str = "", error: str = "") -> Any:
    """What can be attached, by a part of its name."""
    return attachments.AttachPanel(me, tray, trays.offers(me, words, but=tray.chat_id), words, error)


def page(me: Me, tray: trays.Tray, panel: Any) -> Any:
    """The panel as a page."""
    chat = chats.find(tray.chat_id, me) if tray.chat_id else None
    return attachments.AttachPage(me, chat, tray, panel, shelf(me, tray.chat_id), workspace())


@ar.post(AT)
async def add(me: Me, id: str, posted: Added, req: Request):
    wanted = [posted.target] if posted.target else []
    try:
        wanted += [f"file:{(await kept(me, each)).id}" for each in sent(posted.file)]
        await chats.in_thread(laid, me, chat_of(id), wanted)
    except Refusal as refusal:
        return await chats.in_thread(refused, me, chat_of(id), refusal, req)
    return await chats.in_thread(told, me, chat_of(id), posted.model, req)


def sent(posted: Any) -> list[UploadFile]:
    """The files of a form; a field in which none was chosen is none."""
    found = posted if isinstance(posted, list) else [posted]
    return [each for each in found if isinstance(each, UploadFile) and each.filename]


async def kept(me: Me, upload: UploadFile) -> Any:
    """A file of a form as a file of this person. Raises TooLarge, NoRoom, Invalid."""

    async def pieces() -> AsyncIterator[bytes]:
        while piece := await upload.read(1 << 20):
            yield piece

    try:
        return await taken(me, upload.filename or "", pieces(), {})
    finally:
        await upload.close()


def laid(me: Me, chat_id: str, wanted: Sequence[str]) -> None:
    """Attach what was chosen. Raises Invalid, NotFound, Conflict."""
    if not wanted:
        raise Invalid(file="Choose something first.")
    for each in wanted:
        kind, _, target_id = each.partition(":")
        attaching.add(me, attaching.DRAFT, attaching.draft_of(me, chat_id), kind, target_id)


def refused(me: Me, chat_id: str, refusal: Refusal, req: Request) -> Response:
    """Why it was not attached; for a page without a script, the panel with the reason."""
    if req.headers.get("hx-request"):
        raise refusal
    tray = trays.tray(me, chat_id)
    return HTMLResponse(document(page(me, tray, panel_of(me, tray, error=refusal.message))), refusal.status)


def told(me: Me, chat_id: str, model: str, req: Request) -> Any:
    """What lies there now; without a script, the page with the composer."""
    if req.headers.get("hx-request"):
        return HTMLResponse(document(attachments.AttachedTray(chat_id, trays.tray(me, chat_id, model))))
    return see(url("/chats", chat_id) if chat_id else url("/"))


@ar.post("/chats/{id:id}/messages/{mid:id}/copies")
def save(me: Me, id: str, mid: str, posted: Copied, req: Request):
    saved = saving.save(me, id, mid, posted.kind, posted.text, posted.language)
    if req.headers.get("hx-request"):
        return attachments.SavedToast(saved)
    return see(attachments.opens(saved.kind, saved.id))


@ar.post(f"{AT}/removal")
def remove(me: Me, id: str, posted: Removed, req: Request):
    kind, _, target_id = (posted.always or posted.target).partition(":")
    holder = (attaching.CHAT, id) if posted.always else (attaching.DRAFT, attaching.draft_of(me, chat_of(id)))
    attaching.remove(me, *holder, kind, target_id)
    return told(me, chat_of(id), posted.model, req)
