"""The last calls, one by one, as the ledger has them."""

from collections.abc import Sequence
from typing import Any

from fasthtml.components import A, P, Small, Span

from app.rights import Caller
from app.usage.reporting import Made
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
    people = (("Who", ""),) if me.is_admin else ()
    head = (
        *("When", *people, "Model", "Door", ("Tokens in", "num"), ("Tokens out", "num"), ("Cost", "num")),
        *(("First word", "num"), ("Took", "num"), "State"),
    )
    return Table(head, (row(me, each) for each in made), "Calls")


def row(me: Caller, each: Made) -> tuple[Any, ...]:
    """A call's cells."""
    person = A(href=url(PLACE, user_id=each.user_id))(each.person) if each.person else Span(cls="soft")("nobody")
    return (
        Exact(each.at, me),
        *((person,) if me.is_admin else ()),
        Model(each),
        Door(each),
        tokens(each.tokens_in, each.estimated),
        tokens(each.tokens_out, each.estimated),
        Span(cls="unknown")("unknown") if each.cost is None and each.state != "failed" else money(each.cost or 0),
        seconds(each.first_token_us),
        seconds(each.duration_us),
        Ending(each),
    )


def Model(each: Made) -> Any:
    """The model that answered, where it is, and by which name it was asked for."""
    asked = f" · asked for as {each.alias}" if each.alias else ""
    return Span(cls="stack named")(Span(each.model or "unknown"), Small(cls="faint note")(f"{each.provider}{asked}"))


def Door(each: Made) -> Any:
    """How it came in."""
    note = each.key if each.key else each.purpose if each.door != "api" else ""
    return Span(cls="stack")(Span(DOORS.get(each.door, each.door)), Small(cls="faint note")(note))


def tokens(number: int | None, estimated: bool) -> Any:
    """A number of tokens; what nobody reported is marked."""
    if number is None:
        return Span(cls="unknown")("unknown")
    return Span("about ", f"{number:,}") if estimated else f"{number:,}"


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
    return Span(cls="marks")(State(WORDS.get(each.state, each.state), STATES.get(each.state, "")), *marks)
