"""What this machine itself offers: a provider from OPENAI_API_KEY, and the bundled demo model."""

from sqlmodel import select

from app import clock, config, db
from app.db import Transaction
from app.providers import bundled, choosing, testing
from app.providers.adding import checked_url
from app.providers.catalogue import Model, Provider
from app.providers.estimates import FIRST
from app.providers.presets import BUNDLED, ENVIRONMENT, preset
from app.rights import machine

DEMO_TITLE = "SmolLM2 135M"


def offer_environment() -> None:
    """At start: keep a provider for OPENAI_API_KEY (its key stays in the environment) and one for the demo model."""
    chosen = config.current
    with db.write() as tx:
        if chosen.openai_key or chosen.openai_url:
            url = checked_url(chosen.openai_url or preset(ENVIRONMENT).url)
            offer(tx, ENVIRONMENT, "openai", url)
        offer_demo(tx)


async def list_environment() -> None:
    """Once the server listens: list the models of OPENAI_API_KEY's provider; a failure stands on its page."""
    chosen = config.current
    if chosen.openai_key or chosen.openai_url:
        row = db.fetch("select id from provider where kind = ? and enabled", ENVIRONMENT)
        if row is not None:
            await testing.test(machine(), row[0])


def offer(tx: Transaction, kind: str, name: str, url: str) -> Provider:
    """The one provider of this kind, made if it is not there, at this address."""
    provider = tx.first(select(Provider).where(Provider.kind == kind))
    if provider is None:
        if tx.first(select(Provider).where(Provider.name == name)):
            name = f"{name} ({kind})"
        provider = Provider(id=clock.new_id(), name=name, kind=kind, url=url, created_at=clock.now())
    provider.url = url
    row: Provider = tx.add(provider)
    return row


def offer_demo(tx: Transaction, title: str = "") -> Provider | None:
    """The bundled model as a provider with one model, or None; `title` is that of another file than before. Raises
    Misconfigured for the path of no file."""
    file = bundled.model_file()
    choosing.demo_missing = file is None
    if file is None:
        return None
    url = f"file://{file}"
    if choosing.demo_file():
        url = "bundled:added" if file == bundled.added().resolve() else "bundled:smollm2"
    provider = tx.first(select(Provider).where(Provider.kind == BUNDLED))
    another = bool(title) or provider is None or provider.url != url
    provider = offer(tx, BUNDLED, "This machine", url)
    model = tx.first(select(Model).where(Model.provider_id == provider.id))
    if model is None:
        model = Model.new(provider, bundled.ALIAS)
    if another:
        model.title = title or (DEMO_TITLE if choosing.demo_file() else file.stem[:120])
        model.context, model.bytes_per_token = bundled.CONTEXT, FIRST
    tx.add(model)
    return provider
