"""Where the replica and the copies of blobs lie: a directory, or a bucket of an S3-compatible store.

Names are relative to the target's root, with slashes: `current.json`, `blobs/ab/...`, `<instance>/<generation>/...`.
"""

import contextlib
import shutil
import threading
import time
from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO

from app import clock, config, disk
from app.disk import settle as settle
from app.errors import Misconfigured

PROBE = "probe"
# Seconds for a small object; who moves large ones gives more.
LIMIT = 10.0
# The end of names that are being written, and the seconds after which whoever wrote there is dead.
COMING = ".new"
# Large objects are read in pieces of so many bytes.
PIECE = 1 << 20
DAY = 86_400


class Unreachable(Misconfigured):
    """The target does not answer, or does not let us in; the message names it and says what to do."""

    title = "The replica's target cannot be reached."


class Target(ABC):
    """A place for copies. `words` says where it is; `is_remote` whether it survives the loss of this machine."""

    kind: str
    words: str
    is_remote: bool
    # How a setting names it, and whether files live there: then what lies here of them is a cache.
    address: str = ""
    is_home: bool = False

    @property
    @abstractmethod
    def same_disk(self) -> bool:
        """Whether it lies on the disk of the data directory, and is lost with it."""

    @abstractmethod
    def read(self, name: str, limit: float = LIMIT) -> bytes | None:
        """The bytes of an object, None when there is none. Raises Unreachable after `limit` seconds."""

    @abstractmethod
    def write(self, name: str, data: bytes) -> None:
        """Store an object whole or not at all. Raises Unreachable."""

    @abstractmethod
    def pieces(self, name: str) -> Iterator[bytes] | None:
        """The bytes of an object one after another, None when there is none. Raises Unreachable."""

    @abstractmethod
    def range(self, name: str, start: int, stop: int) -> bytes | None:
        """The bytes of an object from `start` on, up to `stop`; None when there is none. Raises Unreachable."""

    @abstractmethod
    def take(self, name: str, place: Path) -> None:
        """Store a file whole or not at all, without having it in memory. Raises Unreachable."""

    @abstractmethod
    def list(self, prefix: str) -> Iterator[tuple[str, int, int]]:
        """Name, size in bytes and time of change (microseconds UTC) of all below the folder. Raises Unreachable."""

    @abstractmethod
    def folders(self, prefix: str) -> Iterator[str]:
        """The names of the folders in the folder `prefix` ('' for the root). Raises Unreachable."""

    @abstractmethod
    def delete(self, name: str) -> None:
        """Delete an object; one that is not there is what was wanted. Raises Unreachable."""

    @abstractmethod
    def delete_under(self, prefix: str) -> None:
        """Delete a folder with all that is in it. Raises Unreachable."""

    @abstractmethod
    def replica(self, path: str) -> dict[str, Any]:
        """Litestream's words for a replica in the folder `path`."""

    @abstractmethod
    def environment(self) -> dict[str, str]:
        """What Litestream finds in its environment: the keys, which are in no file."""

    @abstractmethod
    def url(self, instance: str, generation: int) -> str:
        """The address of a generation, for people."""

    def reachable(self) -> None:
        """Write, read and delete a small object. Raises Unreachable with what to do."""
        word = clock.new_id().encode()
        self.write(PROBE, word)
        found = self.read(PROBE)
        self.delete(PROBE)
        if found is None:
            raise Unreachable(f"{self.words} keeps nothing: what was written there could not be read again.")


