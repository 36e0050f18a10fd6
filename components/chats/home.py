"""Home is a new chat: a greeting, the composer, and where one left off."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from fasthtml.components import H1, H2, A, Div, P, Section, Span

from app import chats as app_chats
from app.backups.past import shapes
from app.providers import demo_wanted
from components.addresses import url
from components.chats.composer import PROVIDERS, Composer, Hints
from components.chats.page import SCRIPTS
from components.chats.settings import FirstTools
from components.page import Page
from components.parts import Ago, Button, Callout, Hidden, Icon, IconButton, Row, Rows, State, Switch
from components.presets.beginning import BeginWith, Chosen
from components.providers.parts import DemoWay


def HomePage(
    me: Any,
    *,
    choices: list[Any],
    shelf: Any,
    recent: list[Any],
    questions: dict[str, str],
    draft: str = "",
    model: str = "",
    temporary: bool = False,
    verbs: str = "",
    beside: str = "",
    error: str = "",
    project: tuple[str, str] | None = None,
    tray: Any = None,
    beginning: Any = None,
    presets: Sequence[Any] = (),
    workspace: str = "Inglenook",
) -> Any:
    """A new chat, in the project of this id and name. `beginning` is what it takes over from a preset; `presets` are
    those that it could begin with."""
    welcome = Div(cls="welcome")(
        H1(cls="title")(greeting(me)),
        InProject(*project) if project else "",
        Chosen(beginning, "composer-form"),
        *Composer(None, choices, model, draft, error=error, beside=beside, tray=tray),
        Hints(),
        BeginWith(presets, beginning.preset.id if beginning else ""),
        LeftOff(me, recent, questions) if recent else "",
        ModelNote(me, choices),
    )
    forget = Switch("Keep nothing", "temporary", checked=temporary, id="temporary", form="composer-form")
    opens = {"type": "button", "commandfor": "first-tools", "command": "show-modal"}
    title = "New chat" if shapes.here is None else "Home"
    return Page(
        me,
        welcome,
        FirstTools(verbs, "composer-form"),
        title=title,
        place="chats",
        shelf=shelf,
        here=title,
        actions=(forget, IconButton("tool", "Tools of the new chat", **opens)),
        scripts=SCRIPTS,
        workspace=workspace,
    )


def InProject(id: str, name: str) -> Any:
    """Where the new chat will lie; posted with the composer."""
    there = A(href=url("/projects", id))(name)
    kept = Hidden("project", id, form="composer-form")
    return P(cls="within")(Icon("folder", small=True), Span("In the project ", there), kept)


def greeting(me: Any, hour: int | None = None) -> str:
    """Good morning, afternoon or evening by the person's own clock."""
    if hour is None:
        try:
            hour = datetime.now(ZoneInfo(me.timezone or "UTC")).hour
        except (ZoneInfoNotFoundError, ValueError):
            hour = datetime.now(ZoneInfo("UTC")).hour
    part = "morning" if 5 <= hour < 12 else "afternoon" if 12 <= hour < 18 else "evening"
    first = me.name.split()[0] if me.name.split() else ""
    return f"Good {part}, {first}." if first else f"Good {part}."


def LeftOff(me: Any, recent: list[Any], questions: dict[str, str]) -> Any:
    """The chats that changed last, with what was asked in them last."""
    rows = (_row(me, chat, questions.get(chat.id, "")) for chat in recent)
    return Section(cls="part")(H2(cls="day")("Pick up where you left off"), Rows(*rows))


def _row(me: Any, chat: Any, question: str) -> Any:
    state = State("writing", icon="edit") if app_chats.is_running(chat.id) else Span()
    return Row(chat.title, url("/chats", chat.id), gist_of(chat, question), facts=(state, Ago(chat.changed_at, me)))


def gist_of(chat: Any, question: str) -> str:
    """The last question in a line, unless the title says the same already."""
    line = " ".join(question.split())
    return "" if line.startswith(chat.title.rstrip("…")) else line


def ModelNote(me: Any, choices: list[Any]) -> Any:
    """What is to be known while there is no provider. '' when there is one."""
    if any(not choice.demo for choice in choices):
        return ""
    way = (Button("Add a provider", short=True, href=url(PROVIDERS)),) if me.is_admin else ()
    ask = "" if me.is_admin else " An admin can add a provider."
    if not choices:
        told = f"A chat needs one to answer.{ask}"
        if me.is_admin and demo_wanted():
            told = Span(told, " ", DemoWay())
        note = Callout("warn", "No model is here yet.", told, *way, icon="model")
    else:
        told = f"It answers without a key or a network, and is often wrong.{ask}"
        note = Callout("", "Only the tiny demo model is here.", told, *way, icon="model")
    return Section(cls="part", aria_label="Models")(note)
