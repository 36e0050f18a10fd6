"""The door of the command line: what each command asks of app/, and what it says on the terminal."""

import asyncio
import inspect
from collections.abc import Callable
from typing import Any

from app import accounts, config, providers
from app.errors import Misconfigured, Refusal
from app.rights import machine
from routes import assets, serving

Said = tuple[list[str], int]


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
    """Run a command in this process, which holds the lock. `check` also says why the database does not open."""
    try:
        open_house()
    except Misconfigured as refusal:
        if name != "check":
            raise
        return checked(refusal.message)
    providers.offer_environment()
    return asyncio.run(finished(name, options))


async def finished(name: str, options: dict[str, Any]) -> Said:
    """Run a command and leave nothing open behind it."""
    try:
        return await run(name, options)
    finally:
        await providers.close()


# ── accounts ──────────────────────────────────────────────────────────────────────────────────────────────────────────
def add_account(email: str, name: str, role: str, password: str | None = None) -> Said:
    """Add a person, with a password or a link that sets one."""
    user, token = accounts.add(machine(), email, name, role, password)
    said = [f"Added {user.email} as {user.role}."]
    return said + ([] if token is None else link(token)), 0


def list_accounts() -> Said:
    """Everybody: address, name, role, and whether they can sign in."""
    rows = [(user.email, user.name, user.role, state(user)) for user in accounts.all(machine())]
    return columns(rows) or ["Nobody has an account yet: `main.py accounts add EMAIL --role admin` makes the first."], 0


def state(user: accounts.User) -> str:
    """How a person's account is."""
    if not user.is_active:
        return "deactivated"
    return "" if user.password else "has no password yet"


def change_role(email: str, role: str) -> Said:
    """Make a person admin or member."""
    user = accounts.named(machine(), email)
    accounts.change_role(machine(), user.id, role)
    return [f"{user.email} is {role} now."], 0


def reset_password(email: str) -> Said:
    """A link that sets a new password."""
    return link(accounts.reset_link(machine(), email)), 0


def link(token: str) -> list[str]:
    """A one-time link to hand over."""
    return [f"{serving.address()}/links/{token}", "The link works once; it sets the password and signs in."]


# ── providers ─────────────────────────────────────────────────────────────────────────────────────────────────────────
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


async def test_provider(name: str) -> Said:
    """Ask a provider for its models, and list them."""
    report = await providers.test(machine(), name)
    return [report.message, *(f"  {model}" for model in report.models)], int(not report.ok)


# ── the installation ──────────────────────────────────────────────────────────────────────────────────────────────────
def check() -> Said:
    """Configuration, database, assets, models: one line each."""
    return checked("")


def checked(database: str) -> Said:
    """One line for each part: ok, or what to do. `database` says why it did not open."""
    found = [("configuration", "", f"ok: {serving.address()}, data in {config.current.data}")]
    found.append(("database", database, "ok"))
    try:
        assets.check()
    except Misconfigured as refusal:
        found.append(("assets", refusal.message, ""))
    else:
        found.append(("assets", "", "ok"))
    found.append(models_line() if not database else ("models", "They are in the database, which did not open.", ""))
    return columns([(name, wrong or fine) for name, wrong, fine in found]), int(any(wrong for _, wrong, _ in found))


def models_line() -> tuple[str, str, str]:
    """Whether there is a model to ask."""
    there = providers.available(machine())
    failed = [provider.name for provider in providers.all(machine()) if provider.enabled and provider.error]
    if not there:
        return "models", "No model can be asked: `main.py providers add NAME --url URL` adds a provider.", ""
    if failed:
        return "models", f"{failed[0]} failed its last test: see `main.py providers test {failed[0]}`.", ""
    demo = " (only the tiny demo model: add a provider)" if all(choice.demo for choice in there) else ""
    return "models", "", f"ok: {len(there)} to ask{demo}"


def columns(rows: list[tuple[str, ...]]) -> list[str]:
    """Rows as lines whose columns stand below each other."""
    if not rows:
        return []
    widths = [max(len(row[n]) for row in rows) for n in range(len(rows[0]))]
    return ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]


COMMANDS: dict[str, Callable[..., Any]] = {
    "accounts.add": add_account,
    "accounts.list": list_accounts,
    "accounts.role": change_role,
    "accounts.password": reset_password,
    "providers.add": add_provider,
    "providers.list": list_providers,
    "providers.test": test_provider,
    "check": check,
}
