"""Chats as a whole: home, the lists, opening, naming, putting away, settings and export."""

from typing import Annotated, Any

from pydantic import BeforeValidator
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from app import chats, clock, presets, projects, providers, settings
from app.chats import drafts, trays
from app.errors import Gone, Invalid, NotFound, Refusal, TooLarge
from components.addresses import url
from components.chats import (
    ChatPage,
    ChatShelf,
    HomePage,
    OlderPage,
    Turns,
    updates,
)
from components.page import document
from routes.pages import Form, Me, Pages, Query, see

ar = Pages("")

# What stands in the rail, and what home repeats of it.
SHELVED = 30
LEFT_OFF = 4
# Presets that home offers, and one more where there are others.
OFFERED = 7
# A title is made in a few seconds, or it does not come.
TITLE_TAKES = 20 * clock.SECOND


def joined(value: Any) -> Any:
    """What several boxes of one name posted, with spaces between them."""
    return " ".join(map(str, value)) if isinstance(value, list) else value


Names = Annotated[str, BeforeValidator(joined)]


class Start(Form):
    """A first question; `beside` are the models that answer it, too."""

    text: str = ""
    key: str = ""
    model: str = ""
    beside: Names = ""
    temporary: str = ""
    verbs: Names = ""
    project: str = ""
    preset: str = ""


class Fresh(Query):
    """The model that is to answer first, the project in which the chat is to lie, and the preset it begins with."""

    model: str = ""
    project: str = ""
    preset: str = ""


class Before(Query):
    """The oldest message that a page shows."""

    before: str


def shelf(me: Me, here: str = "") -> Any:
    """The rail's list of projects and chats."""
    return ChatShelf(me, chats.pinned(me), chats.recent(me, SHELVED), here, projects.names(me))


def shelf_update(me: Me, here: str = "") -> Any:
    """The same list as a piece of a fragment."""
    return updates.ShelfUpdate(me, chats.pinned(me), chats.recent(me, SHELVED), here, projects.names(me))


def workspace() -> str:
    """The name above the rail."""
    return settings.value("workspace")


def usable_model(me: Me, choices: list[Any], wanted: str | None) -> str:
    """The model that the picker shows: the wanted one where it may still be used."""
    return wanted if wanted in {choice.id for choice in choices} else providers.default(me)


@ar.get("/", guests=True)
def home(me: Me, query: Fresh):
    if me.is_guest:
        return see(url("/pastes", shelf="shared"))
    providers.warm_up()
    return home_page(me, drafts.find(me), query.model, project=query.project)


@ar.get("/chats/new")
def new(me: Me, query: Fresh):
    providers.warm_up()
    begun = presets.begin(me, query.preset) if query.preset else None
    verbs = " ".join(begun.verbs) if begun else ""
    return home_page(me, drafts.find(me), query.model, verbs=verbs, project=query.project, begun=begun)


def home_page(
    me: Me,
    text: str = "",
    model: str = "",
    temporary: bool = False,
    verbs: str = "",
    error: str = "",
    beside: str = "",
    project: str = "",
    begun: presets.Beginning | None = None,
) -> Any:
    """A new chat, its composer filled with `text`; in a project, where that is one's own. `begun` is what it takes over
    from a preset."""
    choices, recent = providers.available(me), chats.recent(me, SHELVED)
    name = projects.names(me).get(project, "")
    return HomePage(
        me,
        choices=choices,
        shelf=ChatShelf(me, chats.pinned(me), recent, "", projects.names(me)),
        recent=recent[:LEFT_OFF],
        questions=chats.questions(me, recent[:LEFT_OFF]),
        draft=text,
        model=usable_model(me, choices, model or (begun.model if begun else "") or projects.model_of(me, project)),
        temporary=temporary,
        verbs=verbs,
        beside=beside,
        error=error,
        project=(project, name) if name else None,
        beginning=begun,
        presets=presets.usable(me, limit=OFFERED),
        tray=trays.tray(me, "", model),
        workspace=workspace(),
    )


