"""The line above every page of the past: which moment it shows, how long still, the way back, and the way to take
along what the page shows."""

from typing import Any

from fasthtml.components import Div, Form, P, Section, Strong

from app import clock
from app.backups.past import Here, shapes
from components.parts import Button, Hidden, Icon, local

# The kind of something and its id.
Thing = tuple[str, str]


def PastBanner(me: Any, thing: Thing | None = None) -> Any:
    """What one looks at; `thing` is the kind and id of what could be copied into the present. '' in the present."""
    here = shapes.here
    if here is None:
        return ""
    told = P(
        Icon("history", small=True),
        "The past: ",
        Strong(moment(me, here.at)),
        f". Nothing changes here. Open until {local(here.until, me):%H:%M}{left(here)}.",
    )
    back = Button("Back to the present", short=True, href=f"{here.back}/admin/backups")
    copy = CopyForm(here, *thing) if thing else ""
    return Section(cls="banner note past", aria_label="The past")(told, Div(cls="acts")(copy, back))


def CopyForm(here: Here, kind: str, id: str) -> Any:
    """Take this thing along. It posts to the present, where it is kept."""
    # Below the moment's own address, at which the present answers what is posted.
    return Form(method="post", action=f"{here.back}/then/{here.time}/copies", data_past=True)(
        Hidden("kind", kind, id=f"past-kind-{kind}"),
        Hidden("id", id, id="past-id"),
        Button("Copy into the present", icon="fork", short=True),
    )


def moment(me: Any, at: int) -> str:
    """A moment in words, by the person's own clock."""
    there = local(at, me)
    year = "" if there.year == local(clock.now(), me).year else f" {there.year}"
    return f"{there:%A} {there.day} {there:%B}{year}, {there:%H:%M:%S}"


def left(here: Here) -> str:
    """How long still, in whole minutes."""
    minutes = round((here.until - clock.now()) / clock.MINUTE)
    return f" ({minutes} min)" if minutes > 0 else ""


def tab(me: Any) -> str:
    """The moment as the browser's tab says it, behind the name of the house; '' in the present."""
    if shapes.here is None:
        return ""
    there = local(shapes.here.at, me)
    return f", {there.day} {there:%b} {there:%H:%M}"
