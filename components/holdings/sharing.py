"""Who reads something until when, and the doors that are open to it: forms and tables."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from fasthtml.components import Div, Form, Label, Small, Span
from fasthtml.components import Input as InputTag

from app.rights import Caller
from components.holdings.fields import ReadersField, SpaceField, TagsField, ViewsField
from components.holdings.words import LIVES, counted
from components.parts import Ago, Button, Callout, Choice, Field, FormErrors, Select, Table

Texts = Mapping[str, str]
# The address of a thing, or of something below it: `place(item, "settings")`.
Place = Callable[..., str]
KEEP = ("keep", "As it is")
AUDIENCES = (("person", "A person here"), ("known", "Anybody signed in, by a link"), ("link", "Anybody, by a link"))
ROLES = (("reader", "Read"), ("writer", "Read and edit"))
OF_DOORS = {"email", "max_uses", "audience"}


def RightsForm(item: Any, filled: Any, errors: Texts, place: Place, called: str) -> Any:
    """Visibility, expiry, password, views and tags of what is `called` paste, file ..."""
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
        FormErrors(errors) if not set(errors) & OF_DOORS else "",
        ReadersField(filled, errors),
        SpaceField(filled, errors),
        Select("It expires, from now", "life", (KEEP, *LIVES), filled.life, error=errors.get("life")),
        *password,
        ViewsField(filled.views, errors),
        TagsField(filled.tags, errors, "With commas between them."),
        Div(cls="actions")(Button("Keep", "primary"), Button(f"To the {called}", "quiet", href=place(item))),
    )


def ShareTable(
    me: Caller, item: Any, shares: Sequence[Any], people: Mapping[str, str], place: Place, called: str
) -> Any:
    """Every open door, and the form that closes it."""
    if not shares:
        return Callout("", "Nobody else.", f"Shares open this {called} beyond what its readers above say.")
    rows = [
        (
            people.get(share.user_id or "", dict(AUDIENCES).get(share.audience, share.audience)),
            dict(ROLES).get(share.role, share.role),
            Ago(share.expires_at, me) if share.expires_at else f"with the {called}",
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
        Table(("Who", "May", "Closes", ("Used", "num"), ("", "acts")), rows, f"Shares of this {called}")
    )


def ShareForm(item: Any, errors: Texts, place: Place, called: str) -> Any:
    """One more door."""
    return Form(cls="form broad share-form", method="post", action=place(item, "shares"), data_makes=True)(
        FormErrors(errors) if set(errors) & OF_DOORS else "",
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
            Select("It closes", "share_life", (*LIVES[:-1], ("", f"With the {called}")), "", id="share-life"),
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
