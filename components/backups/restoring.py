"""Going back: the moment, then the plan, which says what will be replaced before anything is."""

from collections.abc import Mapping
from typing import Any

from fastcore.xml import ft
from fasthtml.components import Div, Em, Form, Input, P, Span

from app import children, clock
from app.backups.copies import Copy
from app.backups.overview import Overview
from app.backups.planning import Plan
from app.rights import Caller
from components.addresses import url
from components.admin import size
from components.backups.words import exact, field, full, seconds, stamp
from components.page import Page, PageHead, Part
from components.parts import Button, Callout, Field, FormErrors, Hidden, Table
from components.shelves import AdminShelf

PLACE = "/admin/backups"
Texts = Mapping[str, str]
NOTHING: Texts = {}
ONE = {"chats": "chat", "messages": "message", "people": "person"}


def GoBackForm(me: Caller, seen: Overview, posted: Texts, errors: Texts) -> tuple[Any, ...]:
    """The moment to go back to. It only asks for the plan."""
    refusal = Callout("bad", "That cannot be restored.", errors[""], role="alert") if "" in errors else ""
    if seen.first is None or seen.last is None:
        nothing = "There is no moment to go back to yet. The first comes with the first copy."
        unknown = "The moments of the replica are not known now. The snapshots below lie on this disk."
        return refusal, P(cls="soft")(unknown if seen.unreadable else nothing)
    moment = Field(
        "To this moment",
        "at",
        posted.get("at") or field(seen.last, me),
        type="datetime-local",
        step="1",
        error=errors.get("at"),
        required=True,
        data_picks=True,
        **({} if errors.get("at") else {"aria_describedby": "go-back-hint"}),
    )
    look = Button("Look first", icon="eye", formaction=url(PLACE, "look"), disabled=is_restoring(seen))
    button = Button("Restore …", "danger", icon="history", disabled=is_restoring(seen))
    hint = f"By the clock of {me.timezone or 'UTC'}; the first moment is {exact(seen.first, me)}. "
    return (
        refusal,
        Form(cls="go-back", method="get", action=url(PLACE, "restore"))(moment, look, button),
        P(cls="hint faint small said", id="go-back-hint")(
            hint,
            Span(hidden=True, data_picking=True)("A click on one of the lines above chooses a moment of it. "),
            "Nothing is replaced yet: the next page says first what would be. ",
            Em("Look first"),
            " opens the whole workspace as it was, for reading, beside this one: copy one thing from there, or"
            " come back to restore all.",
        ),
    )


def is_restoring(seen: Overview) -> bool:
    """Whether the house is being brought back right now."""
    return any(work.name == "backups.restore" for work in seen.running)


def commands(moment: str) -> str:
    """The command that does the same, with the plan first; to the minute, which fits beside the text."""
    return f"{children.name()} backups \\\n  restore --dry-run \\\n  --at {moment[:16]}Z"


def PlanPage(
    me: Caller,
    plan: Plan,
    then: Copy | None,
    newer: Mapping[str, int],
    workspace: str,
    was_here: bool = True,
    errors: Texts = NOTHING,
    wants_key: bool = False,
) -> Any:
    """What a restore would replace, and the form that begins it. `then` is what the restored database would
    hold, where that was cheap to find out; `newer` counts what was made since then; `was_here` tells
    whether one's own account was there already."""
    return Page(
        me,
        Div(cls="column")(
            PageHead(f"Restore everything to {full(moment_of(plan), me)}?", lead_of(plan, newer)),
            Div(cls="needs")(*Doors(then, was_here)),
            PlanFacts(me, plan),
            Part("Now and then", CountsTable(plan.present, then)) if plan.present and then else "",
            Part("Go on", BeginForm(me, plan, errors, wants_key)),
        ),
        title="Restore",
        place="admin",
        shelf=AdminShelf(PLACE),
        crumbs=(("Admin", url("/admin")), ("Backups", url(PLACE)), ("Restore", None)),
        workspace=workspace,
    )


def Doors(then: Copy | None, was_here: bool) -> Any:
    """Who can come in afterwards, where it is not the one who asks."""
    if then is not None and not then.counts.get("people"):
        text = "After the restore, the server prints a link that makes the first account again."
        yield Callout("warn", "Nobody had an account then.", text)
    elif not was_here:
        text = "After the restore you cannot sign in. Somebody who was an admin then has to let you in again."
        yield Callout("warn", "Your own account was made later.", text)


