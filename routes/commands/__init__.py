"""The door of the command line: each command by its name, here or for a terminal beside the running server."""

import asyncio
import inspect
from collections.abc import Callable
from typing import Any

from app.errors import Misconfigured, Refusal
from app.providers import close, offer_environment
from routes.commands.accounts import COMMANDS as ACCOUNTS
from routes.commands.archives import COMMANDS as ARCHIVES
from routes.commands.backups import COMMANDS as BACKUPS
from routes.commands.backups import UNOPENED
from routes.commands.checking import COMMANDS as CHECKING
from routes.commands.checking import checked
from routes.commands.importing import COMMANDS as IMPORTING
from routes.commands.jobs import COMMANDS as JOBS
from routes.commands.keys import COMMANDS as KEYS
from routes.commands.past import COMMANDS as PAST
from routes.commands.providers import COMMANDS as PROVIDERS
from routes.commands.releases import COMMANDS as RELEASES
from routes.commands.releases import UNOPENED as ASIDE
from routes.commands.secrets import COMMANDS as SECRETS
from routes.commands.serving import COMMANDS as SERVING
from routes.commands.words import Said

COMMANDS: dict[str, Callable[..., Any]] = {
    **ACCOUNTS,
    **KEYS,
    **JOBS,
    **PROVIDERS,
    **BACKUPS,
    **PAST,
    **CHECKING,
    **SECRETS,
    **SERVING,
    **RELEASES,
    **ARCHIVES,
    **IMPORTING,
}


async def run(name: str, options: dict[str, Any]) -> Said:
    """Run a command over the open database: its lines, and 0 or 1."""
    command = COMMANDS[name]
    try:
        if inspect.iscoroutinefunction(command):
            return await command(**options)
        return await asyncio.to_thread(command, **options)
    except Refusal as refusal:
        return [refusal.message], 1


def alone(name: str, options: dict[str, Any], open_house: Callable[[], None]) -> Said:
    """Run a command in this process, which holds the lock. `check` also says why the database does not open, and a
    restore needs none."""
    if name in (*UNOPENED, *ASIDE):
        return asyncio.run(finished(name, options))
    try:
        open_house()
    except Misconfigured as refusal:
        if name != "check":
            raise
        return checked(refusal.message)
    offer_environment()
    return asyncio.run(finished(name, options))


async def finished(name: str, options: dict[str, Any]) -> Said:
    """Run a command and leave nothing open behind it."""
    try:
        return await run(name, options)
    finally:
        await close()
