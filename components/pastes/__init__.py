"""Pastes: the list, one paste, its form, its history, its readers, and what stands before it."""

from components.pastes.code import Shown, parts_shown
from components.pastes.covers import BurntNotice, CoverPage, LockedPage, MadePage, TrashedPage
from components.pastes.forms import EditPage, Filled, NewPage, Written
from components.pastes.history import DiffPage, HistoryPage, RevisionPage, StaleNotice
from components.pastes.lists import GuestPage, PasteShelf, PastesPage
from components.pastes.settings import SettingsPage
from components.pastes.view import PastePage, StarForm, TrashedNotice

__all__ = [
    "BurntNotice",
    "CoverPage",
    "DiffPage",
    "EditPage",
    "Filled",
    "GuestPage",
    "HistoryPage",
    "LockedPage",
    "MadePage",
    "NewPage",
    "PastePage",
    "PasteShelf",
    "PastesPage",
    "RevisionPage",
    "SettingsPage",
    "Shown",
    "StaleNotice",
    "StarForm",
    "TrashedNotice",
    "TrashedPage",
    "Written",
    "parts_shown",
]
