"""Saving: a piece of an answer (its code, a table) becomes a paste or a file of its own."""

import re
import unicodedata
from dataclasses import dataclass

from app import files, markdown, pastes
from app.chats import books
from app.errors import Invalid, NotFound, TooLarge
from app.items import Piece, syntaxes
from app.rights import Caller

LARGEST = 4 << 20
LONGEST_NAME = 40
UNWORD = re.compile(r"[^\w]+")


@dataclass(frozen=True)
class Saved:
    """What was made of it: a paste or a file, and its name."""

    kind: str
    id: str
    name: str


def save(me: Caller, chat_id: str, message_id: str, kind: str, text: str, language: str = "") -> Saved:
    """Keep a text of an answer as a private paste or file, named after the chat and the language that it is in. Raises
    NotFound, Invalid, TooLarge, NoRoom."""
    if kind not in ("paste", "file"):
        raise Invalid(kind="It is saved as a paste or as a file.")
    with books.reading(chat_id, me) as book:
        if book.message(message_id) is None:
            raise NotFound("This message is not in this chat.")
        title = book.chat.title
    text = text.replace("\r\n", "\n")
    if not text.strip():
        raise Invalid(text="There is nothing in it.")
    if len(text.encode(errors="replace")) > LARGEST:
        raise TooLarge(f"At most {LARGEST >> 20} MiB can be saved so.")
    syntax = syntaxes.known(language) or ""
    name = named(title, syntaxes.extension(syntax) if syntax else ".txt")
    if kind == "paste":
        made = pastes.create(me, [Piece(name, text, syntax=syntax)], expires_in=None).paste
        return Saved(kind, made.id, name)
    file = files.create(me, files.arrived(me, text.encode(), name), name)
    return Saved(kind, file.id, file.name)


def named(title: str, extension: str) -> str:
    """A name for a file, of the words of a title."""
    plain = unicodedata.normalize("NFC", markdown.plain(title, LONGEST_NAME)).lower()
    return f"{UNWORD.sub('-', plain).strip('-_') or 'answer'}{extension}"
