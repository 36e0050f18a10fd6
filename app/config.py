"""Configuration: one frozen dataclass, read once from the environment. A bad value refuses to start and is named."""

import ipaddress
import os
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from app.errors import Misconfigured

VERSION = "0.1.0"
# Days for which each moment can be restored; what an earlier moment may need is kept one day longer.
RETENTION = 7
Network = ipaddress.IPv4Network | ipaddress.IPv6Network


def option(name: str, default: Any, help: str) -> Any:
    """A field that is read from the environment variable `name`."""
    return field(default=default, metadata={"env": name, "help": help})


@dataclass(frozen=True)
class Config:
    """All that can be set. Names of the variables are the fields' with INGLENOOK_ in front."""

    data: Path = option("INGLENOOK_DATA", Path("data"), "The data directory: all state, and only state.")
    host: str = option("INGLENOOK_HOST", "127.0.0.1", "The address to listen on.")
    port: int = option("INGLENOOK_PORT", 8000, "The port to listen on, 0 for a free one.")
    url: str = option("INGLENOOK_URL", "", "The public address, like https://ai.example.org; other hosts are refused.")
    trusted_proxies: tuple[Network, ...] = option(
        "INGLENOOK_TRUSTED_PROXIES", (), "Networks whose X-Forwarded-* headers are believed, parted by commas."
    )
    insecure_http: bool = option(
        "INGLENOOK_INSECURE_HTTP", False, "Allow sign-in over plain http from other machines, under a banner."
    )
    secret: str = option(
        "INGLENOOK_SECRET", "", "The master secret (32 characters or more) instead of data/secret.key."
    )
    secret_old: str = option(
        "INGLENOOK_SECRET_OLD", "", "Earlier master secrets, parted by blanks: they only open what they sealed."
    )
    log_level: str = option("INGLENOOK_LOG_LEVEL", "info", "debug, info, warning or error.")
    session_days: int = option("INGLENOOK_SESSION_DAYS", 30, "Days after its last use at which a session ends.")
    demo_model: str = option("INGLENOOK_DEMO_MODEL", "bundled", "bundled, off, or the path of a GGUF file.")
    demo_idle: int = option("INGLENOOK_DEMO_IDLE", 600, "Idle seconds after which the demo model's process stops.")
    first_token: float = option("INGLENOOK_FIRST_TOKEN_SECONDS", 120.0, "How long to wait for a model's first token.")
    stall: float = option("INGLENOOK_STALL_SECONDS", 60.0, "How long an answer may pause before it counts as cut.")
    connect: float = option("INGLENOOK_CONNECT_SECONDS", 10.0, "How long to wait for a connection to a provider.")
    workers: int = option("INGLENOOK_WORKERS", 2, "Threads that run background jobs.")
    replica: str = option(
        "INGLENOOK_REPLICA",
        "file",
        "Where the replica lies: file (data/replica), a directory, s3://bucket/prefix or off.",
    )
    replica_speed: str = option(
        "INGLENOOK_REPLICA_SPEED", "normal", "normal looks for changes each second, fast ten times a second."
    )
    s3_endpoint: str = option("INGLENOOK_S3_ENDPOINT", "", "The address of an S3-compatible store, default Amazon's.")
    s3_region: str = option("INGLENOOK_S3_REGION", "us-east-1", "The region of the bucket.")
    s3_key: str = option("INGLENOOK_S3_KEY", "", "The access key id of the bucket.")
    s3_secret: str = option("INGLENOOK_S3_SECRET", "", "The secret access key of the bucket.")
    s3_path_style: bool = option(
        "INGLENOOK_S3_PATH_STYLE", True, "Whether the bucket stands in the path (MinIO and most others) or in the host."
    )
    files: str = option(
        "INGLENOOK_FILES", "disk", "Where files and other large parts live: disk (data/blobs) or s3://bucket/prefix."
    )
    files_cache: int = option(
        "INGLENOOK_FILES_CACHE_MB", 2048, "MiB that stay on the disk of what lives in a bucket, to be read at once."
    )
    fetch_networks: tuple[Network, ...] = option(
        "INGLENOOK_FETCH_NETWORKS", (), "Networks of your own from which files may be fetched by their address."
    )
    cors_origins: tuple[str, ...] = option(
        "INGLENOOK_CORS_ORIGINS", (), "Origins whose pages may use the machine routes, parted by commas."
    )
    openai_key: str = option("OPENAI_API_KEY", "", "A provider's key; with it the provider `openai` is there at once.")
    openai_url: str = option("OPENAI_BASE_URL", "", "The address of that provider, default OpenAI's own.")

    @property
    def root_path(self) -> str:
        """The path of the public address without a slash at its end: what every address of a page begins with."""
        return urlsplit(self.url).path.rstrip("/")

    @property
    def public_host(self) -> str:
        """The host (and port) of the public address, or nothing where none is set."""
        return urlsplit(self.url).netloc.lower()


