"""What comes in, as the model that the verb declares."""

from collections.abc import Iterable
from typing import Any

from pydantic import ValidationError

from app.errors import Invalid
from app.verbs.declaring import Input, Verb

PLAIN = {
    "missing": "This is needed.",
    "string_type": "This has to be text.",
    "int_type": "This has to be a whole number.",
    "int_parsing": "This has to be a whole number.",
    "int_from_float": "This has to be a whole number.",
    "float_type": "This has to be a number.",
    "float_parsing": "This has to be a number.",
    "bool_type": "This has to be true or false.",
    "bool_parsing": "This has to be true or false.",
    "list_type": "This has to be a list.",
    "model_type": "This has to be an object.",
    "dict_type": "This has to be an object.",
}


def checked(verb: Verb, raw: Any) -> Input:
    """The input as its model. Raises Invalid with one sentence for each member that is wrong, under its path."""
    if not isinstance(raw, dict):
        raise Invalid("The input has to be a JSON object.")
    try:
        return verb.input.model_validate(raw)
    except ValidationError as error:
        found = error.errors(include_url=False)
    names = tuple(verb.input.model_fields)
    raise Invalid(**{place(each["loc"]): sentence(each, names) for each in reversed(found)})


def place(steps: Iterable[str | int]) -> str:
    """Where in the input something is, like parts.0.text."""
    return ".".join(str(step) for step in steps)[:200] or "input"


def sentence(error: Any, names: tuple[str, ...]) -> str:
    """One of pydantic's findings as a sentence."""
    kind, limits = error["type"], error.get("ctx", {})
    if kind == "extra_forbidden":
        there = f" There are: {', '.join(names)}." if len(error["loc"]) == 1 else ""
        return f"There is no such member.{there}"
    if kind == "string_too_long":
        return f"Use at most {limits['max_length']:,} characters."
    if kind == "string_too_short":
        return "This is needed." if limits["min_length"] == 1 else f"Use at least {limits['min_length']} characters."
    if kind == "too_long":
        return f"At most {limits['max_length']:,} are taken."
    if kind == "too_short":
        return f"At least {limits['min_length']:,} is needed."
    if kind in ("literal_error", "enum"):
        return f"This has to be {limits['expected']}."
    if kind in ("greater_than_equal", "less_than_equal"):
        return f"This has to be at {'least' if 'ge' in limits else 'most'} {limits.get('ge', limits.get('le')):,}."
    if kind == "value_error":
        return str(limits["error"])
    return PLAIN.get(kind) or f"{error['msg']}."


def said(invalid: Invalid) -> str:
    """Everything that is wrong, in lines like `title: Use at most 200 characters.`: for those who read text only."""
    lines = [f"{name}: {sentence}" if name else sentence for name, sentence in invalid.fields.items()]
    return "\n".join(lines) or invalid.message
