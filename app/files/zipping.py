"""Many files as one zip, made while it is sent: nothing of it is kept, and no file is whole in memory."""

import zipfile
from collections.abc import Generator, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, BinaryIO, cast

from app.files import giving
from app.items import ItemPart
from app.items.pieces import unique

PIECE = 256 << 10
FIRST_YEAR = 315_532_800  # 1980, before which no zip knows a time
# Names that Windows gives to devices, in every folder and with every ending.
DEVICES = frozenset(["con", "prn", "aux", "nul", *(f"{port}{n}" for port in ("com", "lpt") for n in range(1, 10))])
# What is packed already, or too random to be: it is put in as it is.
PACKED = ("image/", "audio/", "video/", "application/")
LOOSE = ("image/svg", "image/bmp", "application/json", "application/xml", "application/pdf")


@dataclass(frozen=True)
class Entry:
    """A file in a zip: the folders above it, its name, its bytes, when it was made (microseconds UTC), and whether
    they go out as they are (see `giving`)."""

    folders: tuple[str, ...]
    name: str
    part: ItemPart
    at: int
    whole: bool = True


class Outlet:
    """A file that can only be written: what was written since it was last emptied."""

    def __init__(self) -> None:
        self.pieces: list[bytes] = []
        self.held = 0

    def write(self, data: Any) -> int:
        """Take these bytes."""
        self.pieces.append(bytes(data))
        self.held += len(data)
        return len(data)

    def flush(self) -> None:
        """There is nothing behind it."""

    def emptied(self) -> bytes:
        """What has come."""
        data, self.pieces, self.held = b"".join(self.pieces), [], 0
        return data


def zipped(entries: list[Entry]) -> Generator[bytes, None, None]:
    """The zip, in pieces of about 256 KiB. A file that was lost with a disk ends it: half a zip is seen as broken."""
    outlet = Outlet()
    with zipfile.ZipFile(cast(BinaryIO, outlet), "w", allowZip64=True) as pack:
        for path, entry in zip(paths(entries), entries, strict=True):
            moment = datetime.fromtimestamp(max(entry.at / 1e6, FIRST_YEAR), UTC)
            info = zipfile.ZipInfo(path, moment.timetuple()[:6])
            info.external_attr = 0o644 << 16
            info.compress_type = zipfile.ZIP_STORED if is_packed(entry.part.type) else zipfile.ZIP_DEFLATED
            info._compresslevel = 1  # type: ignore[attr-defined]  # what is sent at once had better be quick
            with (
                giving.bare(entry.part, entry.whole).file as given,
                pack.open(info, "w", force_zip64=entry.part.size >= 1 << 31) as taken,
            ):
                yield from moved(given, taken, outlet)
            if outlet.held >= PIECE:
                yield outlet.emptied()
    yield outlet.emptied()


def moved(given: BinaryIO, taken: Any, outlet: Outlet) -> Iterator[bytes]:
    """Put a file in, and give on what comes out."""
    while piece := given.read(PIECE):
        taken.write(piece)
        if outlet.held >= PIECE:
            yield outlet.emptied()


def is_packed(type: str) -> bool:
    """Whether bytes of this type become no smaller."""
    return type.startswith(PACKED) and not type.startswith(LOOSE)


def paths(entries: list[Entry]) -> list[str]:
    """The path of each, which can be unpacked everywhere and leads nowhere else; no two are the same."""
    taken: dict[tuple[str, ...], set[str]] = {}
    found = []
    for entry in entries:
        folders = tuple(safe(name) for name in entry.folders)
        key = tuple(name.casefold() for name in folders)
        found.append("/".join([*folders, unique(safe(entry.name), taken.setdefault(key, set()))]))
    return found


def safe(name: str) -> str:
    """A name that is that of one file on every system."""
    plain = "".join("_" if c in '<>:"/\\|?*' or not c.isprintable() else c for c in name).rstrip(". ")
    if plain.partition(".")[0].strip().casefold() in DEVICES:
        plain = f"_{plain}"
    return plain if plain.strip(". ") else "_"
