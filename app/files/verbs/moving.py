"""Files go to other places, and are copied there."""

from pydantic import Field

from app import files, verbs
from app.files.verbs.telling import IN_HEADERS, FileSeen, Id, Lying, Password, told
from app.rights import Caller
from app.verbs import verb

MOST = 500


class MoveInput(Lying):
    """Which files, and where to."""

    ids: list[str] = Field(min_length=1, max_length=MOST, description="The ids of the files.")


class Moved(verbs.Listed):
    """The files where they are now."""

    data: list[FileSeen]


@verb(
    "files.move",
    scope="files:write",
    title="Move files",
    description="Put files into a folder, or at the top of a space or of your own place: all of them, or none. What "
    "comes into a space is its members' to read.",
    input=MoveInput,
    output=Moved,
    path="/files/moves",
    idempotent=True,
    examples=[{"ids": ["{file}"], "folder": "Tea"}],
)
def move(me: Caller, asked: MoveInput) -> Moved:
    """The files there. Raises NotFound and Forbidden for one of them or for the place."""
    there = asked.place(me)
    return Moved(data=[told(each) for each in files.move(me, asked.ids, there.folder_id, space_id=there.space_id)])


class CopyInput(Lying):
    """Which file, at which version, and where the copy is to lie."""

    id: Id
    revision: int = Field(0, ge=0, le=1 << 30, description="The number of a version; 0 is the current one.")
    password: Password = ""


@verb(
    "files.copy",
    scope="files:write",
    title="Copy a file",
    description="Make a copy of a file that you may read. It is yours to change, and takes up room of yours.",
    input=CopyInput,
    output=FileSeen,
    path="/files/{id}/copies",
    in_headers=IN_HEADERS,
    version="revision",
    answer=201,
    examples=[{"id": "{file}"}],
)
def copy(me: Caller, asked: CopyInput) -> FileSeen:
    """A copy. Raises NoRoom, and what reading raises."""
    there = asked.place(me)
    place = {"folder_id": there.folder_id, "space_id": there.space_id}
    made = files.copy(me, asked.id, number=asked.revision, password=asked.password, **place)
    return told(made.item, made.part)
