"""OAuth: the page on which a person lets a program in, the way back to it, and the programs that are in."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit

from fasthtml.components import B, Code, Div, Fieldset, Form, Legend, Li, P, Ul

from app import tools
from app.rights import Caller
from components.accounts.own import own_page
from components.accounts.parts import Person
from components.addresses import url
from components.page import PageHead, Threshold
from components.parts import Ago, Badge, Button, Callout, Choice, Empty, Hidden


def ConsentPage(me: Caller, name: str, request: tools.Request, sealed: str, workspace: str) -> Any:
    """Who asks for what, each scope in plain words; only what the program asked for is ticked."""
    form = Form(method="post", action=url("/oauth/consent"))(
        Hidden("request", sealed),
        Person(me.name, me.email),
        ScopeChoices(request.scopes),
        P(cls="small soft")("The answer is sent to ", Code(destination(request.redirect_uri)), "."),
        Button("Let it in", "primary", full=True, name="answer", value="allow"),
        Button("Refuse", "quiet", full=True, name="answer", value="refuse"),
    )
    return Threshold(
        form,
        title="Let a program in?",
        heading=f"Let {name} in?",
        lead=f"A program that calls itself {name} asks to act for you. Let it in only if you have just started this.",
        broad=True,
        floor="Nobody has checked its name. You can end this at any time: Your account, Programs.",
        theme=me.theme,
        workspace=workspace,
    )


def ScopeChoices(asked: Sequence[str]) -> Any:
    """What it may do: what it asks for is ticked, the rest can be."""
    return Fieldset(cls="form")(
        Legend("It may"),
        *(Choice(words, "scopes", scope, scope in asked, id=f"scope-{n}") for n, (scope, words) in _numbered()),
    )


def _numbered() -> Any:
    return enumerate(tools.WORDS.items())


def destination(address: str) -> str:
    """Where an address leads, for people: the host, or the program's own scheme."""
    parts = urlsplit(address)
    return parts.netloc if parts.scheme in ("http", "https") else f"{parts.scheme}:"


def OnwardPage(me: Caller, name: str, address: str, allowed: bool, workspace: str) -> Any:
    """The way back to the program."""
    return Threshold(
        Button(f"Back to {name}", "primary", full=True, href=address),
        Button("Stay here", "quiet", full=True, href=url("/")),
        title="Let in" if allowed else "Refused",
        lead=f"{name} was let in and goes on by itself." if allowed else f"{name} was not let in.",
        floor="If nothing happens, press the button. You can close this page afterwards.",
        theme=me.theme,
        workspace=workspace,
    )


def ProgramsPage(me: Caller, connections: Sequence[tools.Connection], address: str, workspace: str) -> Any:
    """The programs that one let in."""
    head = PageHead("Programs", "Desktop and web programs that you let in by a click. Ended ones are out at once.")
    rows = Ul(cls="rows", role="list")(*(Li(ProgramRow(me, each)) for each in connections))
    none = Empty("No program is connected", ("Give an agent this address: ", *opened(address)))
    content = (rows, Told(address)) if connections else (none,)
    return own_page(me, "Programs", "/settings/programs", workspace, head, *content)


def ProgramRow(me: Caller, connection: tools.Connection) -> Any:
    """One program, what it may do, and the button that ends it."""
    end = Form(method="post", action=url("/settings/programs", connection.family, "ending"))(
        Button("End", short=True, aria_label=f"End {connection.name}")
    )
    writes = any(scope.endswith(":write") for scope in connection.scopes)
    return Div(cls="session")(
        Div(
            B(connection.name),
            " ",
            Badge("writes", "warn") if writes else Badge("reads", "good"),
            P(", ".join(connection.scopes), " · last let in or refreshed ", Ago(connection.last_at, me)),
        ),
        end,
    )


def Told(address: str) -> Any:
    """What to give a program that is to be connected."""
    return Callout("info", "Connect a program.", ("Its address is ", *opened(address)))


def opened(address: str) -> tuple[Any, ...]:
    """The address for programs, and what opens it besides a click."""
    return Code(address), ". A key with the scope ", Code("tools"), " opens it, too."
