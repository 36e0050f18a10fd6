"""Groups, for those who run the house."""

from collections.abc import Sequence
from typing import Any

from fasthtml.components import A, Form, P

from app.accounts import Group, User
from app.rights import Caller
from components.accounts.parts import Person
from components.addresses import url
from components.page import PageHead, Part
from components.parts import Button, Callout, Empty, Field, Select, Table
from components.people import NOTHING, Texts, admin_page


def GroupsPage(
    me: Caller,
    groups: Sequence[tuple[Group, int]],
    workspace: str,
    posted: Texts = NOTHING,
    errors: Texts = NOTHING,
) -> Any:
    """All groups, and the form that makes one."""
    table = Table(
        ("Group", ("Members", "num")),
        [(A(href=url("/admin/groups", group.id))(group.name), f"{count:,}") for group, count in groups],
        "Groups",
    )
    nothing = Empty("No groups yet", "A group is a set of people to whom you give models.")
    form = Form(cls="line-form", method="post", action=url("/admin/groups"))(
        Field(
            "Name",
            "name",
            posted.get("name", ""),
            error=errors.get("name"),
            autocomplete="off",
            maxlength=60,
            required=True,
        ),
        Button("Make the group", "primary"),
    )
    head = PageHead("Groups", "Sets of people, to whom models are given.")
    return admin_page(
        me, "Groups", "/admin/groups", workspace, head, table if groups else nothing, Part("A new group", form)
    )


def GroupPage(
    me: Caller,
    group: Group,
    members: Sequence[User],
    others: Sequence[User],
    workspace: str,
    posted: Texts = NOTHING,
    errors: Texts = NOTHING,
) -> Any:
    """One group: its members, who may join, its name, its end."""
    table = Table(
        ("Person", ("", "acts")),
        [(Person(user.name, user.email), LeaveForm(group, user)) for user in members],
        f"Members of {group.name}",
    )
    return admin_page(
        me,
        group.name,
        "/admin/groups",
        workspace,
        PageHead(group.name, f"{len(members)} {'member' if len(members) == 1 else 'members'}."),
        table if members else Callout("note", "Nobody is in it yet.", "Add the first member below."),
        Part("Add a member", JoinForm(group, others)) if others else "",
        P(
            A(href=url("/admin/budgets", whom=f"group:{group.id}"))("Set what the group may spend"),
            " · ",
            A(href=url("/usage/statements", whom=f"group:{group.id}"))("This month's statement"),
        ),
        Part("Another name", NameForm(url("/admin/groups", group.id, "name"), posted.get("name", group.name), errors)),
        Part("Delete", DeleteForm(group)),
        above=(("Groups", url("/admin/groups")),),
    )


def LeaveForm(group: Group, user: User) -> Any:
    """The button that takes a person out of a group."""
    return Form(method="post", action=url("/admin/groups", group.id, "members", user.id, "removal"))(
        Button("Take out", short=True, aria_label=f"Take out {user.name}")
    )


def JoinForm(group: Group, others: Sequence[User]) -> Any:
    """Those who are not in the group."""
    people = [(user.id, f"{user.name}, {user.email}") for user in others]
    return Form(cls="line-form", method="post", action=url("/admin/groups", group.id, "members"))(
        Select("Person", "user_id", people), Button("Add")
    )


def NameForm(action: str, name: str, errors: Texts) -> Any:
    """Another name."""
    return Form(cls="line-form", method="post", action=action)(
        Field("Name", "name", name, error=errors.get("name"), autocomplete="off", required=True), Button("Rename")
    )


def DeleteForm(group: Group) -> Any:
    """The end of a group."""
    return Form(
        method="post",
        action=url("/admin/groups", group.id, "deletion"),
        data_confirm=f"Delete the group {group.name}? Its members stay.",
        data_confirm_word="Delete",
    )(Button("Delete the group", "danger"))
