"""Pages of open pastes, kept for those who are not signed in: they all see the same one.

One keyed statement says whether it may be shown at this moment and whether it is still the same, so that nothing that
expired, moved to the trash or became private is ever shown from here. A page is kept for a minute at most, because it
says how long ago something was.
"""

from collections import OrderedDict
from typing import Any

from starlette.requests import Request

from app import clock, settings
from app.pastes import Glance
from components.addresses import exposed, root_path

MOST, LARGEST = 128, 128 * 1024
pages: OrderedDict[tuple[Any, ...], str] = OrderedDict()


def is_common(request: Request, glance: Glance | None) -> bool:
    """Whether this is the page that everybody without an account sees, without anything to be counted or asked."""
    told = request.state.me.id or request.url.query or "cookie" in request.headers or request.method != "GET"
    # What it was forked from may become private at any moment.
    return glance is not None and glance.is_open and not (told or glance.parent_id)


def key(request: Request, glance: Glance) -> tuple[Any, ...]:
    """What the page depends on."""
    look = (
        glance.id,
        glance.current,
        glance.changed_at,
        glance.title,
        glance.visibility,
        glance.expires_at,
        glance.views,
    )
    around = (root_path.get(), exposed.get(), request.headers.get("host", ""), request.scope["scheme"])
    return (*look, *around, settings.value("workspace"), clock.now() // clock.MINUTE)


def find(it: tuple[Any, ...]) -> str | None:
    """The page that is kept."""
    return pages.get(it)


def keep(it: tuple[Any, ...], page: str) -> str:
    """Keep it, in the place of the oldest."""
    if len(page) <= LARGEST:
        pages[it] = page
        while len(pages) > MOST:
            pages.popitem(last=False)
    return page
