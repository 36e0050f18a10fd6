"""New pastes, new revisions, forks, and the way into the trash and out of it."""

from contextlib import suppress

from pydantic import Field

from app import pastes
from app.errors import Gone, Invalid
from app.holdings.telling import Trashed
from app.items import MOST_PARTS, Piece
from app.pastes.verbs.telling import (
    IN_HEADERS,
    Id,
    PartIn,
    Password,
    PasteRead,
    PasteSeen,
    Visibility,
    pieces,
    read,
    told,
)
from app.rights import Caller
from app.verbs import Input, verb

LARGEST = pastes.LARGEST_JSON
TEXT = Field("", max_length=LARGEST, description="What is in it, where it has one part.")
NAME = Field("", max_length=200, description="The name of that part, like main.py; it tells the language.")
SYNTAX = Field("", max_length=40, description="Its language, like python; empty to find out.")
PARTS: list[PartIn] = Field([], max_length=MOST_PARTS, description="Several named parts, instead of `text`.")
EXPIRES = Field(pastes.WEEK, description="Seconds until it ends, from 60 to a year; null for never.")


class Draft(Input):
    """A paste as it is to be made: its text, or several parts."""

    text: str = TEXT
    name: str = NAME
    syntax: str = SYNTAX
    parts: list[PartIn] = PARTS
    title: str = Field("", max_length=200, description="What it is called.")
    visibility: Visibility = Field(
        "private",
        description="Who may read it: you, the members of a space, whoever has its link (unlisted), everybody.",
    )
    space_id: str = Field("", max_length=64, description="The space that it lies in, for the visibility `space`.")
    expires_in: int | None = EXPIRES
    password: str = Field("", max_length=200, description="What others have to give.")
    burns: bool = Field(False, description="Whether the first reading deletes it.")
    max_views: int | None = Field(None, ge=1, le=1_000_000, description="After so many readings it is gone.")
    tags: list[str] = Field([], max_length=20, description="Words by which to find it again.")


@verb(
    "pastes.create",
    scope="pastes:write",
    title="Create a paste",
    description="Store a text, or several named files, as a paste and get its link. It is private unless you choose "
    "otherwise, and ends after a week unless you say when. Use it for code, logs and notes that outlive a chat.",
    input=Draft,
    output=PasteSeen,
    path="/pastes",
    version="revision",
    answer=201,
    examples=[
        {"text": "print('hello')\n", "name": "hello.py", "expires_in": 86400},
        {"title": "Two files", "parts": [{"name": "a.txt", "text": "one"}, {"name": "b.txt", "text": "two"}]},
    ],
)
def create(me: Caller, asked: Draft) -> PasteSeen:
    """A new paste. Raises Invalid, TooLarge, NoRoom, NotFound and Forbidden for its space."""
    about = asked.model_dump(exclude={"text", "name", "syntax", "parts"})
    return told(pastes.create(me, given(asked), **about).paste.item)


def given(asked: Draft) -> list[Piece]:
    """The parts of a draft. Raises Invalid."""
    if asked.parts:
        if asked.text or asked.name or asked.syntax:
            raise Invalid(parts="Send either `text` with its name and syntax, or `parts`.")
        return pieces(asked.parts)
    return [Piece(name=asked.name, text=asked.text, syntax=asked.syntax)]


class Revised(Input):
    """A new state of a paste, on top of the one that was read."""

    id: Id
    base: int = Field(ge=1, le=1 << 30, description="The revision that this was made from, as pastes.read told it.")
    text: str = TEXT
    parts: list[PartIn] = Field([], max_length=MOST_PARTS, description="All of its parts, where it has several.")
    title: str | None = Field(None, max_length=200, description="Another title; null leaves it.")
    note: str = Field("", max_length=200, description="What was changed, for its history.")


@verb(
    "pastes.revise",
    scope="pastes:write",
    title="Revise a paste",
    description="Replace what is in a paste by a new revision; earlier ones are kept. `base` is the revision that you "
    "read: when somebody has changed it since, nothing is overwritten and you get the difference.",
    input=Revised,
    output=PasteRead,
    method="PUT",
    path="/pastes/{id}",
    version="revision",
    expects="base",
    examples=[{"id": "{paste}", "base": 1, "text": "print('good morning')\n", "note": "A warmer greeting"}],
)
def revise(me: Caller, asked: Revised) -> PasteRead:
    """A new revision. Raises Stale, Invalid, Forbidden, Conflict, NoRoom, and what reading raises."""
    paste = pastes.revise(me, asked.id, replaced(me, asked), base=asked.base, title=asked.title, note=asked.note)
    return read(paste)


