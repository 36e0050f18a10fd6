"""The settings of a paste: who reads it, until when, and whom it is shared with."""

from collections.abc import Mapping, Sequence
from typing import Any

from fasthtml.components import Div, Form, Label, Small, Span
from fasthtml.components import Input as InputTag

from app.items.rows import SPACE
from app.rights import Caller
from components.page import Page, PageHead, Part
from components.parts import Ago, Button, Callout, Choice, Field, FormErrors, Select, Table
from components.pastes.forms import Filled
from components.pastes.lists import crumbed
from components.pastes.words import CHOICES, LIVES, counted, place, title_of

Texts = Mapping[str, str]
NOTHING: Texts = {}
KEEP = ("keep", "As it is")
AUDIENCES = (("person", "A person here"), ("known", "Anybody signed in, by a link"), ("link", "Anybody, by a link"))
ROLES = (("reader", "Read"), ("writer", "Read and edit"))


def SettingsPage(
    me: Caller,
    item: Any,
    filled: Filled,
    shares: Sequence[Any],
    *,
    people: Mapping[str, str] = NOTHING,
    errors: Texts = NOTHING,
    link: str = "",
    saved: bool = False,
    shelf: Any = None,
    workspace: str = "Inglenook",
) -> Any:
    """Who reads it. `people` are the names of those it is shared with, `link` a share's address that was made now."""
    made = SharedNotice(link) if link else ""
    content = (
        PageHead("Readers and expiry", f"Of “{title_of(item)}”."),
        Callout("good", "Kept.", "It holds from now on.", role="status") if saved else "",
        made,
        RightsForm(item, filled, errors),
        Part("Shared with", ShareTable(me, item, shares, people), ShareForm(item, errors), id="sharing"),
    )
    return Page(
        me,
        Div(cls="wide")(*content),
        title=f"Readers of {title_of(item)}",
        place="pastes",
        shelf=shelf,
        crumbs=crumbed(me, (title_of(item), place(item)), ("Readers and expiry", None)),
        workspace=workspace,
    )


def RightsForm(item: Any, filled: Filled, errors: Texts) -> Any:
    """Visibility, expiry, password, views and tags."""
    choices = CHOICES if filled.spaces else tuple(each for each in CHOICES if each[0] != SPACE)
    password = (
        (
            Choice("Ask for no password any more", "unlock"),
            Field(
                "Another password", "password", type="password", autocomplete="new-password", hint="Empty: as it is."
            ),
        )
        if item.password
        else (
            Field("Password", "password", type="password", autocomplete="new-password", hint="Empty: none is asked."),
        )
    )
    return Form(cls="form broad", method="post", action=place(item, "settings"))(
        FormErrors(errors) if not set(errors) & {"email", "max_uses", "audience"} else "",
        Select("Who can read it", "visibility", choices, filled.visibility, error=errors.get("visibility")),
        Select("In which space", "space", filled.spaces, filled.space, error=errors.get("space"))
        if filled.spaces
        else "",
        Select("It expires, from now", "life", (KEEP, *LIVES), filled.life, error=errors.get("life")),
        *password,
        Field(
            "At most so many views",
            "views",
            filled.views,
            error=errors.get("views"),
            inputmode="numeric",
            autocomplete="off",
            hint="Empty: as often as one likes.",
        ),
        Field(
            "Tags", "tags", filled.tags, error=errors.get("tags"), autocomplete="off", hint="With commas between them."
        ),
        Div(cls="actions")(Button("Keep", "primary"), Button("To the paste", "quiet", href=place(item))),
    )


def ShareTable(me: Caller, item: Any, shares: Sequence[Any], people: Mapping[str, str]) -> Any:
    """Every open door, and the form that closes it."""
    if not shares:
        return Callout("", "Nobody else.", "Shares open this paste beyond what its readers above say.")
    rows = [
        (
            people.get(share.user_id or "", dict(AUDIENCES).get(share.audience, share.audience)),
            dict(ROLES).get(share.role, share.role),
            Ago(share.expires_at, me) if share.expires_at else "with the paste",
            counted(share.uses, "time") + (f" of {share.max_uses:,}" if share.max_uses else ""),
            Form(
                method="post",
                action=place(item, "shares", share.id, "removal"),
                data_confirm="Close this door? Who came through it is not let in again.",
                data_confirm_word="Close it",
            )(Button("Close", "danger", short=True)),
        )
        for share in shares
    ]
    return Div(cls="doors")(
        Table(("Who", "May", "Closes", ("Used", "num"), ("", "acts")), rows, "Shares of this paste")
    )


def ShareForm(item: Any, errors: Texts) -> Any:
    """One more door."""
    return Form(cls="form broad share-form", method="post", action=place(item, "shares"))(
        FormErrors(errors) if set(errors) & {"email", "max_uses", "audience"} else "",
        Div(cls="duo")(
            Select("For", "audience", AUDIENCES, "person", error=errors.get("audience")),
            Select("Who may", "role", ROLES, "reader"),
        ),
        Field(
            "The person's e-mail address",
            "email",
            "",
            "email",
            error=errors.get("email"),
            hint="Not needed for a link.",
        ),
        Field(
            "A password beside the link",
            "share_password",
            "",
            "password",
            autocomplete="new-password",
            error=errors.get("share_password"),
            hint="Not asked of a person. Empty: the link is enough.",
        ),
        Div(cls="duo")(
            Select("It closes", "share_life", (*LIVES[:-1], ("", "With the paste")), "", id="share-life"),
            Field("At most so many uses", "max_uses", "", error=errors.get("max_uses"), inputmode="numeric"),
        ),
        Button("Share it"),
    )


def SharedNotice(link: str) -> Any:
    """A link that is shown once: only its hash is kept."""
    return Div(cls="once", role="status")(
        Div(cls="secret")(
            Label(cls="unseen", fr="share-link")("The link"),
            InputTag(cls="input", id="share-link", name=False, value=link, readonly=True, spellcheck="false"),
            Button("Copy", "primary", icon="copy", data_copy="#share-link"),
        ),
        Small(Span("It is shown only now.")),
    )
