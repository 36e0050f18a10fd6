"""The pages about providers: all of them, one of them, a new one, and those found on this machine."""

from collections.abc import Sequence
from typing import Any

from fasthtml.components import A, Code, Div, Fieldset, Form, Legend, Li, P, Span, Ul

from app import providers
from app.gateway import queueing, resting
from app.providers import PRESETS, Choice, Local, Model, Preset, Provider
from app.rights import Caller
from components.addresses import url
from components.page import PageHead, Part
from components.parts import Ago, Button, Callout, Empty, Facts, Field, FormErrors, Hidden, Select, Table
from components.parts import Choice as Tick
from components.providers.models import AddModelForm, ModelsForm
from components.providers.parts import NOTHING, PLACE, DemoWay, PressForm, ProviderState, Texts, models_page

DIALECTS = (("responses", "Responses (OpenAI)"), ("messages", "Messages (Anthropic)"))


def ProvidersPage(
    me: Caller, kept: Sequence[tuple[Provider, int]], choices: Sequence[Choice], default: str, workspace: str
) -> Any:
    """Every provider with how it is doing, the workspace's default model, and what can be added."""
    lead = "Where the models of this workspace come from. Keys are kept sealed and are never shown again."
    look = Button("Look on this machine", icon="search", href=url(PLACE, "local"))
    return models_page(
        me,
        "Providers",
        workspace,
        PageHead("Providers", lead, look),
        ProvidersTable(me, kept) if kept else NoProvider(),
        Part("The model to begin with", DefaultForm(choices, default)) if choices else "",
        Part("Add a provider", Presets(), id="add"),
    )


def NoProvider() -> Any:
    """What to do on a new house whose demo model is switched off."""
    told = "Add a provider below, or a model server that runs on this machine."
    return Empty("No model can be asked yet", Span(told, " ", DemoWay()) if providers.demo_wanted() else told)


def ProvidersTable(me: Caller, kept: Sequence[tuple[Provider, int]]) -> Any:
    """A row for each provider; the number is that of its models in use."""
    return Table(
        ("Provider", "State", ("Models in use", "num"), ("Calls at a time", "num"), ("Tested", "num")),
        [
            (
                A(href=url(PLACE, provider.id))(provider.name),
                ProviderState(provider),
                f"{count:,}",
                CallsNow(provider),
                Ago(provider.checked_at, me) if provider.checked_at else "never",
            )
            for provider, count in kept
        ],
        "Providers",
    )


def DefaultForm(choices: Sequence[Choice], default: str) -> Any:
    """Which model answers for those who chose none."""
    options = [("", "The first in the list"), *((each.id, f"{each.label} · {each.provider}") for each in choices)]
    hint = "For everybody who has not chosen one. A model with groups is only for those groups."
    return Form(cls="form", method="post", action=url(PLACE, "default"))(
        Select("Default model", "model_id", options, default, hint=hint), Button("Keep")
    )


def Presets() -> Any:
    """The providers that people add most."""
    links = (
        Li(Button(each.title, short=True, href=url(PLACE, "new", kind=each.kind), icon="plus")) for each in PRESETS
    )
    return Ul(cls="presets")(*links)


def AddPage(me: Caller, preset: Preset, workspace: str, posted: Texts = NOTHING, errors: Texts = NOTHING) -> Any:
    """The form for a new provider, filled with what is known of its kind."""
    title = f"Add {preset.title}" if preset.url else "Add a provider"
    known = "It is tested at once, and its models are listed."
    lead = known if preset.url else f"Any address that speaks the protocol of OpenAI's chat completions. {known}"
    where = (
        ("Make one at ", KeysLink(preset.keys), ".") if preset.keys else "Leave it empty where the server wants none."
    )
    form = Form(cls="form", method="post", action=url(PLACE))(
        FormErrors(errors),
        Hidden("kind", preset.kind),
        Field("Name", "name", posted.get("name", preset.title if preset.url else ""), error=errors.get("name")),
        AddressField(posted.get("url", preset.url), errors),
        KeyField("Key", where, errors),
        Div(cls="actions")(Button("Add and test", "primary"), Button("Back", "quiet", href=url(PLACE))),
    )
    return models_page(me, title, workspace, PageHead(title, lead), form)


