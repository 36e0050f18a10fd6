"""Plain texts and tables of values, in pieces that name their lines or rows."""

import codecs
import csv
import io
from collections.abc import Iterator
from typing import Any, BinaryIO

from app.readers.bounds import MOST_CHARACTERS, bounded, pieces
from app.readers.waiting import Unreadable

MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
LOOKED_AT = 1 << 20
LARGEST_FIELD = 1 << 20
# What no text is longer than that is kept; the rest is not even decoded.
LARGEST = MOST_CHARACTERS * 4


def opened(file: BinaryIO, newline: str | None = None) -> io.TextIOWrapper:
    """A file as text: UTF-8, UTF-16 with its mark, or what Windows wrote before. Raises Unreadable."""
    head = file.read(LOOKED_AT)
    file.seek(0)
    encoding = next((name for mark, name in MARKS if head.startswith(mark)), "utf-8")
    try:
        codecs.getincrementaldecoder(encoding)().decode(head)
    except UnicodeDecodeError:
        encoding = "cp1252"
    if encoding != "utf-16" and b"\0" in head:
        raise Unreadable("It is no text.")
    return io.TextIOWrapper(file, encoding, errors="replace", newline=newline)


def lines(file: BinaryIO) -> Iterator[dict[str, Any]]:
    """A text, in pieces of whole lines."""
    text = opened(file)
    yield from bounded(pieces((line.rstrip("\n") for line in drawn(text)), "line"))


def drawn(text: io.TextIOWrapper) -> Iterator[str]:
    """Its lines; one without an end comes in parts."""
    while line := text.readline(LARGEST):
        yield line


def rows(file: BinaryIO) -> Iterator[dict[str, Any]]:
    """A table of values (CSV and its kin), as CSV with commas, in pieces of whole rows."""
    text = opened(file, newline="")
    start = text.readline(LARGEST_FIELD)
    mark = max(",;\t|", key=start.count)
    text.seek(0)
    csv.field_size_limit(LARGEST_FIELD)
    try:
        yield from bounded(pieces(written(csv.reader(drawn(text), delimiter=mark)), "row", 1000))
    except csv.Error as error:
        raise Unreadable(f"It is no table of values: {error}.") from error


def written(table: Iterator[list[str]]) -> Iterator[str]:
    """Each row as one line of CSV."""
    for row in table:
        line = io.StringIO()
        csv.writer(line, lineterminator="").writerow([" ".join(value.split("\n")) for value in row])
        yield line.getvalue()
