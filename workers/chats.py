"""Chats, when nobody waits: titles, imports, and the end of what was deleted or temporary."""

from app import chats
from app.chats import importing
from workers import every, job

job("chats.title")(chats.title)
job(importing.JOB, attempts=3, home=True, long=True)(importing.run)
every(60, chats.sweep)
