"""Picturing: small and bare pictures of files, made in confined processes and kept in data/derived."""

import os
from collections.abc import Callable, Iterable
from pathlib import Path

from app import clock, config, db, disk
from app.errors import Gone, NotWritten, TooLarge
from app.files import baring
from app.files.opening import opened
from app.files.reading.extracting import LARGEST, PDF, PICTURES
from app.logs import log
from app.readers import asking

WIDTHS = (96, 320, 1280)
# What thumbnails are.
TYPE = "image/webp"
# Goes up whenever they look otherwise than before.
VERSION = 1
SECONDS = 20.0
PATIENCE = 10.0
# Where no picture could be made, it is not tried again for so long.
AGAIN = clock.DAY
# A file that is being written; what a crash leaves of one goes with the next sweep.
COMING = ".coming"
# All that is derived may take so many bytes; what nobody has looked at goes first, and after so long anyway.
MOST, UNSEEN = 1 << 30, 30 * clock.DAY


def thumbnail(hash: str, type: str, width: int = 320) -> bytes | None:
    """A WebP picture of these bytes (a picture, or the first page of a PDF) of which no side is longer than `width`
    (96, 320 or 1280), without any metadata; None where there is none, or where it could not be made. Waits."""
    longest = next((each for each in WIDTHS if each >= width), WIDTHS[-1])
    if type not in PICTURES and type != PDF:
        return None
    return kept(place(hash, f"{longest}.webp"), lambda: made(hash, type, longest)[2])


def made(hash: str, type: str, longest: int) -> tuple[int, int, bytes]:
    """The width and height of the whole, and the thumbnail. Raises Unreadable, Gone, Busy."""
    width = height = 0
    data = b""
    for told in asked("first_page" if type == PDF else "thumbnail", hash, longest):
        width, height = int(told.words.get("width", width)), int(told.words.get("height", height))
        data = told.data or data
    return width, height, data


def measured(hash: str, type: str) -> tuple[int, int]:
    """The width and height of a picture, in pixels as it is seen; its thumbnail is there then. Raises Unreadable, Gone,
    Busy."""
    width, height, data = made(hash, type, 320)
    write(place(hash, "320.webp"), [data])
    return width, height


def scaled(hash: str, type: str, *, longest: int = 1568, most_bytes: int = 4 << 20) -> tuple[bytes, str] | None:
    """The picture as a model takes it: its bytes (at most so many) and its media type (image/png or image/jpeg), no
    side longer than `longest`, upright, without any metadata; None where it could not be made. Waits."""
    if type not in PICTURES:
        return None
    found = kept(place(hash, f"{longest}-{most_bytes}"), lambda: asked("scaled", hash, longest, most_bytes)[0].data)
    return None if found is None else (found, "image/png" if found.startswith(b"\x89PNG") else "image/jpeg")


def bare(hash: str, type: str) -> Path | None:
    """A file with the same picture without what else it tells (place, time, camera, author), for all but those whose it
    is; None where such bytes tell nothing of the kind, so that they are sent as they are. Waits. Raises Gone,
    NotWritten, and TooLarge for what is too large to be looked through."""
    if type not in baring.PLANS:
        return None
    here = place(hash, "bare")
    if not here.exists():
        with opened(hash) as file:
            if os.fstat(file.fileno()).st_size > LARGEST:
                raise TooLarge(f"A picture of more than {LARGEST >> 20} MiB goes out to those only who may change it.")
            plan = baring.planned(file, type)
            write(here, [] if plan is None else baring.followed(file, plan))
    touch(here)
    return here if here.stat().st_size else None


def asked(deed: str, hash: str, *args: int) -> list[asking.Told]:
    """What a reader tells of these bytes. Raises Unreadable, Gone, Busy."""
    with opened(hash) as file:
        if os.fstat(file.fileno()).st_size > LARGEST:
            raise asking.Unreadable(f"It is larger than {LARGEST >> 20} MiB.")
        return list(asking.pictures.ask(deed, file, *args, seconds=SECONDS, patience=PATIENCE))


def place(hash: str, what: str) -> Path:
    """Where something that was made of these bytes lies."""
    return config.current.data / "derived" / hash[:2] / f"{hash}-{VERSION}-{what}"


def kept(here: Path, make: Callable[[], bytes]) -> bytes | None:
    """What was made before, or is made now; None where it cannot be made, or not at this moment."""
    try:
        data = here.read_bytes()
        if data or changed(here) > clock.now() - AGAIN:
            touch(here)
            return data or None
    except FileNotFoundError:
        data = b""  # so it is made now
    try:
        data = make()
    except asking.Busy:
        return None
    except (asking.Unreadable, Gone) as error:
        log.info("files.no_picture", place=here.name, why=str(error))
        data = b""  # and that is kept too
    try:
        write(here, [data])
    except NotWritten as error:  # without it, it is made again
        log.warning("files.picture_not_kept", why=str(error))
    return data or None


def write(here: Path, pieces: Iterable[bytes]) -> None:
    """Put a file there, whole or not at all; it need not survive a power cut. Raises NotWritten."""
    coming = here.with_name(f"{here.name}.{clock.new_id()}{COMING}")
    with disk.asked():
        here.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        try:
            with os.fdopen(os.open(coming, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
                for piece in pieces:
                    file.write(piece)
            os.rename(coming, here)
        except BaseException:
            coming.unlink(missing_ok=True)
            raise


def touch(here: Path) -> None:
    """Note once a day that somebody looked at it."""
    if changed(here) < clock.now() - clock.DAY and here.stat().st_size:
        os.utime(here)


def changed(here: Path) -> int:
    """When it was made or looked at last, or about then."""
    return here.stat().st_mtime_ns // 1000


def sweep() -> int:
    """Delete what was made of bytes that nothing refers to, what nobody has looked at for 30 days, what a crash left
    half written, and the oldest of what is over a gigabyte; how many files."""
    known = {row[0] for row in db.fetch_all("select distinct hash from blobuse")}
    found = sorted(
        (changed(each), each.stat().st_size, each) for each in (config.current.data / "derived").glob("??/*")
    )
    total, gone = sum(size for _, size, _ in found), 0
    for at, size, each in found:
        is_over = total > MOST or at < clock.now() - UNSEEN
        is_stray = each.suffix == COMING or each.name.partition("-")[0] not in known
        # What was just made may be of bytes whose transaction is still to come.
        if is_over or (is_stray and at < clock.now() - clock.HOUR):
            each.unlink(missing_ok=True)
            total, gone = total - size, gone + 1
    return gone
