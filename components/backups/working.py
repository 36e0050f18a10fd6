"""What backups are doing now: a line of progress for each, and the stream that carries it."""

from collections.abc import Sequence
from typing import Any

from fastcore.xml import ft
from fasthtml.components import H2, A, Div, P, Section

from app import clock
from app.backups.overview import Overview
from app.backups.overview import Work as Piece
from app.rights import Caller
from components.addresses import url
from components.backups.words import exact
from components.parts import Progress

RUNNING = {
    "backups.now": "A copy is made",
    "backups.nightly": "The snapshot of the night is made",
    "backups.verify": "A full verification runs",
    "backups.weekly": "The verification of the week runs",
    "backups.drill": "A trial restore runs",
    "backups.restore": "The house is brought back",
    "past.open": "The past is opened",
}
RESTORE, OPENING = "backups.restore", "past.open"


def WorkSection(me: Caller, seen: Overview) -> Any:
    """All that runs, and the one stream of this page while something does."""
    if not seen.running:
        return Section(id="work", hidden=True)
    follow = {
        "hx-sse:connect": url("/admin/backups/stream", bare=None if seen.spans else "1"),
        "hx-sse:close": "done",
        "hx-swap": "none",
    }
    restoring = any(piece.name == RESTORE for piece in seen.running)
    return Section(cls="work part", id="work", aria_label="What runs now", **(Return() if restoring else {}))(
        Div(cls="work-lines", id="work-lines")(*WorkLines(me, seen.running)),
        Div(hidden=True, **follow),
        P(cls="faint small said", data_lost=True, hidden=True)("The house restarts. This page comes back by itself."),
        ft("noscript", A(href=url("/admin/backups"))("Look again")),
    )


def Return() -> dict[str, str]:
    """What the page needs to come back by itself when the server has started again."""
    return {"data_returns": url("/admin/backups/start"), "data_start": clock.BOOT}


def WorkLines(me: Caller, pieces: Sequence[Piece]) -> Any:
    """How far each is."""
    return [WorkLine(me, piece) for piece in pieces]


def WorkLine(me: Caller, piece: Piece) -> Any:
    """How far one piece of work is."""
    title = f"{RUNNING[piece.name]}{told(me, piece)}"
    return Div(cls="work-line")(
        H2(title),
        Progress(piece.percent, f"{title}: {piece.percent} percent", kind="live"),
        P(cls="faint small")(f"{piece.percent} %, {inside(piece.said)}"),
    )


def told(me: Caller, piece: Piece) -> str:
    """To which moment."""
    return f" {'as of' if piece.name == OPENING else 'to'} {exact(piece.moment, me)}" if piece.moment else ""


def inside(said: str) -> str:
    """A sentence of the work as the second half of one."""
    return said if said.startswith("Inglenook") else said[:1].lower() + said[1:]
