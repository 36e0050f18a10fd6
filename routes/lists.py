"""The lists of chats: those in use, those put away, those deleted; narrowed by words, tag and project."""

from typing import Any

from pydantic import Field, field_validator
from starlette.requests import Request

from app import chats, projects
from app.chats import lists, placing
from components.chats import PAGE, ChatsList, ChatsPage, Listing, Wanted
from components.chats.lists import NONE
from routes.chats import shelf, workspace
from routes.pages import Me, Pages, Query

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


def list_page(me: Me, wanted: Wanted) -> Any:
    """The page of one list."""
    about = {"shelf": shelf(me, "all"), "workspace": workspace()}
    return ChatsPage(me, listing(me, wanted), wanted, **about)
