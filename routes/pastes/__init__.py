"""Pastes: their pages. What terminals post is in `posting`, what is sent without a page in `raw`."""

from routes.pastes import allowing as allowing
from routes.pastes import listing as listing
from routes.pastes import reading as reading
from routes.pastes import revising as revising
from routes.pastes import settings as settings
from routes.pastes.places import ar as ar
