"""What a key may be: its scopes, names, addresses and dates."""

import ipaddress
from collections.abc import Iterable
from functools import lru_cache

from app import clock
from app.errors import Invalid
from app.keys.rows import Pace, Spend

Network = ipaddress.IPv4Network | ipaddress.IPv6Network

MODELS = "models"
SCOPES = {
    MODELS: "Ask models at /v1 and /api",
    "chats:read": "Read chats",
    "chats:write": "Write chats",
    "pastes:read": "Read pastes",
    "pastes:write": "Write pastes",
    "files:read": "Read files",
    "files:write": "Write files",
    "documents:read": "Read docs",
    "documents:write": "Write docs",
    "prompts:read": "Read prompts",
    "prompts:write": "Write prompts",
    "presets:read": "Read presets",
    "presets:write": "Write presets",
    "memories:read": "Read memories",
    "memories:write": "Write memories",
    "search:read": "Search",
    "spaces:read": "Read which spaces one is in",
    "keys:read": "Read which keys one has",
    "tools": "Use tools at /mcp",
    "usage:read": "Read usage",
}
PERIODS = ("day", "month", "total")
UNITS = ("money", "tokens")
LONGEST_NAME, LONGEST_MODEL = 80, 200
MOST_MODELS, MOST_ADDRESSES = 100, 50
MOST = 1 << 53


def refused(
    name: str,
    scopes: Iterable[str],
    models: Iterable[str],
    addresses: Iterable[str],
    expires_at: int | None,
    budget: Spend | None,
    limits: Pace | None,
    cache_seconds: int,
) -> dict[str, str]:
    """One sentence for each attribute that cannot be kept; empty when all can."""
    scopes, models, addresses = list(scopes), list(models), list(addresses)
    unknown = next((scope for scope in scopes if scope not in SCOPES), "")
    alien = next((text for text in addresses if network(text) is None), "")
    long = any(not 0 < len(each) <= LONGEST_MODEL or not each.isprintable() for each in models)
    spent = budget is not None and (budget.period not in PERIODS or budget.unit not in UNITS)
    found = {
        "name": (
            not 0 < len(name.strip()) <= LONGEST_NAME or not name.isprintable(),
            f"A name is needed, of at most {LONGEST_NAME} characters.",
        ),
        "scopes": (
            not scopes or bool(unknown),
            f"There is no scope {unknown}. There are: {', '.join(SCOPES)}." if unknown else "Choose at least one.",
        ),
        "models": (
            len(models) > MOST_MODELS or long,
            f"At most {MOST_MODELS} names of models, each of at most {LONGEST_MODEL} characters.",
        ),
        "addresses": (
            len(addresses) > MOST_ADDRESSES or bool(alien),
            f"{alien} is no address. Write addresses or networks like 10.0.0.0/8."
            if alien
            else f"At most {MOST_ADDRESSES} addresses.",
        ),
        "expires": (expires_at is not None and expires_at <= clock.now(), "This moment has passed already."),
        "budget": (
            spent or (budget is not None and not 0 < budget.amount < MOST),
            "A budget is more than 0, for a day, a month or in total.",
        ),
        "limits": (
            limits is not None
            and any(
                each is not None and not 0 < each < MOST for each in (limits.requests, limits.tokens, limits.parallel)
            ),
            "A limit is a whole number from 1 on.",
        ),
        "cache_seconds": (not 0 <= cache_seconds <= 86_400, "Answers are kept for at most 86,400 seconds."),
    }
    return {field: sentence for field, (wrong, sentence) in found.items() if wrong}


def check(*attributes: object, **named: object) -> None:
    """Raises Invalid with a sentence for each attribute that cannot be kept."""
    wrong = refused(*attributes, **named)  # type: ignore[arg-type]
    if wrong:
        raise Invalid(**wrong)


@lru_cache(maxsize=1024)
def network(text: str) -> Network | None:
    """An address or network of a list, or None where it is none."""
    try:
        return ipaddress.ip_network(text, strict=False)
    except ValueError:
        return None


@lru_cache(maxsize=4096)
def comes_from(addresses: str, address: str) -> bool:
    """Whether an address lies in one of the networks, which are parted by blanks; an empty list allows all."""
    if not addresses:
        return True
    try:
        place = ipaddress.ip_address(address)
    except ValueError:
        return False
    place = getattr(place, "ipv4_mapped", None) or place
    return any(place in found for found in map(network, addresses.split()) if found is not None)
