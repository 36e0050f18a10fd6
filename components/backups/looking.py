"""Looking into the past: what it takes, said first, and the moments that are open."""

from collections.abc import Iterator
from typing import Any

from fastcore.xml import ft
from fasthtml.components import Div, Form, Li, Small, Span, Ul

from app import clock
from app.backups.overview import Overview
from app.backups.past import Opened, Wanted
from app.backups.past.shapes import LIFETIME
from app.rights import Caller
from components.addresses import url
from components.admin import size
from components.backups.restoring import PLACE, brief, moment_of
from components.backups.words import exact, full, seconds, stamp
from components.page import Page, PageHead, Part
from components.parts import Badge, Button, Callout, Hidden, local
from components.shelves import AdminShelf


def LookPage(me: Caller, wanted: Wanted, workspace: str, error: str = "") -> Any:
    """What looking at this moment takes, and the button that opens it."""
    return Page(
        me,
        Div(cls="column")(
            PageHead(
                f"Look at {full(moment_of(wanted.plan), me)}?",
                "The whole workspace as it was then, for reading, beside the present one. Nothing here changes.",
            ),
            Div(cls="needs")(Callout("bad", "This cannot be opened now.", error, role="alert") if error else ""),
            LookFacts(me, wanted),
            Part("Go on", LookForm(wanted)),
        ),
        title="Look into the past",
        place="admin",
        shelf=AdminShelf(PLACE),
        crumbs=(("Admin", url("/admin")), ("Backups", url(PLACE)), ("Look into the past", None)),
        workspace=workspace,
    )


def LookFacts(me: Caller, wanted: Wanted) -> Any:
    """Everything that is known before anything is made."""
    plan = wanted.plan
    facts = (
        ("Disk", f"{size(wanted.needs)} while it is open; {size(wanted.free)} are free."),
        ("Takes", f"About {brief(plan.seconds)}, while the house goes on."),
        ("Comes from", f"{plan.words[:1].upper()}{plan.words[1:]}."),
        ("Reaches", f"{exact(plan.reaches, me)}: the last change before that moment."),
        ("Shows", "What you could read then and may read now. What others keep for themselves stays theirs."),
        ("Stays open", f"For {brief(LIFETIME / clock.SECOND).replace('60 min', 'an hour')}; then it is removed."),
        ("From there", "A chat, a paste or a file can be copied into the present, into your own space."),
    )
    return ft("dl", *(part for name, said in facts for part in (ft("dt", name), ft("dd", said))), cls="plan")


def LookForm(wanted: Wanted) -> Any:
    """The button that begins it."""
    plan = wanted.plan
    return Form(cls="form", method="post", action=url(PLACE, "looks"))(
        Hidden("at", stamp(moment_of(plan)) if not plan.source else ""),
        Hidden("snapshot", plan.source.name if plan.source else ""),
        Div(cls="actions")(
            Button("Open it", "primary", icon="eye"),
            Button("Not now", "quiet", href=url(PLACE)),
        ),
    )


def OpenedPart(me: Caller, seen: Overview) -> Iterator[Any]:
    """The moments that are open, and those that came to nothing; those that are being opened stand above."""
    rows = [each for each in seen.opened if each.ready or each.error]
    if rows:
        yield Part("Open moments", Ul(cls="openings", role="list")(*(OpenedRow(me, each) for each in rows)))


def OpenedRow(me: Caller, opened: Opened) -> Any:
    """One of them: until when, and the ways in and out."""
    there = url("/then", opened.time) + "/"
    name = exact(opened.at, me)
    words = Span(name, " ", Badge("failed", "bad", icon="bad") if opened.error else "", Small(told(me, opened)))
    enter = Button("Open", short=True, icon="eye", href=there, aria_label=f"Open {name}") if opened.ready else ""
    said, label = ("Close", f"Close {name}") if opened.ready else ("Away", f"Away with {name}")
    close = Form(method="post", action=url(PLACE, "looks", opened.time, "removal"))(
        Button(said, "quiet", short=True, aria_label=label)
    )
    return Li(words, Span(cls="actions")(enter, close))


def told(me: Caller, opened: Opened) -> str:
    """Until when it is open, or why it is not."""
    if opened.error:
        return opened.error
    left = max(0, opened.until - clock.now()) / clock.SECOND
    return f"Open until {local(opened.until, me):%H:%M}, {seconds(left)} more"
