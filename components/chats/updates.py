"""Pieces that bring an open page up to date: what is sent after a question, a walk, an answer's end."""

from typing import Any

from app.clock import new_id
from components.addresses import url
from components.chats.composer import ModelOptions, SeenLeaf, SendButton
from components.chats.lists import ChatsList, FilterForm, Listing, Wanted
from components.chats.page import ArchiveItem, Here, Late, Newer, PinButton, Spent
from components.chats.shelf import ShelfContent
from components.chats.turns import SideBySide, Stream, Turn, Turns, progress
from components.chats.turns import seen_mark as seen_mark
from components.parts import Button, Empty, Hidden, Partial, ToastPartial

DELETED = "deleted"


def Asked(me: Any, chat: Any, question: Any, *answers: Any) -> tuple[Any, ...]:
    """A question and its pending answers, at the end of the page."""
    first = answers[0].message.id
    so_far = progress(answer.message.id for answer in answers if answer.is_unfinished)
    below = (
        SideBySide(me, chat, list(answers), so_far) if len(answers) > 1 else Turn(me, chat, *answers, so_far.get(first))
    )
    return Partial("#turns", Turn(me, chat, question), below, swap="beforeend"), *Sending(chat, first, so_far)


def Instead(me: Any, chat: Any, replaced: str, view: Any, *turns: Any) -> tuple[Any, ...]:
    """A new version in the place of the turn `replaced`; what came after the old one goes with it, but not what stands
    beside it."""
    so_far = progress(view.running)
    new = (Turn(me, chat, turn, so_far.get(turn.message.id)) for turn in turns)
    return (
        "" if turns[-1].message.comparison else Partial(f"#m-{replaced} ~ .turn", swap="delete"),
        Partial(f"#m-{replaced}", *new, swap="outerHTML"),
        Partial("#versions-key", Hidden("key", new_id(), id="versions-key", autocomplete="off"), swap="outerHTML"),
        *Sending(chat, view.leaf, so_far),
    )


def Branch(me: Any, chat: Any, view: Any, choice: Any = None) -> tuple[Any, ...]:
    """Another branch in the place of the shown one."""
    so_far = progress(view.running)
    return (
        Partial("#turns", *Turns(me, chat, view, so_far)),
        Partial("#spent", Spent(view.turns, choice)),
        *Sending(chat, view.leaf, so_far),
    )


def Sending(chat: Any, leaf: str | None, so_far: Any) -> tuple[Any, ...]:
    """What the composer sends below, whether its button sends or stops, and the stream of what is being written."""
    return (
        Partial("#stream", Stream(chat, so_far), swap="outerHTML"),
        Partial("#composer-leaf", SeenLeaf(leaf), swap="outerHTML"),
        Partial("#send", SendButton(bool(so_far)), swap="outerHTML"),
    )


def Refused(words: str) -> Any:
    """Why a question was not sent; its text is still in the composer."""
    return ToastPartial(words, icon="warn")


def Finished(me: Any, chat: Any, turn: Any, spent: str, late: bool) -> tuple[Any, ...]:
    """The finished form of an answer, in the place of the one that was being written, when no other one is."""
    return Settled(me, chat, turn), *Ended(chat, spent, late)


def Settled(me: Any, chat: Any, turn: Any) -> Any:
    """The finished form of an answer, in the place of the one that was being written."""
    return Partial(f"#m-{turn.message.id}", Turn(me, chat, turn), swap="outerMorph")


def Ended(chat: Any, spent: str, late: bool) -> tuple[Any, ...]:
    """What changes around the answers when none is written any more."""
    return (
        Partial("#send", SendButton(False), swap="outerHTML"),
        Partial("#spent", spent),
        Partial("#late", Late(chat), swap="outerHTML") if late else "",
    )


def Chosen(choices: Any, model: str) -> Any:
    """The model that answers next, in the composer."""
    return Partial("#composer-model", *ModelOptions(choices, model))


def ShelfUpdate(me: Any, pinned: Any, recent: Any, here: str = "", projects: Any = None) -> Any:
    """The list in the rail."""
    return Partial("#shelf", *ShelfContent(me, pinned, recent, here, projects))


def Titled(chat: Any, asked: bool = False) -> tuple[Any, ...]:
    """The chat's title in the bar, and the mark of it by which the page asks what is newer. A form in which somebody
    writes another one is only replaced when that is `asked` for."""
    here = Partial("#here" if asked else "p#here", Here(chat), swap="outerHTML")
    return here, Partial("#newer", Newer(chat), swap="outerHTML")


def Pinned(chat: Any) -> Any:
    """The pin as it is now."""
    return Partial("#pin", PinButton(chat), swap="outerHTML")


def Archived(chat: Any) -> tuple[Any, ...]:
    """The archive's line in the menu as it is now, and a word about it."""
    words = "Archived. It is found in the list of all chats." if chat.archived_at else "Out of the archive."
    return Partial("#archive", ArchiveItem(chat), swap="outerHTML"), ToastPartial(words, icon="folder")


def Deleted(chat: Any, kept: bool) -> tuple[Any, ...]:
    """An open chat that was deleted: what is left of it, and the way back."""
    words = "It can be restored for 30 days." if kept else "It was a temporary chat, so nothing is left of it."
    new = Button("New chat", icon="plus", href=url("/"))
    left = Empty(f"“{chat.title}” is deleted", words, *((_undo(chat, "Restore it"),) if kept else ()), new)
    return (
        Partial("#turns", left),
        Partial(".dock", swap="delete"),
        Partial("#bar .actions"),
        Partial("#newer", swap="delete"),
    )


def RowGone(chat: Any, words: str, undo: bool = False) -> tuple[Any, ...]:
    """A chat that left the list, and the way back."""
    actions = (_undo(chat, "Undo"),) if undo else ()
    return Partial(f"#row-{chat.id}", swap="delete"), ToastPartial(words, *actions, icon="trash")


def ManyDone(
    me: Any, listing: Listing, wanted: Wanted, outcome: Any, words: str, icon: str, undo: int = 0
) -> tuple[Any, ...]:
    """The list after something was done to many chats, and a word on it; `undo` is the moment of a deletion."""
    count, left = len(outcome.ids), len(outcome.left)
    said = f"1 chat is {words}." if count == 1 else f"{count:,} chats are {words}."
    if left:
        said += f" {left:,} stayed: an answer is being written there, or it is gone."
    back = url("/chats/selection/restoration", undo)
    again = (Button("Undo", "quiet", short=True, type="button", hx_post=back, hx_swap="none"),) if undo else ()
    shown = Partial("#chats", ChatsList(me, listing, wanted), swap="outerHTML")
    # New tags can be chosen at once; on the page of a project there is no filter.
    sought = Partial("#filter", FilterForm(listing, wanted), swap="outerHTML")
    return shown, sought, ToastPartial(said, *again, icon=icon)


def _undo(chat: Any, words: str) -> Any:
    back = url("/chats", chat.id, "restoration")
    return Button(words, "quiet", short=True, type="button", hx_post=back, hx_swap="none")
