"""New files, new versions, other names and readers, and the way into the trash and out of it."""

from contextlib import suppress

from pydantic import Field

from app import files, holdings
from app.errors import Gone, Invalid
from app.files.making import Clash
from app.files.verbs.telling import DATA, TEXT, Base, FileSeen, Id, Lying, Readers, SpaceId, given, told
from app.holdings.telling import Trashed
from app.rights import Caller
from app.verbs import Input, verb


class FileDraft(Lying):
    """A small file as it is to be made."""

    name: str = Field(min_length=1, max_length=200, description="Its name, like notes.md.")
    text: str | None = TEXT
    data: str = DATA
    visibility: Readers = "private"
    expires_in: int | None = Field(None, description="Seconds until it ends, from 60 to a year; null for never.")
    tags: list[str] = Field([], max_length=holdings.MOST_TAGS, description="Words by which to find it again.")
    clash: Clash = Field(
        "rename", description="Where the name is taken: take another, make a version of that file, or refuse."
    )


@verb(
    "files.create",
    scope="files:write",
    title="Create a small file",
    description="Store a small file (up to 4 MiB as text or base64) under a name, in a folder if you like. It stays "
    "until it is put into the trash. For larger ones, files.upload gives a link.",
    input=FileDraft,
    output=FileSeen,
    path="/files",
    version="revision",
    answer=201,
    examples=[
        {"name": "tea.csv", "text": "tea,minutes\ngreen,2\n"},
        {"name": "dot.gif", "data": "R0lGODlhAQABAAAAACw="},
    ],
)
def create(me: Caller, asked: FileDraft) -> FileSeen:
    """A new file. Raises Invalid, Conflict, NoRoom, and NotFound or Forbidden for where it should lie."""
    there = asked.place(me)
    arrived = files.arrived(me, given(asked.text, asked.data), asked.name)
    about = asked.model_dump(include={"visibility", "expires_in", "tags", "clash"})
    made = files.create(me, arrived, asked.name, folder_id=there.folder_id, space_id=there.space_id, **about)
    return told(made.item, made.part)


class FileRevised(Input):
    """The next version of a file, on top of the one that was seen."""

    id: Id
    text: str | None = TEXT
    data: str = DATA
    base: Base = 0
    note: str = Field("", max_length=200, description="What was changed, for its history.")


@verb(
    "files.revise",
    scope="files:write",
    title="Write a new version of a file",
    description="Replace what is in a small file by a new version; earlier ones are kept. With `base`, nothing is "
    "overwritten that you have not seen. For larger ones, files.upload takes the file's id.",
    input=FileRevised,
    output=FileSeen,
    method="PUT",
    path="/files/{id}",
    version="revision",
    expects="base",
    examples=[{"id": "{file}", "base": 1, "text": "tea,minutes\ngreen,3\n", "note": "A minute more"}],
)
def revise(me: Caller, asked: FileRevised) -> FileSeen:
    """A new version. Raises Stale, Invalid, Forbidden, NoRoom, and what reading raises."""
    found = files.writable(me, asked.id)
    arrived = files.arrived(me, given(asked.text, asked.data), found.item.title)
    made = files.revise(me, asked.id, arrived, base=asked.base, note=asked.note)
    return told(made.item, made.part)


class RestoreInput(Input):
    """Which version of which file."""

    id: Id
    number: int = Field(ge=1, le=1 << 30, description="The number of the version.")
    base: Base = 0


@verb(
    "files.restore",
    scope="files:write",
    title="Restore a version of a file",
    description="Make an earlier version of a file the current one again, as a new version on top of the others.",
    input=RestoreInput,
    output=FileSeen,
    path="/files/{id}/revisions",
    version="revision",
    answer=201,
    offered_to_models=False,
    examples=[{"id": "{file}", "number": 1}],
)
def restore(me: Caller, asked: RestoreInput) -> FileSeen:
    """The earlier bytes again. Raises Stale, Forbidden, NoRoom, and what reading raises."""
    made = files.restore_revision(me, asked.id, asked.number, asked.base)
    return told(made.item, made.part)


class FileChangeInput(Input):
    """What is to be different; what is not sent stays as it is."""

    id: Id
    name: str = Field("", max_length=200, description="Another name.")
    visibility: Readers = "private"
    space_id: SpaceId = ""
    expires_in: int | None = Field(None, description="Seconds from now until it ends; null for never.")
    password: str = Field("", max_length=200, description="What others have to give; empty for none.")
    max_views: int | None = Field(None, ge=1, le=1_000_000, description="So many readings more; null for no limit.")
    tags: list[str] = Field([], max_length=holdings.MOST_TAGS, description="All of its tags.")


@verb(
    "files.change",
    scope="files:write",
    title="Rename a file, or change who may read it",
    description="Change the name, visibility, end, password, number of readings or tags of your file. Members that you "
    "do not send stay as they are.",
    input=FileChangeInput,
    output=FileSeen,
    method="PATCH",
    path="/files/{id}",
    idempotent=True,
    offered_to_models=False,
    examples=[{"id": "{file}", "name": "Tea times.csv", "tags": ["tea"]}],
)
def change(me: Caller, asked: FileChangeInput) -> FileSeen:
    """The file as it is then. Raises Invalid, Conflict for a name that is taken, Forbidden for others than its
    owner."""
    new = asked.model_dump(include=asked.model_fields_set - {"id"})
    if not new:
        raise Invalid("Send at least one member to change.")
    return told(files.change(me, asked.id, **new))


class FileTrashInput(Input):
    """Which file."""

    id: Id


@verb(
    "files.trash",
    scope="files:write",
    title="Put a file into the trash",
    description="Put your file into the trash. Nobody can read it from then on; for 30 days you can take it out again, "
    "then it is deleted.",
    input=FileTrashInput,
    output=Trashed,
    method="DELETE",
    path="/files/{id}",
    destructive=True,
    idempotent=True,
    examples=[{"id": "{file}"}],
)
def trash(me: Caller, asked: FileTrashInput) -> Trashed:
    """Into the trash; once more does nothing. Raises Forbidden for others than its owner, NotFound."""
    with suppress(Gone):
        files.trash(me, asked.id)
    return Trashed(id=asked.id, trashed=True)


@verb(
    "files.untrash",
    scope="files:write",
    title="Take a file out of the trash",
    description="Take your file out of the trash, into its folder if that is still there.",
    input=FileTrashInput,
    output=FileSeen,
    path="/files/{id}/restoration",
    offered_to_models=False,
    examples=[{"id": "{file}"}],
)
def untrash(me: Caller, asked: FileTrashInput) -> FileSeen:
    """Out of the trash. Raises NotFound for what does not lie in it."""
    return told(files.untrash(me, asked.id))
