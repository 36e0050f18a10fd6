"""Models of a provider: the list with what is in use, and the page of one."""

from collections.abc import Sequence
from typing import Any

from fasthtml.components import A, Div, Fieldset, Form, Legend, P, Span

from app.accounts import Group
from app.providers import Model, Provider
from app.providers.prices import shown
from app.rights import Caller
from components.addresses import url
from components.page import PageHead
from components.parts import Button, Callout, Field, FormErrors, Select, State, Switch, Table
from components.parts import Choice as Tick
from components.providers.parts import NOTHING, PLACE, Texts, models_page, price, window

COLUMNS = ("Model", "In use", ("Context", "num"), ("In", "num"), ("Cached", "num"), ("Out", "num"))
PRICES = (
    ("price_in", "Tokens in", "Of what is sent to the model."),
    ("price_cached", "Cached tokens in", "Of what the provider still had in its cache."),
    ("price_out", "Tokens out", "Of what the model writes, its reasoning included."),
)
SEES = (
    ("", "Nobody knows whether it sees them: they are sent"),
    ("1", "It sees them"),
    ("0", "It does not see them: they are not sent"),
)


def ModelsForm(provider: Provider, models: Sequence[Model]) -> Any:
    """Which of a provider's models are in use, with what is known of them."""
    if not models:
        return P(cls="soft")("None yet. Test the provider to list its models, or add one by its name.")
    rows = [
        (
            ModelName(each),
            UseBox(each),
            window(each),
            price(each.price_in),
            price(each.price_cached),
            price(each.price_out),
        )
        for each in models
    ]
    return Form(cls="models", method="post", action=url(PLACE, provider.id, "models", "use"))(
        Table(COLUMNS, rows, f"Models of {provider.name}"),
        P(cls="small faint")("Prices are for a million tokens."),
        Button("Keep what is in use"),
    )


def ModelName(model: Model) -> Any:
    """A model's name, and whether its provider still lists it."""
    own = Span(cls="faint small")(" ", model.name) if model.title else ""
    gone = State("no longer listed", "warn") if not model.listed else ""
    return Span(A(href=url(PLACE, "models", model.id))(model.title or model.name), own, " ", gone)


def UseBox(model: Model) -> Any:
    """The box of one model in the list."""
    name = Span(cls="unseen")(f"Use {model.title or model.name}")
    return Tick(name, "use", value=model.id, checked=model.enabled, id=f"use-{model.id}")


def AddModelForm(provider: Provider, posted: Texts, errors: Texts) -> Any:
    """For a model that the provider does not list."""
    hint = "For one that the provider has and does not list."
    return Form(cls="form", method="post", action=url(PLACE, provider.id, "models"))(
        Field(
            "Add a model by its name",
            "model",
            posted.get("model", ""),
            hint=hint,
            error=errors.get("model"),
            autocomplete="off",
        ),
        Button("Add"),
    )


def ModelPage(
    me: Caller,
    model: Model,
    provider: Provider,
    chosen: Sequence[str],
    groups: Sequence[Group],
    workspace: str,
    posted: Texts = NOTHING,
    errors: Texts = NOTHING,
) -> Any:
    """One model: its name for people, what is known of it, what it costs, and who may use it."""
    title = model.title or model.name
    kept = posted or said(model)
    given = set(posted["groups"].split()) if "groups" in posted else set(chosen)
    form = Form(cls="form", method="post", action=url(PLACE, "models", model.id))(
        FormErrors(errors),
        Switch("In use", "enabled", checked=bool(kept.get("enabled"))),
        Field(
            "Name for people", "title", kept.get("title", ""), hint=f"Empty: {model.name}", error=errors.get("title")
        ),
        WindowFields(kept, errors),
        Switch("It can reason: people may choose how much", "reasons", checked=bool(kept.get("reasons"))),
        Select("Pictures", "sees", SEES, kept.get("sees", "")),
        PriceFields(kept, errors),
        GroupBoxes(groups, given),
        Div(cls="actions")(Button("Keep", "primary"), Button("Back", "quiet", href=url(PLACE, provider.id))),
    )
    gone = "" if model.listed else Callout("warn", f"{provider.name} no longer lists it.", "Calls of it may fail.")
    above = ((provider.name, url(PLACE, provider.id)),)
    lead = f"{model.name} at {provider.name}" if model.title else f"At {provider.name}"
    return models_page(me, title, workspace, PageHead(title, lead), gone, form, above=above)


def said(model: Model) -> dict[str, str]:
    """A model as its form shows it."""
    texts = {name: shown(getattr(model, name)) for name, _, _ in PRICES}
    texts |= {name: str(getattr(model, name) or "") for name in ("context", "output_limit")}
    texts |= {name: "1" if getattr(model, name) else "" for name in ("enabled", "reasons")}
    return {"title": model.title, "sees": "" if model.sees is None else str(int(model.sees)), **texts}


def WindowFields(kept: Texts, errors: Texts) -> Any:
    """How much fits."""
    whole = "In tokens. Older turns are left out of a chat that is longer. Empty where it is not known."
    return (
        Field(
            "Context length",
            "context",
            kept.get("context", ""),
            hint=whole,
            error=errors.get("context"),
            inputmode="numeric",
        ),
        Field(
            "Longest answer",
            "output_limit",
            kept.get("output_limit", ""),
            hint="In tokens: what people set in a chat is kept below it.",
            error=errors.get("output_limit"),
            inputmode="numeric",
        ),
    )


def PriceFields(kept: Texts, errors: Texts) -> Any:
    """What it costs."""
    note = "An empty field is an unknown price: costs are then shown as unknown. 0 is free."
    return Fieldset(cls="bundle")(
        Legend("Price in dollars for a million tokens"),
        P(note),
        *(
            Field(label, name, kept.get(name, ""), hint=hint, error=errors.get(name), inputmode="decimal")
            for name, label, hint in PRICES
        ),
    )


def GroupBoxes(groups: Sequence[Group], given: set[str]) -> Any:
    """Who may use it."""
    if not groups:
        text = "Everybody. Make groups under Groups to give it to some only."
        return Fieldset(cls="bundle")(Legend("Who may use it"), P(text))
    boxes = (
        Tick(each.name, "groups", value=each.id, checked=each.id in given, id=f"group-{each.id}") for each in groups
    )
    return Fieldset(cls="bundle")(Legend("Who may use it"), P("Only these groups. None ticked: everybody."), *boxes)
