"""The lists of chats: those in use, those put away, those deleted; narrowed by words, tag and project."""

from typing import Any

from pydantic import Field, field_validator
from starlette.datastructures import UploadFile
from starlette.requests import Request

from app import chats, projects
from app.chats import lists, placing
from app.errors import Invalid
from components.addresses import url
from components.chats import PAGE, ChatsList, ChatsPage, Listing, Wanted
from components.chats.lists import NONE
from routes.chats import shelf, workspace
from routes.pages import Form, Me, Pages, Query, see

ar = Pages("/chats")


class Listed(Query):
    """Which chats are listed."""

    shelf: str = "open"
    q: str = ""
    tag: str = ""
    project: str = ""
    before: int | None = Field(None, ge=0, lt=1 << 63)

    @field_validator("shelf")
    @classmethod
    def known(cls, value: str) -> str:
        if value not in ("open", "archived", "deleted"):
            raise ValueError("There is no such list.")
        return value

    @property
    def wanted(self) -> Wanted:
        return Wanted(self.shelf, self.q, self.tag, self.project, self.before)


class Upload(Form):
    """An exported chat."""

    file: Any = None


def found(me: Me, wanted: Wanted, limit: int = PAGE) -> list[chats.Chat]:
    """The chats of a list, on this page of it and those behind it."""
    project = "" if wanted.project == NONE else wanted.project or None
    place = {"tag": wanted.tag, "project": project}
    return lists.recent(me, limit, wanted.words, wanted.which, wanted.before, **place)


def listing(me: Me, wanted: Wanted) -> Listing:
    """A page of a list, with what is told of each chat."""
    rows = found(me, wanted)
    about = {"questions": chats.questions(me, rows), "words": placing.tags_of(rows)}
    return Listing(rows, **about, projects=projects.names(me), tags=placing.tags(me))


@ar.get("")
def listed(me: Me, query: Listed, req: Request):
    if req.headers.get("hx-request"):
        return ChatsList(me, listing(me, query.wanted), query.wanted)
    return list_page(me, query.wanted)


def list_page(me: Me, wanted: Wanted, errors: dict[str, str] | None = None) -> Any:
    """The page of one list."""
    about = {"shelf": shelf(me, "all"), "errors": errors, "workspace": workspace()}
    return ChatsPage(me, listing(me, wanted), wanted, **about)


def import_again(me: Me, posted: dict[str, str], errors: dict[str, str]) -> Any:
    """The list, with what was wrong about the file."""
    return list_page(me, Wanted(), errors)


@ar.post("/import", again=import_again)
async def take_in(me: Me, posted: Upload):
    if not isinstance(posted.file, UploadFile):
        raise Invalid(file="Choose a file first.")
    data = await posted.file.read()
    await posted.file.close()
    chat = await chats.in_thread(chats.take_in, me, data)
    return see(url("/chats", chat.id))
