"""The last calls, one by one, as the ledger has them."""

from collections.abc import Sequence
from typing import Any

from fasthtml.components import A, P, Small, Span

from app.rights import Caller
from app.usage.reporting import Made
from app.usage.reserving import QUEUED
from components.addresses import url
from components.page import PageHead
from components.parts import Badge, Button, Empty, Exact, State, Table
from components.usage.pages import PLACE, usage_page
from components.usage.words import DOORS, money

HERE = f"{PLACE}/calls"
STATES = {"open": "note", "done": "good", "stopped": "", "failed": "bad", "cut": "warn"}
WORDS = {"open": "runs", "done": "done", "stopped": "stopped", "failed": "failed", "cut": "cut"}


def CallsPage(
    me: Caller, made: Sequence[Made], older: str, asked: dict[str, str | None], keys: Sequence[Any], workspace: str
) -> Any:
    """Some calls, the newest first; `older` is the id of the last where there are more."""
    lead = "Every model call, through any door. Texts are never in the ledger."
    more = Button("Older", href=url(HERE, **asked | {"before": older})) if older else ""
    first = Button("Newest", "quiet", href=url(HERE, **asked | {"before": None}))
    acts = (first,) if asked.get("before") else ()
    content = (
        CallsTable(me, made) if made else Empty("No calls", "No model was asked.", Button("Ask one", href=url("/")))
    )
    return usage_page(me, "Calls", HERE, workspace, keys, PageHead("Calls", lead, *acts), content, P(cls="more")(more))


def CallsTable(me: Caller, made: Sequence[Made]) -> Any:
    """A line for each call."""
    numbers = ((name, "num") for name in ("Tokens in", "Tokens out", "Cost", "Took"))
    head = ("When", "Who" if me.is_admin else "Door", "Model", *numbers, "State")
    return Table(head, (row(me, each) for each in made), "Calls")


def row(me: Caller, each: Made) -> tuple[Any, ...]:
    """A call's cells."""
    return (
        Exact(each.at, me),
        Door(each) if not me.is_admin else Who(each),
        Model(each),
        tokens(each, each.tokens_in),
        tokens(each, each.tokens_out),
        Cost(each),
        Took(each),
        Ending(each),
    )


def Model(each: Made) -> Any:
    """The model that answered, where it is, and by which name it was asked for."""
    asked = f" · asked for as {each.alias}" if each.alias else ""
    return Span(cls="two named")(Span(each.model or "unknown"), Small(cls="faint note")(f"{each.provider}{asked}"))


def Who(each: Made) -> Any:
    """Whose it is, and how it came in."""
    person = A(href=url(PLACE, user_id=each.user_id))(each.person) if each.person else Span(cls="soft")("nobody")
    door, note = came(each)
    return Span(cls="two")(person, Small(cls="faint")(f"{door} · {note}" if note else door))


def Door(each: Made) -> Any:
    """How it came in."""
    door, note = came(each)
    return Span(cls="two")(Span(door), Small(cls="faint")(note))


def came(each: Made) -> tuple[str, str]:
    """The door, and the key or what the call was for."""
    return DOORS.get(each.door, each.door), each.key or ("" if each.door == "api" else each.purpose)


def tokens(each: Made, number: int | None) -> Any:
    """A number of a call's tokens; what nobody reported is marked."""
    if number is None:
        return Span(cls="unknown")("not yet" if each.state == "open" else "unknown")
    return Span("about ", f"{number:,}") if each.estimated else f"{number:,}"


def Cost(each: Made) -> Any:
    """What it cost, as far as that is known: a call that failed before it was answered has no cost."""
    if each.cost is not None:
        return money(each.cost)
    words = {"open": "not yet", "failed": "none"}.get(each.state, "unknown")
    return Span(cls="unknown")(words)


def Took(each: Made) -> Any:
    """How long it took, and until the first word; nothing where it was not measured."""
    first = f"first word {seconds(each.first_token_us)}" if each.first_token_us is not None else ""
    return Span(cls="two")(Span(seconds(each.duration_us)), Small(cls="faint")(first))


def seconds(us: int | None) -> str:
    """A duration; nothing where it was not measured."""
    return f"{us / 1e6:.2f} s" if us is not None else ""


def Ending(each: Made) -> Any:
    """How it ended, and what was special."""
    marks = []
    if each.cache:
        marks.append(Badge("cache", "note"))
    if each.fallbacks:
        marks.append(Badge("fallback" if each.fallbacks == 1 else f"{each.fallbacks} fallbacks", "warn"))
    if each.estimated and each.state != "open":
        marks.append(Badge("estimated"))
    words = "waits" if each.state == "open" and each.status == QUEUED else WORDS.get(each.state, each.state)
    return Span(cls="marks")(State(words, STATES.get(each.state, "")), *marks)
