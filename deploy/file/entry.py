"""What the executable inside the one file runs first: it settles what was unpacked, becomes a child, or the product.

Light to import: a reader's process and the tie of Litestream begin here, too.
"""

import ctypes
import fcntl
import multiprocessing
import os
import runpy
import shutil
import sys
from contextlib import suppress
from pathlib import Path

# What app/children.py says to a child, and what the first lines of the one file say.
CHILD, SCRIPT, SETTLE = "--child", "--script", "--settle"
KEPT = 2
# Debian, Fedora, Alpine, SUSE; where none of them is, the list of certifi.
AUTHORITIES = (
    "/etc/ssl/certs/ca-certificates.crt",
    "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",
    "/etc/ssl/cert.pem",
    "/etc/ssl/ca-bundle.pem",
)
# What was said of them by us: another version that this process becomes looks anew, as ours may be swept by then.
FOUND = "_INGLENOOK_AUTHORITIES"
HERE = Path(sys.executable).parent


def main(words: list[str]) -> int:
    """Do what the words say."""
    multiprocessing.freeze_support()
    be_nobodys_child()
    if words[:1] == [SETTLE]:
        return settle(HERE, Path(words[1]))
    use(HERE)
    if words[:1] == [CHILD]:
        sys.argv[:] = words[1:]
        runpy.run_module(words[1], run_name="__main__", alter_sys=True)
        return 0
    if words[:1] == [SCRIPT]:
        script = str(Path(getattr(sys, "_MEIPASS", HERE), *words[1].split(".")).with_suffix(".py"))
        sys.argv[:] = [script, *words[2:]]
        runpy.run_path(script, run_name="__main__")
        return 0
    sweep(HERE.parent)
    know_authorities()
    have_nothing()
    import main as product

    return product.main(words)


def be_nobodys_child() -> None:
    """Take out of the environment what only this process's own start needed: what it starts is started afresh."""
    for name in [name for name in os.environ if name.startswith("_PYI_")]:
        del os.environ[name]
    own = str(getattr(sys, "_MEIPASS", HERE))
    before = f"{os.environ.pop('LD_LIBRARY_PATH', '')}:{os.environ.pop('LD_LIBRARY_PATH_ORIG', '')}".split(":")
    if theirs := [path for path in before if path and path != own]:
        os.environ["LD_LIBRARY_PATH"] = ":".join(dict.fromkeys(theirs))


def know_authorities() -> None:
    """Say where the certificates of this machine lie: each system has its own place, and OpenSSL knows one of them."""
    if os.environ.get("SSL_CERT_FILE", "") == os.environ.pop(FOUND, None):
        del os.environ["SSL_CERT_FILE"]
    if "SSL_CERT_FILE" not in os.environ and "SSL_CERT_DIR" not in os.environ:
        own = str(Path(getattr(sys, "_MEIPASS", HERE), "certifi", "cacert.pem"))
        found = next((path for path in (*AUTHORITIES, own) if os.path.isfile(path)), own)
        os.environ["SSL_CERT_FILE"] = os.environ[FOUND] = found


def have_nothing() -> None:
    """Where a bare root directory has no /dev/null, children get a file of ours instead, in which nobody reads."""
    if not os.path.exists(os.devnull):
        with suppress(OSError):
            (HERE / "nothing").touch()
            os.devnull = str(HERE / "nothing")


# ── versions side by side ─────────────────────────────────────────────────────────────────────────────────────────────
def use(version: Path) -> None:
    """Say that a process runs this version, until it ends: nobody sweeps it meanwhile."""
    opened = os.open(version, os.O_RDONLY | os.O_DIRECTORY)  # closed with the process
    fcntl.flock(opened, fcntl.LOCK_SH)


def settle(unpacked: Path, place: Path) -> int:
    """Give a version that was unpacked beside its place that place, whole or not at all; 0, or 1 with one sentence."""
    try:
        opened = os.open(unpacked, os.O_RDONLY | os.O_DIRECTORY)
        ctypes.CDLL(None).syncfs(opened)  # a rename may outlive a power cut in which the bytes are lost
        try:
            os.rename(unpacked, place)
        except OSError:
            if not place.is_dir():
                raise
            shutil.rmtree(unpacked, ignore_errors=True)  # another start was quicker
        folder = os.open(place.parent, os.O_RDONLY | os.O_DIRECTORY)
        os.fsync(folder)
    except OSError as error:
        print(f"Inglenook cannot use {place} ({error.strerror}).", file=sys.stderr)
        return 1
    forget_old(place.parent)
    return 0


def sweep(cache: Path) -> None:
    """Remove what those left that were killed while they unpacked or removed something."""
    with suppress(OSError):  # a cache that cannot be written needs no sweeping
        for each in cache.iterdir():
            _, _, owner = each.name.removesuffix(".part").rpartition(".")
            if each.suffix == ".part" and not is_alive(owner):
                shutil.rmtree(each, ignore_errors=True)


def forget_old(cache: Path) -> None:
    """Remove the versions that nobody runs, but for the two that were settled last."""
    versions = [each for each in cache.iterdir() if each.is_dir() and not each.suffix]
    for each in sorted(versions, key=lambda version: version.stat().st_mtime, reverse=True)[KEPT:]:
        opened = os.open(each, os.O_RDONLY | os.O_DIRECTORY)
        try:
            fcntl.flock(opened, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            continue  # somebody runs it
        finally:
            os.close(opened)
        going = each.with_name(f"{each.name}.{os.getpid()}.part")
        os.rename(each, going)  # at once: a half of it must never look like the whole
        shutil.rmtree(going, ignore_errors=True)


def is_alive(process: str) -> bool:
    """Whether a process of this number is there."""
    try:
        os.kill(int(process), 0)
    except (ValueError, ProcessLookupError):
        return False
    except PermissionError:
        return True
    return True


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
