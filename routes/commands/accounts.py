"""Commands about people: who is there, what they may, how they come in again."""

from app import accounts
from app.rights import machine
from routes import serving
from routes.commands.words import Said, columns


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
    """Make a person admin, member or guest."""
    user = accounts.named(machine(), email)
    accounts.change_role(machine(), user.id, role)
    return [f"{user.email} is {role} now."], 0


def reset_password(email: str) -> Said:
    """A link that sets a new password."""
    return link(accounts.reset_link(machine(), email)), 0


def link(token: str) -> list[str]:
    """A one-time link to hand over."""
    return [f"{serving.address()}/links/{token}", "The link works once; it sets the password and signs in."]


COMMANDS = {
    "accounts.add": add_account,
    "accounts.list": list_accounts,
    "accounts.role": change_role,
    "accounts.password": reset_password,
}
