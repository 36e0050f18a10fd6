"""Presets: the library, one of them, and its form. The chat that one begins stands in `chats`."""

from dataclasses import replace
from typing import Annotated, Any

from pydantic import BeforeValidator, Field
from starlette.requests import Request
from starlette.responses import HTMLResponse

from app import holdings, presets, providers
from app.chats import attaching, trays
from app.errors import Invalid, Stale
from app.holdings import reaching, shelving
from app.presets import Attached, Settings
from components import presets as shown
from components.addresses import url
from components.chats.composer import by_provider
from components.holdings import StaleNotice, TrashedCallout
from components.page import document
from components.presets import Filled, Offered
from components.presets.words import CHOICES
from routes.accounts import public_url
from routes.chats import Names
from routes.holdings import Shelved, declare, tags_in
from routes.pages import Form, Me, Pages, Query, see
from routes.pastes.places import spaces_of
from routes.prompts import Listed, around, space_name

ar = Pages("/presets")

NUMBERS = ("temperature", "top_p", "max_tokens")
Several = Annotated[list[str], BeforeValidator(lambda value: [value] if isinstance(value, str) else value)]


class PresetInput(Form):
    """A preset as its form says it; `attach` are `kind:id`, `more` asks to look for what `find` says."""

    name: str = ""
    about: str = ""
    instructions: str = ""
    model: str = ""
    temperature: str = ""
    top_p: str = ""
    max_tokens: str = ""
    effort: str = ""
    verbs: Names = ""
    attach: Several = []
    space: str = ""
    tags: str = ""
    note: str = ""
    base: int = 0
    find: str = Field("", max_length=100)
    more: str = ""

    def settings(self) -> Settings:
        """What it says of a chat. Raises Invalid for what is no number."""
        refused = {}
        told: dict[str, Any] = {}
        for name in NUMBERS:
            try:
                told[name] = (int if name == "max_tokens" else float)(text) if (text := getattr(self, name)) else None
            except ValueError:
                refused[name] = "This has to be a number." if name != "max_tokens" else "This has to be a whole number."
        if refused:
            raise Invalid(**refused)
        along = tuple(Attached(*each.partition(":")[::2]) for each in self.attach)
        about = {name: getattr(self, name) for name in ("about", "instructions", "model", "effort")}
        return Settings(**about, **told, verbs=tuple(self.verbs.split()), attachments=along)


class From(Query):
    """The chat whose settings become a preset."""

    chat: str = Field("", max_length=29)


def frame(me: Me, item: Any) -> Any:
    """What stands around the pages of one preset."""
    return shown.frame(me, item, **around(me, "presets"))


# ── the library ───────────────────────────────────────────────────────────────────────────────────────────────────────
@ar.get("")
def listed(me: Me, query: Listed):
    lying = reaching.trashed(presets.NOUN, me)
    if query.shelf:
        return shown.PresetTrashPage(me, lying, **around(me, "presets"))
    said = TrashedCallout("/presets", query.trashed, "preset") if query.trashed in {x.item.id for x in lying} else ""
    found = [(each, presets.told(each)) for each in presets.usable(me, words=query.q, tag=query.tag)]
    return shown.PresetsPage(me, found, tag=query.tag, trashed=len(lying), said=said, **around(me, "presets"))


@ar.get("/{id:id}")
def show(me: Me, id: str, req: Request):
    return page(me, id, public_url(req, url("/chats/new", preset=id)))


def page(me: Me, id: str, link: str) -> Any:
    """A preset with the link that begins a chat."""
    beginning = presets.begin(me, id)
    preset = beginning.preset
    return shown.PresetPage(
        me,
        beginning,
        link=link,
        author=shelving.author(preset),
        space=space_name(me, preset.item),
        tags=holdings.tags_of(presets.NOUN, id) if preset.is_mine else (),
        **around(me, "presets"),
    )


