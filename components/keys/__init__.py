"""What keys look like."""

from components.keys.everybody import AllKeysPage
from components.keys.pages import KeyPage, KeysPage, MadePage, NewKeyPage
from components.keys.snippets import Filled

__all__ = ["AllKeysPage", "Filled", "KeyPage", "KeysPage", "MadePage", "NewKeyPage"]
