"""What happens inside a chat: asking, answering again, walking, stopping, following, and drafts."""

from typing import Any

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from app import chats, providers
from app.chats import drafts
from app.errors import Conflict, Invalid, Refusal, TooLarge
from components.addresses import url
from components.chats import AnotherForm, EditForm, FormPage, Progress, Turn, updates
from components.page import document
from routes.chats import Names, chat_page, shelf, shelf_update, workspace
from routes.pages import Form, Me, Pages, answer, see

ar = Pages("")

KEPT = (Invalid, TooLarge, Conflict)


class Ask(Form):
    """A question in a chat: below `leaf`, the last message that the page showed; `beside` are the models that answer
    it, too."""

    text: str = ""
    key: str = ""
    leaf: str = ""
    model: str = ""
    beside: Names = ""


class Version(Form):
    """A new version: of a question when `text` is given, else of an answer; `proceed` continues a cut one."""

    key: str = ""
    model: str = ""
    text: str | None = None
    proceed: str = ""


class Walk(Form):
    """The version that is to be shown."""

    message: str = ""


class Decision(Form):
    """Whether a call of a tool is agreed to; nothing is no."""

    agreed: str = ""


class DraftText(Form):
    """What stands in a composer."""

    text: str = ""


def is_fragment(req: Request) -> bool:
    """Whether htmx asks, for pieces of a page that is there."""
    return "hx-request" in req.headers


@ar.post("/chats/{id:id}/messages")
async def ask(me: Me, id: str, posted: Ask, req: Request):
    try:
        asked = await chats.in_thread(asking, me, id, posted)
    except KEPT as refusal:
        return await chats.in_thread(unsent, me, id, posted, refusal, is_fragment(req))
    await chats.start(me, asked)
    if not is_fragment(req):
        return see(url("/chats", id, fragment_=f"m-{asked.answer.id}"))
    return answer(await chats.in_thread(shown, me, asked))


def asking(me: Me, id: str, posted: Ask) -> chats.Asked:
    """The question and its pending answers."""
    leaf, model = posted.leaf or None, posted.model or None
    return chats.ask(me, id, posted.text, posted.key, leaf, model, posted.beside.split())


def unsent(me: Me, id: str, posted: Ask, refusal: Refusal, fragment: bool) -> Response:
    """Why it was not sent; the text stays in the composer."""
    told = (posted.text, posted.model, refusal.message, posted.beside)
    page = updates.Refused(refusal.message) if fragment else chat_page(me, id, *told)
    return HTMLResponse(document(page), refusal.status)


def shown(me: Me, asked: chats.Asked) -> Any:
    """The question and its answers at the end of the page; where one of several was kept by asking, all of it."""
    if asked.settled:
        return branch(me, asked.chat), shelf_update(me, asked.chat.id)
    turns = (chats.turn(me, asked.chat, message.id) for message in (asked.question, *asked.answers))
    return updates.Asked(me, asked.chat, *turns), shelf_update(me, asked.chat.id)


@ar.post("/chats/{id:id}/messages/{mid:id}/versions")
async def create_version(me: Me, id: str, mid: str, posted: Version, req: Request):
    try:
        asked = await chats.in_thread(versioned, me, id, mid, posted)
    except KEPT as refusal:
        if is_fragment(req) or posted.text is None:
            raise Conflict(refusal.message) from None
        return await chats.in_thread(unmended, me, id, mid, posted.text, refusal)
    await chats.start(me, asked)
    if not is_fragment(req):
        return see(url("/chats", id, fragment_=f"m-{asked.answer.id}"))
    return answer(await chats.in_thread(replaced, me, asked, mid, posted.text is not None))


def versioned(me: Me, id: str, mid: str, posted: Version) -> chats.Asked:
    """The new version that was asked for."""
    # One form serves all turns of a page, so its key alone would make one message of two.
    key = f"{posted.key}:{mid[-24:]}" if posted.key else ""
    model = posted.model or None
    if posted.text is not None:
        return chats.edit(me, id, mid, posted.text, key, model)
    if posted.proceed:
        return chats.proceed(me, id, mid, key)
    return chats.again(me, id, mid, key, model)


def replaced(me: Me, asked: chats.Asked, old: str, edited: bool) -> Any:
    """The new version in the place of the message `old`: an edited question brings its answer."""
    ids = (asked.question.id, asked.answer.id) if edited else (asked.answer.id,)
    turns = (chats.turn(me, asked.chat, id) for id in ids)
    view = chats.view(me, asked.chat)
    return updates.Instead(me, asked.chat, old, view, *turns), shelf_update(me, asked.chat.id)


