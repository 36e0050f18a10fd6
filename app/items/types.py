"""Types: what bytes are, told by how they begin, whatever their sender says; a name tells kinds of text apart."""

import codecs
import re

from app.items import archives

OCTETS = "application/octet-stream"
PLAIN = "text/plain"
SVG = "image/svg+xml"
# At a place in the bytes, these bytes: then it is this type. The first that fits counts.
SIGNS: tuple[tuple[int, bytes, str], ...] = (
    (0, b"\x89PNG\r\n\x1a\n", "image/png"),
    (0, b"\xff\xd8\xff", "image/jpeg"),
    (0, b"GIF87a", "image/gif"),
    (0, b"GIF89a", "image/gif"),
    (0, b"II*\0", "image/tiff"),
    (0, b"MM\0*", "image/tiff"),
    (0, b"8BPS\0\1", "image/vnd.adobe.photoshop"),
    (0, b"\0\0\0\x0cJXL \r\n\x87\n", "image/jxl"),
    (0, b"\xff\x0a", "image/jxl"),
    (0, b"\0\0\0\x0cjP  \r\n\x87\n", "image/jp2"),
    (0, b"%PDF-", "application/pdf"),
    (0, b"%!PS", "application/postscript"),
    (0, b"{\\rtf", "application/rtf"),
    (0, b"ID3", "audio/mpeg"),
    (0, b"fLaC", "audio/flac"),
    (0, b"MThd\0\0\0\6", "audio/midi"),
    (0, b"#!AMR", "audio/amr"),
    (0, b"FLV\1", "video/x-flv"),
    (0, b"\0\0\1\xba", "video/mpeg"),
    (0, b"\0\0\1\xb3", "video/mpeg"),
    (0, b"\x30\x26\xb2\x75\x8e\x66\xcf\x11", "video/x-ms-asf"),
    (0, b"\x1f\x8b", "application/gzip"),
    (0, b"BZh", "application/x-bzip2"),
    (0, b"\xfd7zXZ\0", "application/x-xz"),
    (0, b"\x28\xb5\x2f\xfd", "application/zstd"),
    (0, b"\x04\x22\x4d\x18", "application/x-lz4"),
    (0, b"7z\xbc\xaf\x27\x1c", "application/x-7z-compressed"),
    (0, b"Rar!\x1a\7", "application/vnd.rar"),
    (0, b"MSCF\0\0\0\0", "application/vnd.ms-cab-compressed"),
    (0, b"!<arch>\ndebian", "application/vnd.debian.binary-package"),
    (0, b"\xed\xab\xee\xdb", "application/x-rpm"),
    (257, b"ustar", "application/x-tar"),
    (0x8001, b"CD001", "application/x-iso9660-image"),
    (0, b"\x7fELF", "application/x-executable"),
    (0, b"\xca\xfe\xba\xbe", "application/x-mach-binary"),
    (0, b"\xfe\xed\xfa\xce", "application/x-mach-binary"),
    (0, b"\xfe\xed\xfa\xcf", "application/x-mach-binary"),
    (0, b"\xce\xfa\xed\xfe", "application/x-mach-binary"),
    (0, b"\xcf\xfa\xed\xfe", "application/x-mach-binary"),
    (0, b"\0asm", "application/wasm"),
    (0, b"MZ", "application/x-dosexec"),
    (0, b"CWS", "application/x-shockwave-flash"),
    (0, b"FWS", "application/x-shockwave-flash"),
    (0, b"ZWS", "application/x-shockwave-flash"),
    (0, b"SQLite format 3\0", "application/vnd.sqlite3"),
    (0, b"PAR1", "application/vnd.apache.parquet"),
    (0, b"ARROW1\0\0", "application/vnd.apache.arrow.file"),
    (0, b"\x89HDF\r\n\x1a\n", "application/x-hdf5"),
    (0, b"\x93NUMPY", "application/x-numpy"),
    (0, b"GGUF", "application/x-gguf"),
    (0, b"wOFF", "font/woff"),
    (0, b"wOF2", "font/woff2"),
    (0, b"\0\1\0\0\0", "font/ttf"),
    (0, b"OTTO\0", "font/otf"),
    (128, b"DICM", "application/dicom"),
    (0, b"\xd4\xc3\xb2\xa1", "application/vnd.tcpdump.pcap"),
    (0, b"\xa1\xb2\xc3\xd4", "application/vnd.tcpdump.pcap"),
    (0, b"\x0a\x0d\x0d\x0a", "application/x-pcapng"),
    (0, b"\0\0\1\0", "image/x-icon"),
)
RIFF = {b"WEBP": "image/webp", b"WAVE": "audio/wav", b"AVI ": "video/x-msvideo"}
# The brand of an ISO media file (the four bytes after `ftyp`).
BRANDS = {
    **{brand: "image/avif" for brand in (b"avif", b"avis")},
    **{brand: "image/heic" for brand in (b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx")},
    **{brand: "image/heif" for brand in (b"mif1", b"msf1")},
    **{brand: "audio/mp4" for brand in (b"M4A ", b"M4B ", b"M4P ", b"F4A ")},
    **{brand: "video/3gpp" for brand in (b"3gp4", b"3gp5", b"3gp6", b"3gg6")},
    b"qt  ": "video/quicktime",
    b"crx ": "image/x-canon-cr3",
}
EXTENSIONS = {
    "image/png": ".png", "image/jpeg": ".jpg", "image/gif": ".gif", "image/avif": ".avif", "image/webp": ".webp",
    "image/heic": ".heic", "image/tiff": ".tiff", "image/bmp": ".bmp", SVG: ".svg", "application/pdf": ".pdf",
    "audio/mpeg": ".mp3", "audio/flac": ".flac", "audio/ogg": ".ogg", "audio/wav": ".wav", "audio/mp4": ".m4a",
    "audio/aac": ".aac", "video/webm": ".webm", "video/mp4": ".mp4", "video/quicktime": ".mov",
    "video/x-matroska": ".mkv", "video/x-msvideo": ".avi", "application/zip": ".zip", "application/gzip": ".gz",
    "application/x-tar": ".tar", "application/x-7z-compressed": ".7z", archives.DOCX: ".docx", archives.XLSX: ".xlsx",
    archives.PPTX: ".pptx", archives.ODT: ".odt", archives.ODS: ".ods", archives.ODP: ".odp",
    "application/epub+zip": ".epub", "application/rtf": ".rtf", PLAIN: ".txt", "text/html": ".html",
    "text/csv": ".csv", "text/markdown": ".md", "application/json": ".json", "text/xml": ".xml",
}  # fmt: skip
# The kinds of text that a name tells: whatever it says, such a file is text, and nothing of it is run here.
NAMES = {
    "csv": "text/csv", "tsv": "text/tab-separated-values", "md": "text/markdown", "markdown": "text/markdown",
    "html": "text/html", "htm": "text/html", "xhtml": "text/html", "json": "application/json", "xml": "text/xml",
    "svg": SVG, "css": "text/css", "js": "text/javascript", "mjs": "text/javascript", "txt": PLAIN, "log": PLAIN,
    "ics": "text/calendar", "vcf": "text/vcard",
}  # fmt: skip
TEXTS = frozenset(("application/json", "application/rtf", "application/postscript", SVG))
# Before the root of a document: its mark, its declaration, comments and its type.
PROLOGUE = (
    r"\A\ufeff?\s*(<\?xml[^>]{0,200}\?>\s*|<!--(?:[^-]|-(?!->)){0,4000}-->\s*|<!doctype\s+svg[^>]{0,400}>\s*){0,8}"
)
TEXT_SIGNS = tuple(
    (re.compile(pattern, re.I), type)
    for pattern, type in (
        (PROLOGUE + r"<(\w{1,20}:)?svg[\s>]", SVG),
        (PROLOGUE + r"(<!doctype\s+html|<(html|head|body|script)[\s>])", "text/html"),
        (r"\A\ufeff?\s*<\?xml\s", "text/xml"),
        (r"\A%PDF-", "application/pdf"),
        (r"\A\{\\rtf", "application/rtf"),
        (r"\A%!PS", "application/postscript"),
        (r"\ABEGIN:VCALENDAR\s", "text/calendar"),
        (r"\ABEGIN:VCARD\s", "text/vcard"),
        (r'\A\ufeff?\s*(\{\s*(\}|"[^"\\]{0,200}"\s*:)|\[\s*(\]|[\[{"\d-]|true|false|null))', "application/json"),
    )
)
LOOKED_AT = 8192
LINES = 20
# Controls that a text in a single-byte encoding has none of.
CONTROLS = bytes(n for n in range(32) if n not in b"\t\n\f\r\x1b") + b"\x7f"


def told(data: bytes, name: str = "") -> str:
    """The media type of bytes of which these are the first (64 KiB are enough). `name` is a hint for texts alone."""
    text = readable(data[: 64 << 10])
    if text is not None:
        return kind_of_text(text, name)
    found = binary(data)
    # A text of before Unicode looks like any bytes: its name has to say that it is one.
    by_name = NAMES.get(name.lower().rpartition(".")[2], "") if found == OCTETS else ""
    return by_name if by_name.startswith("text/") and data.translate(None, CONTROLS) == data else found


def binary(data: bytes) -> str:
    """The media type that the first bytes tell by themselves."""
    if data[:4] == b"RIFF":
        return RIFF.get(data[8:12], OCTETS)
    if data[4:8] == b"ftyp":
        return branded(data)
    if data[:4] == b"PK\3\4":
        return archives.told(data)
    if data[:4] == b"PK\5\6":
        return "application/zip"
    if data[:8] == archives.OLE:
        return archives.compound(data)
    if data[:4] == b"OggS":
        return "video/ogg" if b"\x80theora" in data[:64] else "audio/ogg"
    if data[:4] == b"FORM" and data[8:12] in (b"AIFF", b"AIFC"):
        return "audio/aiff"
    if data[:4] == b"\x1a\x45\xdf\xa3":
        return "video/x-matroska" if b"matroska" in data[:64] else "video/webm"
    if data[:2] == b"BM" and data[6:10] == b"\0\0\0\0" and data[14:18] in (b"\x28\0\0\0", b"\x6c\0\0\0", b"\x7c\0\0\0"):
        return "image/bmp"
    if data[:1] == b"\xff" and (sound := framed(data)):
        return sound
    if data[:1] == b"G" and len(data) > 376 and data[188:189] == data[376:377] == b"G":
        return "video/mp2t"
    return next((type for at, sign, type in SIGNS if data[at : at + len(sign)] == sign), OCTETS)


def branded(data: bytes) -> str:
    """What an ISO media file holds: its own brand says so, or else the others that it is compatible with."""
    size = min(int.from_bytes(data[:4], "big"), 256)
    brands = [data[8:12], *(data[at : at + 4] for at in range(16, size - 3, 4))]
    found = [BRANDS[brand] for brand in brands if brand in BRANDS]
    # Of the general brand of still pictures, the others say what it is.
    still = [type for type in found if type in ("image/avif", "image/heic")]
    if found and found[0] == "image/heif" and still:
        return still[0]
    return BRANDS.get(data[8:12], "video/mp4") if found[:1] != ["image/heif"] else "image/heif"


def framed(data: bytes) -> str:
    """Sound that begins with a frame: MPEG layers 1 to 3, or AAC; '' where the bits are no such head."""
    if len(data) < 4 or data[1] & 0xE0 != 0xE0:
        return ""
    version, layer, rate, sampling = data[1] >> 3 & 3, data[1] >> 1 & 3, data[2] >> 4, data[2] >> 2 & 3
    if layer == 0 and data[1] & 0xF6 == 0xF0 and data[2] >> 2 & 15 < 13:
        return "audio/aac"
    return "audio/mpeg" if version != 1 and layer != 0 and rate != 15 and sampling != 3 else ""


def readable(data: bytes) -> str | None:
    """The text that these first bytes say (UTF-8, or UTF-16 with its mark); where they end in the midst of a character,
    without that one. None when they are no text."""
    encoding = "utf-16" if data[:2] in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE) else "utf-8"
    try:
        text = codecs.getincrementaldecoder(encoding)().decode(data)
    except UnicodeDecodeError:
        return None  # bytes like any other
    return None if "\0" in text else text


def text_of(data: bytes) -> str:
    """What bytes of a text say, whatever program wrote them: UTF-8, UTF-16 with its mark, or else Windows' letters of
    Western Europe. A character that is cut off at the end is left out."""
    encoding = "utf-16" if data[:2] in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE) else "utf-8"
    try:
        return codecs.getincrementaldecoder(encoding)().decode(data)
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace")


