"""Chats, when nobody waits: titles, and the end of what was deleted or temporary."""

from app import chats
from workers import every, job

job("chats.title")(chats.title)
every(60, chats.sweep)