# ── the form ──────────────────────────────────────────────────────────────────────────────────────────────────────────
def filled(me: Me, settings: Settings, find: str = "", **about: str) -> Filled:
    """The form of these settings, with what can be chosen; what goes along stands before what was found."""
    models = by_provider(providers.available(me))
    if settings.model and settings.model not in {id for _, group in models for id, _ in group}:
        models = [*models, ("Not there for you", [(settings.model, settings.model_name or settings.model)])]
    along = [Offered(f"{each.kind}:{each.id}", each.name or each.id, True) for each in settings.attachments]
    have = {each.value for each in along}
    found = [Offered(f"{each.kind}:{each.id}", each.name) for each in trays.offers(me, find, ("file", "paste"))]
    numbers = {name: "" if (at := getattr(settings, name)) is None else f"{at:g}" for name in NUMBERS[:2]}
    told = {name: getattr(settings, name) for name in ("about", "instructions", "model", "effort")}
    return Filled(
        **told,
        **numbers,
        max_tokens=str(settings.max_tokens or ""),
        verbs=" ".join(settings.verbs),
        find=find,
        offered=[*along, *(each for each in found if each.value not in have)],
        models=models,
        spaces=spaces_of(me),
        **about,
    )


def refilled(me: Me, posted: PresetInput, before: Settings) -> Filled:
    """The form as it was posted."""
    names = {(each.kind, each.id): each.name for each in before.attachments}
    named = trays.offers(me, posted.find, ("file", "paste")) + trays.offers(me, "", ("file", "paste"))
    names |= {(each.kind, each.id): each.name for each in named}
    pairs = [each.partition(":")[::2] for each in posted.attach]
    along = tuple(Attached(kind, id, names.get((kind, id)) or name_of(me, kind, id)) for kind, id in pairs)
    about = {name: getattr(posted, name) for name in ("name", "space", "tags", "note")} | {"base": str(posted.base)}
    it = filled(me, replace(before, attachments=along), posted.find, **about)
    told = {name: getattr(posted, name) for name in ("about", "instructions", "model", "effort", "verbs", *NUMBERS)}
    return replace(it, **told)


def name_of(me: Me, kind: str, id: str) -> str:
    """What is to go along by its name, where one may know it."""
    return attaching.part_of(me, kind, id, id).name


@ar.get("/new")
def new(me: Me, query: From):
    settings = presets.of_chat(me, query.chat) if query.chat else Settings()
    return shown.NewPage(me, filled(me, settings), {}, **around(me, "presets"))


def new_page(me: Me, posted: PresetInput, errors: dict[str, str]) -> Any:
    """The form of a new preset as it was posted."""
    return shown.NewPage(me, refilled(me, posted, Settings()), errors, **around(me, "presets"))


@ar.post("")
def create(me: Me, posted: PresetInput):
    if posted.more:
        return new_page(me, posted, {})
    try:
        about = {"space_id": posted.space, "tags": tags_in(posted.tags)}
        made = presets.create(me, posted.name, posted.settings(), **about)
    except Invalid as wrong:
        return HTMLResponse(document(new_page(me, posted, wrong.fields or {"": wrong.message})), 422)
    return see(url("/presets", made.id))


@ar.get("/{id:id}/edit")
def edit(me: Me, id: str):
    preset = presets.find(id, me)
    if not preset.can_write:
        return see(url("/presets", id))
    it = filled(me, preset.settings, name=preset.name, base=str(preset.item.current))
    return shown.EditPage(frame(me, preset.item), it, {})


def edit_page(me: Me, id: str, posted: PresetInput, errors: dict[str, str], **told: Any) -> Any:
    """The form as it was posted, for who may write in it."""
    preset = presets.find(id, me)
    return shown.EditPage(frame(me, preset.item), refilled(me, posted, preset.settings), errors, **told)


@ar.post("/{id:id}/revisions")
def revise(me: Me, id: str, posted: PresetInput):
    try:
        return see(url("/presets", revised(me, id, posted))) if not posted.more else edit_page(me, id, posted, {})
    except Invalid as wrong:
        return HTMLResponse(document(edit_page(me, id, posted, wrong.fields or {"": wrong.message})), 422)
    except Stale as stale:
        told = {"stale": StaleNotice(stale.current, stale.difference)}
        again = posted.model_copy(update={"base": stale.current})
        return HTMLResponse(document(edit_page(me, id, again, {}, **told)), 409)


def revised(me: Me, id: str, posted: PresetInput) -> str:
    """The id of the preset, whose next revision this is. Raises Stale, Invalid."""
    about = {"base": posted.base, "name": posted.name, "note": posted.note}
    return presets.revise(me, id, posted.settings(), **about).id


@ar.post("/{id:id}/copies")
def copy(me: Me, id: str):
    return see(url("/presets", presets.copy(me, id).id))


def untrash(me: Me, id: str) -> Any:
    """Out of the trash."""
    return holdings.untrash(presets.NOUN, me, id)


declare(ar, Shelved(presets.NOUN, frame, shown.PresetBody, CHOICES, untrash))
