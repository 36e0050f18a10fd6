"""Shelving: what the pages say beside a paste and beside lists of them."""

from functools import partial

from app.holdings import shelving
from app.pastes.finding import PASTES

author, names, parent = shelving.author, shelving.names, shelving.parent
starred = partial(shelving.starred, PASTES)
expiring = partial(shelving.expiring, PASTES)
counts = partial(shelving.counts, PASTES)
public = partial(shelving.public, PASTES)
trashed = partial(shelving.trashed, PASTES)
origin = partial(shelving.origin, PASTES)
