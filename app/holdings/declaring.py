"""Declaring: the verbs that nouns of named things have alike, as prompts and presets: readers, past, trash."""

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import Field, create_model

from app import verbs
from app.errors import Gone, Invalid
from app.holdings import changing, reaching, revising, sharing, telling
from app.holdings.nouns import Noun
from app.items import Item
from app.rights import Caller
from app.rights.shares import PERSON
from app.verbs import Input, Output, moment, verb

Id = Annotated[str, Field(max_length=64, description="Its id, which its address ends with.")]
Base = Annotated[int, Field(ge=1, le=1 << 30, description="The revision that this was made from, as reading told it.")]
Note = Annotated[str, Field(max_length=200, description="What was changed, for its history.")]
Tags = Annotated[list[str], Field(max_length=20, description="All of its tags; only its owner sees them.")]


class ListInput(Input):
    """Which of those that one may use."""

    words: str = Field("", max_length=200, description="What the name has to contain.")
    tag: str = Field("", max_length=40, description="Only those of your own with this tag.")
    space_id: str = Field("", max_length=64, description="Only those in this space.")
    trashed: bool = Field(False, description="Those in your trash instead.")


class NamedSeen(Output):
    """A named thing without what it says."""

    id: str
    url: str
    name: str
    owner: str = Field("", description="Whose it is; empty for your own.")
    visibility: telling.Visibility
    space_id: str = ""
    revision: int = Field(description="The number of its current revision; a write names the one it was made from.")
    created_at: datetime
    changed_at: datetime
    trashed_at: datetime | None = None


class IdInput(Input):
    """Which one."""

    id: Id


class ReadInput(Input):
    """Which one, and at which revision."""

    id: Id
    revision: int = Field(0, ge=0, le=1 << 30, description="The number of an earlier revision; 0 is the current one.")


class ChangeInput(Input):
    """What is to be different; what is not sent stays as it is."""

    id: Id
    visibility: telling.Visibility = Field("private", description="Who may use it.")
    space_id: str = Field("", max_length=64, description="The space that it lies in.")
    tags: Tags = []


class ShareInput(Input):
    """With whom, and how far."""

    id: Id
    email: str = Field(min_length=3, max_length=320, description="The person's e-mail address.")
    role: Literal["reader", "writer"] = Field("reader", description="Whether they may revise it too.")


class UnshareInput(Input):
    """Which share of which thing."""

    id: Id
    share_id: str = Field(max_length=64, description="The share's id.")


class PeopleSeen(verbs.Listed):
    """Every person it is shared with, the newest first."""

    data: list[telling.Door]


class PastSeen(verbs.Listed):
    """All revisions, the newest first."""

    data: list[telling.RevisionSeen]


class RestoreInput(Input):
    """Which earlier state becomes the current one again."""

    id: Id
    revision: int = Field(ge=1, le=1 << 30, description="The number of the earlier revision.")
    base: Base


def own(noun: Noun[Any], shape: type[Input]) -> type[Input]:
    """What a verb takes, by a name that its noun begins with: no two may have the same one."""
    name = f"{noun.called.title()}{shape.__name__}"
    return create_model(name, __base__=shape, __doc__=shape.__doc__, __module__=__name__)


def about(item: Item, address: str, owner: str = "") -> dict[str, Any]:
    """The members of NamedSeen."""
    return {
        "id": item.id,
        "url": address,
        "name": item.title,
        "owner": owner,
        "visibility": item.visibility,
        "space_id": item.space_id,
        "revision": item.current,
        "created_at": moment(item.created_at),
        "changed_at": moment(item.changed_at),
        "trashed_at": moment(item.trashed_at),
    }


def reached(noun: Noun[Any], me: Caller, asked: ListInput) -> list[reaching.Reached]:
    """Those that are asked for. Raises NotFound for a space that one is not in."""
    if asked.trashed:
        return reaching.trashed(noun, me)
    return reaching.usable(noun, me, words=asked.words, tag=asked.tag, space=asked.space_id)


def declare(
    noun: Noun[Any], address: Callable[[str], str], allowed: tuple[str, ...], untrash: Callable[[Caller, str], Item]
) -> None:
    """Declare what is asked of each noun alike. `address` is that of one of them for people, `allowed` are the
    visibilities that it may have."""
    declare_readers(noun, address, allowed)
    declare_shares(noun, address)
    declare_past(noun, address)
    declare_trash(noun, address, untrash)


def declare_readers(noun: Noun[Any], address: Callable[[str], str], allowed: tuple[str, ...]) -> None:
    """Who may use it."""
    word, path, example = noun.called, f"/{noun.plural}/{{id}}", {"id": f"{{{noun.called}}}"}

    @verb(
        f"{noun.plural}.change",
        scope=noun.write,
        title=f"Change who may use a {word}",
        description=f"Change who may use your {word}, or its tags. Members that you do not send stay as they are.",
        input=own(noun, ChangeInput),
        output=NamedSeen,
        method="PATCH",
        path=path,
        idempotent=True,
        offered_to_models=False,
        examples=[example | {"tags": ["tea"]}],
    )
    def change(me: Caller, asked: ChangeInput) -> NamedSeen:
        new = asked.model_dump(include=asked.model_fields_set - {"id"})
        if not new:
            raise Invalid("Send at least one member to change.")
        if new.get("visibility", "private") not in allowed:
            raise Invalid(visibility=f"A {word} is {' or '.join(allowed)}.")
        return NamedSeen(**about(changing.change(noun, me, asked.id, **new), address(asked.id)))


