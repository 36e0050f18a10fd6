"""The list that opens behind a `/` in the composer, and the small form that asks for what a prompt leaves open."""

from collections.abc import Mapping
from typing import Any

from fasthtml.components import A, Div, Form, Span

from app.prompts import variables
from components.addresses import url
from components.parts import Button, Dialog, FormErrors, Icon, Select, TextArea
from components.parts.choices import ChoiceRow, Choices

Texts = Mapping[str, str]
NOTHING: Texts = {}


def PromptChoices() -> tuple[Any, Any]:
    """The closed list of a composer, and the box that asks."""
    return Choices("/", "Prompts", url("/prompts/choices"), "prompt-choices"), UseDialog()


def PromptChoice(reached: Any, asks: bool) -> Any:
    """A prompt in that list; `asks` says that it has variables."""
    whose = reached.space or reached.owner
    aside = " · ".join(filter(None, (whose, variables.short(reached.text)[:120])))
    address = url("/prompts", reached.item.id, "uses")
    return ChoiceRow(f"/{reached.item.title}", "text", aside, data_prompt=address, data_asks=address if asks else None)


def NoPrompt() -> Any:
    """Where there is none yet: how one is made."""
    return A(role="option", aria_selected="false", href=url("/prompts/new"))(
        Icon("plus", small=True), Span(cls="name")("Write a prompt"), Span(cls="aside")("texts that you use again")
    )


def UseDialog() -> Any:
    """The box whose form is fetched for each prompt."""
    return Dialog("prompt-use", "Fill in the prompt", Div(data_use=True), data_stays=True)


def UseForm(prompt: Any, posted: Texts | None = None, errors: Texts = NOTHING, *, dialog: bool = False) -> Any:
    """What is asked before a prompt is used; in a dialog, or on the prompt's page."""
    fields = [VariableField(each, n, posted, errors) for n, each in enumerate(prompt.variables)]
    close = Button("Cancel", "quiet", type="button", commandfor="prompt-use", command="close")
    foot = (
        (close, Button("Insert", "primary")) if dialog else (Button("Put it into a new chat", "primary", icon="chat"),)
    )
    return Form(cls="use-form", method="post", action=url("/prompts", prompt.id, "uses"), data_use_form=prompt.name)(
        FormErrors(errors), *fields, Div(cls="actions")(*foot)
    )


def VariableField(variable: Any, n: int, posted: Texts | None, errors: Texts) -> Any:
    """One variable: a choice, or a text that may have several lines."""
    name = f"v-{variable.name}"
    value = variable.first if posted is None else posted.get(name, "")
    about: dict[str, Any] = {"error": errors.get(variable.name), "id": f"variable-{n}"}
    if variable.choices:
        return Select(variable.name, name, variable.choices, value, **about)
    needed = True if variable.default is None else None
    return TextArea(variable.name, name, value, rows=1, required=needed, autocomplete="off", **about)
