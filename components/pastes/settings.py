"""The settings of a paste: who reads it, until when, and whom it is shared with."""

from collections.abc import Sequence
from typing import Any

from app.rights import Caller
from components.holdings.settings import Opened, RightsPage
from components.pastes.forms import Filled
from components.pastes.lists import crumbed
from components.pastes.words import place, title_of


def SettingsPage(me: Caller, item: Any, filled: Filled, shares: Sequence[Any], **told: Any) -> Any:
    """Who reads it. `told` is what `RightsPage` takes."""
    title = title_of(item)
    crumbs = crumbed(me, (title, place(item)), ("Readers and expiry", None))
    return RightsPage(me, Opened(item, title, "paste", "pastes", place, crumbs), filled, shares, **told)
