"""Files: their lists, one file, what was read in it, its versions, its readers, how they come, and their policy."""

from components.files.choosing import ChoicePage
from components.files.covers import LockedPage, TrashedPage
from components.files.history import EarlierNotice, HistoryPage
from components.files.linked import AskedPage
from components.files.lists import FilesPage, FilesShelf, Listed, TrashedNotice
from components.files.policy import PolicyPage
from components.files.previews import Preview, Told
from components.files.settings import SettingsPage
from components.files.texts import TextPart
from components.files.uploading import FetchNotice, NewPage
from components.files.view import FilePage, StarForm

__all__ = [
    "AskedPage",
    "ChoicePage",
    "EarlierNotice",
    "FetchNotice",
    "FilePage",
    "FilesPage",
    "FilesShelf",
    "HistoryPage",
    "Listed",
    "LockedPage",
    "NewPage",
    "PolicyPage",
    "Preview",
    "SettingsPage",
    "StarForm",
    "TextPart",
    "Told",
    "TrashedNotice",
    "TrashedPage",
]