def AddressField(value: str, errors: Texts) -> Any:
    """Where the provider is."""
    hint = "The part before /chat/completions; mostly it ends in /v1."
    return Field(
        "Address", "url", value, hint=hint, error=errors.get("url"), inputmode="url", autocomplete="off", required=True
    )


def KeysLink(place: str) -> Any:
    """Where a provider gives out its keys; that page is not told where the person came from."""
    return A(href=f"https://{place}", rel="noreferrer")(place)


def KeyField(label: str, hint: Any, errors: Texts) -> Any:
    """A key: typed in, never shown again."""
    return Field(label, "key", type="password", hint=hint, error=errors.get("key"), autocomplete="off")


def ProviderPage(
    me: Caller,
    provider: Provider,
    models: Sequence[Model],
    workspace: str,
    posted: Texts = NOTHING,
    errors: Texts = NOTHING,
    tested: bool = False,
    kept: bool = False,
) -> Any:
    """One provider: its last test, its models, its address and key, and what can be done."""
    head = PageHead(provider.name, ProviderState(provider), *Deeds(provider))
    return models_page(
        me,
        provider.name,
        workspace,
        head,
        Callout("good", "Kept.", "What you changed holds from now on.", role="status") if kept else "",
        Outcome(provider, len(models), tested),
        FormErrors({"": errors[""]}) if "" in errors else "",
        Part("Models", ModelsForm(provider, models), AddModelForm(provider, posted, errors), id="models"),
        Part("Calls", CallsForm(provider, posted, errors), id="calls"),
        Part("Address and key", SettingsForm(provider, posted, errors) if is_own(provider) else Given(provider)),
        Part("Remove", RemoveForm(provider)) if is_own(provider) else "",
    )


def is_own(provider: Provider) -> bool:
    """Whether an admin added it; the others come from this machine's settings."""
    return provider.kind not in ("environment", "bundled")


def Deeds(provider: Provider) -> tuple[Any, ...]:
    """Test it; let people use it, or not."""
    here = url(PLACE, provider.id)
    state = ("Disable", "disabling") if provider.enabled else ("Enable", "enabling")
    return (
        PressForm(state[0], f"{here}/{state[1]}", "quiet"),
        PressForm("Test", f"{here}/checks", "primary", icon="again"),
    )


def Outcome(provider: Provider, count: int, tested: bool) -> Any:
    """What the last test said."""
    if resting.left(provider.id):
        why = resting.refusal(provider).message
        return Callout("warn", "It rests.", f"{why} Aliases lead to the next model in the meantime.", role="status")
    if provider.error:
        return Callout("bad", "The last test failed.", provider.error, role="alert")
    if tested:
        there = f"It lists {count:,} models." if count != 1 else "It lists one model."
        return Callout("good", f"{provider.name} answers.", there if count else "It lists no models.", role="status")
    if provider.kind == "bundled" and providers.demo_file():
        text = "It is right on few everyday questions and is here to try the house. Add a provider for real work."
        return Callout("note", "A tiny demo model.", text)
    return ""


def CallsNow(provider: Provider) -> str:
    """How many calls run there and wait, where that is limited."""
    if not provider.parallel:
        return "any number"
    running, waiting = queueing.now(provider.id)
    return f"{running} of {provider.parallel} run" + (f", {waiting} wait" if waiting else "")


