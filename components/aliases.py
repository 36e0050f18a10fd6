"""Aliases: names that admins choose for models, where each leads, and the forms that make and change them."""

from collections.abc import Mapping, Sequence
from typing import Any

from fasthtml.components import A, Code, Div, Fieldset, Form, Legend, Li, Ol, P, Small, Span

from app.gateway import Alias, Behind, resting
from app.rights import Caller
from components.addresses import url
from components.page import PageHead, Part
from components.parts import Button, Callout, Empty, Field, FormErrors, Hidden, Select, State, Switch, Table
from components.people import admin_page
from components.providers.parts import PLACE as PROVIDERS

PLACE = "/admin/aliases"
FEWEST, MOST = 4, 20
STRATEGIES = (
    ("order", "In this order: the next one when one fails"),
    ("weight", "By weight: each gets its share"),
    ("cheapest", "The cheapest for the call"),
)
TAKEN = {"order": "in order", "weight": "by weight", "cheapest": "the cheapest"}
Texts = Mapping[str, str]
NOTHING: Texts = {}
Listed = Sequence[tuple[Alias, Sequence[Behind]]]


def AliasesPage(
    me: Caller, found: Listed, models: Sequence[Any], workspace: str, posted: Texts = NOTHING, errors: Texts = NOTHING
) -> Any:
    """Every alias with the models that it leads to, and the form for a new one; `models` are a select's options."""
    lead = "Names of your own for models. Programs and chats ask for the name; which model answers is decided here."
    first = () if models else (Button("Add a provider", "primary", href=url(PROVIDERS)),)
    gist = "Give one name to several models, and the next one answers when one fails."
    nothing = Empty("No aliases yet", gist if models else f"{gist} There is no model yet.", *first)
    return admin_page(
        me,
        "Aliases",
        PLACE,
        workspace,
        PageHead("Aliases", lead),
        AliasTable(found) if found else nothing,
        Part("Make an alias", AliasForm(url(PLACE), models, posted, errors), id="make") if models else "",
    )


def AliasTable(found: Listed) -> Any:
    """A line for each alias."""
    return Table(
        ("Name", "Taken", "Leads to"),
        [
            (
                A(href=url(PLACE, alias.id))(Code(alias.name)),
                Span(cls="taken")(TAKEN[alias.strategy]) if alias.enabled else State("off", ""),
                Ol(cls="leads")(*(Li(Target(each, alias.strategy)) for each in behind)) if behind else Gone(),
            )
            for alias, behind in found
        ],
        "Aliases",
    )


def Gone() -> Any:
    """An alias whose models are all removed."""
    return State("nowhere: its models are removed", "bad")


def Target(each: Behind, strategy: str) -> Any:
    """A model behind an alias, whose it is, its share, and what is wrong with it now."""
    share = f" · weight {each.weight:,}" if strategy == "weight" else ""
    state = TargetState(each)
    return Span(
        Span(each.model), " ", Small(cls="faint")(f"{each.provider}{share}"), " ", state if is_wrong(each) else ""
    )


def is_wrong(each: Behind) -> bool:
    """Whether it would not be asked now."""
    return not each.usable or resting.left(each.provider_id) > 0


def TargetState(each: Behind) -> Any:
    """Whether a model would be asked now."""
    if not each.usable:
        return State("switched off", "warn")
    wait = resting.left(each.provider_id)
    return State(f"rests for {wait:.0f} s", "warn") if wait else State("ready", "good")


