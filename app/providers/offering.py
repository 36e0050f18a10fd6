"""What this machine itself offers: a provider from OPENAI_API_KEY, and the bundled demo model."""


from sqlmodel import select

from app import clock, config, db
from app.db import Transaction
from app.providers.adding import checked_url
from app.providers.catalogue import Provider
from app.providers.presets import ENVIRONMENT, preset


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