class FileTarget(Target):
    """A directory: beside the database by default, better on another disk."""

    kind = "file"
    is_remote = False

    def __init__(self, root: Path) -> None:
        self.root = root
        self.words = str(root)

    @property
    def same_disk(self) -> bool:
        """Compared by the number of the device; a directory that is not there yet is made beside its parent."""
        there = next(path for path in (self.root, *self.root.absolute().parents) if path.exists())
        return there.stat().st_dev == config.current.data.stat().st_dev

    @contextmanager
    def asked(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise Unreachable(
                f"The replica's directory {self.root} cannot be used ({error.strerror}): "
                "mount it or change its owner, or set INGLENOOK_REPLICA."
            ) from None

    def read(self, name: str, limit: float = LIMIT) -> bytes | None:
        """The bytes of a file."""
        with self.asked():
            try:
                return (self.root / name).read_bytes()
            except FileNotFoundError:
                return None

    def write(self, name: str, data: bytes) -> None:
        """Written to a temporary name of this thread's own, synced, renamed."""
        path = self.root / name
        with self.asked():
            disk.directory(path.parent)
            disk.write(path, data, path.with_name(f"{path.name}.{threading.get_native_id()}{COMING}"))

    def pieces(self, name: str) -> Iterator[bytes] | None:
        """The bytes of a file."""
        with self.asked():
            try:
                file = (self.root / name).open("rb")
            except FileNotFoundError:
                return None
        return self.read_on(file)

    def read_on(self, file: BinaryIO) -> Iterator[bytes]:
        """An open file, piece by piece."""
        with file, self.asked():
            while piece := file.read(PIECE):
                yield piece

    def range(self, name: str, start: int, stop: int) -> bytes | None:
        """Some bytes of a file."""
        with self.asked():
            try:
                with (self.root / name).open("rb") as file:
                    file.seek(start)
                    return file.read(stop - start)
            except FileNotFoundError:
                return None

    def take(self, name: str, place: Path) -> None:
        """Copied to a temporary name of this thread's own, synced, renamed."""
        path = self.root / name
        with self.asked():
            disk.directory(path.parent)
            disk.copy(place, path, path.with_name(f"{path.name}.{threading.get_native_id()}{COMING}"))

    def list(self, prefix: str) -> Iterator[tuple[str, int, int]]:
        """All files below a folder."""
        with self.asked():
            for path in sorted((self.root / prefix).rglob("*")):
                if path.suffix == COMING:
                    self.forget_if_old(path)
                elif path.is_file():
                    found = path.stat()
                    yield path.relative_to(self.root).as_posix(), found.st_size, found.st_mtime_ns // 1000

    def forget_if_old(self, path: Path) -> None:
        """Remove what a process that was killed had begun to write; others may be writing now."""
        with contextlib.suppress(FileNotFoundError):
            if time.time() - path.stat().st_mtime > DAY:
                path.unlink()

    def folders(self, prefix: str) -> Iterator[str]:
        """The directories in a folder."""
        with self.asked():
            place = self.root / prefix
            yield from sorted(path.name for path in place.iterdir() if path.is_dir()) if place.is_dir() else ()

    def delete(self, name: str) -> None:
        """Remove a file."""
        with self.asked():
            (self.root / name).unlink(missing_ok=True)

    def delete_under(self, prefix: str) -> None:
        """Remove a directory."""
        with self.asked():
            if (self.root / prefix).exists():
                shutil.rmtree(self.root / prefix)

    def replica(self, path: str) -> dict[str, Any]:
        """A replica of type file."""
        return {"type": "file", "path": str(self.root.absolute() / path)}

    def environment(self) -> dict[str, str]:
        """Nothing: a directory has no keys."""
        return {}

    def url(self, instance: str, generation: int) -> str:
        """The generation's directory."""
        return f"file://{self.root.absolute()}/{instance}/{generation}"


def chosen() -> Target | None:
    """The target by the settings, None when replication is off."""
    here = config.current
    if here.replica == "off":
        return None
    if here.replica.startswith("s3://"):
        from app.backups.bucket import BucketTarget

        return BucketTarget(here.replica, here)
    return FileTarget(here.data / "replica" if here.replica == "file" else Path(here.replica).expanduser())


def home() -> Target | None:
    """Where copies of files lie: in the bucket that is their home by the settings, else at the replica's target."""
    return opened(config.current.files) if config.current.files != "disk" else chosen()


def opened(address: str) -> Target:
    """The bucket at this address as a home of files."""
    from app.backups.bucket import BucketTarget

    found = BucketTarget(address, config.current)
    found.is_home = True
    return found
