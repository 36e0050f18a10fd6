"""Importing chats: the form, a file that comes in, and what came of it."""

from typing import Any

from starlette.datastructures import UploadFile
from starlette.requests import Request

from app import chats
from app.chats import importing
from app.errors import Invalid
from components.addresses import url
from components.imports import ImportPage, ImportShown, OneImportPage
from routes.chats import shelf, workspace
from routes.messages import is_fragment
from routes.pages import Form, Me, Pages, see

ar = Pages("/chats")

STEP = 1 << 20
# Of a chat that was exported alone as JSON, the first letters name its form.
OWN, HEAD, LARGEST_OWN = b'"inglenook.chat/', 512, 64 << 20


class Upload(Form):
    """An exported file."""

    file: Any = None


@ar.get("/import")
def show_form(me: Me):
    return form_page(me)


def form_page(me: Me, errors: dict[str, str] | None = None) -> Any:
    """The form, with what was wrong about a file."""
    return ImportPage(me, importing.recent(me), errors=errors, shelf=shelf(me), workspace=workspace())


def import_again(me: Me, posted: dict[str, str], errors: dict[str, str]) -> Any:
    """The form again."""
    return form_page(me, errors)


@ar.post("/import", again=import_again)
async def take_in(me: Me, posted: Upload):
    if not isinstance(posted.file, UploadFile):
        raise Invalid(file="Choose a file first.")
    try:
        return see(await chats.in_thread(taken, me, posted.file))
    finally:
        await posted.file.close()


def taken(me: Me, file: UploadFile) -> str:
    """Where one sees what became of the file: a chat of Inglenook's is there at once, others in a while."""
    if not file.size:
        raise Invalid(file="Choose a file first.")
    head = file.file.read(HEAD)
    file.file.seek(0)
    if OWN in head and (file.size or 0) <= LARGEST_OWN:
        return url("/chats", chats.take_in(me, file.file.read()).id)
    pieces = iter(lambda: file.file.read(STEP), b"")
    return url("/chats/imports", importing.begin(me, pieces, file.filename or "export"))


@ar.get("/imports/{id:id}")
def show(me: Me, id: str, req: Request):
    one = importing.find(me, id)
    return ImportShown(me, one) if is_fragment(req) else OneImportPage(me, one, shelf=shelf(me), workspace=workspace())