def replaced(me: Caller, asked: Revised) -> list[Piece]:
    """The parts of a new revision; a text alone keeps the name and the language of the one part. Raises Invalid."""
    if asked.parts:
        if asked.text:
            raise Invalid(parts="Send either `text` or `parts`.")
        return pieces(asked.parts)
    now = pastes.find(asked.id, me)
    # A base that never was is stale like any other: the revision itself is refused with the difference.
    before = now.parts if asked.base > now.item.current else pastes.at(asked.id, me, asked.base).parts
    if len(before) > 1:
        raise Invalid(parts="It has several parts: send all of them, also those that stay as they are.")
    return [Piece(name=before[0].name, text=asked.text, syntax=before[0].syntax)]


class ForkInput(Input):
    """Which paste to copy, and at which revision."""

    id: Id
    revision: int = Field(0, ge=0, le=1 << 30, description="The number of a revision; 0 is the current one.")
    expires_in: int | None = EXPIRES
    password: Password = ""


@verb(
    "pastes.fork",
    scope="pastes:write",
    title="Fork a paste",
    description="Make a private copy of a paste that you may read. It is yours to change, and remembers where it "
    "comes from.",
    input=ForkInput,
    output=PasteSeen,
    path="/pastes/{id}/forks",
    in_headers=IN_HEADERS,
    version="revision",
    answer=201,
    examples=[{"id": "{paste}"}],
)
def fork(me: Caller, asked: ForkInput) -> PasteSeen:
    """A copy. Raises Conflict for what is encrypted, NoRoom, and what reading raises."""
    about = asked.model_dump(include={"password", "expires_in"})
    return told(pastes.fork(me, asked.id, number=asked.revision, **about).item)


class ChangeInput(Input):
    """What is to be different; what is not sent stays as it is."""

    id: Id
    title: str = Field("", max_length=200, description="Another title.")
    visibility: Visibility = Field("private", description="Who may read it.")
    space_id: str = Field("", max_length=64, description="The space that it lies in.")
    expires_in: int | None = Field(None, description="Seconds from now until it ends; null for never.")
    password: str = Field("", max_length=200, description="What others have to give; empty for none.")
    max_views: int | None = Field(None, ge=1, le=1_000_000, description="So many readings more; null for no limit.")
    tags: list[str] = Field([], max_length=20, description="All of its tags.")


@verb(
    "pastes.change",
    scope="pastes:write",
    title="Change who may read a paste",
    description="Change the title, visibility, end, password, number of readings or tags of your paste. Members that "
    "you do not send stay as they are.",
    input=ChangeInput,
    output=PasteSeen,
    method="PATCH",
    path="/pastes/{id}",
    idempotent=True,
    offered_to_models=False,
    examples=[{"id": "{paste}", "visibility": "unlisted", "tags": ["tea"]}],
)
def change(me: Caller, asked: ChangeInput) -> PasteSeen:
    """The paste as it is then. Raises Invalid, Forbidden for others than its owner."""
    new = asked.model_dump(include=asked.model_fields_set - {"id"})
    if not new:
        raise Invalid("Send at least one member to change.")
    return told(pastes.change(me, asked.id, **new))


class TrashInput(Input):
    """Which paste."""

    id: Id


@verb(
    "pastes.trash",
    scope="pastes:write",
    title="Put a paste into the trash",
    description="Put your paste into the trash. Nobody can read it from then on; for 30 days you can take it out "
    "again, then it is deleted.",
    input=TrashInput,
    output=Trashed,
    method="DELETE",
    path="/pastes/{id}",
    destructive=True,
    idempotent=True,
    examples=[{"id": "{paste}"}],
)
def trash(me: Caller, asked: TrashInput) -> Trashed:
    """Into the trash; once more does nothing. Raises Forbidden for others than its owner, NotFound."""
    with suppress(Gone):
        pastes.trash(me, asked.id)
    return Trashed(id=asked.id, trashed=True)


@verb(
    "pastes.untrash",
    scope="pastes:write",
    title="Take a paste out of the trash",
    description="Take your paste out of the trash, as it was.",
    input=TrashInput,
    output=PasteSeen,
    path="/pastes/{id}/restoration",
    offered_to_models=False,
    examples=[{"id": "{paste}"}],
)
def untrash(me: Caller, asked: TrashInput) -> PasteSeen:
    """Out of the trash. Raises NotFound for what does not lie in it."""
    return told(pastes.untrash(me, asked.id))
