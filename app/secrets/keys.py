"""The ring of keys: the present one seals, and those that were retired still open what they sealed.

data/secret.key has the present key in its first line and `key time` in each further one. It is replaced as a whole,
so that a crash leaves the old file or the new one. With INGLENOOK_SECRET that one is the present key, and what the
file holds only opens.
"""

import secrets
import threading
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from app import clock, disk
from app.errors import Misconfigured

NAME = "secret.key"
SHORTEST = 32
# 52 letters of five bits: more than the 256 that HMAC-SHA-256 can use.
LENGTH = 52
GROUP = 4
# What is mistaken when a key is read from paper.
MISREAD = str.maketrans("ilo", "110")


@dataclass(frozen=True)
class Ring:
    """The present key, and (key, when it was retired) of the earlier ones; a time of 0 never ends."""

    present: str
    retired: tuple[tuple[str, int], ...] = ()

    def __iter__(self) -> Iterator[str]:
        yield self.present
        yield from (key for key, _ in self.retired)

    def turned(self, key: str, now: int) -> "Ring":
        """The ring with another present key; the one that was is retired now."""
        others = tuple(each for each in self.retired if each[0] != key)
        return Ring(key, ((self.present, now), *others) if key != self.present else others)


@dataclass(frozen=True)
class Place:
    """Where the keys of this process come from: its file, and what the environment gave."""

    path: Path
    given: str = ""
    old: tuple[str, ...] = ()
    seen: tuple[int, int] = (0, 0)


place = Place(Path(NAME))
ring = Ring("")
# Held while the ring changes.
changing = threading.RLock()


def open(data: Path, given: str = "", old: tuple[str, ...] = ()) -> None:
    """Take the keys of data/secret.key, which is made with mode 0600 at the first start; or `given` (INGLENOOK_SECRET)
    as the present one, with `old` (INGLENOOK_SECRET_OLD) and that file for what was sealed before. Raises
    Misconfigured."""
    global place
    place = Place(data / NAME, given, old)
    if not given and not place.path.exists():
        write(place.path, Ring(make()))
    take()


def take() -> None:
    """Read the file, if there is one, and keep the ring in memory. Raises Misconfigured."""
    global place, ring
    stored = read(place.path) if place.path.exists() else None
    place = replace(place, seen=seen(place.path))
    if place.given:
        both = [each for each in forms(place.given) if each != place.given]
        earlier = [(key, 0) for text in place.old for key in forms(text)]
        ring = Ring(place.given, (*((key, 0) for key in both), *earlier, *listed(stored)))
    elif stored is not None:
        ring = stored


def listed(stored: Ring | None) -> list[tuple[str, int]]:
    """All keys of a file, with the times at which they were retired."""
    return [] if stored is None else [(stored.present, 0), *stored.retired]


def reread() -> bool:
    """Whether the file has changed since it was read, by the process that serves; then it is read again."""
    if not place.path.exists() or seen(place.path) == place.seen:
        return False
    if changing.acquire(blocking=False):  # never waited for: one who unseals may hold the lock of the database
        try:
            take()
        finally:
            changing.release()
    return True


def seen(path: Path) -> tuple[int, int]:
    """What tells one version of the file from the next."""
    if not path.exists():
        return (0, 0)
    status = path.stat()
    return status.st_ino, status.st_mtime_ns


def is_given() -> bool:
    """Whether INGLENOOK_SECRET is the present key."""
    return bool(place.given)


def make() -> str:
    """A new key: 52 letters and digits that are not mistaken for each other, in groups of four."""
    return grouped("".join(secrets.choice(clock.ALPHABET) for _ in range(LENGTH)))


def grouped(letters: str) -> str:
    """The letters of a key as it is written."""
    return "-".join(letters[n : n + GROUP] for n in range(0, LENGTH, GROUP))


def forms(text: str) -> list[str]:
    """The keys that a person may mean by this text: as it stands, and without regard to blanks, dashes and case."""
    plain = text.strip()
    letters = "".join(plain.replace("-", " ").split()).lower().translate(MISREAD)
    if len(letters) == LENGTH and set(letters) <= set(clock.ALPHABET):
        return list(dict.fromkeys((plain, grouped(letters))))
    return [plain]


def keep(changed: Ring) -> None:
    """Make this the ring of the file and of this process; on disk when it returns."""
    global place, ring
    write(place.path, changed)
    place, ring = replace(place, seen=seen(place.path)), changed


def add_key(data: Path, key: str) -> None:
    """Put a key that opens a restored database into data/secret.key: the only one there if there is no file, else a
    retired one. The start that follows seals everything under the present key. Raises Misconfigured."""
    path = data / NAME
    if not path.exists():
        write(path, Ring(key))
    elif key not in list(stored := read(path)):
        write(path, replace(stored, retired=((key, clock.now()), *stored.retired)))


def read(path: Path) -> Ring:
    """The ring in this file. Raises Misconfigured when it is cut short, or readable by others."""
    if path.stat().st_mode & 0o077:
        raise Misconfigured(f"{path} can be read by other users of this machine: run `chmod 600 {path}`.")
    try:
        present, *further = path.read_text().strip().splitlines() or [""]
        ended = [line.rpartition(" ") for line in further if line.strip()]
        retired = tuple((key.strip(), moment(time)) for key, _, time in ended)
    except ValueError:
        present, retired = "", ()
    if len(present.strip()) < SHORTEST or not all(key for key, _ in retired):
        raise Misconfigured(f"{path} is damaged: put the recovery key back, or set INGLENOOK_SECRET.")
    return Ring(present.strip(), retired)


def write(path: Path, changed: Ring) -> None:
    """Replace the file as a whole: after a crash at any point the old one or the new one is there, and synced.
    Raises NotWritten."""
    lines = [changed.present, *(f"{key} {written(time)}" for key, time in changed.retired)]
    with disk.asked():
        disk.write(path, ("\n".join(lines) + "\n").encode(), leftover(path))


def leftover(path: Path) -> Path:
    """Where the next version of the file is written; what a crash left there is never read."""
    return path.with_name(f"{path.name}.new")


def written(time: int) -> str:
    """Microseconds UTC as the file has them."""
    return datetime.fromtimestamp(time // clock.SECOND, UTC).isoformat()


def moment(text: str) -> int:
    """Microseconds UTC of a time in the file. Raises ValueError."""
    return int(datetime.fromisoformat(text).timestamp()) * clock.SECOND
