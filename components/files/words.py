"""Files in words: what kind of thing one is, how large, and where it is."""

from typing import Any

from components.addresses import url
from components.pastes.words import syntax_words

# What begins a media type, or is one; its name, and its picture.
PDF = "application/pdf"
OFFICE = "application/vnd.openxmlformats-officedocument."
OPEN = "application/vnd.oasis.opendocument."
KINDS = (
    (PDF, "PDF", "text"),
    (OFFICE + "wordprocessingml", "Word document", "text"),
    (OPEN + "text", "Text document", "text"),
    ("application/msword", "Word document", "text"),
    ("application/rtf", "Text document", "text"),
    ("application/epub", "E-book", "doc"),
    (OFFICE + "spreadsheetml", "Spreadsheet", "sheet"),
    (OPEN + "spreadsheet", "Spreadsheet", "sheet"),
    ("application/vnd.ms-excel", "Spreadsheet", "sheet"),
    ("text/csv", "Table", "sheet"),
    ("text/tab-separated-values", "Table", "sheet"),
    (OFFICE + "presentationml", "Slides", "slides"),
    (OPEN + "presentation", "Slides", "slides"),
    ("application/vnd.ms-powerpoint", "Slides", "slides"),
    ("image/svg", "Drawing", "image"),
    ("image/", "Picture", "image"),
    ("audio/", "Sound", "sound"),
    ("video/", "Video", "film"),
    ("text/html", "Web page", "text"),
    ("text/markdown", "Markdown", "text"),
    ("text/", "Text", "text"),
    ("application/json", "JSON", "text"),
    ("application/xml", "XML", "text"),
    ("application/zip", "Archive", "archive"),
    ("application/gzip", "Archive", "archive"),
    ("application/x-tar", "Archive", "archive"),
    ("application/x-7z", "Archive", "archive"),
    ("application/x-bzip", "Archive", "archive"),
    ("application/x-xz", "Archive", "archive"),
    ("application/zstd", "Archive", "archive"),
    ("application/vnd.rar", "Archive", "archive"),
    ("application/x-rar", "Archive", "archive"),
    ("application/x-executable", "Program", "jobs"),
    ("application/x-dosexec", "Program", "jobs"),
    ("font/", "Font", "text"),
)
# Of these a small picture can be made.
PICTURED = ("image/", PDF)
NOT_PICTURED = ("image/svg", "image/x-icon", "image/vnd")
# Browsers show these pictures as they are.
SHOWN = ("image/png", "image/jpeg", "image/gif", "image/webp", "image/avif")


def place(item: Any, *parts: Any, **query: Any) -> str:
    """The address of a file, or of something below it."""
    return url("/files", item.id, *parts, **query)


def folder_place(folder: Any, **query: Any) -> str:
    """The address of a folder; that of all files where there is none."""
    return url("/files", folder=folder.id if folder else None, **query)


def kind_words(type: str, syntax: str = "") -> str:
    """What people call a thing of this type; a text by what is written in it."""
    if syntax and type.startswith("text/"):
        return "Table" if syntax == "csv" else syntax_words(syntax, type)
    return told(type)[1]


def kind_icon(type: str) -> str:
    """The picture of such a thing."""
    return told(type)[2]


def told(type: str) -> tuple[str, str, str]:
    """What is known of a media type."""
    found = next((each for each in KINDS if type.startswith(each[0])), None)
    return found or (type, "File", "file")


def is_pictured(type: str) -> bool:
    """Whether a small picture of it can be made."""
    return type.startswith(PICTURED) and not type.startswith(NOT_PICTURED)


def thumbnail(item: Any, width: int) -> str:
    """The address of a small picture; another version has another one."""
    return place(item, "thumbnail", width=width, v=item.current)
