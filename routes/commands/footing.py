"""What the product stands on, for `check`: this machine, and what of it is missing."""

import os
import platform
import shutil
import ssl
import sys
from collections.abc import Iterator
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from app import children, config
from app.backups import litestream
from app.errors import Misconfigured
from app.readers import trying

Line = tuple[str, str, str]

# With less than this, uploads and snapshots are soon refused.
LITTLE = 1 << 30
LOCKS = {"network": "user and network namespaces", "files": "Landlock", "calls": "seccomp"}


def lines() -> Iterator[Line]:
    """A line for each part: its name, what is wrong, or else what is there."""
    yield machine()
    yield disk()
    if children.is_file():
        yield cache()
    yield words()
    yield certificates()
    yield readers()
    yield replicating()


def machine() -> Line:
    """The processor, the C library and what of it the one file needs, and the kernel."""
    has = (os.confstr("CS_GNU_LIBC_VERSION") or "").removeprefix("glibc ")
    told = f"ok: {platform.machine()}, Linux {platform.release()}, Python {platform.python_version()}"
    if not has:
        return "machine", "The C library is not glibc, for which Inglenook's packages are built.", ""
    needs = ""
    if children.is_file():
        needs = f", of which {(children.HOUSE / 'glibc').read_text().strip()} is needed"
    return "machine", "", f"{told}, glibc {has}{needs}"


def disk() -> Line:
    """Room for the data."""
    free = shutil.disk_usage(config.current.data).free
    if free < LITTLE:
        return "disk", f"Only {free >> 20:,} MiB are free for {config.current.data}: make room.", ""
    return "disk", "", f"ok: {free / (1 << 30):,.1f} GiB are free"


def cache() -> Line:
    """Where the one file has unpacked itself, and whether the next version can."""
    version = Path(sys.executable).parent
    if not os.access(version.parent, os.W_OK):
        return "cache", f"{version.parent} cannot be written: the next version needs another XDG_CACHE_HOME.", ""
    return "cache", "", f"ok: unpacked in {version}"


def words() -> Line:
    """Whether names of files and times of places are understood."""
    if sys.getfilesystemencoding() != "utf-8":
        return "words", "Names of files are not in UTF-8: start Inglenook with LANG=C.UTF-8.", ""
    try:
        ZoneInfo("Europe/Berlin")
    except ZoneInfoNotFoundError:
        return "words", "The time zones are missing: run `make setup` again.", ""
    return "words", "", "ok: UTF-8, all time zones"


def certificates() -> Line:
    """Whether providers and buckets can be told from others that pretend to be them."""
    paths = ssl.get_default_verify_paths()
    if not paths.cafile and not paths.capath:
        way = "install ca-certificates, or name a file by SSL_CERT_FILE."
        return "certificates", f"No certificate authorities are here, so no https address can be asked: {way}", ""
    return "certificates", "", f"ok: {paths.cafile or paths.capath}"


def readers() -> Line:
    """How closely the processes are confined that read files of others."""
    held = trying.locks()
    if not held:
        return "readers", "The processes that read files do not start here: pictures and documents stay unread.", ""
    lacking = [told for name, told in LOCKS.items() if name not in held]
    if len(lacking) == len(LOCKS):
        return "readers", f"They are confined by limits alone: this machine allows no {', no '.join(lacking)}.", ""
    less = f", but without {' and '.join(lacking)}, which this machine does not allow" if lacking else ""
    return "readers", "", f"ok: confined by {', '.join(LOCKS[name] for name in LOCKS if name in held)}{less}"


def replicating() -> Line:
    """Whether Litestream runs, where it is wanted."""
    if config.current.replica == "off":
        return "litestream", "", "ok: not wanted"
    try:
        litestream.check()
    except (Misconfigured, OSError) as error:
        return "litestream", str(error), ""
    return "litestream", "", f"ok: {litestream.VERSION}"
