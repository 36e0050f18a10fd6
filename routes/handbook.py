"""The handbook at /docs/handbook, for everybody; each page also as its Markdown."""

from starlette.responses import Response

from app import handbook, settings
from components.addresses import url
from components.handbook import HANDBOOK, HandbookPage
from routes.pages import ANYONE, Me, Pages, see

ar = Pages("/docs", who=ANYONE)


@ar.get("")
def index(me: Me):
    return see(url(HANDBOOK))


@ar.get("/handbook")
def first(me: Me):
    return page(me, handbook.find("index"))


@ar.get("/handbook/{name:path}")
def show(me: Me, name: str):
    if name.endswith(".md"):
        entry = handbook.find(name.removesuffix(".md"))
        return Response(entry.source, media_type="text/markdown")
    return page(me, handbook.find(name))


def page(me: Me, entry: handbook.Entry):
    """A page beside the tree of all."""
    return HandbookPage(me, entry, handbook.entries(), handbook.neighbours(entry), settings.value("workspace"))
