"""PDF: the text of each page, and the first page as a picture."""

import io
import re
from collections.abc import Iterator
from typing import Any, BinaryIO

import pypdfium2
import pypdfium2.raw

from app.readers.bounds import bounded
from app.readers.waiting import Unreadable

# PDFium's mark for a hyphen at the end of a line: the word goes on.
HYPHEN = re.compile("[\x02\ufffe](\r?\n)?")
LOCKED = "It is protected by a password. Upload it without one to have it read."
# No page is drawn with more pixels to a point, however small it is.
LARGEST_SCALE = 8.0


def opened(file: BinaryIO) -> pypdfium2.PdfDocument:
    """The document. Raises Unreadable."""
    try:
        return pypdfium2.PdfDocument(file)
    except pypdfium2.PdfiumError as error:
        locked = getattr(error, "err_code", None) == pypdfium2.raw.FPDF_ERR_PASSWORD
        raise Unreadable(LOCKED if locked else "It is broken: it cannot be opened as a PDF.") from error


def pdf(file: BinaryIO) -> Iterator[dict[str, Any]]:
    """The text of each page; a note where there is none at all."""
    document = opened(file)
    count, seen = len(document), False
    for told in bounded(pages(document), count):
        seen = seen or bool(told.get("text"))
        yield told
    if not seen:
        yield {"note": "No text was found in it: its pages are pictures."}


def pages(document: pypdfium2.PdfDocument) -> Iterator[tuple[str, str]]:
    """The text of each page; one that is broken has none."""
    for n in range(len(document)):
        try:
            page = document[n]
            text = page.get_textpage().get_text_range()
            page.close()
        except pypdfium2.PdfiumError:
            text = ""
        yield f"page {n + 1}", HYPHEN.sub("", text)


def first_page(file: BinaryIO, longest: int) -> Iterator[dict[str, Any]]:
    """The first page as a WebP picture of which no side is longer, on white. Raises Unreadable."""
    document = opened(file)
    if not len(document):
        raise Unreadable("It has no pages.")
    try:
        page = document[0]
    except pypdfium2.PdfiumError as error:
        raise Unreadable("Its first page is broken.") from error
    width, height = page.get_size()
    scale = min(longest / max(width, height, 1.0), LARGEST_SCALE)
    picture = page.render(scale=scale, may_draw_forms=False).to_pil().convert("RGB")
    picture.thumbnail((longest, longest))
    data = io.BytesIO()
    picture.save(data, "WEBP", quality=85, method=3)
    yield {"width": round(width), "height": round(height), "bytes": data.getvalue()}
