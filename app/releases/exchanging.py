"""The two files: the new one beside the old one, the old one under a name of its own, and one rename between them."""

import errno
import hashlib
import os
from contextlib import suppress
from pathlib import Path

from app import disk
from app.errors import Misconfigured
from app.releases.journal import Upgrade

PIECE = 1 << 20
# Where a file system knows no hard links, the old file is copied.
NO_LINKS = (errno.EPERM, errno.EOPNOTSUPP, errno.ENOSYS, errno.EMLINK, errno.EXDEV)


def coming(target: Path) -> Path:
    """Where the new file is written, beside the one that it will replace."""
    return target.with_name(f".{target.name}.coming")


def previous(target: Path) -> Path:
    """Where the old file is kept."""
    return target.with_name(f"{target.name}.previous")


def linking(target: Path) -> Path:
    """The second name of the old file, before it has its own."""
    return target.with_name(f".{target.name}.linking")


def digest(path: Path) -> str:
    """The SHA-256 of a file; '' where there is none."""
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except FileNotFoundError:
        return ""


def bring(file: Path, target: Path) -> str:
    """Copy `file` beside `target`, with the owner and the mode of that one: the SHA-256 of what was copied. What is
    checked from here on is what will lie there, whatever becomes of `file`. Raises Misconfigured."""
    there, sum = coming(target), hashlib.sha256()
    try:
        like = target.stat()
        there.unlink(missing_ok=True)
        # Nobody can run it, and nobody else read it, before it is whole and known.
        with (
            file.open("rb") as given,
            os.fdopen(os.open(there, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out,
        ):
            while piece := given.read(PIECE):
                sum.update(piece)
                out.write(piece)
            out.flush()
            if (like.st_uid, like.st_gid) != (os.geteuid(), os.getegid()):
                os.fchown(out.fileno(), like.st_uid, like.st_gid)
            os.fchmod(out.fileno(), like.st_mode & 0o777 | 0o100)
            os.fsync(out.fileno())
    except OSError as error:
        with suppress(OSError):
            there.unlink(missing_ok=True)
        raise Misconfigured(
            f"{file} cannot be copied to {target.parent} ({error.strerror}): run this as a user who may replace "
            f"{target}. Nothing was changed."
        ) from error
    return sum.hexdigest()


def swap(target: Path) -> None:
    """Keep the old file under its other name, and put the new one in its place. Raises OSError; at any point one of the
    two lies whole at `target`."""
    aside = linking(target)
    aside.unlink(missing_ok=True)
    try:
        os.link(target, aside)
    except OSError as error:
        if error.errno not in NO_LINKS:
            raise
        disk.copy(target, aside)
        aside.chmod(target.stat().st_mode & 0o777)
    os.replace(aside, previous(target))
    # Between two names of one file a rename does nothing at all.
    aside.unlink(missing_ok=True)
    disk.settle(target.parent)
    os.replace(coming(target), target)
    disk.settle(target.parent)


def put_back(upgrade: Upgrade) -> None:
    """Have the old file in its place again; nothing to do where it lies there. Raises Misconfigured, OSError."""
    target, kept = upgrade.target, previous(upgrade.target)
    if digest(target) != upgrade.old.sha256:
        if digest(kept) != upgrade.old.sha256:
            raise Misconfigured(
                f"{kept} is not the file of {upgrade.old.words} any more: put that one in the place of {target} by "
                "hand, then start it."
            )
        with suppress(FileNotFoundError):  # another one who goes back has just done it
            os.replace(kept, target)
    with suppress(PermissionError):  # who put it there has settled it, too
        disk.settle(target.parent)
    sweep(target)


def is_new(upgrade: Upgrade) -> bool:
    """Whether the new file lies there."""
    return digest(upgrade.target) == upgrade.new.sha256


def sweep(target: Path) -> None:
    """Remove what a killed upgrade left beside the file; where this user may not, the next upgrade does."""
    for left in (coming(target), linking(target)):
        with suppress(PermissionError):
            left.unlink(missing_ok=True)