def declare_shares(noun: Noun[Any], address: Callable[[str], str]) -> None:
    """The people with whom it is shared."""
    word, path, example = noun.called, f"/{noun.plural}/{{id}}", {"id": f"{{{noun.called}}}"}

    @verb(
        f"{noun.plural}.share",
        scope=noun.write,
        title=f"Share a {word} with a person",
        description=f"Let one person here use your {word}, or revise it too.",
        input=own(noun, ShareInput),
        output=telling.Door,
        path=f"{path}/shares",
        answer=201,
        examples=[example | {"email": "{email}"}],
    )
    def share(me: Caller, asked: ShareInput) -> telling.Door:
        made, _ = sharing.share(noun, me, asked.id, PERSON, asked.role, email=asked.email)
        return telling.Door(**telling.door(made, address(asked.id)))

    @verb(
        f"{noun.plural}.shares",
        scope=noun.read,
        title=f"List who a {word} is shared with",
        description=f"The people with whom your {word} is shared, the newest first.",
        input=own(noun, IdInput),
        output=PeopleSeen,
        method="GET",
        path=f"{path}/shares",
        read_only=True,
        offered_to_models=False,
        examples=[example],
    )
    def shares(me: Caller, asked: IdInput) -> PeopleSeen:
        found = sharing.shares(noun, me, asked.id)
        return PeopleSeen(data=[telling.Door(**telling.door(each, address(asked.id))) for each in found])

    @verb(
        f"{noun.plural}.unshare",
        scope=noun.write,
        title=f"Stop sharing a {word}",
        description=f"Share your {word} with one person no longer, from this moment on.",
        input=own(noun, UnshareInput),
        output=telling.Unshared,
        method="DELETE",
        path=f"{path}/shares/{{share_id}}",
        destructive=True,
        idempotent=True,
        offered_to_models=False,
        examples=[example | {"share_id": "{share}"}],
    )
    def unshare(me: Caller, asked: UnshareInput) -> telling.Unshared:
        sharing.unshare(noun, me, asked.id, asked.share_id)
        return telling.Unshared(id=asked.id, share_id=asked.share_id)


def declare_past(noun: Noun[Any], address: Callable[[str], str]) -> None:
    """Its earlier states."""
    word, path, example = noun.called, f"/{noun.plural}/{{id}}", {"id": f"{{{noun.called}}}"}

    @verb(
        f"{noun.plural}.history",
        scope=noun.read,
        title=f"List the revisions of a {word}",
        description=f"Every state that a {word} has had, the newest first: who made it, when and through which door.",
        input=own(noun, IdInput),
        output=PastSeen,
        method="GET",
        path=f"{path}/revisions",
        read_only=True,
        offered_to_models=False,
        examples=[example],
    )
    def history(me: Caller, asked: IdInput) -> PastSeen:
        return PastSeen(data=telling.pasts(revising.history(noun, asked.id, me)))

    @verb(
        f"{noun.plural}.restore",
        scope=noun.write,
        title=f"Bring back a revision of a {word}",
        description=f"Make an earlier state of a {word} the current one again, as a new revision.",
        input=own(noun, RestoreInput),
        output=NamedSeen,
        path=f"{path}/revisions/{{revision}}/restoration",
        offered_to_models=False,
        examples=[example | {"revision": 1, "base": 2}],
    )
    def restore(me: Caller, asked: RestoreInput) -> NamedSeen:
        thing = revising.restore_revision(noun, me, asked.id, asked.revision, asked.base)
        return NamedSeen(**about(thing.item, address(asked.id)))


def declare_trash(noun: Noun[Any], address: Callable[[str], str], untrash: Callable[[Caller, str], Item]) -> None:
    """Into the trash and out of it."""
    word, path, example = noun.called, f"/{noun.plural}/{{id}}", {"id": f"{{{noun.called}}}"}

    @verb(
        f"{noun.plural}.trash",
        scope=noun.write,
        title=f"Put a {word} into the trash",
        description=f"Put your {word} into the trash. Nobody can use it from then on; for 30 days you can take it out "
        "again, then it is deleted.",
        input=own(noun, IdInput),
        output=telling.Trashed,
        method="DELETE",
        path=path,
        destructive=True,
        idempotent=True,
        examples=[example],
    )
    def trash(me: Caller, asked: IdInput) -> telling.Trashed:
        with suppress(Gone):
            changing.trash(noun, me, asked.id)
        return telling.Trashed(id=asked.id, trashed=True)

    @verb(
        f"{noun.plural}.untrash",
        scope=noun.write,
        title=f"Take a {word} out of the trash",
        description=f"Take your {word} out of the trash, as it was.",
        input=own(noun, IdInput),
        output=NamedSeen,
        path=f"{path}/restoration",
        offered_to_models=False,
        examples=[example],
    )
    def take_out(me: Caller, asked: IdInput) -> NamedSeen:
        return NamedSeen(**about(untrash(me, asked.id), address(asked.id)))
