"""Many chats at once: what is done to those that were chosen in a list."""

from typing import Any

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from app import projects
from app.chats import many, packing
from components.addresses import url
from components.chats import Wanted, updates
from routes.chats import Names, shelf_update
from routes.lists import Listed, found, listing
from routes.pages import Form, Me, Pages, parsed, see

ar = Pages("/chats/selection")


class Chosen(Form):
    """The chosen chats, or `all` of the list in which they stand."""

    ids: Names = ""
    all: str = ""
    in_shelf: str = "open"
    in_q: str = ""
    in_tag: str = ""
    in_project: str = ""
    in_before: str = ""

    @property
    def wanted(self) -> Wanted:
        """The list in which they stand. Raises Invalid for one that there is not."""
        asked = {"shelf": self.in_shelf, "q": self.in_q, "tag": self.in_tag, "project": self.in_project}
        return parsed(Listed, asked | ({"before": self.in_before} if self.in_before else {})).wanted


class Moved(Chosen):
    """The chosen chats, and where they go."""

    project: str = ""


class Tagged(Chosen):
    """The chosen chats, and words for them."""

    tags: str = ""


def ids(me: Me, posted: Chosen) -> list[str]:
    """The ids of the chosen chats."""
    if not posted.all:
        return posted.ids.split()
    everything = posted.wanted
    return [chat.id for chat in found(me, Wanted(everything.which, *parts(everything)), many.MOST)]


def parts(wanted: Wanted) -> tuple[str, str, str]:
    """What narrows a list, from its first page on."""
    return wanted.words, wanted.tag, wanted.project


def done(me: Me, req: Request, posted: Chosen, outcome: many.Done, words: str, icon: str) -> Any:
    """The list as it is now with a word on what was done; without a script, the list's page."""
    wanted = posted.wanted
    if not req.headers.get("hx-request"):
        return see(wanted.address(before=wanted.before))
    undo = outcome.at if words == updates.DELETED else 0
    change = updates.ManyDone(me, listing(me, wanted), wanted, outcome, words, icon, undo)
    return change, shelf_update(me, wanted.project or "all")


@ar.post("/archive")
def archive(me: Me, posted: Chosen, req: Request):
    return done(me, req, posted, many.archive(me, ids(me, posted)), "archived", "folder")


@ar.post("/archive/removal")
def unarchive(me: Me, posted: Chosen, req: Request):
    return done(me, req, posted, many.archive(me, ids(me, posted), False), "out of the archive", "up")


@ar.post("/project")
def move(me: Me, posted: Moved, req: Request):
    outcome = many.move(me, ids(me, posted), posted.project)
    name = projects.names(me).get(posted.project, "")
    return done(me, req, posted, outcome, f"in “{name}” now" if name else "in no project now", "folder")


@ar.post("/tags")
def tag(me: Me, posted: Tagged, req: Request):
    outcome = many.tag(me, ids(me, posted), posted.tags.split(","))
    return done(me, req, posted, outcome, "tagged", "tag")


@ar.post("/tags/removal")
def untag(me: Me, posted: Tagged, req: Request):
    outcome = many.tag(me, ids(me, posted), [], posted.tags.split(","))
    return done(me, req, posted, outcome, "without these tags now", "tag")


@ar.post("/removal")
def delete(me: Me, posted: Chosen, req: Request):
    return done(me, req, posted, many.delete(me, ids(me, posted)), updates.DELETED, "trash")


@ar.post("/restoration")
def restore(me: Me, posted: Chosen, req: Request):
    return done(me, req, posted, many.restore(me, ids(me, posted)), "restored", "again")


@ar.post("/restoration/{at:int}")
def undo(me: Me, at: int, req: Request):
    many.undo(me, at)
    return Response(headers={"hx-refresh": "true"}) if req.headers.get("hx-request") else see(url("/chats"))


@ar.post("/remains")
def erase(me: Me, posted: Chosen, req: Request):
    return done(me, req, posted, many.erase(me, ids(me, posted)), "gone for good", "trash")


@ar.post("/export", scope="chats:read")
def export(me: Me, posted: Chosen):
    name = {"content-disposition": 'attachment; filename="chats.zip"', "cache-control": "no-store"}
    return StreamingResponse(packing.packed(me, ids(me, posted)), headers=name, media_type="application/zip")
