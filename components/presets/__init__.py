"""Presets: the library, one of them, its form, and what a new chat shows of one."""

from components.presets.beginning import BeginWith, Chosen
from components.presets.forms import EditPage, Filled, NewPage, Offered
from components.presets.lists import PresetsPage, PresetTrashPage
from components.presets.view import PresetBody, PresetPage, frame

__all__ = [
    "BeginWith",
    "Chosen",
    "EditPage",
    "Filled",
    "NewPage",
    "Offered",
    "PresetBody",
    "PresetPage",
    "PresetTrashPage",
    "PresetsPage",
    "frame",
]
