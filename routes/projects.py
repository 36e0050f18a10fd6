"""Projects: folders for chats."""

from typing import Any

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from app import projects, providers
from app.chats import attaching, drafts, material, placing, trays
from app.db import in_thread
from app.errors import Conflict, Invalid, NotFound, Refusal
from components.addresses import url
from components.chats import Wanted
from components.page import document
from components.projects import AttachPage, ProjectPage, ProjectSettings, ProjectsPage
from routes.chats import shelf, usable_model, workspace
from routes.files.uploading import formed, taken
from routes.lists import listing
from routes.pages import Form, Me, Pages, Query, see

ar = Pages("/projects")


class Named(Form):
    """A project's name."""

    name: str = ""


class Settings(Form):
    """What a project is called and what holds in it."""

    name: str = ""
    instructions: str = ""
    model_id: str = ""


class Attached(Form):
    """Something that is attached."""

    kind: str = ""
    target: str = ""


class Sought(Query):
    """Words of the names of what can be attached."""

    q: str = ""


@ar.get("")
def listed(me: Me):
    return list_page(me, {}, {})


def list_page(me: Me, posted: dict[str, str], errors: dict[str, str]) -> Any:
    """All projects."""
    told = {"posted": posted, "errors": errors, "shelf": shelf(me, "projects"), "workspace": workspace()}
    return ProjectsPage(me, projects.mine(me), placing.counts(me), **told)


@ar.post("", again=list_page)
def create(me: Me, posted: Named):
    return see(url("/projects", projects.create(me, posted.name).id))


@ar.get("/{id:id}")
def show(me: Me, id: str):
    project, choices = projects.find(id, me), providers.available(me)
    return ProjectPage(
        me,
        project,
        listing(me, Wanted(project=id)),
        choices=choices,
        attached=[(row, material.seen(me, row.kind, row.target_id)) for row in attaching.of(attaching.PROJECT, id)],
        model=usable_model(me, choices, project.model_id),
        **framing(me, id) | {"draft": drafts.find(me), "tray": trays.tray(me, "", project.model_id)},
    )


def framing(me: Me, id: str) -> dict[str, Any]:
    """What stands around each page of a project."""
    return {"shelf": shelf(me, id), "workspace": workspace()}


@ar.get("/{id:id}/settings")
def settings(me: Me, id: str):
    return settings_page(me, {}, {}, id)


def settings_page(me: Me, posted: dict[str, str], errors: dict[str, str], id: str) -> Any:
    """What can be set, as it is or as it was posted."""
    told = {"posted": posted, "errors": errors} | framing(me, id)
    return ProjectSettings(me, projects.find(id, me), providers.available(me), placing.count(id), **told)


@ar.post("/{id:id}", again=settings_page)
def change(me: Me, id: str, posted: Settings):
    projects.change(me, id, **posted.model_dump())
    return see(url("/projects", id))


@ar.post("/{id:id}/removal")
def delete(me: Me, id: str):
    projects.delete(me, id)
    return see(url("/projects"))


@ar.get("/{id:id}/attachments")
def offered(me: Me, id: str, query: Sought):
    return offer_page(me, id, query.q)


def offer_page(me: Me, id: str, words: str = "", error: str = "") -> Any:
    """What can be attached."""
    project = projects.find(id, me)
    there = {(row.kind, row.target_id) for row in attaching.of(attaching.PROJECT, id)}
    offers = [each for each in trays.offers(me, words) if (each.kind, each.id) not in there]
    return AttachPage(me, project, offers, words=words, error=error, **framing(me, id))


@ar.post("/{id:id}/attachments")
def attach(me: Me, id: str, posted: Attached):
    projects.find(id, me)
    try:
        attaching.add(me, attaching.PROJECT, id, posted.kind, posted.target)
    except (Conflict, NotFound) as refusal:
        return offer_page(me, id, error=refusal.message)
    return see(url("/projects", id, fragment_="attached"))


@ar.plain("POST", "/{id:id}/files")
async def upload(request: Request) -> Response:
    """Files of a form, kept among one's own and attached."""
    me, id = request.state.me, request.path_params["id"]
    await in_thread(projects.find, id, me)
    try:
        await keep(me, id, request)
    except Refusal as refusal:
        page = await in_thread(offer_page, me, id, "", refusal.message)
        return HTMLResponse(document(page), refusal.status)
    return see(url("/projects", id, fragment_="attached"))


async def keep(me: Me, id: str, request: Request) -> None:
    """Keep each file as it comes, and attach it. Raises Invalid for none, TooLarge, NoRoom, Conflict for too many."""
    count = 0
    async for incoming in formed(request).files():
        made = await taken(me, incoming.name, incoming.pieces(), {})
        await in_thread(attaching.add, me, attaching.PROJECT, id, "file", made.id)
        count += 1
    if not count:
        raise Invalid(file="Choose a file first.")


@ar.post("/{id:id}/attachments/{kind}/{target:id}/removal")
def detach(me: Me, id: str, kind: str, target: str):
    attaching.remove(me, attaching.PROJECT, id, kind, target)
    return see(url("/projects", id, fragment_="attached"))
