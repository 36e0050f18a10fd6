"""The page of the JSON interface: every verb with what it takes, and how a script asks it."""

from components.verbs.page import VerbsPage
from components.verbs.snippets import LANGUAGES

__all__ = ["LANGUAGES", "VerbsPage"]
