"""Bounds: how much of a file is read, and what is said of the rest."""

import re
import zipfile
from collections.abc import Iterator
from typing import Any, BinaryIO

from app.readers.waiting import Unreadable

MOST_PAGES, MOST_CHARACTERS = 5_000, 5_000_000
# A piece of what has no pages of its own.
PIECE = 12_000
# What a document of an office may hold when it is unpacked, of what is read whole.
MOST_ENTRIES, LARGEST_UNPACKED = 20_000, 512 << 20
LARGEST_STREAMED = 8 << 30
# Text is seldom packed into less than a hundredth; a bomb is.
DENSEST, SMALL = 200, 32 << 20
UNSEEN = re.compile("[\0-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff]")
ENDINGS = re.compile("\r\n?|\u2028|\u2029")


def bounded(pages: Iterator[tuple[str, str]], of: int = 0) -> Iterator[dict[str, Any]]:
    """Pages as they are told, as many as are kept; the last piece says what was left out. `of` is their number, where
    it is known beforehand."""
    characters = 0
    for n, (label, text) in enumerate(pages):
        if n >= MOST_PAGES:
            yield {"note": f"Only the first {MOST_PAGES:,}{f' of {of:,}' if of else ''} pages were read."}
            return
        text = clean(text)[: MOST_CHARACTERS - characters]
        characters += len(text)
        yield {"label": label[:200], "text": text, "of": of}
        if characters >= MOST_CHARACTERS:
            yield {"note": f"Only the first {MOST_CHARACTERS:,} characters were read."}
            return


def clean(text: str) -> str:
    """Text without signs that cannot be stored or seen, with one kind of line ending."""
    plain = UNSEEN.sub("", ENDINGS.sub("\n", text)).encode("utf-8", "replace").decode()
    return "\n".join(line.rstrip() for line in plain.split("\n")).strip("\n")


def pieces(lines: Iterator[str], unit: str, most: int = 10_000) -> Iterator[tuple[str, str]]:
    """Lines (or rows) in pieces of about 12,000 characters, each with the numbers of those in it."""
    held: list[str] = []
    first, size, n = 1, 0, 0
    for n, line in enumerate(lines, 1):
        for start in range(0, len(line) or 1, PIECE):  # a line may be as long as a file
            held.append(line[start : start + PIECE])
            size += len(held[-1]) + 1
            if size >= PIECE or n - first + 1 >= most:
                yield labelled(unit, first, n), "\n".join(held)
                held, size, first = [], 0, n + 1
    if held:
        yield labelled(unit, first, n), "\n".join(held)


def labelled(unit: str, first: int, last: int) -> str:
    """What a piece is called: line 7, lines 1 to 12."""
    return f"{unit} {last}" if first >= last else f"{unit}s {first} to {last}"


def unpacked(file: BinaryIO, largest: int = LARGEST_UNPACKED) -> None:
    """Look at the list of an archive before anything is unpacked. Raises Unreadable for bombs and passwords."""
    try:
        with zipfile.ZipFile(file) as archive:
            entries = archive.infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError, EOFError) as error:
        raise Unreadable("It is broken: the list of its parts cannot be read.") from error
    if any(entry.flag_bits & 1 for entry in entries):
        raise Unreadable("It is protected by a password. Upload it without one to have it read.")
    whole, packed = sum(entry.file_size for entry in entries), sum(entry.compress_size for entry in entries)
    if len(entries) > MOST_ENTRIES:
        raise Unreadable(f"It has more than {MOST_ENTRIES:,} parts, which no document has.")
    if whole > largest or (whole > SMALL and whole > DENSEST * packed):
        raise Unreadable(f"Unpacked it would be {whole >> 20:,} MiB, which is more than is read.")
    file.seek(0)
