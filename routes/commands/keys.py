"""Commands about keys: make one for a script, see all, end one."""

from app import accounts, clock, keys
from app.backups import moments
from app.rights import machine
from routes.commands.words import Said, columns

PER = {"day": " a day", "month": " a month", "total": " in total"}


def add_key(
    user: str,
    name: str,
    scopes: list[str],
    models: list[str],
    budget: str,
    expires: str,
    addresses: list[str],
    requests: int | None,
    tokens: int | None,
    parallel: int | None,
) -> Said:
    """Make a key: it stands alone on standard output, so that scripts can take it."""
    me = machine()
    _, token = keys.create(
        me,
        name,
        user=accounts.named(me, user).id,
        scopes=parted(scopes),
        models=parted(models),
        addresses=parted(addresses),
        expires_at=keys.moment(expires) if expires else None,
        budget=keys.spend(budget) if budget else None,
        limits=keys.Pace(requests, tokens, parallel),
    )
    return [token], 0


def parted(words: list[str]) -> list[str]:
    """Words that were parted by blanks or by commas."""
    return [part for word in words for part in word.split(",") if part]


def list_keys() -> Said:
    """All keys: id, whose, name, how it begins, state, budget, last use."""
    rows = [row(each) for each in keys.all(machine())]
    return columns(rows) or ["There is no key yet: `main.py keys add --user EMAIL --name N` makes one."], 0


def row(held: keys.Held) -> tuple[str, ...]:
    """One key for the terminal."""
    key = held.key
    used = f"last used {moments.shown(key.last_at, 'UTC')[:16]}" if key.last_at else "never used"
    return (
        key.id,
        held.email,
        key.name,
        f"{key.prefix}…",
        state(key),
        ", ".join(map(budget, held.budgets)) or "no budget",
        used,
    )


def state(key: keys.Key) -> str:
    """How a key is."""
    if key.revoked_at is not None:
        return "revoked"
    if key.expires_at is None:
        return "open"
    return "expired" if key.expires_at <= clock.now() else f"until {moments.shown(key.expires_at, 'UTC')[:16]}"


def budget(spend: keys.Spend) -> str:
    """What a key may spend."""
    amount = f"{spend.amount:,} tokens" if spend.unit == "tokens" else f"${spend.amount / 1_000_000_000:,.2f}"
    return amount + PER[spend.period]


def revoke_key(key: str) -> Said:
    """End a key at once."""
    me = machine()
    ended = keys.revoke(me, keys.named(me, key).key.id)
    return [f"The key {ended.name} ({ended.prefix}…) is revoked."], 0


COMMANDS = {"keys.add": add_key, "keys.list": list_keys, "keys.revoke": revoke_key}
