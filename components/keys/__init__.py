"""What keys look like."""

from components.keys.pages import AllKeysPage, KeyPage, KeysPage, MadePage, NewKeyPage
from components.keys.snippets import Filled

__all__ = ["AllKeysPage", "Filled", "KeyPage", "KeysPage", "MadePage", "NewKeyPage"]
