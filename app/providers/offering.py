"""What this machine itself offers: a provider from OPENAI_API_KEY, and the bundled demo model."""

from sqlmodel import select

from app import clock, config, db
from app.db import Transaction
from app.providers import bundled
from app.providers.adding import checked_url
from app.providers.catalogue import Model, Provider
from app.providers.presets import BUNDLED, ENVIRONMENT, preset

DEMO_TITLE = "SmolLM2 135M"


def offer_environment() -> None:
    """At start: keep a provider for OPENAI_API_KEY (its key stays in the environment) and one for the demo model."""
    chosen = config.current
    with db.write() as tx:
        if chosen.openai_key or chosen.openai_url:
            url = checked_url(chosen.openai_url or preset(ENVIRONMENT).url)
            offer(tx, ENVIRONMENT, "openai", url)
        offer_demo(tx)


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


def offer_demo(tx: Transaction) -> None:
    """The bundled model as a provider with one model."""
    file = bundled.model_file()
    known = tx.first(select(Provider).where(Provider.kind == BUNDLED))
    if file is None:
        if known is not None:
            known.enabled = False
            tx.add(known)
        return
    provider = offer(tx, BUNDLED, "This machine", "")
    model = tx.first(select(Model).where(Model.provider_id == provider.id))
    if model is None:
        model = Model(id=clock.new_id(), provider_id=provider.id, name=bundled.ALIAS, created_at=clock.now())
        # It costs nothing, which is known: a price that nobody knows would be None.
        model.price_in = model.price_cached = model.price_out = 0
    provider.enabled = True
    model.title = DEMO_TITLE if config.current.demo_model == "bundled" else file.stem
    model.context = bundled.CONTEXT
    tx.add(provider)
    tx.add(model)
