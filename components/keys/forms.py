"""The forms about keys: what one is and may, a newer one in its place, and its end."""

from collections.abc import Mapping, Sequence
from typing import Any

from fasthtml.components import Div, Fieldset, Form, Input, Label, Legend, P, Small, Span

from app.keys import SCOPES, Held
from components.addresses import url
from components.parts import Button, Callout, Field, Fold, FormErrors, Icon, Select, TextArea

Texts = Mapping[str, str]
NOTHING: Texts = {}
PLACE = "/keys"
NANO = 1_000_000_000
PERIODS = (("month", "a month"), ("day", "a day"), ("total", "in total"))
LIVES = (
    ("", "never"),
    ("7d", "in 7 days"),
    ("30d", "in 30 days"),
    ("90d", "in 90 days"),
    ("365d", "in a year"),
)
OVERLAPS = (("0", "no longer"), ("3600", "for an hour"), ("86400", "for a day"), ("604800", "for 7 days"))
# Those that have a door; the others are kept for what comes.
OFFERED = ("models", "chats:read")


def written(held: Held) -> dict[str, str]:
    """A key's attributes as its form shows them."""
    key, limits = held.key, held.limits
    budget = next((each for each in held.budgets if each.unit == "money"), None)
    counts = {name: getattr(limits, name) if limits else None for name in ("requests", "tokens", "parallel")}
    return {
        "name": key.name,
        "scopes": key.scopes,
        "models": "\n".join(key.names),
        "addresses": "\n".join(key.addresses.split()),
        "budget": amount(budget.amount) if budget else "",
        "period": budget.period if budget else "month",
        "cache_seconds": str(key.cache_seconds or ""),
        "life": "keep",
    } | {name: str(count or "") for name, count in counts.items()}


def amount(nano: int) -> str:
    """Nano-units as people write them."""
    text = f"{nano / NANO:.9f}".rstrip("0").rstrip(".")
    return f"{text}0" if len(text.partition(".")[2]) == 1 else text


def NewKeyForm(models: Sequence[str], posted: Texts = NOTHING, errors: Texts = NOTHING) -> Any:
    """A name is enough; what limits the key is folded away."""
    shown = {"scopes": "models", "period": "month", **posted}
    return Form(cls="form broad", method="post", action=url(PLACE))(
        FormErrors(errors),
        NameField(shown, errors),
        Select("Ends", "life", LIVES, shown.get("life", ""), error=errors.get("expires")),
        BudgetFields(shown, errors),
        Bounds(models, shown, errors, open=bool(errors)),
        Div(cls="actions")(Button("Make the key", "primary"), Button("Back", "quiet", href=url(PLACE))),
    )


def ChangeForm(held: Held, models: Sequence[str], posted: Texts = NOTHING, errors: Texts = NOTHING) -> Any:
    """The same for a key that is there: it stays as it is written."""
    shown = {**written(held), **posted}
    lives = (("keep", "as it is now"), *LIVES)
    return Form(cls="form broad", method="post", action=url(PLACE, held.key.id))(
        FormErrors(errors),
        NameField(shown, errors),
        Select("Ends", "life", lives, shown["life"], hint="Counted from now.", error=errors.get("expires")),
        BudgetFields(shown, errors),
        Bounds(models, shown, errors, open=bool(errors)),
        Div(cls="actions")(Button("Keep", "primary")),
    )


def NameField(shown: Texts, errors: Texts) -> Any:
    """What the key is for."""
    return Field(
        "Name",
        "name",
        shown.get("name", ""),
        hint="What it is for: “aider on the laptop”, “nightly summary”.",
        error=errors.get("name"),
        autocomplete="off",
        maxlength=80,
        required=True,
    )


