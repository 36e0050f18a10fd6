"""The first steps of the first admin: where answers come from, and into the first chat."""

from collections.abc import Mapping, Sequence
from typing import Any

from fasthtml.components import H2, Form, P, Section

from app.providers import PRESETS, Choice, Local, Model, Provider, demo_wanted
from app.rights import Caller
from components.addresses import url
from components.page import Threshold
from components.parts import Button, Callout, Field, FormErrors, Hidden, Select
from components.providers.parts import DemoWay

Texts = Mapping[str, str]
NOTHING: Texts = {}
KINDS = [("", "Recognise it by the key"), *((each.kind, each.title) for each in PRESETS if not each.local and each.url)]


def WelcomePage(
    me: Caller,
    servers: Sequence[Local],
    choices: Sequence[Choice],
    workspace: str,
    posted: Texts = NOTHING,
    errors: Texts = NOTHING,
    provider: Provider | None = None,
    models: Sequence[Model] = (),
) -> Any:
    """Three ways to the first answer: a key, a server on this machine, or the tiny demo model."""
    return Threshold(
        Added(provider, models) if provider else "",
        *(ServerOffer(server) for server in servers if not server.added),
        KeyForm(posted, errors, first=provider is None),
        "" if provider else _way_on(choices),
        title="Welcome",
        heading=f"Welcome, {me.name}",
        lead="Where shall the answers come from?",
        broad=True,
        floor="Nothing is decided for good: providers and models can be added and changed later, under Admin.",
        theme=me.theme,
        workspace=workspace,
    )


def _way_on(choices: Sequence[Choice]) -> Any:
    title, gist, words = "Or without a key", "No model can answer yet. You can look around first.", "Look around"
    way = P(cls="soft")(DemoWay()) if demo_wanted() else ""
    if choices:
        title, words = "Or with what is here", "Go to the first chat"
        gist = f"{len(choices):,} models can answer already." if len(choices) > 1 else f"{choices[0].title} can answer."
    if len(choices) == 1 and choices[0].demo:
        title, words = "Or without a key", "Start with the tiny demo model"
        gist = "The demo model runs on this machine and needs no network. It is small, and often wrong."
    return Section(cls="part")(
        H2(cls="title-small")(title), P(cls="soft")(gist), way, Button(words, full=True, href=url("/"), cls="spaced")
    )


def Added(provider: Provider, models: Sequence[Model]) -> Any:
    """What was found at a provider, and the model to begin with."""
    found = "one model" if len(models) == 1 else f"{len(models):,} models"
    names = [(model.id, model.title or model.name) for model in models]
    return Form(method="post", action=url("/welcome/default"))(
        Callout("good", f"{provider.name} answers.", f"It has {found}.", role="status"),
        Select("Model to begin with", "model_id", names) if names else "",
        Button("Open the first chat", "primary", full=True),
    )


def ServerOffer(server: Local) -> Any:
    """A model server that runs on this machine, to be used by one press."""
    count = len(server.models)
    what = f"{server.url}, {'one model' if count == 1 else f'{count} models'}."
    return Form(method="post", action=url("/welcome/providers"))(
        Hidden("kind", server.kind),
        Callout("note", f"{server.name} runs on this machine.", what, Button(f"Use {server.name}", short=True)),
    )


def KeyForm(posted: Texts, errors: Texts, first: bool) -> Any:
    """A key, which is tried at once and kept only if it works."""
    return Form(method="post", action=url("/welcome/providers"))(
        FormErrors(errors, "The key was not kept: put it in again."),
        Field(
            "A provider's key",
            "key",
            type="password",
            hint="It is tried at once, and kept encrypted if it works.",
            error=errors.get("key"),
            autocomplete="off",
            required=True,
        ),
        Select("Provider", "kind", KINDS, posted.get("kind", ""), error=errors.get("kind")),
        Button("Try the key", "primary" if first else "", full=True),
    )
