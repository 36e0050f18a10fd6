"""Passwords: argon2id hashes (19 MiB, two passes, one lane), at most two computed at once."""

import threading
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from app.errors import OverLimit

SHORTEST, LONGEST = 10, 1000
RAW = 2 * LONGEST  # the same before letters are composed: most have at most one accent
AT_ONCE, QUEUE = 2, 16
COUNTS = ("No", "One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine")

hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
# A well-formed hash of nothing: verifying against it takes as long as against a real one, and always fails.
NOBODYS = f"$argon2id$v=19$m=19456,t=2,p=1${'A' * 22}${'A' * 43}"

computing = threading.BoundedSemaphore(AT_ONCE)
queued = threading.BoundedSemaphore(AT_ONCE + QUEUE)


def mended(password: str) -> str | None:
    """What is wrong with a new password, as one sentence, or None."""
    long = f"Use at most {LONGEST:,} characters."
    # Composing letters takes quadratic time in the worst case: no more is given to it than a password can need.
    if len(password) > RAW:
        return long
    count = len(normal(password))
    if count >= SHORTEST:
        return None if count <= LONGEST else long
    few = f"{COUNTS[count]} character{'' if count == 1 else 's'} {'is' if count == 1 else 'are'} too few."
    return f"{few if count else 'A password is needed.'} Use at least {SHORTEST}; a short sentence is good."


def hashed(password: str) -> str:
    """The hash to keep. Takes about 20 ms. Raises OverLimit when too many wait."""
    with turn():
        return hasher.hash(normal(password))


def verify(kept: str | None, password: str) -> bool:
    """Whether the password is the one that was hashed; takes the same time when there is none. Raises OverLimit."""
    with turn():
        try:
            # What is longer than a password may be is cut before the hash, so that it costs no more than one.
            return hasher.verify(kept or NOBODYS, normal(password[:RAW])) and kept is not None
        except (VerificationError, InvalidHashError):
            return False


def normal(password: str) -> str:
    """The same letters for the same keys, whatever the keyboard composes them of (Unicode NFC)."""
    return unicodedata.normalize("NFC", password)


@contextmanager
def turn() -> Iterator[None]:
    """One of the places to compute; a short queue waits for it, the rest are sent away instead of holding threads."""
    if not queued.acquire(blocking=False):
        raise OverLimit("Too many people are signing in at this moment. Try again in a few seconds.", retry_after=3)
    try:
        with computing:
            yield
    finally:
        queued.release()
