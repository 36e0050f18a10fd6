"""Presets: how chats begin, under a name: model, instructions, parameters, tools and what is attached."""

from app.presets.beginning import Beginning, begin
from app.presets.finding import NOUN, Preset, find, of_chat, told, usable
from app.presets.settings import Attached, Settings, understood
from app.presets.writing import LONGEST_NAME, copy, create, revise

__all__ = [
    "LONGEST_NAME",
    "NOUN",
    "Attached",
    "Beginning",
    "Preset",
    "Settings",
    "begin",
    "copy",
    "create",
    "find",
    "of_chat",
    "revise",
    "told",
    "understood",
    "usable",
]
