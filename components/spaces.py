"""Spaces: the list, and one space with its members."""

from collections.abc import Mapping, Sequence
from typing import Any

from fasthtml.components import A, Div, Form

from app.rights import Caller
from app.spaces import Member, Place
from components.accounts.parts import Person
from components.addresses import url
from components.page import Page, PageHead, Part
from components.parts import Badge, Button, Callout, Field, Select, Table
from components.shelves import OwnShelf

Texts = Mapping[str, str]
NOTHING: Texts = {}
ROLES = (
    ("reader", "Reader: reads"),
    ("writer", "Writer: reads and writes"),
    ("manager", "Manager: and chooses members"),
)

SHORT = tuple(role for role, _ in ROLES)


def space_page(me: Caller, title: str, crumbs: Any, workspace: str, *content: Any) -> Any:
    """A page about spaces; `crumbs` are those below one's account."""
    return Page(
        me,
        Div(*content),
        title=title,
        place="account",
        shelf=OwnShelf("/spaces"),
        crumbs=(("Your account", url("/settings")), *crumbs),
        workspace=workspace,
    )


def SpacesPage(
    me: Caller, places: Sequence[Place], workspace: str, posted: Texts = NOTHING, errors: Texts = NOTHING
) -> Any:
    """The spaces that a person is in, and the form that makes one."""
    table = Table(
        ("Space", "Kind", "Your role", ("Members", "num")),
        [
            (A(href=url("/spaces", each.space.id))(each.space.name), Kind(each), each.role, f"{each.members:,}")
            for each in places
        ],
        "Your spaces",
    )
    form = Form(cls="line-form", method="post", action=url("/spaces"))(
        Field(
            "Name",
            "name",
            posted.get("name", ""),
            error=errors.get("name"),
            autocomplete="off",
            maxlength=80,
            required=True,
        ),
        Button("Make the space", "primary"),
    )
    head = PageHead("Spaces", "Your own, which nobody else sees, and those that you share with others.")
    return space_page(me, "Spaces", (("Spaces", None),), workspace, head, table, Part("A new space", form))


def Kind(place: Place) -> Any:
    """Whose it is, and whether it is put away."""
    if place.space.archived_at:
        return Badge("archived")
    return Badge("shared", "note", icon="people") if place.space.is_shared else Badge("yours", icon="lock")


def SpacePage(
    me: Caller,
    place: Place,
    members: Sequence[Member],
    workspace: str,
    posted: Texts = NOTHING,
    errors: Texts = NOTHING,
) -> Any:
    """One space: who is in it, and for its managers the forms that change that."""
    space = place.space
    lead = f"You are a {place.role} here." if space.is_shared else "Your personal space. Nobody else sees it."
    return space_page(
        me,
        space.name,
        (("Spaces", url("/spaces")), (space.name, None)),
        workspace,
        PageHead(space.name, lead, *(() if space.is_shared else (Button("See all chats", href=url("/chats")),))),
        Callout("note", "This space is archived.", "It can be read; nothing is put into it.")
        if space.archived_at
        else "",
        Part("Members", MemberTable(me, place, members)),
        *(ManagerParts(place, posted, errors) if place.can_manage else ()),
        Part("Leave", LeaveForm(me, place)) if space.is_shared else "",
    )


def MemberTable(me: Caller, place: Place, members: Sequence[Member]) -> Any:
    """Who is in the space, with a form for each where the asking person may change it."""
    if not place.can_manage:
        rows = [(Person(each.name, each.email), each.role) for each in members]
        return Table(("Person", "Role"), rows, f"Members of {place.space.name}")
    return Table(
        ("Person", "Role", ("", "acts")),
        [
            (Person(each.name, each.email), RoleForm(place, each), RemovalForm(place, each) if each.id != me.id else "")
            for each in members
        ],
        f"Members of {place.space.name}",
    )


def RoleForm(place: Place, member: Member) -> Any:
    """A member's role, to be changed."""
    address = url("/spaces", place.space.id, "members", member.id, "role")
    return Form(cls="line-form", method="post", action=address)(
        Select(f"Role of {member.name}", "role", SHORT, member.role, id=f"role-{member.id}"),
        Button("Keep", short=True, aria_label=f"Keep the role of {member.name}"),
    )


def RemovalForm(place: Place, member: Member) -> Any:
    """The button that takes a member out."""
    return Form(method="post", action=url("/spaces", place.space.id, "members", member.id, "removal"))(
        Button("Take out", short=True, aria_label=f"Take out {member.name}")
    )


def ManagerParts(place: Place, posted: Texts, errors: Texts) -> tuple[Any, ...]:
    """What a manager may do."""
    space = place.space
    add = Form(cls="line-form", method="post", action=url("/spaces", space.id, "members"))(
        Field(
            "E-mail address of the person",
            "email",
            posted.get("email", ""),
            type="email",
            error=errors.get("email"),
            autocomplete="off",
            required=True,
        ),
        Select("Role", "role", ROLES, posted.get("role", "reader"), error=errors.get("role")),
        Button("Add"),
    )
    name = Form(cls="line-form", method="post", action=url("/spaces", space.id, "name"))(
        Field("Name", "name", posted.get("name", space.name), error=errors.get("name"), maxlength=80, required=True),
        Button("Rename"),
    )
    deed, words = ("restoration", "Take it out again") if space.archived_at else ("archival", "Archive the space")
    away = Form(method="post", action=url("/spaces", space.id, deed))(Button(words))
    return Part("Add a member", add), Part("Another name", name), Part("Archive", away)


def LeaveForm(me: Caller, place: Place) -> Any:
    """The way out of a shared space."""
    return Form(
        method="post",
        action=url("/spaces", place.space.id, "members", me.id, "removal"),
        data_confirm=f"Leave {place.space.name}? A manager can let you in again.",
        data_confirm_word="Leave",
    )(Button("Leave the space", "danger"))
