"""Archives that are documents: which one, told by the first entries, so that nothing is unpacked for it but a list."""

import re
import zlib

OFFICE = "application/vnd.openxmlformats-officedocument."
DOCX = OFFICE + "wordprocessingml.document"
XLSX = OFFICE + "spreadsheetml.sheet"
PPTX = OFFICE + "presentationml.presentation"
COMPOUND = "application/x-ole-storage"
OPEN = "application/vnd.oasis.opendocument."
ODT, ODS, ODP = OPEN + "text", OPEN + "spreadsheet", OPEN + "presentation"
ZIP = "application/zip"
# A document of an office with a password, of whichever kind it is inside.
LOCKED = "application/x-ooxml-protected"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
# What [Content_Types].xml calls the main part.
MAINS = (
    (b"wordprocessingml.document.main+xml", DOCX),
    (b"wordprocessingml.template.main+xml", DOCX),
    (b"ms-word.document.macroEnabled.main+xml", "application/vnd.ms-word.document.macroenabled.12"),
    (b"spreadsheetml.sheet.main+xml", XLSX),
    (b"spreadsheetml.template.main+xml", XLSX),
    (b"ms-excel.sheet.macroEnabled.main+xml", "application/vnd.ms-excel.sheet.macroenabled.12"),
    (b"ms-excel.sheet.binary.macroEnabled.main", "application/vnd.ms-excel.sheet.binary.macroenabled.12"),
    (b"presentationml.presentation.main+xml", PPTX),
    (b"presentationml.slideshow.main+xml", PPTX),
    (b"ms-powerpoint.presentation.macroEnabled.main+xml", "application/vnd.ms-powerpoint.presentation.macroenabled.12"),
)
# How the names of entries begin, where the list of types is out of sight.
ENTRIES = (
    (b"word/", DOCX),
    (b"xl/", XLSX),
    (b"ppt/", PPTX),
    (b"AndroidManifest.xml", "application/vnd.android.package-archive"),
    (b"META-INF/MANIFEST.MF", "application/java-archive"),
)
LOCAL = re.compile(rb"PK\x03\x04(.{22})(..)(..)", re.S)
LARGEST_LIST = 256 << 10
MIMETYPE = re.compile(rb"application/(epub\+zip|vnd\.oasis\.opendocument\.[a-z-]{1,40})")
# The names of streams in files of the old Office, as its directory has them.
STREAMS = (
    ("EncryptedPackage", LOCKED),
    ("WordDocument", "application/msword"),
    ("Workbook", "application/vnd.ms-excel"),
    ("Book", "application/vnd.ms-excel"),
    ("PowerPoint Document", "application/vnd.ms-powerpoint"),
    ("__properties_version1.0", "application/vnd.ms-outlook"),
)


def told(data: bytes) -> str:
    """What a ZIP file is that begins so: a document of an office, a book, a program, or an archive."""
    names = []
    for found in LOCAL.finditer(data):
        start = found.end()
        length, extra = (int.from_bytes(each, "little") for each in found.group(2, 3))
        name, body = data[start : start + length], data[start + length + extra :][:LARGEST_LIST]
        if name == b"mimetype" and (said := MIMETYPE.match(body)) and start == 30:
            return said[0].decode()
        if name == b"[Content_Types].xml" and (type := listed(found[1], body)):
            return type
        names.append(name)
    return next((type for sign, type in ENTRIES if any(name.startswith(sign) for name in names)), ZIP)


def listed(head: bytes, body: bytes) -> str:
    """The type by the list of types of an Office document, of which the first bytes may be all there are; or ''."""
    if int.from_bytes(head[4:6], "little") == 8:
        try:
            body = zlib.decompressobj(-15).decompress(body, LARGEST_LIST)
        except zlib.error:
            return ""  # a broken list tells nothing
    return next((type for sign, type in MAINS if sign in body), "")


def compound(data: bytes) -> str:
    """What a compound file (of the Office before 2007, or one with a password) is, if its directory is in sight."""
    size = 1 << min(int.from_bytes(data[30:32], "little"), 16)
    start = (int.from_bytes(data[48:52], "little") + 1) * size
    directory = data[start : start + 4096]
    found = (type for name, type in STREAMS if name.encode("utf-16-le") + b"\0\0" in directory)
    return next(found, COMPOUND)
