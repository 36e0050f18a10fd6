"""Opening an export: JSON, or an archive with JSON in it, one chat after another: its size costs no memory."""

import codecs
import json
import re
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, BinaryIO

from app.errors import Invalid

STEP = 1 << 20
MOST_STEP = 4 << 20
LARGEST_CHAT = 48 << 20  # characters of JSON
LARGEST_WHOLE = 4 << 30  # bytes of JSON in all of the file, unpacked
MOST_ENTRIES = 50_000
# Objects and lists of one chat: each takes thirty times as much memory as the two signs that it is written with.
MOST_OPENED = 2_000_000
# What holds the chats in an archive of ChatGPT's or Claude's; in others every JSON file is looked at.
CHATS = re.compile(r"conversations([-_]?\d+)?\.json")
BLANK = re.compile(r"[ \t\r\n]*")
# Told of each chat: where it stands, what it is, and how much of the file was read, from 0 to 1.
Found = tuple[str, Any, float]


def conversations(path: Path) -> Iterator[Found]:
    """The chats of a file. Raises Invalid with the place of what is broken."""
    with path.open("rb") as file:
        if file.read(4) != b"PK\x03\x04":
            file.seek(0)
            yield from elements(file, "", path.stat().st_size)
            return
    try:
        with zipfile.ZipFile(path) as archive:
            yield from unpacked(archive)
    except (zipfile.BadZipFile, zipfile.LargeZipFile, EOFError, NotImplementedError) as error:
        raise Invalid(file=f"This archive is damaged: {error}.") from None
    except zipfile.zlib.error as error:  # type: ignore[attr-defined]
        raise Invalid(file=f"This archive is damaged: {error}.") from None


def unfolded(path: Path) -> int:
    """The bytes of JSON in a file, as it says itself."""
    try:
        with zipfile.ZipFile(path) as archive:
            return sum(entry.file_size for entry in archive.infolist() if is_json(entry))
    except (zipfile.BadZipFile, NotImplementedError):
        return path.stat().st_size  # it is no archive, then


def unpacked(archive: zipfile.ZipFile) -> Iterator[Found]:
    """The chats in an archive."""
    entries = [entry for entry in archive.infolist() if is_json(entry)]
    if len(archive.infolist()) > MOST_ENTRIES:
        raise Invalid(file=f"This archive has more than {MOST_ENTRIES:,} files. Send the JSON with the chats alone.")
    chosen = [entry for entry in entries if CHATS.fullmatch(named(entry))] or entries
    if not chosen:
        raise Invalid(file="There is no JSON file in this archive, so there are no chats.")
    if any(entry.flag_bits & 1 for entry in chosen):
        raise Invalid(file="This archive is encrypted. Unpack it, and send the JSON with the chats.")
    left, sizes = [LARGEST_WHOLE], sum(entry.file_size for entry in chosen) or 1
    done = 0
    for entry in sorted(chosen, key=lambda each: each.filename):
        with archive.open(entry) as file:
            for place, raw, share in elements(file, entry.filename, entry.file_size, left):
                yield place, raw, min(1.0, (done + share * entry.file_size) / sizes)
        done += entry.file_size


def is_json(entry: zipfile.ZipInfo) -> bool:
    """Whether this is a JSON file, and not one that a Mac puts beside each."""
    return not entry.is_dir() and named(entry).endswith(".json") and not named(entry).startswith("._")


def named(entry: zipfile.ZipInfo) -> str:
    """The last part of its name."""
    return entry.filename.replace("\\", "/").rpartition("/")[2].lower()


def elements(file: Any, name: str, size: int, left: list[int] | None = None) -> Iterator[Found]:
    """The elements of the array that a JSON text is, or the text itself where it is one object."""
    text = Text(file, name, left or [LARGEST_WHOLE])
    if text.peek() == "[":
        text.at += 1
        for n in range(1, 1 << 31):
            if text.peek() == "]":
                break
            yield text.place(n), text.value(n), min(1.0, text.read / max(size, 1))
            if text.peek() == ",":
                text.at += 1
            elif text.peek() != "]":
                raise text.broken("after a chat stands neither a comma nor the end of the list")
        text.at += 1
    else:
        whole = text.value(0)
        inner = whole.get("conversations") if isinstance(whole, dict) else None
        for n, raw in enumerate(inner if isinstance(inner, list) else [whole]):
            yield (text.place(n + 1) if isinstance(inner, list) else name or "the file"), raw, 1.0
    if text.peek():
        raise text.broken("there is more after its end")


class Text:
    """JSON that is read piece by piece; `at` is the place in what is held of it."""

    def __init__(self, file: BinaryIO, name: str, left: list[int]) -> None:
        self.file, self.name, self.left = file, name, left
        self.decode: Callable[..., str] = codecs.getincrementaldecoder("utf-8-sig")().decode
        self.held, self.at, self.passed, self.read = "", 0, 0, 0
        self.ended = False
        self.parse = json.JSONDecoder().raw_decode

    def more(self, wanted: int = STEP) -> None:
        """Hold more of it. Raises Invalid for what is no UTF-8, and beyond LARGEST_WHOLE."""
        data = self.file.read(wanted)
        self.ended = len(data) < wanted
        self.read += len(data)
        self.left[0] -= len(data)
        if self.left[0] < 0:
            raise Invalid(file=f"There are more than {LARGEST_WHOLE >> 30} GiB of JSON in this file.")
        try:
            fresh = self.decode(data, self.ended)
        except UnicodeDecodeError:
            raise self.broken("it is not UTF-8") from None
        self.passed += self.at
        self.held, self.at = self.held[self.at :] + fresh, 0

    def peek(self) -> str:
        """The next character that is not blank, '' at the end."""
        while True:
            match = BLANK.match(self.held, self.at)
            self.at = match.end() if match else self.at
            if self.at < len(self.held) or self.ended:
                return self.held[self.at : self.at + 1]
            self.more()

    def value(self, n: int) -> Any:
        """The value that begins here. Raises Invalid."""
        while True:
            try:
                found, end = self.parse(self.held, self.at)
            except json.JSONDecodeError as error:
                if self.ended:
                    raise self.broken(error.msg, error.pos) from None
            except (ValueError, RecursionError):
                raise self.broken(f"what stands at {self.place(n)} is no chat: it is nested too deep") from None
            else:
                self.at = end
                return found
            if len(self.held) - self.at > LARGEST_CHAT:
                raise self.broken(f"{self.place(n)} is broken, or larger than {LARGEST_CHAT >> 20} MiB")
            if self.held.count("{", self.at) + self.held.count("[", self.at) > MOST_OPENED:
                raise self.broken(f"{self.place(n)} holds more than {MOST_OPENED:,} values")
            # As much again each time, but not so much that what was not counted yet could fill the memory.
            self.more(min(max(STEP, len(self.held) - self.at), MOST_STEP))

    def place(self, n: int) -> str:
        """The name of a place for people."""
        return f"{self.name}, chat {n}".removeprefix(", ")

    def broken(self, why: str, at: int | None = None) -> Invalid:
        """What is wrong, and where."""
        place = self.passed + (self.at if at is None else at)
        where = f" in {self.name}" if self.name else ""
        return Invalid(
            file=f"This is not JSON that can be read{where}, at character {place:,}: {why}. Nothing was taken."
        )
