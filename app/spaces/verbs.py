"""What programs, agents and models may ask of spaces."""

from datetime import datetime
from typing import Literal

from app import spaces, verbs
from app.rights import Caller
from app.verbs import Input, Output, moment, verb


class SpacesInput(Input):
    """Nothing: a person is in few spaces."""


class SpaceSeen(Output):
    """A space as its member sees it."""

    id: str
    name: str
    kind: Literal["personal", "shared"]
    role: Literal["reader", "writer", "manager"]
    members: int
    archived_at: datetime | None = None


class SpacesSeen(verbs.Listed):
    """All of them: one's own first, then by name."""

    data: list[SpaceSeen]


@verb(
    "spaces.list",
    scope="spaces:read",
    title="List spaces",
    description="The spaces that you are in, with your role in each: reader, writer or manager. What is put into a "
    "space can be read by all of its members.",
    input=SpacesInput,
    output=SpacesSeen,
    method="GET",
    path="/spaces",
    read_only=True,
    examples=[{}],
)
def listed(me: Caller, asked: SpacesInput) -> SpacesSeen:
    """The spaces of `me`."""
    return SpacesSeen(
        data=[
            SpaceSeen(
                id=place.space.id,
                name=place.space.name,
                kind=place.space.kind,
                role=place.role,
                members=place.members,
                archived_at=moment(place.space.archived_at),
            )
            for place in spaces.all(me)
        ]
    )
