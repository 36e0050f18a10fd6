"""Variables: what a prompt leaves open, written `{{topic}}`, `{{language=English}}` or `{{tone|formal|friendly}}`.

A default may stand before the choices: `{{tone=friendly|formal|friendly}}`. What does not look like that stays as it
is, and so does a variable behind a backslash, which goes: `\\{{topic}}` is the text `{{topic}}`.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from app.errors import Invalid

MOST, MOST_CHOICES = 20, 30
LONGEST_NAME, LONGEST_VALUE = 40, 32 * 1024
# A message holds 256 KiB, and more may stand around a prompt.
LARGEST = 200 * 1024
WRITTEN = re.compile(r"(\\?)\{\{[ \t]*([^\W\d_][\w -]{0,60}?)[ \t]*(=[^{}|\n]*)?((?:\|[^{}|\n]*)*)\}\}")


@dataclass(frozen=True)
class Variable:
    """What is asked before a prompt is used. `default` is None where something has to be said; with `choices` it is one
    of these."""

    name: str
    default: str | None = None
    choices: tuple[str, ...] = ()

    @property
    def first(self) -> str:
        """What a form shows before somebody has written anything."""
        return self.default if self.default is not None else self.choices[0] if self.choices else ""


def of(text: str) -> list[Variable]:
    """The variables of a text, each once, in their order; what any of its places says of a default or of choices
    counts for all of them, the first of several."""
    found: dict[str, Variable] = {}
    for match in WRITTEN.finditer(text):
        if not match[1]:
            new = read(match)
            old = found.get(new.name, Variable(new.name))
            default = old.default if old.default is not None else new.default
            found[new.name] = Variable(new.name, default, old.choices or new.choices)
    return list(found.values())


def short(text: str) -> str:
    """A text on one line for lists, its variables by their names alone."""
    return " ".join(WRITTEN.sub(lambda match: match[0] if match[1] else f"{{{{{match[2]}}}}}", text).split())


def read(match: re.Match[str]) -> Variable:
    """One place of a variable."""
    choices = dict.fromkeys(" ".join(each.split()) for each in match[4].split("|")[1:])
    default = match[3][1:].strip() if match[3] else None
    return Variable(match[2], default, tuple(each for each in choices if each))


def check(text: str) -> None:
    """Raises Invalid(text=...) for more variables than a small form can ask, and for what no form could show."""
    variables = of(text)
    if len(variables) > MOST:
        raise Invalid(text=f"A prompt may have at most {MOST} variables; these are {len(variables)}.")
    for each in variables:
        if len(each.name) > LONGEST_NAME:
            raise Invalid(text=f"The name of a variable has at most {LONGEST_NAME} characters: {each.name[:60]}.")
        if len(each.choices) > MOST_CHOICES:
            raise Invalid(text=f"“{each.name}” has {len(each.choices)} choices; at most {MOST_CHOICES} can be offered.")
        if each.choices and each.default is not None and each.default not in each.choices:
            raise Invalid(text=f"“{each.name}” begins with {each.default!r}, which is none of its choices.")


def filled(text: str, values: Mapping[str, str]) -> str:
    """The text with these values in the places of its variables, and defaults where nothing is said.

    What stands in a value is text: it is never read for variables again. Raises Invalid with a sentence for each
    variable that is missing, longer than 32 KiB, none of the choices, or not there, and where all is over 200 KiB.
    """
    known = {each.name: each for each in of(text)}
    refused = {name: "The prompt has no such variable." for name in values if name not in known}
    said: dict[str, str] = {}
    for name, variable in known.items():
        value = values.get(name, variable.first)
        if len(value.encode(errors="replace")) > LONGEST_VALUE:
            refused[name] = f"This is too long: at most {LONGEST_VALUE >> 10} KiB. Attach long texts instead."
        elif variable.choices and value not in variable.choices:
            refused[name] = f"Choose one of: {', '.join(variable.choices)}."
        elif variable.default is None and not value.strip():
            refused[name] = "This is needed."
        said[name] = value
    if refused:
        refusal = Invalid(next(iter(refused.values())))
        refusal.fields = refused  # not by keywords: a variable may be called message, or self
        raise refusal
    # A variable may stand in thousands of places, so what it makes is counted before it is made.
    more = sum(len(said[match[2]].encode(errors="replace")) for match in WRITTEN.finditer(text) if not match[1])
    if more + len(text.encode()) > LARGEST:
        raise Invalid(f"Filled in, the prompt would be longer than {LARGEST >> 10} KiB. Say less.")
    return WRITTEN.sub(lambda match: match[0][1:] if match[1] else said[match[2]], text)
