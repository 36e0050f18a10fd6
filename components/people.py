"""People, for those who run the house."""

from collections.abc import Mapping, Sequence
from typing import Any

from fasthtml.components import A, Div, Form, P

from app.accounts import Group, Ticket, User
from app.rights import Caller
from components.accounts.parts import OnceLink, PasswordAgain, Person
from components.addresses import url
from components.page import Page, PageHead, Part
from components.parts import Ago, Badge, Button, Facts, Field, FormErrors, Hidden, Select, Table
from components.shelves import AdminShelf

Texts = Mapping[str, str]
NOTHING: Texts = {}
ROLES = (
    ("member", "Member: uses the house"),
    ("guest", "Guest: reads what is shared with them"),
    ("admin", "Admin: runs the house"),
)
DAYS = (("1", "1 day"), ("7", "7 days"), ("30", "30 days"))


def admin_page(me: Caller, title: str, here: str, workspace: str, *content: Any, above: Any = ()) -> Any:
    """A page under Admin; `above` are the crumbs between Admin and this page."""
    return Page(
        me,
        Div(cls="wide")(*content),
        title=title,
        place="admin",
        shelf=AdminShelf(here),
        crumbs=(("Admin", url("/admin")), *above, (title, None)),
        workspace=workspace,
    )


def PeoplePage(
    me: Caller,
    people: Sequence[User],
    open_ones: Sequence[Ticket],
    workspace: str,
    posted: Texts = NOTHING,
    errors: Texts = NOTHING,
    told: Any = "",
) -> Any:
    """Everybody with an account, the open invitations, and the form that makes one; `told` is a link to pass on."""
    active = sum(user.is_active and user.password is not None for user in people)
    head = PageHead("People", f"{active} {'person' if active == 1 else 'people'} can sign in. Nobody can sign up.")
    waiting = Part("Open invitations", InvitationTable(me, open_ones)) if open_ones else ""
    return admin_page(
        me,
        "People",
        "/admin/people",
        workspace,
        head,
        told,
        PeopleTable(me, people),
        waiting,
        Part("Invite somebody", InvitationForm(me, posted, errors), id="invite"),
    )


def PeopleTable(me: Caller, people: Sequence[User]) -> Any:
    """A row for each person."""
    return Table(
        ("Person", "Role", "State", ("Last seen", "num")),
        [
            (
                A(href=url("/admin/people", user.id))(Person(user.name, user.email)),
                user.role,
                StateBadge(user),
                Ago(user.seen_at, me) if user.seen_at else "never",
            )
            for user in people
        ],
        "People",
    )


def StateBadge(user: User) -> Any:
    """Whether the person can sign in."""
    if not user.is_active:
        return Badge("deactivated", "bad", icon="bad")
    if user.password is None:
        return Badge("waits for the link", "note", icon="clock")
    return Badge("active", "good", icon="ok")


def InvitationTable(me: Caller, open_ones: Sequence[Ticket]) -> Any:
    """Links that were not used yet."""
    return Table(
        ("For", "Role", ("Expires", "num"), ("", "acts")),
        [(each.email, each.role, Ago(each.expires_at, me), WithdrawForm(each)) for each in open_ones],
        "Open invitations",
    )


def WithdrawForm(ticket: Ticket) -> Any:
    """The button that ends an invitation."""
    return Form(
        method="post",
        action=url("/admin/people/invitations", ticket.id, "withdrawal"),
        data_confirm=f"Withdraw the invitation for {ticket.email}?",
        data_confirm_word="Withdraw",
    )(Button("Withdraw", "danger", short=True, aria_label=f"Withdraw the invitation for {ticket.email}"))


def InvitationForm(me: Caller, posted: Texts, errors: Texts) -> Any:
    """For whom, as what, for how long."""
    return Form(cls="form", method="post", action=url("/admin/people/invitations"))(
        FormErrors(errors),
        Field(
            "E-mail address",
            "email",
            posted.get("email", ""),
            type="email",
            hint="To know them by. Nothing is sent: you get a link to pass on.",
            error=errors.get("email"),
            autocomplete="off",
            required=True,
        ),
        Select("Role", "role", ROLES, posted.get("role", "member"), error=errors.get("role")),
        Select("The link lives for", "days", DAYS, posted.get("days", "7"), error=errors.get("days")),
        PasswordAgain(me, errors) if "password" in errors else "",
        Div(cls="actions")(Button("Make the link", "primary")),
    )


def InvitationLink(email: str, address: str, days: int) -> Any:
    """The link of a new invitation, shown once."""
    life = "for one day" if days == 1 else f"for {days} days"
    return OnceLink(address, f"The invitation for {email} is ready. Pass this link on:", life)


def ResetLink(user: User, address: str) -> Any:
    """The link with which a person sets a new password, shown once."""
    return OnceLink(address, f"With this link {user.name} sets a new password:", "for one day")


def PersonPage(
    me: Caller,
    user: User,
    groups: Sequence[Group],
    workspace: str,
    posted: Texts = NOTHING,
    errors: Texts = NOTHING,
    told: Any = "",
) -> Any:
    """One person: what is known, their role, a new password, and the way out."""
    own = " (you)" if user.id == me.id else ""
    facts = Facts(
        ("State", StateBadge(user)),
        ("Role", user.role),
        ("Groups", ", ".join(group.name for group in groups) or "none"),
        ("Usage", A(href=url("/usage", user_id=user.id))("What they used")),
        ("Statement", A(href=url("/usage/statements", whom=f"user:{user.id}"))("This month's")),
        ("Budgets and limits", A(href=url("/admin/budgets", whom=f"user:{user.id}"))("Set them")),
        ("Here since", Ago(user.created_at, me)),
        ("Last seen", Ago(user.seen_at, me) if user.seen_at else "never"),
    )
    return admin_page(
        me,
        user.name,
        "/admin/people",
        workspace,
        PageHead(f"{user.name}{own}", user.email),
        told,
        Div(cls="form")(facts),
        *AccessParts(me, user, posted, errors),
        above=(("People", url("/admin/people")),),
    )


def AccessParts(me: Caller, user: User, posted: Texts, errors: Texts) -> tuple[Any, ...]:
    """The forms that change what a person may do; an error shows in the one that was sent."""
    sent = posted.get("deed", "")
    gist = {
        "role": "Their sessions end, and they sign in again with the new role.",
        "reset": "For somebody who has forgotten it: a link that works once.",
        "deactivation": "They are signed out at once and cannot come in. Their chats and everything else stay.",
        "reactivation": "They come in again with the password and the things they had.",
    }

    def deed(name: str, *parts: Any) -> Any:
        own = errors if sent == name else NOTHING
        return Form(cls="form", method="post", action=url("/admin/people", user.id, name))(
            FormErrors(own),
            Hidden("deed", name),
            P(cls="soft")(gist[name]),
            *parts[:-1],
            PasswordAgain(me, dict(own), id=f"password-{name}"),
            Div(cls="actions")(parts[-1]),
        )

    if not user.is_active:
        return (Part("Let them in again", deed("reactivation", Button("Reactivate", "primary"))),)
    role = Select("Role", "role", ROLES, posted.get("role", user.role), error=errors.get("role"))
    leave = Button("Deactivate", "danger", data_confirm=f"Deactivate {user.name}?", data_confirm_word="Deactivate")
    return (
        Part("What they may do", deed("role", role, Button("Change the role"))),
        Part("New password", deed("reset", Button("Make a link"))),
        Part("Deactivate", deed("deactivation", leave)),
    )
