"""Chats as pages: `page` and `home`, their `turns` and `composer`, the `lists`, and `updates` of an open page."""

from components.chats.composer import LARGEST
from components.chats.forms import AnotherForm, EditForm, FormPage
from components.chats.home import HomePage
from components.chats.lists import PAGE, ChatsList, ChatsPage, Listing, Wanted
from components.chats.page import ChatPage, Here, OlderPage, Spent, TitleForm, title_mark
from components.chats.settings import SettingsDialog, SettingsForm
from components.chats.shelf import ChatShelf
from components.chats.turns import Progress, Turn, Turns

__all__ = [
    "LARGEST",
    "PAGE",
    "AnotherForm",
    "ChatPage",
    "ChatShelf",
    "ChatsList",
    "ChatsPage",
    "EditForm",
    "FormPage",
    "Here",
    "HomePage",
    "Listing",
    "OlderPage",
    "Progress",
    "SettingsDialog",
    "SettingsForm",
    "Spent",
    "TitleForm",
    "Turn",
    "Turns",
    "Wanted",
    "title_mark",
]
