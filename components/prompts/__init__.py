"""Prompts: the library, one of them, its form, and the list that opens behind a `/` in the composer."""

from components.prompts.choices import NoPrompt, PromptChoice, PromptChoices, UseDialog, UseForm
from components.prompts.forms import EditPage, Filled, NewPage
from components.prompts.lists import LibraryTabs, PromptsPage, PromptTrashPage
from components.prompts.view import PromptBody, PromptPage, frame

__all__ = [
    "EditPage",
    "Filled",
    "LibraryTabs",
    "NewPage",
    "NoPrompt",
    "PromptBody",
    "PromptChoice",
    "PromptChoices",
    "PromptPage",
    "PromptTrashPage",
    "PromptsPage",
    "UseDialog",
    "UseForm",
    "frame",
]
