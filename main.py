"""Inglenook: builds the app, mounts the routers in one visible list, and is the command line."""

import asyncio
import contextlib
import importlib
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

from fasthtml.core import FastHTML
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware

from app.errors import Refusal
from routes import assets, refusals
from routes.safety import Safety

# TEMPORARY until every routes module exists: the final form is a plain visible list of `module.ar`.
NAMES = [
    "assets",
    "chats",
    "messages",
    "palette",
    "accounts",
    "settings",
    "spaces",
    "people",
    "providers",
    "admin",
    "handbook",
]
ROUTERS = [
    importlib.import_module(f"routes.{name}").ar
    for name in NAMES
    if (Path(__file__).parent / "routes" / f"{name}.py").exists()
]


class Guarded(FastHTML):
    """The app inside Safety, which has to see the response to an unforeseen error too."""

    def build_middleware_stack(self) -> Any:
        return Safety(super().build_middleware_stack())


def create_app(lifespan: Any = None) -> FastHTML:
    """The ASGI app over the open database: every route behind its rule, every refusal in its shape."""
    assets.load()
    app = Guarded(
        default_hdrs=False,
        canonical=False,
        sess_cls=None,
        secret_key="unused: there is no session middleware",
        lifespan=lifespan,
        middleware=[Middleware(GZipMiddleware, compresslevel=5)],
        exception_handlers={
            Refusal: refusals.refuse,
            404: refusals.nothing_here,
            405: refusals.wrong_method,
            Exception: refusals.failed,
        },
    )
    for router in ROUTERS:
        router.mount(app)
    return app


def open_house() -> None:
    """Secrets, database, schema: everything below the app. The lock is held by the caller. Raises Misconfigured."""
    from app import config, db, migrations, secrets, settings

    data = config.current.data
    secrets.open(data, config.current.secret)
    db.open(data / "inglenook.db")
    migrations.bring_up(data / "inglenook.db")
    settings.forget()


def close_house() -> None:
    """Close what `open_house` opened."""
    from app import db

    db.close()


@contextlib.asynccontextmanager
async def running() -> AsyncIterator[None]:
    """What runs beside the requests: leftovers of a crash are marked, jobs run, the clock ticks."""
    from app import chats, providers, usage
    from app.clock import BOOT

    await asyncio.to_thread(usage.sweep, BOOT)
    await asyncio.to_thread(chats.interrupt_orphans, BOOT)
    await asyncio.to_thread(providers.offer_environment)
    yield
    await chats.stop_all()


async def lifespan(app: FastHTML) -> AsyncIterator[None]:
    """FastHTML's lifespan: a plain async generator."""
    async with running():
        yield