def moment_of(plan: Plan) -> int:
    """The moment of the plan: the one that was asked for, or else the last that its source holds."""
    return plan.asked if plan.asked is not None else plan.reaches


def lead_of(plan: Plan, newer: Mapping[str, int]) -> str:
    """What goes aside."""
    made = counted({noun: count for noun, count in newer.items() if count})
    age = seconds((clock.now() - moment_of(plan)) / clock.SECOND)
    what = f", with {made} in it" if made else ""
    return f"The work of {age} goes aside, not away{what}. The restore can itself be undone."


def counted(counts: Mapping[str, int]) -> str:
    """Numbers of things in a sentence."""
    return listed([f"{count:,} {ONE.get(noun, noun) if count == 1 else noun}" for noun, count in counts.items()])


def brief(count: float) -> str:
    """A duration that is guessed, in whole seconds."""
    return seconds(max(round(count), 1)).replace(".0", "")


def listed(words: list[str]) -> str:
    """Words in a sentence."""
    return " and ".join([", ".join(words[:-1]), words[-1]]) if len(words) > 1 else "".join(words)


def PlanFacts(me: Caller, plan: Plan) -> Any:
    """Everything that is known before anything is touched."""
    present = plan.present
    here = counted(present.counts) if present else "nothing that can be read"
    facts = (
        ("Comes from", f"{plan.words[:1].upper()}{plan.words[1:]}."),
        ("Reaches", f"{exact(plan.reaches, me)}: the last change before that moment."),
        ("Replaces", f"The database with {here}. It is kept in data/aside for eight days."),
        ("Brings back", "Chats, people, settings and passwords as they were then. You may have to sign in again."),
        ("Takes", f"About {brief(plan.seconds)} while the house goes on; then it is closed for {brief(plan.closed)}."),
        ("Disk", f"{size(plan.need)} for the time of the restore; {size(plan.free)} are free."),
        ("Recovery key", "Asked for only if the key of this house does not open what was stored then."),
    )
    return ft("dl", *(part for name, said in facts for part in (ft("dt", name), ft("dd", said))), cls="plan")


def CountsTable(now: Copy, then: Copy) -> Any:
    """How much there is now, and how much there will be."""
    rows = [(noun.capitalize(), f"{count:,}", f"{then.counts.get(noun, 0):,}") for noun, count in now.counts.items()]
    return Table(("What", ("Now", "num"), ("Then", "num")), rows, "Now and then")


def BeginForm(me: Caller, plan: Plan, errors: Texts, wants_key: bool) -> Any:
    """The password, and the button that begins it."""
    asked = stamp(plan.asked) if plan.asked else ""
    again = Field(
        "Your password, once more",
        "password",
        type="password",
        error=errors.get("password"),
        autocomplete="current-password",
        required=True,
    )
    return Form(cls="form", method="post", action=url(PLACE, "restores"))(
        FormErrors({name: said for name, said in errors.items() if name in ("", "password", "key")}),
        Hidden("at", asked),
        Hidden("snapshot", plan.source.name if plan.source else ""),
        Input(name="account", value=me.email, autocomplete="username", hidden=True),
        again,
        KeyField(errors) if wants_key or "key" in errors else "",
        Div(cls="actions")(
            Button("Restore", "danger primary", icon="history"),
            Button("Look first", "quiet", icon="eye", href=url(PLACE, "look", **asked_by(plan))),
            Button("Keep things as they are", "quiet", href=url(PLACE)),
        ),
    )


def asked_by(plan: Plan) -> dict[str, str]:
    """What the address of a page about this moment, or this snapshot, asks for."""
    return {"snapshot": plan.source.name} if plan.source else {"at": stamp(moment_of(plan))}


def KeyField(errors: Texts) -> Any:
    """The recovery key of the restored moment, where the one at hand does not open it."""
    return Field(
        "The recovery key of that time",
        "key",
        type="password",
        hint="13 groups of four letters and digits; what is stored sealed opens with it.",
        error=errors.get("key"),
        autocomplete="off",
    )