def CallsForm(provider: Provider, posted: Texts, errors: Texts) -> Any:
    """How many calls at a time, and the dialects that the provider answers itself."""
    sent = posted if "parallel" in posted else {}
    kept = sent.get("parallel", str(provider.parallel or ""))
    speaks = (sent.get("speaks", "") if sent else provider.speaks).split()
    hint = f"Who comes later waits, person by person in turn. Now: {CallsNow(provider)}. Empty is no limit."
    return Form(cls="form", method="post", action=url(PLACE, provider.id, "tuning"))(
        FormErrors({key: text for key, text in errors.items() if key in ("parallel", "speaks")}),
        Field("Calls at the same time", "parallel", kept, hint=hint, error=errors.get("parallel"), inputmode="numeric",
              autocomplete="off"),
        Fieldset(cls="bundle")(
            Legend("Dialects that it speaks itself"),
            P("Chat completions always. What is ticked is passed on as it came; the rest is translated here."),
            *(Tick(said, "speaks", value=each, checked=each in speaks, id=f"speaks-{each}") for each, said in DIALECTS),
        ),
        Div(cls="actions")(Button("Keep")),
    )  # fmt: skip


def SettingsForm(provider: Provider, posted: Texts, errors: Texts) -> Any:
    """Name, address and key of a provider."""
    end = providers.key_end(provider)
    kept = "One is kept." if end == "…" else f"The kept one ends in {end}."
    hint = f"{kept} Leave this empty to keep it." if end else "None is kept."
    return Form(cls="form", method="post", action=url(PLACE, provider.id))(
        FormErrors({key: text for key, text in errors.items() if key in ("name", "url", "key")}),
        Field("Name", "name", posted.get("name", provider.name), error=errors.get("name")),
        AddressField(posted.get("url", provider.url), errors),
        KeyField("Another key", hint, errors),
        Tick("Forget the kept key", "forget_key", checked=bool(posted.get("forget_key"))) if end else "",
        Button("Keep"),
    )


def Given(provider: Provider) -> Any:
    """Where the settings of a provider come from that this machine offers by itself."""
    if provider.kind == "bundled":
        return P(
            "A model file of this machine, run by Inglenook itself. ", Code("INGLENOOK_DEMO_MODEL"), " chooses it."
        )
    end = providers.key_end(provider)
    key = f"from OPENAI_API_KEY, ends in {end}" if end else "none: OPENAI_API_KEY is not set"
    return Facts(("Address", provider.url), ("Key", key))


def RemoveForm(provider: Provider) -> Any:
    """The way out for a provider."""
    return Form(
        method="post",
        action=url(PLACE, provider.id, "removal"),
        data_confirm=f"Remove {provider.name} with its key and the settings of its models? Chats stay as they are.",
        data_confirm_word="Remove",
    )(Button("Remove this provider", "danger"))


def LocalPage(me: Caller, found: Sequence[Local], workspace: str) -> Any:
    """Model servers on this machine, each with a button that adds it."""
    title = "On this machine"
    head = PageHead(title, "Ollama, LM Studio, vLLM and llama.cpp were looked for on their usual ports.")
    if not found:
        text = "Start one of them and look again, or add its address by hand if it has another port."
        again = Button("Look again", href=url(PLACE, "local"), icon="again")
        by_hand = Button("Add an address", "quiet", href=url(PLACE, "new"))
        return models_page(me, title, workspace, head, Empty("No model server found", text, again, by_hand))
    rows = [(each.name, each.url, ", ".join(each.models[:6]) or "none yet", AddLocalForm(each)) for each in found]
    table = Table(("Server", "Address", "Models", ("", "acts")), rows, "Servers on this machine")
    return models_page(me, title, workspace, head, table)


def AddLocalForm(found: Local) -> Any:
    """The button that adds a server."""
    if found.added:
        return "added"
    return Form(method="post", action=url(PLACE))(
        Hidden("kind", found.kind),
        Hidden("name", ""),
        Hidden("url", found.url),
        Button("Add", short=True, aria_label=f"Add {found.name}"),
    )
