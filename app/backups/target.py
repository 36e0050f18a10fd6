"""Where the replica and the copies of blobs lie: a directory, or a bucket of an S3-compatible store.

Names are relative to the target's root, with slashes: `current.json`, `blobs/ab/...`, `<instance>/<generation>/...`.
"""

import os
import shutil
from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from app import clock, config
from app.errors import Misconfigured

PROBE = "probe"
# Seconds for a small object; who moves large ones gives more.
LIMIT = 10.0
# Slower than this is no connection.
SLOWEST = 100_000


class Unreachable(Misconfigured):
    """The target does not answer, or does not let us in; the message names it and says what to do."""

    title = "The replica's target cannot be reached."


class Target(ABC):
    """A place for copies. `words` says where it is; `is_remote` whether it survives the loss of this machine."""

    kind: str
    words: str
    is_remote: bool

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
        """Written to a temporary name, synced, renamed."""
        path = self.root / name
        with self.asked():
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            place(path, data)

    def list(self, prefix: str) -> Iterator[tuple[str, int, int]]:
        """All files below a folder."""
        with self.asked():
            for path in sorted((self.root / prefix).rglob("*")):
                if path.is_file():
                    found = path.stat()
                    yield path.relative_to(self.root).as_posix(), found.st_size, found.st_mtime_ns // 1000

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


class BucketTarget(Target):
    """A bucket, by the settings INGLENOOK_S3_*."""

    kind = "s3"
    is_remote = True
    same_disk = False

    def __init__(self, address: str, chosen: config.Config) -> None:
        parts = urlsplit(address)
        self.bucket, self.prefix, self.chosen = parts.netloc, parts.path.strip("/"), chosen
        self.words = f"s3://{self.bucket}/{self.prefix}".rstrip("/")
        if chosen.s3_endpoint:
            self.words += f" at {chosen.s3_endpoint}"

    def store(self, limit: float) -> Any:
        """The bucket's client; a request takes `limit` seconds at most."""
        from obstore.store import S3Store

        chosen = self.chosen
        endpoint: dict[str, Any] = {"endpoint": chosen.s3_endpoint} if chosen.s3_endpoint else {}
        return S3Store(
            self.bucket,
            prefix=self.prefix or None,
            **endpoint,
            access_key_id=chosen.s3_key,
            secret_access_key=chosen.s3_secret,
            region=chosen.s3_region,
            virtual_hosted_style_request=not chosen.s3_path_style,
            client_options={"allow_http": True, "timeout": f"{max(1, round(limit))}s", "connect_timeout": "3s"},
            retry_config={"max_retries": 1},
        )

    @contextmanager
    def asked(self) -> Iterator[None]:
        from obstore.exceptions import BaseError

        try:
            yield
        except FileNotFoundError as error:  # a missing bucket; a missing object is caught before
            raise Unreachable(f"The replica's bucket in {self.words} is not there: {told(error)}") from None
        except (BaseError, OSError) as error:
            raise Unreachable(f"The replica's target {self.words} cannot be used: {told(error)}") from None

    def read(self, name: str, limit: float = LIMIT) -> bytes | None:
        """GET."""
        import obstore

        with self.asked():
            try:
                return bytes(obstore.get(self.store(limit), name).bytes())
            except FileNotFoundError as error:
                if "NoSuchBucket" in str(error):
                    raise
                return None

    def write(self, name: str, data: bytes) -> None:
        """PUT, which is atomic."""
        import obstore

        with self.asked():
            obstore.put(self.store(LIMIT + len(data) / SLOWEST), name, data)

    def list(self, prefix: str) -> Iterator[tuple[str, int, int]]:
        """LIST, a thousand at a time."""
        import obstore

        with self.asked():
            for chunk in obstore.list(self.store(LIMIT), prefix=prefix.strip("/") or None):
                for each in chunk:
                    yield each["path"], each["size"], round(each["last_modified"].timestamp() * 1_000_000)

    def folders(self, prefix: str) -> Iterator[str]:
        """LIST with a delimiter."""
        import obstore

        with self.asked():
            found = obstore.list_with_delimiter(self.store(LIMIT), prefix=prefix.strip("/") or None)
            yield from sorted(path.rstrip("/").rpartition("/")[2] for path in found["common_prefixes"])

    def delete(self, name: str) -> None:
        """DELETE."""
        import obstore

        with self.asked():
            try:
                obstore.delete(self.store(LIMIT), name)
            except FileNotFoundError as error:
                if "NoSuchBucket" in str(error):
                    raise

    def delete_under(self, prefix: str) -> None:
        """DELETE, many at a time."""
        import obstore

        names = [name for name, _, _ in self.list(prefix)]
        with self.asked():
            for start in range(0, len(names), 500):
                obstore.delete(self.store(60), names[start : start + 500])

    def replica(self, path: str) -> dict[str, Any]:
        """A replica of type s3, without its keys."""
        chosen = self.chosen
        said: dict[str, Any] = {"type": "s3", "bucket": self.bucket, "region": chosen.s3_region}
        if chosen.s3_endpoint:
            said["endpoint"] = chosen.s3_endpoint
        said["path"] = f"{self.prefix}/{path}".lstrip("/")
        said["force-path-style"] = chosen.s3_path_style
        return said

    def environment(self) -> dict[str, str]:
        """The keys."""
        return {
            "LITESTREAM_ACCESS_KEY_ID": self.chosen.s3_key,
            "LITESTREAM_SECRET_ACCESS_KEY": self.chosen.s3_secret,
        }

    def url(self, instance: str, generation: int) -> str:
        """The generation's folder in the bucket."""
        return "/".join(part for part in (f"s3://{self.bucket}", self.prefix, instance, str(generation)) if part)


def told(error: Exception) -> str:
    """What a store's refusal means, and what to do."""
    words = str(error)
    if any(name in words for name in ("InvalidAccessKeyId", "SignatureDoesNotMatch", "403", "401", "Forbidden")):
        return "it refuses the keys; look at INGLENOOK_S3_KEY, INGLENOOK_S3_SECRET and INGLENOOK_S3_REGION."
    if "NoSuchBucket" in words:
        return "make the bucket, or look at INGLENOOK_REPLICA."
    if any(name in words for name in ("error sending request", "connect", "timed out", "Timeout")):
        return "it does not answer; look at INGLENOOK_S3_ENDPOINT and at the network."
    return f"{words.splitlines()[0][:200]}."


def place(path: Path, data: bytes) -> None:
    """Write a file for its owner so that it is there whole or not at all, also after a power cut."""
    coming = path.with_name(f".{path.name}.{os.getpid()}.new")
    with open(os.open(coming, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    os.replace(coming, path)
    settle(path.parent)


def settle(directory: Path) -> None:
    """Have the names in a directory on the disk."""
    opened = os.open(directory, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)


def chosen() -> Target | None:
    """The target by the settings, None when replication is off."""
    here = config.current
    if here.replica == "off":
        return None
    if here.replica.startswith("s3://"):
        return BucketTarget(here.replica, here)
    return FileTarget(here.data / "replica" if here.replica == "file" else Path(here.replica).expanduser())
