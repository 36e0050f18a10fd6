"""What was found in some bytes, kept by their hash: it is the same for everybody who has these bytes."""

from dataclasses import dataclass, field

from app import clock, db
from app.db import Transaction
from app.files.rows import FAILED, NONE, QUEUED, RUNNING
from app.items import archives

# Goes up whenever more or other text comes out of the same bytes: then all of them are read anew.
VERSION = 1
LARGEST = 256 << 20
PDF, HTML = "application/pdf", "text/html"
# What a document of an office is read as.
OFFICE = {
    archives.DOCX: "docx",
    archives.XLSX: "xlsx",
    "application/vnd.ms-excel.sheet.macroenabled.12": "xlsx",
    archives.PPTX: "pptx",
}
OLD = "It is a document of Office before 2007, or one with a password, which is not read. Save it as {} without one."
# What is not even tried, and why.
UNREAD = {
    archives.LOCKED: "It is protected by a password. Upload it without one to have it read.",
    archives.COMPOUND: OLD.format("DOCX, XLSX or PPTX"),
    "application/msword": OLD.format("DOCX"),
    "application/vnd.ms-excel": OLD.format("XLSX"),
    "application/vnd.ms-powerpoint": OLD.format("PPTX"),
}
PICTURES = frozenset(
    ("image/png", "image/jpeg", "image/gif", "image/webp", "image/avif", "image/tiff", "image/bmp", "image/x-icon")
)
START = """insert into extract (hash, version, state, pages, characters, words, width, height, at)
    values (:hash, :version, :state, 0, 0, :words, 0, 0, :now) on conflict (hash) do nothing"""


@dataclass(frozen=True)
class Page:
    """The text of a page, sheet or slide; `label` names it as a person would: page 3, sheet Tea, slide 2."""

    n: int
    label: str
    text: str


@dataclass(frozen=True)
class Extracted:
    """What was found. `state` is queued, running, done, failed, or none for bytes in which no text is looked for.

    `words` is a sentence: how far it is, why it failed, what was left out. `pages` holds the text as far as it was
    read; `count` of them and `characters` are known without it. `width` and `height` are a picture's, in pixels.
    """

    state: str = NONE
    words: str = ""
    count: int = 0
    characters: int = 0
    width: int = 0
    height: int = 0
    pages: list[Page] = field(default_factory=list)

    @property
    def is_coming(self) -> bool:
        """Whether more will be found."""
        return self.state in (QUEUED, RUNNING)

    @property
    def text(self) -> str:
        """All pages one after the other."""
        return "\n\n".join(page.text for page in self.pages)


def is_readable(type: str) -> bool:
    """Whether text (or a picture's size) is looked for in files of this type."""
    return type in PICTURES or type in OFFICE or type in (PDF, "application/json") or type.startswith("text/")


def wanted(tx: Transaction, hash: str, type: str, size: int) -> None:
    """Have these bytes read after the commit, unless they were or there is nothing to read. For bytes in a file of
    their own: a text in its row is read there."""
    words = UNREAD.get(type, "")
    if is_readable(type) and size > LARGEST:
        words = f"It is larger than {LARGEST >> 20} MiB, up to which files are read."
    if not is_readable(type) and not words:
        return
    told = {"state": FAILED if words else QUEUED, "words": words}
    if tx.run(START, hash=hash, version=VERSION, **told, now=clock.now()).rowcount and not words:
        tx.later("files.picture" if type in PICTURES else "files.read", hash, type, priority=5)


def extracted(hash: str, *, first: int = 1, last: int | None = None, pages: bool = True) -> Extracted:
    """What was found in these bytes so far: the pages from `first` to `last`, or all that is known but the text."""
    row = db.fetch("select state, words, pages, characters, width, height from extract where hash = ?", hash)
    if row is None:
        return Extracted()
    sql = "select n, label, text from extractpage where hash = ? and n between ? and ? order by n"
    found = db.fetch_all(sql, hash, first, last or 1 << 30) if pages else []
    state, words, count, characters, width, height = row
    return Extracted(state, words, count, characters, width, height, [Page(*each) for each in found])