def BudgetFields(shown: Texts, errors: Texts) -> Any:
    """An amount, and for how long it has to last."""
    return Div(cls="key-budget")(
        Field(
            "Budget in dollars",
            "budget",
            shown.get("budget", ""),
            hint="Calls are refused when it is used up. Empty: only your own budget counts.",
            error=errors.get("budget"),
            inputmode="decimal",
            autocomplete="off",
        ),
        Select("Period", "period", PERIODS, shown.get("period", "month")),
    )


def Bounds(models: Sequence[str], shown: Texts, errors: Texts, open: bool) -> Any:
    """What it opens, from where, how fast."""
    return Fold(
        "key",
        "What it opens, from where, how fast",
        ScopeChoices(shown, errors),
        ModelChoices(models, shown, errors),
        Lines(
            "Only from these addresses", "addresses", shown, errors, "One to a line, like 203.0.113.7 or 10.0.0.0/8."
        ),
        Div(cls="key-limits")(
            Number("Requests a minute", "requests", shown, errors),
            Number("Tokens a minute", "tokens", shown, errors),
            Number("At the same time", "parallel", shown, errors),
            Number("Keep answers, seconds", "cache_seconds", shown, errors),
        ),
        P(cls="soft small")(
            "Kept answers are given again to the same request of the same person, at no cost. Empty is no bound."
        ),
        Callout("bad", "", errors["limits"]) if "limits" in errors else "",
        open=open,
        cls="bounds",
    )


def ScopeChoices(shown: Texts, errors: Texts) -> Any:
    """The scopes, one to tick for each."""
    ticked = shown.get("scopes", "").split()
    offered = [*OFFERED, *(scope for scope in ticked if scope in SCOPES and scope not in OFFERED)]
    wrong = errors.get("scopes")
    return Fieldset(cls="field bundle", aria_describedby="scopes-error" if wrong else None)(
        Legend(cls="label")("It opens"),
        *(
            Div(cls="choice")(
                Input(
                    type="checkbox",
                    id=f"scope-{scope.replace(':', '-')}",
                    name="scopes",
                    value=scope,
                    checked=scope in ticked,
                    autofocus=bool(wrong) and scope == offered[0],
                ),
                Label(fr=f"scope-{scope.replace(':', '-')}")(SCOPES[scope], " ", Small(scope)),
            )
            for scope in offered
        ),
        P(cls="error", id="scopes-error")(Icon("bad", small=True), Span(wrong)) if wrong else "",
    )


def ModelChoices(models: Sequence[str], shown: Texts, errors: Texts) -> Any:
    """Names of models, one to a line."""
    hint = "One to a line; empty: all that you may use."
    if models:
        some = ", ".join(models[:6]) + (", …" if len(models) > 6 else "")
        hint = f"{hint} There are {some}"
    return Lines("Only these models", "models", shown, errors, hint)


def Lines(label: str, name: str, shown: Texts, errors: Texts, hint: str) -> Any:
    """Several values, one to a line."""
    return TextArea(label, name, shown.get(name, ""), hint=hint, error=errors.get(name), rows=2, spellcheck="false")


def Number(label: str, name: str, shown: Texts, errors: Texts) -> Any:
    """A bound, or nothing."""
    return Field(
        label, name, shown.get(name, ""), error=errors.get(name), inputmode="numeric", autocomplete="off", size=8
    )


def RotateForm(held: Held, errors: Texts = NOTHING) -> Any:
    """A newer key in the place of this one."""
    return Form(cls="form", method="post", action=url(PLACE, held.key.id, "rotation"))(
        FormErrors(errors),
        P(cls="soft")("You get a new key with the same name, bounds and budget. What was spent stays spent."),
        Select(
            "The present key opens", "overlap", OVERLAPS, "86400", hint="Time to give the new one to your programs."
        ),
        Button("Rotate"),
    )


def PressForm(words: str, action: str, ask: str, confirm: str, short: bool = False, label: str | None = None) -> Any:
    """A button that ends something, after a question."""
    return Form(method="post", action=action, data_confirm=ask, data_confirm_word=confirm)(
        Button(words, "danger", short=short, aria_label=label)
    )
