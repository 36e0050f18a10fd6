"""Commands about providers: where models answer."""

import asyncio
from pathlib import Path

from app import providers
from app.rights import machine
from routes.commands.words import Said, columns


async def add_provider(name: str, url: str, default: str, key: str = "") -> Said:
    """Add an address and ask it for its models."""
    provider = await asyncio.to_thread(providers.add, machine(), name, url, key, default=default)
    report = await providers.test(machine(), provider.id)
    return [f"Added {provider.name}.", report.message], 0


def list_providers() -> Said:
    """All providers: name, address, how many models are in use, and what the last test said."""
    me, rows = machine(), []
    for provider in providers.all(me):
        models = providers.models(me, provider.id)
        used = f"{sum(model.enabled for model in models)} of {len(models)} models"
        rows.append((provider.name, provider.url, used, provider.error if provider.enabled else "disabled"))
    return columns(rows) or ["There is no provider yet: `main.py providers add NAME --url URL` adds one."], 0


def add_demo(file: str) -> Said:
    """Bring the demo model's weights, and offer it."""
    title = providers.add_demo(machine(), Path(file))
    return [f"{title} is here and answers as the demo model: it runs on this machine when it is asked."], 0


async def test_provider(name: str) -> Said:
    """Ask a provider for its models, and list them."""
    report = await providers.test(machine(), name)
    return [report.message, *(f"  {model}" for model in report.models)], int(not report.ok)


COMMANDS = {
    "providers.add": add_provider,
    "providers.add-demo": add_demo,
    "providers.list": list_providers,
    "providers.test": test_provider,
}
