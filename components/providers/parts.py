"""Parts of the providers' pages: how one is doing, what a model costs, and the frame around them."""

from collections.abc import Mapping
from typing import Any

from fasthtml.components import Code, Div, Form, Span

from app import children, providers
from app.gateway import resting
from app.providers import Model, Provider
from app.providers.prices import shown
from app.rights import Caller
from components.addresses import url
from components.page import Page
from components.parts import Button, State
from components.shelves import AdminShelf

Texts = Mapping[str, str]
NOTHING: Texts = {}
PLACE = "/admin/providers"
UNSET = {"environment": "OPENAI_API_KEY is not set", "bundled": "switched off by INGLENOOK_DEMO_MODEL"}


def DemoWay() -> Any:
    """How a tiny model comes to a machine that has none."""
    words = "A tiny one can run on this machine, without a key and without a network; it is given any GGUF file: "
    return Span(words, Code(f"{children.name()} providers add-demo FILE"))


def models_page(me: Caller, title: str, workspace: str, *content: Any, above: Any = ()) -> Any:
    """A page below Admin, Providers; `above` are the crumbs between them and this page."""
    path = (("Admin", url("/admin")), ("Providers", url(PLACE)), *above, (title, None))
    crumbs = path if title != "Providers" else path[::2]
    return Page(
        me,
        Div(cls="wide")(*content),
        title=title,
        place="admin",
        shelf=AdminShelf(PLACE),
        crumbs=crumbs,
        workspace=workspace,
    )


def ProviderState(provider: Provider) -> Any:
    """How a provider is doing, as far as was asked."""
    if providers.is_shut(provider):
        return State(UNSET[provider.kind], "")
    if not provider.enabled:
        return State("disabled", "")
    if wait := resting.left(provider.id):
        return State(f"rests for {wait:.0f} s after {resting.FAILURES} failures", "warn")
    if provider.error:
        return State("failed its test", "bad")
    if provider.kind == "bundled":
        return State("awake" if providers.demo_awake() else "asleep until it is asked", "good")
    return State("answers", "good") if provider.checked_at else State("not tested yet", "note")


def PressForm(label: str, address: str, kind: str = "", icon: str | None = None, **attrs: Any) -> Any:
    """One button that does one thing."""
    return Form(method="post", action=address, **attrs)(Button(label, kind, icon=icon))


def price(amount: int | None) -> str:
    """A price for a table: an unknown one is unknown, never 0."""
    if not amount:
        return "free" if amount == 0 else "unknown"
    whole, _, rest = shown(amount).partition(".")
    return f"${whole}.{rest:0<2}"


def window(model: Model) -> str:
    """The context length for a table."""
    return f"{model.context:,}" if model.context else "unknown"
