"""Prompts: the library, one of them, what a `/` in the composer finds, and how one is filled in."""

from typing import Any

from pydantic import ConfigDict, Field, field_validator
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from app import holdings, prompts, settings, spaces
from app.chats import drafts
from app.errors import Invalid, Stale
from app.holdings import reaching, shelving
from app.prompts import variables
from components import prompts as shown
from components.addresses import url
from components.holdings import StaleNotice, TrashedCallout
from components.page import document
from components.prompts import Filled
from routes.chats import shelf
from routes.holdings import Shelved, declare, tags_in
from routes.pages import Form, Me, Pages, Query, see
from routes.pastes.places import spaces_of

ar = Pages("/prompts")

OFFERED = 8
READERS = (("private", "Only me"), ("space", "The members of a space"))


class Listed(Query):
    """Which prompts are listed."""

    q: str = Field("", max_length=100)
    tag: str = Field("", max_length=40)
    shelf: str = ""
    trashed: str = Field("", max_length=29)

    @field_validator("shelf")
    @classmethod
    def known(cls, value: str) -> str:
        if value not in ("", "trash"):
            raise ValueError("There is no such list.")
        return value


class PromptInput(Form):
    """A prompt as its form says it."""

    name: str = ""
    text: str = ""
    space: str = ""
    tags: str = ""
    note: str = ""
    base: int = 0


class UseInput(Form):
    """What is said for each variable, in fields that are called `v-` and its name."""

    model_config = ConfigDict(extra="allow")

    def values(self) -> dict[str, str]:
        """The same by the names of the variables."""
        said = {name: text for name, text in (self.model_extra or {}).items() if isinstance(text, str)}
        return {name[2:]: text.replace("\r\n", "\n") for name, text in said.items() if name.startswith("v-")}


class Word(Query):
    """What was written behind the `/` so far."""

    q: str = Field("", max_length=100)


def around(me: Me, here: str = "prompts") -> dict[str, Any]:
    """What stands beside every page of the library; `here` is marked in the rail."""
    return {"shelf": shelf(me, here), "workspace": str(settings.value("workspace"))}


def frame(me: Me, item: Any) -> Any:
    """What stands around the pages of one prompt."""
    return shown.frame(me, item, **around(me))


# ── the library ───────────────────────────────────────────────────────────────────────────────────────────────────────
@ar.get("")
def listed(me: Me, query: Listed):
    lying = reaching.trashed(prompts.NOUN, me)
    if query.shelf:
        return shown.PromptTrashPage(me, lying, **around(me))
    said = TrashedCallout("/prompts", query.trashed, "prompt") if query.trashed in {x.item.id for x in lying} else ""
    found = prompts.usable(me, words=query.q, tag=query.tag)
    about = {"words": query.q, "tag": query.tag, "trashed": len(lying), "said": said}
    return shown.PromptsPage(me, found, **about, **around(me))


@ar.get("/choices")
def choices(me: Me, query: Word):
    found = prompts.usable(me, words=query.q, limit=OFFERED)
    rows = [shown.PromptChoice(each, bool(variables.of(each.text))) for each in found]
    return tuple(rows) if rows or query.q else shown.NoPrompt()


# ── make and change ───────────────────────────────────────────────────────────────────────────────────────────────────
@ar.get("/new")
def new(me: Me):
    return new_again(me, {}, {})


def new_again(me: Me, posted: dict[str, str], errors: dict[str, str]) -> Any:
    """The form of a new prompt, empty or as it was posted."""
    kept = {name: posted[name] for name in ("name", "text", "space", "tags") if name in posted}
    return shown.NewPage(me, Filled(**kept, spaces=spaces_of(me)), errors, **around(me))


@ar.post("", again=new_again)
def create(me: Me, posted: PromptInput):
    about = {"space_id": posted.space, "tags": tags_in(posted.tags)}
    return see(url("/prompts", prompts.create(me, posted.name, posted.text, **about).id))


@ar.get("/{id:id}/edit")
def edit(me: Me, id: str):
    prompt = prompts.find(id, me)
    if not prompt.can_write:
        return see(url("/prompts", id))
    filled = Filled(prompt.name, prompt.text, base=str(prompt.item.current))
    return shown.EditPage(frame(me, prompt.item), filled, {})


def edit_again(me: Me, posted: dict[str, str], errors: dict[str, str], id: str, **told: Any) -> Any:
    """The form as it was posted, with what has to be mended."""
    kept = {name: posted.get(name, "") for name in ("name", "text", "note", "base")}
    return shown.EditPage(frame(me, prompts.find(id, me).item), Filled(**(kept | told.pop("now", {}))), errors, **told)


@ar.post("/{id:id}/revisions", again=edit_again)
def revise(me: Me, id: str, posted: PromptInput):
    try:
        prompts.revise(me, id, posted.text, base=posted.base, name=posted.name, note=posted.note)
    except Stale as stale:
        # Nothing is overwritten: what was written is still here, and what it would change.
        told = {"stale": StaleNotice(stale.current, stale.difference), "now": {"base": str(stale.current)}}
        return HTMLResponse(document(edit_again(me, posted.model_dump(), {}, id, **told)), 409)
    return see(url("/prompts", id))


@ar.post("/{id:id}/copies")
def copy(me: Me, id: str):
    return see(url("/prompts", prompts.copy(me, id).id))


# ── read and use ──────────────────────────────────────────────────────────────────────────────────────────────────────
@ar.get("/{id:id}")
def show(me: Me, id: str):
    return page(me, {}, {}, id)


def page(me: Me, posted: dict[str, str], errors: dict[str, str], id: str) -> Any:
    """A prompt with the form that asks for its variables."""
    prompt = prompts.find(id, me)
    return shown.PromptPage(
        me,
        prompt,
        author=shelving.author(prompt),
        space=space_name(me, prompt.item),
        tags=holdings.tags_of(prompts.NOUN, id) if prompt.is_mine else (),
        posted=posted or None,
        errors=errors,
        **around(me),
    )


def space_name(me: Me, item: Any) -> str:
    """The name of the space with which it is shared, for its members."""
    shared = item.space_id and item.visibility == "space"
    return next((each.space.name for each in spaces.all(me) if shared and each.space.id == item.space_id), "")


@ar.get("/{id:id}/uses")
def asked(me: Me, id: str):
    return shown.UseForm(prompts.find(id, me), dialog=True)


@ar.post("/{id:id}/uses")
def use(me: Me, id: str, posted: UseInput, req: Request):
    by_script = bool(req.headers.get("hx-request"))
    try:
        text = prompts.filled(me, id, posted.values())
    except Invalid as wrong:
        return unfilled(me, id, posted.model_extra or {}, wrong.fields or {"": wrong.message}, by_script)
    if by_script:
        return Response(text, media_type="text/plain; charset=utf-8")
    drafts.keep(me, "", "\n\n".join(filter(None, (drafts.find(me).rstrip(), text))))
    return see(url("/"))


def unfilled(me: Me, id: str, posted: dict[str, Any], errors: dict[str, str], by_script: bool) -> Response:
    """The form again with what is missing: for the box of the composer, or on its page."""
    form = shown.UseForm(prompts.find(id, me), posted, errors, dialog=True) if by_script else None
    return HTMLResponse(document(form or page(me, posted, errors, id)), 422)


declare(ar, Shelved(prompts.NOUN, frame, shown.PromptBody, READERS, prompts.untrash))
