"""Projects: folders for chats, with instructions, a default model and what is attached for every chat inside."""

from datetime import datetime
from typing import Literal

from pydantic import Field

from app import projects, verbs
from app.chats import attaching, placing
from app.chats.tree import Attachment
from app.errors import Invalid
from app.projects import Project
from app.rights import Caller
from app.verbs import Input, Output, moment, verb

Kind = Literal["file", "paste", "chat"]


class ProjectsInput(Input):
    """Nothing: a person has few projects."""


class ProjectSeen(Output):
    """A project without what is told in it."""

    id: str
    name: str
    chats: int = Field(description="How many chats lie in it.")
    model_id: str | None = Field(None, description="With which a new chat in it begins.")
    created_at: datetime
    changed_at: datetime


class ProjectsSeen(verbs.Listed):
    """All of them, by their names."""

    data: list[ProjectSeen]


class AttachedSeen(Output):
    """What goes into every chat of the project, where the one who asks may read it."""

    kind: Kind
    id: str
    name: str


class ProjectRead(ProjectSeen):
    """A project with its instructions and with what is attached to it."""

    instructions: str
    attachments: list[AttachedSeen]


def told(project: Project) -> ProjectRead:
    """A project as it is told."""
    count = placing.count(project.id)
    attached = [AttachedSeen(kind=row.kind, id=row.target_id, name=row.name) for row in held(project)]
    return ProjectRead(**seen(project, count).model_dump(), instructions=project.instructions, attachments=attached)


def held(project: Project) -> list[Attachment]:
    """What is attached to it."""
    return attaching.of(attaching.PROJECT, project.id)


def seen(project: Project, chats: int) -> ProjectSeen:
    """A project in a list."""
    return ProjectSeen(
        id=project.id,
        name=project.name,
        chats=chats,
        model_id=project.model_id,
        created_at=moment(project.created_at),
        changed_at=moment(project.changed_at),
    )


@verb(
    "projects.list",
    scope="chats:read",
    title="List projects",
    description="Your projects, which are folders for chats, by their names. Their chats are listed by chats.list with "
    "`project_id`.",
    input=ProjectsInput,
    output=ProjectsSeen,
    method="GET",
    path="/projects",
    read_only=True,
    examples=[{}],
)
def listed(me: Caller, asked: ProjectsInput) -> ProjectsSeen:
    """The projects of `me`."""
    counts = placing.counts(me)
    return ProjectsSeen(data=[seen(project, counts.get(project.id, 0)) for project in projects.mine(me)])


class CreateInput(Input):
    """What a project is called, and what holds in it."""

    name: str = Field(min_length=1, max_length=80, description="Its name.")
    instructions: str = Field("", max_length=65_536, description="What models are told first in every chat inside.")
    model_id: str = Field("", max_length=64, description="With which a new chat in it begins; empty for yours.")


@verb(
    "projects.create",
    scope="chats:write",
    title="Make a project",
    description="Make a folder for chats, with instructions that hold in all of them.",
    input=CreateInput,
    output=ProjectRead,
    path="/projects",
    answer=201,
    examples=[{"name": "Teas", "instructions": "Answer in three sentences."}],
)
def create(me: Caller, asked: CreateInput) -> ProjectRead:
    """A new project. Raises Invalid, OverLimit."""
    return told(projects.create(me, asked.name, asked.instructions, asked.model_id or None))


class ProjectInput(Input):
    """Which project."""

    id: str = Field(max_length=64, description="The project's id.")


@verb(
    "projects.read",
    scope="chats:read",
    title="Read a project",
    description="A project: its instructions, its model and what is attached to it.",
    input=ProjectInput,
    output=ProjectRead,
    method="GET",
    path="/projects/{id}",
    read_only=True,
    examples=[{"id": "{project}"}],
)
def read(me: Caller, asked: ProjectInput) -> ProjectRead:
    """The project. Raises NotFound."""
    return told(projects.find(asked.id, me))


class ChangeInput(ProjectInput):
    """Which project, and what becomes of it; what is not given stays."""

    name: str | None = Field(None, max_length=80, description="Its new name.")
    instructions: str | None = Field(None, max_length=65_536, description="Its new instructions, all of them.")
    model_id: str | None = Field(None, max_length=64, description="Its new model; '' for none of its own.")


@verb(
    "projects.change",
    scope="chats:write",
    title="Change a project",
    description="Rename a project, or give it other instructions or another model. They hold from the next answer on. "
    "Members that are not given stay as they are.",
    input=ChangeInput,
    output=ProjectRead,
    method="PATCH",
    path="/projects/{id}",
    idempotent=True,
    examples=[{"id": "{project}", "instructions": "Answer in one sentence."}],
)
def change(me: Caller, asked: ChangeInput) -> ProjectRead:
    """The project as it is now. Raises Invalid, NotFound."""
    new = {name: value for name, value in asked.model_dump(exclude={"id"}).items() if value is not None}
    if not new:
        raise Invalid(name="Say what is to be changed.")
    return told(projects.change(me, asked.id, **new))


class Deleted(Output):
    """Which project is gone."""

    id: str


@verb(
    "projects.delete",
    scope="chats:write",
    title="Delete a project",
    description="Delete a project with its instructions. Its chats stay, in no project, and so do the files.",
    input=ProjectInput,
    output=Deleted,
    method="DELETE",
    path="/projects/{id}",
    destructive=True,
    examples=[{"id": "{project}"}],
)
def delete(me: Caller, asked: ProjectInput) -> Deleted:
    """Delete it. Raises NotFound."""
    return Deleted(id=projects.delete(me, asked.id).id)


class AttachInput(ProjectInput):
    """Which project, and what."""

    kind: Kind = Field(description="What it is.")
    target_id: str = Field(max_length=64, description="Its id.")


@verb(
    "projects.attach",
    scope="chats:write",
    title="Attach to a project",
    description="Let a file, paste or chat that you may read go into every chat of your project.",
    input=AttachInput,
    output=ProjectRead,
    path="/projects/{id}/attachments",
    idempotent=True,
    examples=[{"id": "{project}", "kind": "paste", "target_id": "{paste}"}],
)
def attach(me: Caller, asked: AttachInput) -> ProjectRead:
    """The project with it. Raises NotFound, Conflict for too many, Invalid."""
    attaching.add(me, attaching.PROJECT, asked.id, asked.kind, asked.target_id)
    return told(projects.find(asked.id, me))


@verb(
    "projects.detach",
    scope="chats:write",
    title="Take something off a project",
    description="Let a file, paste or chat go into the chats of your project no longer. It stays where it is.",
    input=AttachInput,
    output=ProjectRead,
    method="DELETE",
    path="/projects/{id}/attachments/{kind}/{target_id}",
    idempotent=True,
    examples=[{"id": "{project}", "kind": "paste", "target_id": "{paste}"}],
)
def detach(me: Caller, asked: AttachInput) -> ProjectRead:
    """The project without it. Raises NotFound."""
    attaching.remove(me, attaching.PROJECT, asked.id, asked.kind, asked.target_id)
    return told(projects.find(asked.id, me))
