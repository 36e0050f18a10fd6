"""The settings of a file: who reads it, until when, and whom it is shared with."""

from collections.abc import Sequence
from typing import Any

from app.rights import Caller
from components.files.lists import crumbed
from components.files.words import place
from components.holdings.settings import Opened, RightsPage


def SettingsPage(
    me: Caller, item: Any, filled: Any, shares: Sequence[Any], *, path: Sequence[Any] = (), **told: Any
) -> Any:
    """Who reads it; `path` are the folders above it. `told` is what `RightsPage` takes."""
    crumbs = crumbed(me, path, (item.title, place(item)), ("Readers and expiry", None))
    return RightsPage(me, Opened(item, item.title, "file", "files", place, crumbs), filled, shares, **told)
