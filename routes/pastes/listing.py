"""The lists of pastes, and making a new one."""

from typing import Any

import orjson
from fasthtml.core import form2dict
from pydantic import Field, field_validator
from starlette.datastructures import UploadFile
from starlette.formparsers import MultiPartException
from starlette.requests import Request
from starlette.responses import Response

from app import pastes
from app.errors import Invalid, NotFound, Unknown
from app.items import UNLISTED
from app.pastes import Piece, shelving
from components.addresses import url
from components.pastes import Filled, GuestPage, MadePage, NewPage, PastesPage, TrashedNotice, Written
from routes.accounts import public_url
from routes.pages import ANYONE, Form, Me, Query, parsed, see
from routes.pastes.places import ar, link_of, shelf, spaces_of, token_of, whole, workspace

SHELVES = ("mine", "starred", "shared", "public", "expiring", "trash")
# One text of a form, and what is around all of them.
LARGEST_FIELD, MOST_FIELDS, MOST_FILES = 4 << 20, 400, 64


class Listed(Query):
    """Which pastes are listed."""

    shelf: str = "mine"
    tag: str = Field("", max_length=40)
    before: str = ""
    trashed: str = ""

    @field_validator("shelf")
    @classmethod
    def known(cls, value: str) -> str:
        if value not in SHELVES:
            raise ValueError("There is no such list.")
        return value


class PasteInput(Form):
    """A paste as its form says it; all of it is text. `names`, `syntaxes` and `texts` belong together by their order,
    `kept` are the names of parts that stay, `sealed` is what the browser encrypted."""

    title: str = ""
    names: list[str] = []
    syntaxes: list[str] = []
    texts: list[str] = []
    files: list[tuple[str, bytes]] = []
    kept: list[str] = []
    visibility: str = "private"
    space: str = ""
    life: str = "604800"
    password: str = ""
    burns: str = ""
    views: str = ""
    tags: str = ""
    note: str = ""
    base: int = 0
    sealed: str = ""
    more: str = ""
    token: str = ""

    @classmethod
    async def __from_request__(cls, req) -> "PasteInput":
        if req.url.path.endswith("/pastes"):
            must_post(req.state.me)  # before anything is read
        form = await form_of(req)
        data = form2dict(form)
        lists = {"names": "name", "syntaxes": "syntax", "texts": "text", "kept": "keeps"}
        told = {key: value for key, value in data.items() if isinstance(value, str) and key in cls.model_fields}
        for field, name in lists.items():
            told[field] = [each for each in form.getlist(name) if isinstance(each, str)]
        told["texts"] = [text.replace("\r\n", "\n") for text in told["texts"]]
        told["files"] = [(plain(each.filename or ""), await each.read()) for each in uploads(form)]
        await form.close()
        told["token"] = token_of(req)  # the form that comes back has to open the paste once more
        req.state.posted = told
        return parsed(cls, told)

    def pieces(self) -> list[Piece]:
        """What was written or uploaded; fields in which nothing stands are left out."""
        if self.sealed:
            return [Piece(text=self.sealed)]
        written = zip(self.names, self.syntaxes, self.texts, strict=False)
        found = [Piece(name=name, syntax=syntax, text=text) for name, syntax, text in written if text or name.strip()]
        return found + [Piece(name=name, data=data) for name, data in self.files]

    def words(self) -> list[str]:
        """The tags."""
        return [each.strip() for each in self.tags.split(",") if each.strip()]


async def form_of(req: Request) -> Any:
    """What a form posts: texts of 4 MiB and files. Raises Invalid."""
    try:
        return await req.form(max_files=MOST_FILES, max_fields=MOST_FIELDS, max_part_size=LARGEST_FIELD)
    except MultiPartException as error:
        raise Invalid(parts=f"{error.message} Larger ones go as files.") from None


def uploads(form: Any) -> list[UploadFile]:
    """The files of a form; a field in which none was chosen is posted too."""
    return [each for each in form.getlist("file") if isinstance(each, UploadFile) and (each.filename or each.size)]


def plain(name: str) -> str:
    """A file's name without the path that some browsers send."""
    return name.replace("\\", "/").rsplit("/", 1)[-1]


def life_of(text: str) -> int | None:
    """How many seconds something is kept; None is for ever. Raises Invalid."""
    return whole("life", text, 366 * 86_400) if text else None


