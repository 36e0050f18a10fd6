"""Documents and pictures for tests, made here: whole, locked, broken, and made to break those who read them."""

import io
import random
import struct
import zipfile
import zlib
from itertools import cycle, islice

from PIL import Image

SENTENCE = (
    "The house stands at the end of a lane, and whoever comes in shakes the rain from the coat, puts the kettle on and "
    "sits down by the fire, where somebody has left a book, a letter and the plan of a garden that was never made."
)


# An XML that would be gigabytes of text.
LAUGHS = (
    b'<?xml version="1.0"?><!DOCTYPE w [<!ENTITY a0 "' + b"ha" * 1000 + b'">'
    + b"".join(b'<!ENTITY a%d "%s">' % (n, b"&a%d;" % (n - 1) * 10) for n in range(1, 9))
    + b']><w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body><w:p><w:r><w:t>&a8;'
    b"</w:t></w:r></w:p></w:body></w:document>"
)  # fmt: skip
SPREADSHEET = b'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
SHEET = b"<worksheet " + SPREADSHEET + b"><sheetData>%s</sheetData></worksheet>"
# A sheet whose rows have one value each, in the last column that there is.
WIDE = SHEET % b"".join(b'<row r="%d"><c r="XFD%d"><v>1</v></c></row>' % (n, n) for n in range(1, 90_000))


def words(count: int, seed: int = 0) -> str:
    """So many words, other ones for each seed."""
    chance = random.Random(seed)
    return " ".join(chance.choice(SENTENCE.split()) for _ in range(count))


def pdf(pages: list[str], extra: bytes = b"", trailer: bytes = b"") -> bytes:
    """A PDF with the text of each page in Helvetica, in lines of 12 words."""
    objects = [b"<< /Type /Catalog /Pages 2 0 R >>", b"", b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"]
    kids = []
    for text in pages:
        each = text.split()
        lines = [" ".join(each[n : n + 12]) for n in range(0, len(each), 12)]
        shown = b"".join(
            b"(%s) Tj T*\n" % line.encode("latin-1").replace(b"(", b"\\(").replace(b")", b"\\)") for line in lines
        )
        stream = zlib.compress(b"BT /F1 10 Tf 12 TL 50 780 Td\n" + shown + b"ET")
        objects.append(b"<< /Length %d /Filter /FlateDecode >>\nstream\n%s\nendstream" % (len(stream), stream))
        kids.append(len(objects) + 1)
        objects.append(
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents %d 0 R "
            b"/Resources << /Font << /F1 3 0 R >> >> >>" % len(objects)
        )
    named = b" ".join(b"%d 0 R" % kid for kid in kids)
    objects[1] = b"<< /Type /Pages /Count %d /Kids [%s] >>" % (len(kids), named)
    out, places = bytearray(b"%PDF-1.7\n"), []
    for n, each in enumerate([*objects, *([extra] if extra else [])], 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (n, each)
    table = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(places) + 1) + b"".join(b"%010d 00000 n \n" % n for n in places)
    out += b"trailer << /Size %d /Root 1 0 R%s >>\nstartxref\n%d\n%%%%EOF\n" % (len(places) + 1, trailer, table)
    return bytes(out)


def locked_pdf() -> bytes:
    """A PDF that wants a password."""
    lock = b"<< /Filter /Standard /V 1 /R 2 /P -4 /O <%s> /U <%s> >>" % (b"41" * 32, b"42" * 32)
    return pdf(["secret"], lock, b" /Encrypt 6 0 R /ID [<00> <00>]")


def docx(paragraphs: list[str], breaks: bool = False) -> bytes:
    """A Word document with a title, a table and these paragraphs, each on a page of its own if `breaks`."""
    from docx import Document

    document = Document()
    document.add_heading("Minutes", 1)
    for text in paragraphs:
        document.add_paragraph(text)
        if breaks:
            document.add_page_break()
    table = document.add_table(2, 2)
    for n, cell in enumerate(["Tea", "3.50", "Scones", "2.80"]):
        table.cell(n // 2, n % 2).text = cell
    return saved(document)


def pptx(slides: list[tuple[str, str, str]]) -> bytes:
    """A presentation with these titles, texts and notes."""
    from pptx import Presentation

    show = Presentation()
    for title, text, notes in slides:
        slide = show.slides.add_slide(show.slide_layouts[1])
        slide.shapes.title.text, slide.placeholders[1].text = title, text
        if notes:
            slide.notes_slide.notes_text_frame.text = notes
    return saved(show)


def xlsx(sheets: dict[str, list[list[object]]]) -> bytes:
    """A workbook of these sheets."""
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    return saved(book)


def saved(document) -> bytes:
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


def large_xlsx(rows: int) -> bytes:
    """A workbook whose one sheet has so many rows, written as text: a library would take minutes."""
    body = b"".join(
        b'<row r="%d"><c r="A%d"><v>%d</v></c><c r="B%d" t="inlineStr"><is><t>Row %d of the ledger</t></is></c></row>'
        % (n, n, n * 7, n, n)
        for n in range(1, rows + 1)
    )
    return replaced(xlsx({"Ledger": [[1]]}), {"xl/worksheets/sheet1.xml": SHEET % body})


def replaced(archive: bytes, parts: dict[str, bytes]) -> bytes:
    """The archive with these parts instead of its own, or beside them."""
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(archive)) as old, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            if name not in parts:
                new.writestr(name, old.read(name))
        for name, data in parts.items():
            new.writestr(name, data)
    return file.getvalue()


def photo(
    width: int, height: int, format: str = "JPEG", orientation: int = 1, located: bool = True, **options
) -> bytes:
    """A picture like a photo (left half bright, grain all over), with the camera, an author and a place in it."""
    tile = Image.effect_noise((256, 256), 60).convert("RGB")
    picture = Image.new("RGB", (width, height), (40, 60, 90))
    picture.paste((230, 200, 150), (0, 0, width // 2, height))
    grain = Image.new("RGB", (width, height))
    for n in range((width // 256 + 1) * (height // 256 + 1)):
        grain.paste(tile, (n % (width // 256 + 1) * 256, n // (width // 256 + 1) * 256))
    picture = Image.blend(picture, grain, 0.3)
    if located:
        exif = Image.Exif()
        exif[0x010F], exif[0x013B], exif[0x0112] = "Secretcam", "Ada Secret", orientation
        exif.get_ifd(0x8825).update({1: "N", 2: (48.0, 12.0, 30.0), 3: "E", 4: (16.0, 22.0, 12.0)})
        options["exif"] = exif
    file = io.BytesIO()
    picture.save(file, format, **options)
    return file.getvalue()


def png_bomb(width: int = 50_000, height: int = 50_000) -> bytes:
    """A PNG of a few kilobytes whose head says that it is gigabytes of pixels."""
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    packer = zlib.compressobj(9)
    row = b"\0" * (width * 3 + 1)
    body = b"".join(packer.compress(row) for _ in range(min(height, 200))) + packer.flush()
    chunks = [(b"IHDR", head), (b"IDAT", body), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data)) for name, data in chunks
    )


def zip_bomb(name: str, size: int, around: bytes) -> bytes:
    """The document with a part that is so many blanks when it is unpacked."""
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(around)) as old, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as new:
        for each in old.namelist():
            if each != name:
                new.writestr(each, old.read(each))
        with new.open(name, "w", force_zip64=True) as part:
            for piece in islice(cycle([b" " * (1 << 20)]), size >> 20):
                part.write(piece)
    return file.getvalue()
