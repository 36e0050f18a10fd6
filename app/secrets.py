"""The master secret and what it seals. Provider keys lie in the database only as sealed bytes."""

import base64
import hashlib
import hmac
import os
import secrets
from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken

from app.errors import Misconfigured

master = b""


def open(data: Path, given: str = "") -> None:
    """Use `given` (INGLENOOK_SECRET) or data/secret.key, which is made with mode 0600 at the first start."""
    global master
    master = given.encode() if given else keep(data / "secret.key")


def keep(path: Path) -> bytes:
    """The secret in this file, made and synced to disk if there is none. Raises Misconfigured."""
    try:
        file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return stored(path)
    with os.fdopen(file, "wb") as handle:
        handle.write(secrets.token_urlsafe(48).encode() + b"\n")
        handle.flush()
        os.fsync(handle.fileno())
    directory = os.open(path.parent, os.O_RDONLY)
    os.fsync(directory)
    os.close(directory)
    return path.read_bytes().strip()


def stored(path: Path) -> bytes:
    """The secret of an earlier start. Raises Misconfigured when it is cut short or readable by others."""
    if path.stat().st_mode & 0o077:
        raise Misconfigured(f"{path} can be read by other users of this machine: run `chmod 600 {path}`.")
    secret = path.read_bytes().strip()
    if len(secret) < 32:
        raise Misconfigured(f"{path} is damaged: put the recovery key back, or set INGLENOOK_SECRET.")
    return secret


def derived(purpose: str) -> bytes:
    """32 bytes for one purpose, from the master secret (HMAC-SHA-256)."""
    return hmac.new(master, purpose.encode(), hashlib.sha256).digest()


def seal(text: str) -> bytes:
    """Encrypt a provider's key for the database (Fernet: AES-128-CBC with HMAC-SHA-256)."""
    return Fernet(base64.urlsafe_b64encode(derived("seal"))).encrypt(text.encode())


def unseal(sealed: bytes) -> str:
    """The text that was sealed. Raises Misconfigured when the master secret is another one."""
    try:
        return Fernet(base64.urlsafe_b64encode(derived("seal"))).decrypt(sealed).decode()
    except InvalidToken:
        raise Misconfigured("A stored key does not open with this secret.key: put the right one back.") from None


def token() -> str:
    """A new unguessable token for a session or a one-time link: 256 bits."""
    return secrets.token_urlsafe(32)


def digest(token: str) -> str:
    """How a token is stored: its SHA-256, which needs no salt because the token is random."""
    return hashlib.sha256(token.encode()).hexdigest()