def kind_of_text(text: str, name: str) -> str:
    """Which kind of text it is: by how it begins, then by its name, then by its shape."""
    start = text[:LOOKED_AT]
    found = next((type for sign, type in TEXT_SIGNS if sign.match(start)), "")
    by_name = NAMES.get(name.lower().rpartition(".")[2], "") if "." in name else ""
    if found and found not in ("text/xml", "application/json"):
        return found
    return by_name or found or (by_shape(text) if len(text) > 1 else PLAIN)


def by_shape(text: str) -> str:
    """A table, if its first lines have the same number of parts (three or more), else plain text."""
    lines = [line for line in text[:LOOKED_AT].splitlines() if line.strip()]
    lines = lines[: min(LINES, max(len(lines) - 1, 3))]
    for mark, type in (("\t", "text/tab-separated-values"), (",", "text/csv"), (";", "text/csv")):
        counts = {line.count(mark) for line in lines}
        if len(lines) >= 3 and len(counts) == 1 and counts.pop() >= 2:
            return type
    return PLAIN


def is_text(type: str) -> bool:
    """Whether files of this type are text, which may be shown as it is."""
    return type.startswith("text/") or type in TEXTS


def extension(type: str) -> str:
    """How the name of a file of this type ends."""
    return EXTENSIONS.get(type, ".bin")
