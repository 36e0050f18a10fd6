"""XLSX: the values of each sheet, row by row, without ever holding a whole sheet."""

import datetime
from collections.abc import Iterator
from typing import Any, BinaryIO

from openpyxl import load_workbook

from app.readers.bounds import LARGEST_STREAMED, bounded, pieces, unpacked

MOST_ROWS, MOST_COLUMNS = 50_000, 500


def xlsx(file: BinaryIO) -> Iterator[dict[str, Any]]:
    """The text of each sheet, a line with tabs for each row, in pieces of whole rows. Raises Unreadable."""
    unpacked(file, LARGEST_STREAMED)
    book = load_workbook(file, read_only=True, data_only=True, keep_links=False)
    left: list[str] = []
    yield from bounded(sheets(book, left))
    if left:
        yield {"note": " ".join(left)}


def sheets(book: Any, left: list[str]) -> Iterator[tuple[str, str]]:
    """Each sheet's pieces; what was left out is added to `left`."""
    for sheet in book.worksheets:
        sheet.reset_dimensions()  # a sheet may lie about its own size
        name = f"sheet {sheet.title}"
        first: tuple[str, str] | None = None
        for n, (label, text) in enumerate(pieces(rows(sheet, left), "row", 1000)):
            if n == 0:
                first = (label, text)
                continue
            if first is not None:  # that there is more is known now
                yield f"{name}, {first[0]}", first[1]
                first = None
            yield f"{name}, {label}", text
        if first is not None:
            yield name, first[1]


def rows(sheet: Any, left: list[str]) -> Iterator[str]:
    """Each row as a line."""
    is_wide = False
    for n, row in enumerate(sheet.iter_rows(values_only=True), 1):
        if n > MOST_ROWS:
            left.append(f"Only the first {MOST_ROWS:,} rows of the sheet {sheet.title} were read.")
            return
        if len(row) > MOST_COLUMNS and not is_wide and any(value is not None for value in row[MOST_COLUMNS:]):
            is_wide = True
            left.append(f"Only the first {MOST_COLUMNS} columns of the sheet {sheet.title} were read.")
        yield "\t".join(map(written, row[:MOST_COLUMNS])).rstrip("\t")


def written(value: Any) -> str:
    """A value as text: nothing for an empty cell, ISO for times, no line ends."""
    if value is None:
        return ""
    if isinstance(value, str):
        return " ".join(value.split())
    if isinstance(value, datetime.datetime):
        return value.date().isoformat() if value.time() == datetime.time() else value.isoformat(" ", "seconds")
    if isinstance(value, float):
        return f"{value:.15g}"
    return str(value)
