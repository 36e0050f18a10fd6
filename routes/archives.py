"""Archives: what may be taken along, and the download that is made while it is sent."""

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from app import db
from app.archives import estimating, exporting, scopes
from app.archives.naming import archive_name
from components.archives import ExportPage
from routes.accounts import house
from routes.files.downloading import aside
from routes.pages import Me, Pages
from routes.raw import safely

ar = Pages("/settings/export")


@ar.get(guests=True)
def export(me: Me):
    return ExportPage(me, estimating.own(me), estimating.managed(me), house())


@ar.plain("GET", "/own", guests=True)
async def own(request: Request) -> Response:
    """All that one owns, as one archive."""
    return await sent(request, scopes.person(request.state.me.id))


@ar.plain("GET", "/spaces/{id:id}")
async def of_space(request: Request) -> Response:
    """A space with what its members see in it, as one archive."""
    return await sent(request, scopes.space(request.path_params["id"]))


async def sent(request: Request, scope: scopes.Scope) -> Response:
    """The archive, as it is made."""
    made = await db.in_thread(exporting.begin, request.state.me, scope)
    name = archive_name(made.allowed.name)
    headers = safely.headers("application/zip", name, True) | {"content-type": "application/zip"}
    return StreamingResponse(aside(made.pieces()), headers=headers | {"cache-control": "no-store"})