def read(environ: Mapping[str, str] | None = None, **overrides: Any) -> Config:
    """The configuration from the environment, with command line values on top. Raises Misconfigured."""
    environ = os.environ if environ is None else environ
    values: dict[str, Any] = {}
    for each in fields(Config):
        name = each.metadata["env"]
        if environ.get(name, "") != "":
            values[each.name] = parse(name, each.name, environ[name].strip(), each.default)
    values.update({name: value for name, value in overrides.items() if value is not None})
    unknown = sorted(key for key in environ if key.startswith("INGLENOOK_") and key not in names())
    if unknown:
        raise Misconfigured(f"{unknown[0]} is not an option of Inglenook; docs/configure.md lists them all.")
    config = Config(**values)
    check(config)
    return config


def names() -> list[str]:
    """The environment variables that are read."""
    return [each.metadata["env"] for each in fields(Config)]


def parse(name: str, field_name: str, text: str, default: Any) -> Any:
    """One value in the type of its default. Raises Misconfigured naming the variable."""
    if field_name in ("trusted_proxies", "fetch_networks"):
        return networks(name, text)
    if field_name == "cors_origins":
        return tuple(part.strip().rstrip("/") for part in text.split(",") if part.strip())
    if isinstance(default, bool):
        if text.lower() not in ("1", "true", "yes", "on", "0", "false", "no", "off"):
            raise Misconfigured(f"{name} is {text!r}; write 1 or 0.")
        return text.lower() in ("1", "true", "yes", "on")
    try:
        return type(default)(text) if not isinstance(default, Path) else Path(text)
    except ValueError:
        raise Misconfigured(f"{name} is {text!r}; it has to be a number.") from None


def networks(name: str, text: str) -> tuple[Network, ...]:
    """Networks parted by commas. Raises Misconfigured."""
    try:
        return tuple(ipaddress.ip_network(part.strip()) for part in text.split(",") if part.strip())
    except ValueError as error:
        raise Misconfigured(f"{name}: {error}; write addresses or networks like 10.0.0.0/8.") from None


def check(config: Config) -> None:
    """Refuse values that parse and cannot work. Raises Misconfigured."""
    address = urlsplit(config.url)
    refusals = {
        "INGLENOOK_PORT has to be between 0 and 65535.": not 0 <= config.port <= 65535,
        "INGLENOOK_URL has to be an address like https://ai.example.org.": bool(config.url)
        and (address.scheme not in ("http", "https") or not address.netloc or bool(address.query or address.fragment)),
        "INGLENOOK_SECRET needs at least 32 characters.": 0 < len(config.secret) < 32,
        "INGLENOOK_LOG_LEVEL has to be debug, info, warning or error.": config.log_level
        not in ("debug", "info", "warning", "error"),
        "INGLENOOK_SESSION_DAYS has to be between 1 and 3650.": not 1 <= config.session_days <= 3650,
        "INGLENOOK_DEMO_IDLE has to be at least 1 second.": config.demo_idle < 1,
        "INGLENOOK_WORKERS has to be between 1 and 64.": not 1 <= config.workers <= 64,
        "INGLENOOK_FIRST_TOKEN_SECONDS has to be more than 0.": config.first_token <= 0,
        "INGLENOOK_STALL_SECONDS has to be more than 0.": config.stall <= 0,
        "INGLENOOK_CONNECT_SECONDS has to be more than 0.": config.connect <= 0,
        "INGLENOOK_REPLICA has to be file, off, a directory or s3://bucket/prefix.": "://" in config.replica
        and (not config.replica.startswith("s3://") or not urlsplit(config.replica).netloc),
        "INGLENOOK_FILES has to be disk or s3://bucket/prefix.": config.files != "disk"
        and (not config.files.startswith("s3://") or not urlsplit(config.files).netloc),
        "INGLENOOK_FILES names a bucket: INGLENOOK_S3_KEY and INGLENOOK_S3_SECRET are needed to open it.": (
            config.files.startswith("s3://") and not (config.s3_key and config.s3_secret)
        ),
        "INGLENOOK_FILES_CACHE_MB has to be at least 0.": config.files_cache < 0,
        "INGLENOOK_REPLICA_SPEED has to be normal or fast.": config.replica_speed not in ("normal", "fast"),
        "INGLENOOK_S3_ENDPOINT has to be an address like https://s3.example.org.": bool(config.s3_endpoint)
        and (urlsplit(config.s3_endpoint).scheme not in ("http", "https") or not urlsplit(config.s3_endpoint).netloc),
        "INGLENOOK_REPLICA names a bucket: INGLENOOK_S3_KEY and INGLENOOK_S3_SECRET are needed to open it.": (
            config.replica.startswith("s3://") and not (config.s3_key and config.s3_secret)
        ),
        "OPENAI_BASE_URL has to be an address like https://host/v1.": bool(config.openai_url)
        and urlsplit(config.openai_url).scheme not in ("http", "https"),
    }
    for sentence, refused in refusals.items():
        if refused:
            raise Misconfigured(sentence)


current = Config()


def use(chosen: Config) -> None:
    """Make `chosen` the configuration of this process: `config.current` from now on."""
    global current
    current = chosen
