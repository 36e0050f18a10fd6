"""What can be filled in: every field has its label, and its error is tied to it."""

from collections.abc import Iterable
from typing import Any

from fastcore.xml import ft
from fasthtml.components import Div, Fieldset, Input, Label, Legend, Option, P, Span
from fasthtml.components import Select as SelectTag
from fasthtml.components import Textarea as TextareaTag

from components.parts.marks import Icon


def Field(
    label: str,
    name: str,
    value: Any = "",
    type: str = "text",
    hint: Any = None,
    error: str | None = None,
    id: str | None = None,
    **attrs: Any,
) -> Any:
    """A line to write in. Pass `id` where two forms of one page ask for the same name."""
    id = id or f"field-{name}"
    # A password never comes back in a page.
    shown = None if type == "password" or value is None else str(value)
    control = Input(cls="input", id=id, name=name, type=type, value=shown, **(attrs | _described(id, hint, error)))
    return _field(id, label, control, hint, error)


def TextArea(
    label: str,
    name: str,
    value: str = "",
    hint: Any = None,
    error: str | None = None,
    id: str | None = None,
    rows: int = 4,
    **attrs: Any,
) -> Any:
    """Several lines to write in."""
    id = id or f"field-{name}"
    described = attrs | _described(id, hint, error)
    # HTML drops the first line break of a textarea, so one is put before the text.
    control = TextareaTag(cls="input", id=id, name=name, rows=rows, **described)("\n", value or "")
    return _field(id, label, control, hint, error)


def Select(
    label: str,
    name: str,
    options: Iterable[Any],
    value: Any = "",
    hint: Any = None,
    error: str | None = None,
    id: str | None = None,
    **attrs: Any,
) -> Any:
    """One of several: an option is (value, words) or words; ('heading', [options]) makes a group."""
    id = id or f"field-{name}"
    described = attrs | _described(id, hint, error)
    control = SelectTag(cls="select", id=id, name=name, **described)(*Options(options, value))
    return _field(id, label, control, hint, error)


def Options(options: Iterable[Any], value: Any = "") -> list[Any]:
    """The options of a select, the one with `value` selected."""
    return [_option(option, value) for option in options]


def _option(option: Any, value: Any) -> Any:
    if isinstance(option, tuple) and isinstance(option[1], list):
        return ft("optgroup", *Options(option[1], value), label=option[0])
    kept, words = option if isinstance(option, tuple) else (option, option)
    return Option(value=str(kept), selected=str(kept) == str(value))(words)


def Choice(label: Any, name: str, value: str = "1", checked: bool = False, type: str = "checkbox", **attrs: Any) -> Any:
    """A box to tick, or with `type='radio'` one of several."""
    id = attrs.pop("id", None) or f"field-{name}" + (f"-{value}" if type == "radio" else "")
    return Div(cls="choice")(
        Input(type=type, id=id, name=name, value=value, checked=checked, **attrs), Label(fr=id)(label)
    )


def Switch(label: Any, name: str, checked: bool = False, value: str = "1", **attrs: Any) -> Any:
    """Something that is on or off."""
    return Choice(label, name, value=value, checked=checked, cls="switch", role="switch", **attrs)


def Segments(legend: str, name: str, options: Iterable[tuple[Any, ...]], value: str = "", prefix: str = "") -> Any:
    """A few positions side by side: (value, words) or (value, words, icon). Ids are prefix-value."""
    return Fieldset(cls="segments")(
        Legend(cls="unseen")(legend),
        *(_segment(name, option, value, prefix or name) for option in options),
    )


def _segment(name: str, option: tuple[Any, ...], value: str, prefix: str) -> Any:
    kept, words, icon = (*option, None)[:3]
    picture = Icon(icon, small=True) if icon else ""
    id = f"{prefix}-{kept or words.lower()}"
    return Label(Input(type="radio", id=id, name=name, value=kept, checked=kept == value), picture, words)


def Hidden(name: str, value: Any, **attrs: Any) -> Any:
    """A value that travels with a form."""
    return Input(type="hidden", name=name, value=str(value), **attrs)


def _field(id: str, label: str, control: Any, hint: Any, error: str | None) -> Any:
    return Div(cls="field")(
        Label(fr=id)(label),
        control,
        P(cls="error", id=f"{id}-error")(Icon("bad", small=True), Span(error)) if error else "",
        P(cls="hint", id=f"{id}-hint")(hint) if hint else "",
    )


def _described(id: str, hint: Any, error: str | None) -> dict[str, Any]:
    by = " ".join(filter(None, (f"{id}-error" if error else "", f"{id}-hint" if hint else "")))
    described = {"aria_describedby": by} if by else {}
    # The first wrong field of a form that came back has the keyboard, and the page begins there.
    return {**described, "aria_invalid": "true", "autofocus": True} if error else described
