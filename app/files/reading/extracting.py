"""What was found in some bytes, kept by their hash: it is the same for everybody who has these bytes."""

from dataclasses import dataclass, field

from app import clock, db
from app.db import Transaction
from app.files.rows import NONE, QUEUED

# Goes up whenever more or other text comes out of the same bytes: then all of them are read anew.
VERSION = 1
LARGEST = 256 << 20
PDF, CSV, HTML = "application/pdf", "text/csv", "text/html"
OFFICE = "application/vnd.openxmlformats-officedocument."
DOCX = OFFICE + "wordprocessingml.document"
XLSX = OFFICE + "spreadsheetml.sheet"
PPTX = OFFICE + "presentationml.presentation"
PICTURES = frozenset(
    ("image/png", "image/jpeg", "image/gif", "image/webp", "image/avif", "image/tiff", "image/bmp", "image/x-icon")
)
START = """insert into extract (hash, version, state, pages, characters, words, width, height, at)
    values (:hash, :version, :state, 0, 0, '', 0, 0, :now) on conflict (hash) do nothing"""


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
        return self.state in (QUEUED, "running")

    @property
    def text(self) -> str:
        """All pages one after the other."""
        return "\n\n".join(page.text for page in self.pages)


def is_readable(type: str) -> bool:
    """Whether text (or a picture's size) is looked for in files of this type."""
    return type in PICTURES or type in (PDF, DOCX, XLSX, PPTX) or type.startswith("text/") or type == "application/json"


def wanted(tx: Transaction, hash: str, type: str, size: int) -> None:
    """Have these bytes read after the commit, unless they were or there is nothing to read. For bytes in a file of
    their own: a text in its row is read there."""
    if not is_readable(type) or size > LARGEST:
        return
    if tx.run(START, hash=hash, version=VERSION, state=QUEUED, now=clock.now()).rowcount:
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
