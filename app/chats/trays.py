"""Trays: what lies beside a draft as its composer shows it, weighed for the model that is to be asked."""

from dataclasses import dataclass, field

from app import chats, clock, db, files, pastes, providers
from app.chats import attaching, books, material, targets
from app.chats.context import window
from app.chats.targets import Target
from app.chats.tree import Attachment, Chat
from app.rights import Caller

MOST_FOUND = 12
# Pastes without a title are called by the first of their texts.
UNTITLED = """select item.id, itempart.name, item.changed_at from item
    join itempart on itempart.item_id = item.id and itempart.number = item.current and itempart.position = 0
    where item.kind = 'paste' and item.owner_id = ? and item.title = '' and not item.sealed and item.trashed_at is null
    and (item.expires_at is null or item.expires_at > ?) and {}
    order by item.changed_at desc limit ?"""


@dataclass
class Laid:
    """One thing that is attached: what it is now, None where it is gone, and about how many tokens it takes."""

    row: Attachment
    target: Target | None
    tokens: int = 0
    words: str = ""  # what is to be known before it is sent


@dataclass
class Tray:
    """What lies beside a draft, and about how many tokens of it the model takes; `room` is None where nobody knows."""

    chat_id: str
    laid: list[Laid] = field(default_factory=list)
    always: list[Laid] = field(default_factory=list)  # beside the chat and its project: it goes with each message
    room: int | None = None

    @property
    def tokens(self) -> int:
        """About how many tokens all of it takes."""
        return sum(each.tokens for each in (*self.laid, *self.always))

    @property
    def is_coming(self) -> bool:
        """Whether something is still being read."""
        return any(
            each.target is not None and each.target.state == targets.COMING for each in (*self.laid, *self.always)
        )


def tray(me: Caller, chat_id: str = "", model_id: str | None = None) -> Tray:
    """What lies beside the draft of this chat, '' for the next new one. Raises NotFound for a stranger's chat."""
    chat = chat_of(me, chat_id)
    rows = attaching.of(attaching.DRAFT, attaching.draft_of(me, chat_id)) if me.id else []
    always = attaching.beside(chat) if me.id else []
    if not rows and not always:
        return Tray(chat_id)
    model = chosen(me, model_id)
    found = Tray(chat_id, [laid(me, row, model) for row in rows], [laid(me, row, model) for row in always])
    if model is not None and (model.context or providers.is_demo(model)):
        found.room = int(window(chat, model) * material.SHARE)
    return found


def laid(me: Caller, row: Attachment, model: providers.Model | None) -> Laid:
    """One thing that is attached, as this model would get it."""
    target = material.seen(me, row.kind, row.target_id)
    if target is None or model is None:
        return Laid(row, target, words="" if target else "It is gone, or no longer shared with you.")
    return Laid(row, target, material.tokens_of(model, target), warning(model, target))


def chosen(me: Caller, model_id: str | None) -> providers.Model | None:
    """The model that is to be asked, else the default one, None where there is none."""
    ids = [choice.id for choice in providers.available(me)]
    return providers.chosen(me, model_id if model_id in ids else None) if ids else None


def chat_of(me: Caller, chat_id: str) -> Chat:
    """The chat, or one that is still to begin."""
    if not chat_id:
        return Chat(id="", user_id=me.id, created_at=0, changed_at=0)
    with books.reading(chat_id, me) as book:
        return book.chat


def warning(model: providers.Model, target: Target) -> str:
    """What is to be known before this is sent to this model."""
    if target.is_picture:
        sees = material.sees(model)
        if sees is False:
            return "This model does not see pictures: it will not be sent."
        return "" if sees else "Nobody knows whether this model sees pictures."
    if target.state == targets.COMING:
        return target.words or "It is still being read."
    return material.silence(target)


# ── what can be attached ──────────────────────────────────────────────────────────────────────────────────────────────
@dataclass(frozen=True)
class Offer:
    """Something that can be attached, in a list of them. Its time in microseconds."""

    kind: str
    id: str
    name: str
    changed_at: int


def offers(me: Caller, words: str = "", kinds: tuple[str, ...] = targets.KINDS, but: str = "") -> list[Offer]:
    """What somebody may attach, whose name contains these words, the last changed first; not the chat `but`."""
    found: list[Offer] = []
    if targets.FILE in kinds:
        rows = files.mine(me, words=words, limit=MOST_FOUND, folder=None).rows
        found += [Offer(targets.FILE, row.item.id, row.item.title, row.item.changed_at) for row in rows]
    if targets.PASTE in kinds:
        rows = pastes.mine(me, words=words, limit=MOST_FOUND).rows
        found += [Offer(targets.PASTE, row.item.id, row.title, row.item.changed_at) for row in rows]
        found += untitled(me, words) if words else []
    if targets.CHAT in kinds:
        found += [
            Offer(targets.CHAT, chat.id, chat.title, chat.changed_at)
            for chat in chats.recent(me, MOST_FOUND + 1, words)
            if chat.id != but
        ]
    return sorted(found, key=lambda each: each.changed_at, reverse=True)[: MOST_FOUND * (1 if words else 2)]


def untitled(me: Caller, words: str) -> list[Offer]:
    """One's pastes without a title whose first text is called so."""
    asked = [word.lower() for word in words.split()[:8]]
    named = " and ".join(["instr(lower(itempart.name), ?) > 0"] * len(asked))
    rows = db.fetch_all(UNTITLED.format(named), me.id, clock.now(), *asked, MOST_FOUND)
    return [Offer(targets.PASTE, id, name, changed_at) for id, name, changed_at in rows]
