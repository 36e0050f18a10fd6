"""What happened, what was kept, what to do."""

from collections.abc import Mapping
from typing import Any

from fasthtml.components import Div, P, Span, Strong

from components.parts.actions import Partial
from components.parts.marks import Icon

CALLOUT_ICONS = {"good": "ok", "warn": "warn", "bad": "bad"}


def Callout(kind: str, title: Any, text: Any = "", *actions: Any, icon: str | None = None, **attrs: Any) -> Any:
    """A message in the page: kind is '', note, good, warn or bad."""
    words = (Strong(title), " ", text) if title else (text,)
    return Div(cls=f"callout {kind}".strip(), **attrs)(
        Icon(icon or CALLOUT_ICONS.get(kind, "info")),
        Div(P(*words)),
        Div(cls="actions")(*actions) if actions else "",
    )


def FormErrors(errors: Mapping[str, str], kept: str = "What you wrote is still here.") -> Any:
    """The callout on top of a form that came back: how many things there are to mend. '' where there are none.
    `kept` says what came back with it: a password or a key never does."""
    if not errors:
        return ""
    count = len(errors)
    title = "One thing to mend." if count == 1 else f"{count} things to mend."
    # An error that belongs to no field is said here, because no field can say it.
    return Callout("bad", title, errors.get("", kept), role="alert")


def Toast(text: Any, *actions: Any, icon: str | None = None) -> Any:
    """One sentence and at most one action; it goes by itself."""
    return Div(cls="toast", role="status")(Icon(icon, small=True) if icon else "", Span(text), *actions)


def ToastPartial(text: Any, *actions: Any, icon: str | None = None) -> Any:
    """A toast as a piece of any htmx answer."""
    return Partial("#toasts", Toast(text, *actions, icon=icon), swap="beforeend")
