"""How this house is called by those outside: for what programs are told before they have come in."""

from typing import Any

from app import config, tools
from app.errors import Narrow, Refusal

METADATA = "/.well-known/oauth-protected-resource"


def house(scope: Any) -> str:
    """The address of the house without a slash at its end: the public one, where one is set."""
    if config.current.url:
        return config.current.url.rstrip("/")
    host = next((value.decode("latin-1") for name, value in scope["headers"] if name == b"host"), "")
    return f"{scope['scheme']}://{host}{scope.get('root_path', '')}".rstrip("/")


def challenge(scope: Any, refusal: Refusal) -> str:
    """What a program that may not come in is told: where to ask for a token, and for which scopes (RFC 9728, 6750)."""
    wanted = refusal.scopes if isinstance(refusal, Narrow) else tools.READ
    parts = [f'resource_metadata="{house(scope)}{METADATA}/mcp"', f'scope="{" ".join(wanted)}"']
    if refusal.status == 403:
        parts = ['error="insufficient_scope"', *parts]
    elif refusal.kind:  # a token came, and was not good
        parts = ['error="invalid_token"', *parts]
    return f"Bearer {', '.join(parts)}"
