"""A target in a bucket of an S3-compatible store, by the settings INGLENOOK_S3_*. Loaded only where there is one."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from app import config
from app.backups.target import LIMIT, PIECE, Target, Unreachable

# Bytes a second; slower than this is no connection.
SLOWEST = 100_000
# Seconds for a large object to be read, and the bytes of a part of one that is written.
LARGE, PART = 3600.0, 8 << 20
REFUSED = ("PermissionDenied", "Unauthenticated", "AccessDenied", "InvalidAccessKeyId", "SignatureDoesNotMatch")


class BucketTarget(Target):
    """A bucket, or a folder in one."""

    kind = "s3"
    is_remote = True
    same_disk = False

    def __init__(self, address: str, chosen: config.Config) -> None:
        parts = urlsplit(address)
        self.address = address
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

    def pieces(self, name: str) -> Iterator[bytes] | None:
        """GET, read as it comes."""
        import obstore

        with self.asked():
            try:
                found = obstore.get(self.store(LARGE), name)
            except FileNotFoundError as error:
                if "NoSuchBucket" in str(error):
                    raise
                return None
        return self.read_on(found)

    def read_on(self, found: Any) -> Iterator[bytes]:
        """The bytes of an answer."""
        with self.asked():
            for piece in found.stream(min_chunk_size=PIECE):
                yield bytes(piece)

    def range(self, name: str, start: int, stop: int) -> bytes | None:
        """GET with a range."""
        import obstore

        with self.asked():
            try:
                return bytes(
                    obstore.get_range(self.store(LIMIT + (stop - start) / SLOWEST), name, start=start, end=stop)
                )
            except FileNotFoundError as error:
                if "NoSuchBucket" in str(error):
                    raise
                return None

    def take(self, name: str, place: Path) -> None:
        """PUT, or a multipart upload where it is large, which leaves nothing that can be seen until it is whole."""
        import obstore

        with self.asked(), place.open("rb") as file:
            size = place.stat().st_size
            store = self.store(LIMIT + min(size, PART) / SLOWEST)
            obstore.put(store, name, file, use_multipart=size > PART, chunk_size=PART, max_concurrency=2)

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
    words = f"{type(error).__name__}: {error}"
    if "NoSuchBucket" in words:
        return "make the bucket, or look at INGLENOOK_REPLICA."
    if any(sign in words for sign in REFUSED):
        return "it refuses the keys; look at INGLENOOK_S3_KEY, INGLENOOK_S3_SECRET and INGLENOOK_S3_REGION."
    if any(name in words for name in ("error sending request", "connect", "timed out", "Timeout")):
        return "it does not answer; look at INGLENOOK_S3_ENDPOINT and at the network."
    return f"{str(error).splitlines()[0][:200]}."
