"""One's own pages: the account, the password, the sessions, and the password again."""

from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Any
from zoneinfo import available_timezones

from fastcore.xml import NotStr, ft
from fasthtml.components import B, Div, Form, Li, P, Ul

from app.accounts import Session, User
from app.rights import Caller
from components.accounts.doors import NewPassword
from components.accounts.parts import Person
from components.addresses import url
from components.page import Page, PageHead, Part, Threshold
from components.parts import (
    Ago,
    Badge,
    Button,
    Callout,
    Facts,
    Field,
    FormErrors,
    Hidden,
    Link,
    Segments,
    Select,
    TextArea,
)
from components.shelves import OwnShelf

Texts = Mapping[str, str]
NOTHING: Texts = {}
THEMES = (("", "System", "system"), ("light", "Light", "sun"), ("dark", "Dark", "moon"))


def own_page(me: Caller, title: str, here: str, workspace: str, *content: Any) -> Any:
    """A page about oneself."""
    crumbs = (("Your account", url("/settings")), (title, None)) if here != "/settings" else (("Your account", None),)
    return Page(
        me,
        Div(*content),
        title=title,
        place="account",
        shelf=OwnShelf(here),
        crumbs=crumbs,
        workspace=workspace,
    )


def AccountPage(
    me: Caller,
    user: User,
    models: Iterable[Any],
    groups: Sequence[str],
    workspace: str,
    posted: Texts | None = None,
    errors: Texts = NOTHING,
    saved: bool = False,
) -> Any:
    """Name, time zone, instructions and default model; `models` are the choices that the person has."""
    kept = {
        "name": user.name,
        "timezone": user.timezone,
        "instructions": user.instructions,
        "model_id": user.model_id or "",
    }
    role = "an admin of this house" if user.role == "admin" else "a member of this house"
    return own_page(
        me,
        "Your account",
        "/settings",
        workspace,
        PageHead("Your account", f"You are {role}."),
        Callout("good", "Kept.", "What you changed holds from now on.", role="status") if saved else "",
        AccountForm(kept if posted is None else {**kept, **posted}, models, errors),
        Part("Light or dark", ThemeForm(user.theme)),
        Part("How you are known", Div(cls="form")(Facts(*_known_as(me, user, groups)))),
        Part("Export", P("All that you own here as one file: ", Link("what is in it", url("/settings/export")), ".")),
    )


def AccountForm(kept: Texts, models: Iterable[Any], errors: Texts) -> Any:
    """What people set for themselves."""
    return Form(cls="form broad", method="post", action=url("/settings"))(
        FormErrors(errors),
        Field("Your name", "name", kept["name"], error=errors.get("name"), autocomplete="name", required=True),
        Field(
            "Time zone",
            "timezone",
            kept["timezone"],
            hint="Times are shown in it. Type a city to find it, or leave it empty to take the browser's.",
            error=errors.get("timezone"),
            list="zones",
            autocomplete="off",
        ),
        Select(
            "Model for new chats",
            "model_id",
            [("", "The workspace's default"), *((model.id, f"{model.label} · {model.provider}") for model in models)],
            kept["model_id"],
            error=errors.get("model_id"),
        ),
        TextArea(
            "Personal instructions",
            "instructions",
            kept["instructions"],
            hint="Every model is told this at the start of your chats: who you are, how you like your answers.",
            error=errors.get("instructions"),
            rows=6,
        ),
        Div(cls="actions")(Button("Keep", "primary")),
        ft("datalist", zones(), id="zones"),
    )


@cache
def zones() -> NotStr:
    """Six hundred options, written once: as elements they would cost each page 30 ms."""
    return NotStr("".join(f'<option value="{name}">' for name in sorted(available_timezones())))


def ThemeForm(theme: str) -> Any:
    """The three positions; with script they hold at once, without it by the button."""
    return Form(cls="line-form", method="post", action=url("/settings/theme"), data_theme_form=True)(
        Segments("Light or dark", "theme", THEMES, theme, prefix="own-theme"), Button("Keep", short=True)
    )


def _known_as(me: Caller, user: User, groups: Sequence[str]) -> tuple[tuple[str, Any], ...]:
    return (
        ("E-mail address", user.email),
        ("Role", user.role),
        ("Groups", ", ".join(groups) or "none"),
        ("Here since", Ago(user.created_at, me)),
    )


def PasswordPage(me: Caller, workspace: str, errors: Texts = NOTHING) -> Any:
    """A new password, with the present one."""
    form = Form(cls="form", method="post", action=url("/settings/password"))(
        FormErrors(errors, "Nothing was changed; type both passwords again."),
        Field(
            "Present password",
            "password",
            type="password",
            error=errors.get("password"),
            autocomplete="current-password",
            required=True,
        ),
        NewPassword("New password", "new", errors),
        Div(cls="actions")(Button("Change the password", "primary")),
    )
    lead = "It signs you out everywhere but here. If you have forgotten the present one, an admin can make you a link."
    return own_page(me, "Password", "/settings/password", workspace, PageHead("Password", lead), form)


def SessionsPage(me: Caller, sessions: Sequence[Session], workspace: str) -> Any:
    """Where one is signed in."""
    others = len(sessions) - 1
    end_all = Form(method="post", action=url("/settings/sessions/ending"))(
        Button(f"End the other{'' if others == 1 else f' {others}'}", "danger")
    )
    head = PageHead(
        "Sessions",
        "The browsers in which you are signed in. A session that you do not know: end it, then change your password.",
        end_all if others > 0 else "",
    )
    return own_page(me, "Sessions", "/settings/sessions", workspace, head, SessionList(me, sessions))


def SessionList(me: Caller, sessions: Sequence[Session]) -> Any:
    """Each session: the device, the address, when it was last used."""
    return Ul(cls="rows", role="list")(*(Li(SessionRow(me, session)) for session in sessions))


def SessionRow(me: Caller, session: Session) -> Any:
    """One session, with the button that ends it."""
    here = session.id == me.session
    end = Form(method="post", action=url("/settings/sessions", session.id, "ending"))(
        Button("End", short=True, aria_label=f"End {session.device} at {session.address or 'this machine'}")
    )
    used = "in use now" if here else ("last used ", Ago(session.seen_at, me))
    used = used if isinstance(used, tuple) else (used,)
    return Div(cls="session")(
        Div(
            B(session.device),
            " ",
            Badge("this one", "good") if here else "",
            P(session.address or "this machine", " · ", *used, " · signed in ", Ago(session.created_at, me)),
        ),
        "" if here else end,
    )


def ConfirmPage(me: Caller, onward: str, workspace: str, errors: Texts = NOTHING) -> Any:
    """One's own password again, before something that changes who may do what."""
    form = Form(method="post", action=url("/settings/confirm"))(
        FormErrors(errors, "Type your password again."),
        Person(me.name, me.email),
        Hidden("next", onward) if onward else "",
        Field(
            "Password",
            "password",
            type="password",
            error=errors.get("password"),
            autocomplete="current-password",
            required=True,
        ),
        Button("Go on", "primary", full=True),
        Button("Go home instead", "quiet", full=True, href=url("/")),
    )
    return Threshold(
        form,
        title="Your password, again",
        lead="What comes next changes who may do what. It holds for ten minutes.",
        floor="Asked only where a stranger at your desk could do harm.",
        theme=me.theme,
        workspace=workspace,
    )