def unmended(me: Me, id: str, mid: str, text: str, refusal: Refusal) -> Response:
    """The page of the edited question, with its text and what was wrong."""
    chat = chats.find(id, me)
    form = EditForm(chat, chats.turn(me, chat, mid), text, refusal.message)
    page = FormPage(me, chat, "Edit the question", form, shelf(me, id), workspace())
    return HTMLResponse(document(page), refusal.status)


@ar.get("/chats/{id:id}/messages/{mid:id}")
def show_turn(me: Me, id: str, mid: str, req: Request):
    chat = chats.find(id, me)
    if not is_fragment(req):
        return see(url("/chats", id, fragment_=f"m-{mid}"))
    return Turn(me, chat, chats.turn(me, chat, mid), Progress(chats.feed(mid)))


@ar.get("/chats/{id:id}/messages/{mid:id}.md", scope="chats:read")
def text_of(me: Me, id: str, mid: str):
    turn = chats.turn(me, chats.find(id, me), mid)
    return Response(turn.text, media_type="text/plain; charset=utf-8")


@ar.get("/chats/{id:id}/messages/{mid:id}/edit")
def edit(me: Me, id: str, mid: str, req: Request):
    chat = chats.find(id, me)
    form = EditForm(chat, chats.turn(me, chat, mid))
    return form if is_fragment(req) else FormPage(me, chat, "Edit the question", form, shelf(me, id), workspace())


@ar.get("/chats/{id:id}/messages/{mid:id}/another")
def another(me: Me, id: str, mid: str, req: Request):
    chat = chats.find(id, me)
    form = AnotherForm(chat, chats.turn(me, chat, mid), providers.available(me))
    return form if is_fragment(req) else FormPage(me, chat, "Another model", form, shelf(me, id), workspace())


@ar.post("/chats/{id:id}/messages/{mid:id}/calls/{n:int}")
async def decide(me: Me, id: str, mid: str, n: int, posted: Decision, req: Request):
    await chats.in_thread(chats.find, id, me)
    chats.decide(me, id, mid, n, bool(posted.agreed))
    return None if is_fragment(req) else see(url("/chats", id, fragment_=f"m-{mid}"))


@ar.delete("/chats/{id:id}/reply")
async def stop(me: Me, id: str):
    await chats.stop(me, id)


@ar.post("/chats/{id:id}/reply/stop")
async def stop_plainly(me: Me, id: str):
    await chats.stop(me, id)
    return see(url("/chats", id))


@ar.delete("/chats/{id:id}/messages/{mid:id}/reply")
async def stop_one(me: Me, id: str, mid: str):
    await chats.stop(me, id, mid)


@ar.post("/chats/{id:id}/messages/{mid:id}/reply/stop")
async def stop_one_plainly(me: Me, id: str, mid: str):
    await chats.stop(me, id, mid)
    return see(url("/chats", id, fragment_=f"m-{mid}"))


@ar.post("/chats/{id:id}/messages/{mid:id}/choice")
async def keep(me: Me, id: str, mid: str, req: Request):
    chat = await chats.keep(me, id, mid)
    if not is_fragment(req):
        return see(url("/chats", id, fragment_=f"m-{mid}"))
    return answer(await chats.in_thread(chosen, me, chat))


def chosen(me: Me, chat: chats.Chat) -> Any:
    """The branch that goes on, and its model in the composer."""
    return *branch(me, chat), updates.Chosen(providers.available(me), chat.model_id or ""), shelf_update(me, chat.id)


def branch(me: Me, chat: chats.Chat) -> tuple[Any, ...]:
    """The branch that is shown now."""
    return updates.Branch(me, chat, chats.view(me, chat), choice_of(me, chat))


@ar.put("/chats/{id:id}/leaf")
def walk(me: Me, id: str, posted: Walk):
    return branch(me, chats.walk(me, id, posted.message))


@ar.post("/chats/{id:id}/leaf")
def walk_plainly(me: Me, id: str, posted: Walk):
    chats.walk(me, id, posted.message)
    return see(url("/chats", id, fragment_=f"m-{posted.message}"))


def choice_of(me: Me, chat: chats.Chat) -> Any:
    """The chat's model among those that one may use, or None."""
    return next((choice for choice in providers.available(me) if choice.id == chat.model_id), None)


@ar.put("/drafts/new")
def keep_first_draft(me: Me, posted: DraftText):
    drafts.keep(me, "", posted.text)


@ar.put("/drafts/{id:id}")
def keep_draft(me: Me, id: str, posted: DraftText):
    drafts.keep(me, id, posted.text)
