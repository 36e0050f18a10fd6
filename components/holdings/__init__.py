"""What the pages of all nouns that are items share: their readers, their end, their doors, their history, the trash."""

from components.holdings.frames import Frame
from components.holdings.readers import ReadersPage, Wanted
from components.holdings.sharing import Place, RightsForm, SharedNotice, ShareForm, ShareTable
from components.holdings.trash import TrashedCallout, TrashRows
from components.holdings.versions import DiffPage, FileDiff, HistoryPage, RevisionPage, StaleNotice

__all__ = [
    "DiffPage",
    "FileDiff",
    "Frame",
    "HistoryPage",
    "Place",
    "ReadersPage",
    "RevisionPage",
    "RightsForm",
    "ShareForm",
    "ShareTable",
    "SharedNotice",
    "StaleNotice",
    "TrashRows",
    "TrashedCallout",
    "Wanted",
]
