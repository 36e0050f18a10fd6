"""Sealing: what a key makes of a text, and back."""

import base64
import hashlib
import hmac
import secrets
from functools import lru_cache

from cryptography.fernet import Fernet, InvalidToken

from app.errors import Misconfigured
from app.secrets import keys

CLOSED = (
    "A stored key does not open with this secret.key. An admin can give the recovery key on the admin pages, or put "
    "the provider's key in again."
)


def derived(key: str, purpose: str) -> bytes:
    """32 bytes for one purpose, from a master key (HMAC-SHA-256)."""
    return hmac.new(key.encode(), purpose.encode(), hashlib.sha256).digest()


@lru_cache(maxsize=16)
def box(key: str) -> Fernet:
    """What seals with this master key (Fernet: AES-128-CBC with HMAC-SHA-256)."""
    return Fernet(base64.urlsafe_b64encode(derived(key, "seal")))


def seal(text: str) -> bytes:
    """Encrypt a provider's key for the database with the present key."""
    return box(keys.ring.present).encrypt(text.encode())


def unseal(sealed: bytes) -> str:
    """The text that was sealed, by the present key or a retired one. Raises Misconfigured when none of them opens."""
    for key in [*keys.ring, *(keys.ring if keys.reread() else ())]:
        if (text := opened(sealed, key)) is not None:
            return text
    raise Misconfigured(CLOSED)


def opened(sealed: bytes, key: str) -> str | None:
    """The text that was sealed by this key, None when it was another."""
    try:
        return box(key).decrypt(sealed).decode()
    except InvalidToken:
        return None


def opens_with(sealed: bytes, key: str | None = None) -> str | None:
    """The key that opens this: of those at hand, or the one that a person means by `key`. None when none does."""
    tried = list(keys.ring) if key is None else keys.forms(key)
    return next((each for each in tried if opened(sealed, each) is not None), None)


def fingerprint() -> str:
    """What tells the present key from others and tells nothing about it."""
    return derived(keys.ring.present, "fingerprint").hex()[:16]


def token() -> str:
    """A new unguessable token for a session or a one-time link: 256 bits."""
    return secrets.token_urlsafe(32)


def digest(token: str) -> str:
    """How a token is stored: its SHA-256, which needs no salt because the token is random."""
    return hashlib.sha256(token.encode()).hexdigest()
