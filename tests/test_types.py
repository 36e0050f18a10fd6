"""Types: what bytes are by how they begin; a name that lies changes nothing."""

import io
import os
import tarfile
import zipfile

import pytest

from app.items import archives, types

OFFICE = "application/vnd.openxmlformats-officedocument"


def zipped(*entries: tuple[str, str], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """An archive of these names and texts."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", method) as archive:
        for name, text in entries:
            archive.writestr(name, text)
    return file.getvalue()


def office(main: str) -> bytes:
    return zipped(("[Content_Types].xml", f'<Types><Override ContentType="application/vnd.{main}"/></Types>'))


def tar() -> bytes:
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w") as archive:
        archive.addfile(tarfile.TarInfo("a"))
    return file.getvalue()


def compound(stream: str) -> bytes:
    head = bytearray(512)
    head[:8], head[30:32], head[48:52] = archives.OLE, b"\x09\0", b"\0\0\0\0"
    return bytes(head) + stream.encode("utf-16-le").ljust(512, b"\0")


@pytest.mark.parametrize(
    ("data", "type"),
    [
        (b"\0\0\0\x20ftypheic\0\0\0\0mif1heic", "image/heic"),
        (b"\0\0\0\x20ftypmif1\0\0\0\0mif1heic", "image/heic"),
        (b"\0\0\0\x20ftypmif1\0\0\0\0mif1avif", "image/avif"),
        (b"\0\0\0\x14ftypqt  \0\0\0\0qt  ", "video/quicktime"),
        (b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom", "video/mp4"),
        (b"\0\0\0\x1cftypM4A \0\0\0\0M4A mp42isom", "audio/mp4"),
        (b"\xff\xfb\x90\x64\0\0\0\0", "audio/mpeg"),
        (b"\xff\xf3\x44\xc4\0\0\0\0", "audio/mpeg"),
        (b"\xff\xf1\x50\x80\x2e\x7f\xfc\0", "audio/aac"),
        (b"\xff\xff\xff\xff\0\0", types.OCTETS),
        (b"\x1a\x45\xdf\xa3\x93\x42\x82\x88matroska\0", "video/x-matroska"),
        (b"\x1a\x45\xdf\xa3\x93\x42\x82\x84webm\0\xff", "video/webm"),
        (b"MZ\x90\0\3\0\0\0\4\0\0\0\xff\xff", "application/x-dosexec"),
        (b"\x7fELF\2\1\1\0\xff", "application/x-executable"),
        (b"BM\x46\0\0\0\0\0\0\0\x36\0\0\0\x28\0\0\0\xff", "image/bmp"),
        (b"MM\0*\0\0\0\x08\xff", "image/tiff"),
        (b"SQLite format 3\0\x10\0\1\1\0\xff", "application/vnd.sqlite3"),
        (tar(), "application/x-tar"),
        (office("openxmlformats-officedocument.wordprocessingml.document.main+xml"), archives.DOCX),
        (office("openxmlformats-officedocument.spreadsheetml.sheet.main+xml"), archives.XLSX),
        (office("openxmlformats-officedocument.presentationml.presentation.main+xml"), archives.PPTX),
        (office("ms-excel.sheet.macroEnabled.main+xml"), "application/vnd.ms-excel.sheet.macroenabled.12"),
        (zipped(("_rels/.rels", "x"), ("word/document.xml", "x")), archives.DOCX),
        (zipped(("mimetype", archives.ODS), ("content.xml", "x"), method=zipfile.ZIP_STORED), archives.ODS),
        (zipped(("mimetype", "application/epub+zip"), method=zipfile.ZIP_STORED), "application/epub+zip"),
        (zipped(("META-INF/MANIFEST.MF", "x"), ("a.class", "x")), "application/java-archive"),
        (zipped(("a.txt", "word/ in a text is no document")), "application/zip"),
        (zipped(), "application/zip"),
        (b"PK\3\4" + b"\xff" * 90_000, "application/zip"),
        (compound("WordDocument"), "application/msword"),
        (compound("EncryptedPackage"), archives.LOCKED),
        (compound("Anything"), archives.COMPOUND),
        (b"%PDF-1.4\n1 0 obj", "application/pdf"),
        (b"{\\rtf1\\ansi text}", "application/rtf"),
    ],
)
def test_bytes_say_what_they_are_whatever_their_name(data, type):
    assert types.told(data[: 64 << 10]) == type
    assert types.told(data[: 64 << 10], "innocent.txt") == type
    assert not types.is_text(type) or type == "application/rtf"


@pytest.mark.parametrize(
    ("text", "name", "type"),
    [
        ("", "", "text/plain"),
        ("MZ, a text of two letters", "", "text/plain"),
        ("GIF89a is how a GIF begins", "a.gif", "text/plain"),
        ("words", "lying.pdf", "text/plain"),
        ("<!-- mine --><!DOCTYPE html><p>", "lying.txt", "text/html"),
        ("\ufeff  <html><body>", "", "text/html"),
        ("<?xml version='1.0'?>\n<!-- a -->\n<svg xmlns='http://www.w3.org/2000/svg'/>", "a.txt", "image/svg+xml"),
        ("<?xml version='1.0'?><feed/>", "", "text/xml"),
        ('{"a": [1, 2]}', "", "application/json"),
        ("[1, 2, 3]", "a.txt", "text/plain"),
        ("[section]\nkey = 1", "", "text/plain"),
        ("a,b,c\n1,2,3\n4,5,6\n", "", "text/csv"),
        ("a\tb\tc\n1\t2\t3\n4\t5\t6\n", "", "text/tab-separated-values"),
        ("Dear all, as agreed, today\nwe wait, and\nsee", "", "text/plain"),
        ("# Title\n\nWords.", "read.me.md", "text/markdown"),
        ("a;b\n1;2\n", "Sales.CSV", "text/csv"),
        ("<!--" + "-" * 9000, "", "text/plain"),
        ("<!-- x -->" * 2000, "", "text/plain"),
    ],
)
def test_kinds_of_text_are_told_by_their_beginning_and_then_by_their_name(text, name, type):
    assert types.told(text.encode(), name) == type
    assert not text or types.told(text.encode("utf-16"), name) == type
    assert types.is_text(type)


def test_a_text_of_before_unicode_is_one_when_its_name_says_so_and_it_has_no_controls():
    data = "Größe;Stück\n1;2\n".encode("cp1252")
    assert types.told(data, "a.csv") == "text/csv"
    assert types.told(data) == types.OCTETS
    assert types.told(data + b"\0", "a.csv") == types.OCTETS
    assert types.told(b"\x89PNG\r\n\x1a\n\xff", "a.csv") == "image/png"


def test_no_bytes_break_the_detector():
    signs = [data for _, data, _ in types.SIGNS] + [b"PK\3\4", archives.OLE, b"RIFF", b"\0\0\0\x20ftyp", b"\xff\xfb"]
    for sign in signs:
        for tail in (b"", b"\xff", os.urandom(64), os.urandom(70_000), b"\0" * 70_000):
            assert "/" in types.told((sign + tail)[: 64 << 10])


def test_a_text_is_read_whatever_wrote_it_and_wherever_it_was_cut():
    for encoding in ("utf-8", "utf-16", "cp1252"):
        assert types.text_of("Größe".encode(encoding)) == "Größe"
    assert types.text_of("Größe".encode()[:3]) == "Gr"
    assert types.text_of("Größe".encode("utf-16")[:-1]) == "Größ"
    assert types.text_of(b"\x81\x8d") == "\ufffd\ufffd"
