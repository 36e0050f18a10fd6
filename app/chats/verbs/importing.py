"""Importing chats from a file that lies under Files, and what became of it."""

from typing import Literal

from pydantic import Field

from app import files
from app.chats import importing
from app.rights import Caller
from app.verbs import Input, Output, verb

STEP = 1 << 20


class ImportInput(Input):
    """Which file."""

    file_id: str = Field(max_length=64, description="A file's id: upload it with files.upload first.")


class Unread(Output):
    """A chat that could not be read."""

    place: str
    why: str


class ImportSeen(Output):
    """How far an import is, and when it is done what became of it. `left` counts what was not taken by its kind."""

    id: str
    name: str
    state: Literal["queued", "failed", "running", "done", "dead", "cancelled", "expired"]
    percent: int
    refused: str = Field("", description="Why nothing was taken.")
    program: str = ""
    chats: int = 0
    messages: int = 0
    here_already: int = 0
    left: dict[str, int] = Field(default_factory=dict)
    unread: list[Unread] = Field(default_factory=list)


@verb(
    "chats.import",
    scope="chats:write",
    title="Import chats",
    description="Take the chats of an export of ChatGPT, Claude, Open WebUI, LibreChat or Inglenook, which you have "
    "uploaded as a file, in the background. Chats that were imported before are passed by. Read the report with "
    "chats.imports.",
    input=ImportInput,
    output=ImportSeen,
    method="POST",
    path="/chats/imports",
    offered_to_models=False,
    examples=[{"file_id": "{export}"}],
)
def take_in(me: Caller, asked: ImportInput) -> ImportSeen:
    """Begin with it. Raises Invalid for what holds no chats, Conflict while another import is at work, NotFound."""
    file = files.find(asked.file_id, me)
    with file.part.file as bytes_of:
        id = importing.begin(me, iter(lambda: bytes_of.read(STEP), b""), file.name)
    return told(importing.find(me, id))


class SeenInput(Input):
    """Which import."""

    id: str = Field(max_length=64, description="The import's id.")


@verb(
    "chats.imports",
    scope="chats:read",
    title="Read the report of an import",
    description="How far an import of chats is, and when it has ended, what was taken of the file and what was not. A "
    "report is kept for a week.",
    input=SeenInput,
    output=ImportSeen,
    method="GET",
    path="/chats/imports/{id}",
    read_only=True,
    examples=[{"id": "038fyx5p234bcf0re360k5cykvy5j"}],
)
def read(me: Caller, asked: SeenInput) -> ImportSeen:
    """The import. Raises NotFound."""
    return told(importing.find(me, asked.id))


def told(one: importing.Import) -> ImportSeen:
    """An import as it is told."""
    report = one.report or importing.Report(refused=one.error)
    return ImportSeen(
        id=one.id,
        name=one.name,
        state=one.state,
        percent=100 if one.is_over else one.percent,
        refused=report.refused,
        program=report.program,
        chats=report.chats,
        messages=report.messages,
        here_already=report.here,
        left=report.left,
        unread=[Unread(place=place, why=why) for place, why in report.broken],
    )