def filled(me: Me, posted: dict[str, Any] | PasteInput) -> Filled:
    """The form as it was posted."""
    it = PasteInput.model_construct(**posted) if isinstance(posted, dict) else posted
    rows = zip(it.names, it.syntaxes, it.texts, strict=False)
    parts = [Written(name, syntax, text) for name, syntax, text in rows] or [Written()]
    plainly = {name: getattr(it, name) for name in ("title", "visibility", "space", "life", "views", "tags", "note")}
    return Filled(parts=parts, burns=bool(it.burns), spaces=spaces_of(me) if me else (), **plainly)


# ── lists ─────────────────────────────────────────────────────────────────────────────────────────────────────────────
@ar.get("/pastes", guests=True)
def listed(me: Me, query: Listed, req: Request):
    if me.is_guest:
        return GuestPage(me, pastes.shared(me, before=query.before), workspace())
    page = rows(me, query)
    older = url("/pastes", shelf=query.shelf, tag=query.tag or None, before=page.next) if page.next else ""
    about = {"which": query.shelf, "tag": query.tag, "older": older, "address": public_url(req, url("/p"))}
    around = {"shelf": shelf(me, f"#{query.tag}" if query.tag else query.shelf), "workspace": workspace()}
    said, counts = put_away(me, query.trashed), shelving.counts(me)
    return PastesPage(me, page.rows, **about, said=said, counts=counts, **around)


def rows(me: Me, query: Listed) -> pastes.Page:
    """One page of a list."""
    if query.shelf == "shared":
        return pastes.shared(me, before=query.before)
    if query.shelf == "public":
        return shelving.public(me, query.before)
    if query.shelf == "expiring":
        return shelving.expiring(me, query.before)
    starred, trashed = query.shelf == "starred", query.shelf == "trash"
    return pastes.mine(me, tag=query.tag, starred=starred, trashed=trashed, before=query.before)


def put_away(me: Me, id: str) -> Any:
    """What was put into the trash just now, with the way back."""
    try:
        return TrashedNotice(shelving.trashed(me, id)) if id else ""
    except NotFound:
        return ""


# ── make ──────────────────────────────────────────────────────────────────────────────────────────────────────────────
def new_page(me: Me, posted: Any, errors: dict[str, str]) -> Any:
    """The form of a new paste, filled."""
    shown = filled(me, posted) if posted else Filled(spaces=spaces_of(me) if me else ())
    said = {FIELDS.get(name, name): words for name, words in errors.items()}
    return NewPage(me, shown, said, shelf=shelf(me), workspace=workspace())


# The domain's words for what stands in a field of the form.
FIELDS = {
    "text": "parts",
    "name": "parts",
    "syntax": "parts",
    "expires_in": "life",
    "max_views": "views",
    "space_id": "space",
}


def must_post(me: Me) -> None:
    """Raises Unknown for nobody, unless pastes without an account are allowed."""
    me.must_not_be_guest()
    if not me and not pastes.anonymous_allowed():
        raise Unknown()


@ar.get("/pastes/new", who=ANYONE)
def new(me: Me):
    must_post(me)
    return new_page(me, {}, {})


@ar.post("/pastes", who=ANYONE, again=new_page)
def create(me: Me, posted: PasteInput, req: Request):
    must_post(me)
    if posted.more:
        return new_page(me, one_more(posted), {})
    made = pastes.create(me, posted.pieces(), **terms(me, posted))
    if posted.sealed:
        return Response(orjson.dumps({"link": url("/p", made.paste.id)}), media_type="application/json")
    if not me:
        return MadePage(me, link_of(req, made.paste.id), made.edit_token, made.delete_token, workspace())
    return see(url("/p", made.paste.id))


def one_more(posted: PasteInput) -> PasteInput:
    """The same form with one more file."""
    more = {"names": [*posted.names, ""], "syntaxes": [*posted.syntaxes, ""], "texts": [*posted.texts, ""]}
    return posted.model_copy(update=more)


def terms(me: Me, posted: PasteInput) -> dict[str, Any]:
    """What `pastes.create` takes beside the parts. Raises Invalid."""
    shared = {"burns": bool(posted.burns), "expires_in": life_of(posted.life), "sealed": bool(posted.sealed)}
    if not me:
        return shared | {"visibility": UNLISTED, "title": posted.title}
    return shared | {
        "title": posted.title,
        "visibility": posted.visibility,
        "space_id": posted.space if posted.visibility == "space" else "",
        "password": posted.password,
        "max_views": whole("views", posted.views),
        "tags": posted.words(),
    }