def AliasForm(
    address: str,
    models: Sequence[Any],
    posted: Texts,
    errors: Texts,
    word: str = "Make it",
    switch: Any = "",
) -> Any:
    """Its name, the models behind it, and how one of them is taken; `posted` has them parted by commas."""
    chosen, weights = (posted.get(name, "").split(",") if posted.get(name) else [] for name in ("models", "weights"))
    count = min(MOST, max(FEWEST, len([each for each in chosen if each]) + 2, len(chosen)))
    slots = [(*pair, "", "")[:2] for pair in zip(chosen, weights, strict=False)]
    slots += [("", "")] * (count - len(slots))
    name_hint = "What programs ask for, without blanks, like quick or gpt-4o."
    return Form(cls="form alias-form", method="post", action=address)(
        FormErrors(errors),
        Field("Name", "name", posted.get("name", ""), hint=name_hint, error=errors.get("name"), maxlength="80",
              autocomplete="off", required=True),
        Select("Which one answers", "strategy", STRATEGIES, posted.get("strategy", "order"),
               error=errors.get("strategy")),
        Fieldset(cls="bundle")(
            Legend("Models"),
            P("From first to last. Leave a line empty to take it out. ",
              Span(cls="by-weight")("The weight says how large each one's share is.")),
            P(cls="error-line", id="models-error")(State(errors["models"], "bad")) if "models" in errors else "",
            *(Slot(n + 1, model, weight, models, "models" in errors) for n, (model, weight) in enumerate(slots)),
        ),
        switch,
        Div(cls="actions")(Button(word, "primary")),
    )  # fmt: skip


def Slot(n: int, model: str, weight: str, models: Sequence[Any], wrong: bool) -> Any:
    """One line of the list: a model and its weight."""
    options = [("", "none"), *models]
    noted = {"aria_describedby": "models-error", "aria_invalid": "true"} if wrong and (model or n == 1) else {}
    noted |= {"autofocus": True} if wrong and n == 1 else {}
    return Div(cls="slot")(
        Select(f"Model {n}", "models", options, model, id=f"model-{n}", **noted),
        Field(f"Weight {n}", "weights", weight or "1", id=f"weight-{n}", inputmode="numeric", autocomplete="off"),
    )


def AliasPage(
    me: Caller,
    alias: Alias,
    behind: Sequence[Behind],
    models: Sequence[Any],
    workspace: str,
    posted: Texts = NOTHING,
    errors: Texts = NOTHING,
    kept: bool = False,
) -> Any:
    """One alias: where it leads now, and the form that changes it."""
    told = posted or {
        "name": alias.name,
        "strategy": alias.strategy,
        "models": ",".join(each.model_id for each in behind),
        "weights": ",".join(str(each.weight) for each in behind),
        "enabled": "1" if alias.enabled else "",
    }
    on = Switch("It can be asked for", "enabled", checked=bool(told.get("enabled")))
    return admin_page(
        me,
        alias.name,
        PLACE,
        workspace,
        PageHead(alias.name, f"Taken {TAKEN[alias.strategy]}." if alias.enabled else "Switched off."),
        Callout("good", "Kept.", "It holds from the next call on.", role="status") if kept else "",
        Div(cls="alias-models")(TargetTable(alias, behind))
        if behind
        else Callout("warn", "It leads nowhere.", "Choose a model below."),
        Part("Change it", AliasForm(url(PLACE, alias.id), models, told, errors, "Keep", on), id="change"),
        Part("Remove", RemoveForm(alias)),
        above=(("Aliases", url(PLACE)),),
    )


def TargetTable(alias: Alias, behind: Sequence[Behind]) -> Any:
    """The models in their order, with their states and the buttons that move them."""
    total = sum(each.weight for each in behind)
    weights = (("Share", "num"),) if alias.strategy == "weight" else ()
    return Table(
        ("Model", "Provider", "State", *weights, ("", "acts")),
        [
            (
                A(href=url(PROVIDERS, "models", each.model_id))(each.model),
                A(href=url(PROVIDERS, each.provider_id))(each.provider),
                TargetState(each),
                *((f"{each.weight * 100 / total:.0f} %",) if weights else ()),
                UpForm(alias, each) if n else "",
            )
            for n, each in enumerate(behind)
        ],
        f"Models behind {alias.name}",
    )


def UpForm(alias: Alias, each: Behind) -> Any:
    """The button that puts a model before the one above it."""
    return Form(method="post", action=url(PLACE, alias.id, "order"))(
        Hidden("model_id", each.model_id),
        Button("Up", short=True, icon="up", aria_label=f"Move {each.model} of {each.provider} up"),
    )


def RemoveForm(alias: Alias) -> Any:
    """The way out for an alias."""
    return Form(
        method="post",
        action=url(PLACE, alias.id, "removal"),
        data_confirm=f"Remove {alias.name}? Programs that ask for it are told that there is no such model.",
        data_confirm_word="Remove",
    )(Button("Remove this alias", "danger"))
