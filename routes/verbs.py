"""The page of the JSON interface at /docs/api, for everybody: it tells what there is, nothing of what is kept."""

from typing import Literal

from starlette.requests import Request

from app import settings, verbs
from components.verbs import VerbsPage
from routes.api import PREFIX
from routes.outside import house
from routes.pages import ANYONE, Me, Pages, Query

ar = Pages("/docs/api", who=ANYONE)


class Shown(Query):
    """The language of the examples."""

    language: Literal["curl", "python", "javascript"] = "curl"


@ar.get("")
def show(req: Request, me: Me, shown: Shown):
    found = sorted(verbs.ALL.values(), key=lambda verb: verb.noun)
    return VerbsPage(me, found, house(req.scope) + PREFIX, shown.language, settings.value("workspace"))
