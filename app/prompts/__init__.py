"""Prompts: texts that are used again and again, by their name behind a `/`, alone or with a space."""

from app.prompts.finding import NOUN, Prompt, filled, find, usable
from app.prompts.variables import Variable
from app.prompts.writing import LARGEST, copy, create, revise, untrash

__all__ = [
    "LARGEST",
    "NOUN",
    "Prompt",
    "Variable",
    "copy",
    "create",
    "filled",
    "find",
    "revise",
    "untrash",
    "usable",
]
