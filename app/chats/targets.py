"""Targets: what can be attached. A file, paste or chat as the one who asks may see it, and what is read in it."""

from dataclasses import dataclass, field
from typing import Any

from app import db, files, pastes
from app.chats import books
from app.chats.tree import ATTACHMENT, Part, text_of
from app.errors import Conflict, Covered, Invalid, Locked
from app.files import reading
from app.files.reading import extracting
from app.items import pieces
from app.items.rows import ItemPart
from app.rights import Caller

FILE, PASTE, CHAT = KINDS = ("file", "paste", "chat")
# States of what is read in a file: it may still be coming, or never come.
COMING, READ, NOTHING, FAILED = "coming", "read", "nothing", "failed"
STATES = {"queued": COMING, "running": COMING, "done": READ, "failed": FAILED, "none": NOTHING}
# Pictures, as their bytes tell it; of the last two no small ones can be made here, which is said then.
PICTURES = extracting.PICTURES | {"image/heic", "image/heif"}
WEIGHT = """select coalesce(sum(length(part.text)), 0) from part join message on message.id = part.message_id
    where message.chat_id = ? and part.kind = 'text'"""
LONGEST_BRANCH = 10_000


@dataclass(frozen=True)
class Page:
    """A part of something that is read: what people call it ('' for all of it), and its text."""

    label: str
    text: str


@dataclass
class Target:
    """Something that is attached: at the revision that was sent, its size in bytes, about how many characters are to
    be read in it, and how far that has come; `words` say why there is nothing."""

    kind: str
    id: str
    name: str
    revision: int = 0
    type: str = "text/plain"
    size: int = 0
    characters: int = 0
    pages: int = 0
    state: str = READ
    words: str = ""
    thing: Any = field(default=None, repr=False)

    @property
    def is_picture(self) -> bool:
        """Whether it is sent as a picture, to models that see."""
        return self.kind == FILE and self.type in PICTURES

    def cut(self, pages: list[Page]) -> bool:
        """Whether these pages, as they were read, are less than all of it."""
        if self.pages:
            return len(pages) < self.pages
        return self.kind != CHAT and sum(len(page.text.encode()) for page in pages) < self.size


def find(me: Caller, kind: str, id: str, revision: int = 0) -> Target:
    """What is attached, if `me` may read it. Raises NotFound, Gone, Invalid for a kind that cannot be attached, and
    Conflict for what no model can be sent."""
    try:
        if kind == PASTE:
            return of_paste(pastes.find(id, me, number=revision, looks=False))
        if kind == FILE:
            return of_file(files.find(id, me, number=revision, looks=False))
    except (Covered, Locked) as refusal:
        raise Conflict(f"It cannot be attached: {refusal.title}") from None
    if kind == CHAT:
        return of_chat(me, id)
    raise Invalid(kind=f"A {kind[:40]!r} cannot be attached: files, pastes and chats can.")


def part(target: Target) -> Part:
    """The target as a part of a question: who it is, and no more."""
    return Part(
        message_id="",
        n=0,
        kind=ATTACHMENT,
        name=target.name,
        target_kind=target.kind,
        target_id=target.id,
        revision=target.revision,
    )


def of_paste(paste: pastes.Paste) -> Target:
    """A paste with all its texts. Raises Conflict."""
    if paste.item.sealed:
        raise Conflict("It is encrypted, and only its readers have the key: no model can be sent it.")
    if paste.counted:
        raise Conflict("Its readings are counted, so it cannot be attached. Copy its text instead.")
    if not any(each.is_text for each in paste.parts):
        raise Conflict("There is no text in this paste that a model could read.")
    size = sum(each.size for each in paste.parts if each.is_text)
    return Target(PASTE, paste.id, paste.title, paste.revision.number, size=size, characters=size, thing=paste)


def of_file(file: Any) -> Target:
    """A file: its text, what was read in it, or a picture. Raises Conflict."""
    if file.counted:
        raise Conflict("Its readings are counted, so it cannot be attached.")
    found: ItemPart = file.part
    target = Target(FILE, file.id, file.name, file.revision.number, found.type, found.size, thing=file)
    if found.is_text:
        target.characters = found.size
    elif not target.is_picture:
        read = reading.extracted(found.hash, pages=False)
        target.characters, target.pages = read.characters, read.count
        target.state, target.words = STATES.get(read.state, NOTHING), read.words
    return target


def of_chat(me: Caller, id: str) -> Target:
    """A chat: what was said on the branch that is shown."""
    with books.reading(id, me) as book:
        chat = book.chat
    if isinstance(book, books.Temporary):
        raise Conflict("A temporary chat is kept nowhere, so it cannot be attached.")
    row = db.fetch(WEIGHT, id)
    characters = int(row[0]) if row else 0
    return Target(CHAT, id, chat.title, characters=characters, size=characters, thing=chat)


def pages(me: Caller, target: Target, most: int) -> list[Page]:
    """What is to be read in it, piece by piece, about `most` bytes of it; nothing of a picture. Raises Gone when its
    bytes were lost."""
    if target.kind == CHAT:
        return said(me, target.id)
    if target.kind == PASTE:
        texts = [each for each in target.thing.parts if each.is_text]
        return [Page(each.name if len(texts) > 1 else "", begun(each, most)) for each in texts]
    if target.thing.part.is_text:
        return [Page("", begun(target.thing.part, most))]
    if target.is_picture or target.state != READ:
        return []
    found: list[Page] = []
    for page in reading.extracted(target.thing.part.hash).pages:
        found.append(Page(page.label, page.text))
        most -= len(page.text)
        if most < 0:
            break
    return found


def begun(part: ItemPart, most: int) -> str:
    """As much of a text as is wanted, so that a log of gigabytes is not read whole. Raises Gone."""
    if part.text is not None:
        return part.text
    with part.file as file:
        data = file.read(max(most, 0))
    text, _ = pieces.decoded(data)
    if text is None:
        text = data.decode(errors="replace" if part.size <= most else "ignore").replace("\0", "")
    return text


def said(me: Caller, id: str) -> list[Page]:
    """The questions and answers of a chat, the oldest first."""
    with books.reading(id, me) as book:
        path = list(reversed(book.path(book.chat.leaf_id, LONGEST_BRANCH)))
        texts = book.parts([message.id for message in path])
    named = ((f"{'Question' if each.role == 'user' else 'Answer'} {n}", each) for n, each in enumerate(path, 1))
    return [Page(label, text) for label, each in named if (text := text_of(texts[each.id]))]