@ar.post("/chats")
async def create(me: Me, posted: Start):
    try:
        asked = await chats.in_thread(begin, me, posted)
    except (Invalid, TooLarge) as refusal:
        return await chats.in_thread(unsent, me, posted, refusal)
    await chats.start(me, asked)
    return see(url("/chats", asked.chat.id))


def begin(me: Me, posted: Start) -> chats.Asked:
    """The chat, its first question and the pending answer."""
    begun = taken_over(me, posted.preset)
    on = {"verbs": chats.checked_verbs(posted.verbs), "project_id": projects.place(me, posted.project)}
    along = [(each.kind, each.id, each.name) for each in begun.attachments] if begun else []
    what = (posted.text, posted.key, posted.model or None, bool(posted.temporary))
    return chats.create(me, *what, (begun.columns if begun else {}) | on, posted.beside.split(), along=along)


def taken_over(me: Me, preset: str) -> presets.Beginning | None:
    """What the new chat takes over from this preset, None without one. Raises Invalid when it is there no longer."""
    try:
        return presets.begin(me, preset) if preset else None
    except (NotFound, Gone):
        raise Invalid(preset="That preset is not there any more. Send it without one, or choose another.") from None


def unsent(me: Me, posted: Start, refusal: Refusal) -> Response:
    """Home with the text still in the composer."""
    told = (posted.text, posted.model, bool(posted.temporary), posted.verbs, refusal.message, posted.beside)
    gone = isinstance(refusal, Invalid) and "preset" in refusal.fields
    page = home_page(me, *told, posted.project, None if gone else taken_over(me, posted.preset))
    return HTMLResponse(document(page), refusal.status)


@ar.get("/chats/{id:id}")
def show(me: Me, id: str):
    return chat_page(me, id, drafts.find(me, id))


def chat_page(me: Me, id: str, text: str = "", model: str = "", error: str = "", beside: str = "") -> Any:
    """The page of a chat, its composer filled with `text`."""
    chat, choices = chats.find(id, me), providers.available(me)
    view = chats.view(me, chat)
    return ChatPage(
        me,
        chat,
        view,
        choices=choices,
        shelf=shelf(me, id),
        draft=text,
        model=usable_model(me, choices, model or chat.model_id),
        error=error,
        beside=beside,
        tray=trays.tray(me, id, model or chat.model_id),
        late=not view.running and awaits_title(me, chat),
        workspace=workspace(),
    )


def awaits_title(me: Me, chat: chats.Chat) -> bool:
    """Whether a model is about to name the chat: its first answer has ended, and only just."""
    fresh = chat.changed_at > clock.now() - TITLE_TAKES and not chat.title_by
    asked = next((each for each in providers.available(me) if each.id == chat.model_id), None) if fresh else None
    return asked is not None and not asked.demo and not chats.is_temporary(chat)


@ar.get("/chats/{id:id}/turns")
def older(me: Me, id: str, query: Before, req: Request):
    chat = chats.find(id, me)
    view = chats.view(me, chat, before=query.before)
    if req.headers.get("hx-request"):
        return Turns(me, chat, view)
    return OlderPage(me, chat, view, shelf=shelf(me, id), workspace=workspace())


@ar.get("/chats/{id:id}.md", scope="chats:read")
def as_markdown(me: Me, id: str):
    name = {"content-disposition": f'attachment; filename="chat-{id[-6:]}.md"'}
    return Response(chats.as_markdown(me, id), headers=name, media_type="text/markdown; charset=utf-8")


@ar.get("/chats/{id:id}.txt", scope="chats:read")
def as_text(me: Me, id: str):
    return Response(chats.as_markdown(me, id), media_type="text/plain; charset=utf-8")


@ar.get("/chats/{id:id}.json", scope="chats:read")
def as_json(me: Me, id: str):
    name = {"content-disposition": f'attachment; filename="chat-{id[-6:]}.json"'}
    return Response(chats.as_json(me, id), headers=name, media_type="application/json")
