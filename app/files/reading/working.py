"""The jobs that read: documents one after the other, so that a hundred of them leave room for other work."""

import threading
from typing import Any

from app import clock, db
from app.errors import Gone
from app.files import picturing
from app.files.opening import opened
from app.files.reading.extracting import HTML, OFFICE, PDF, PICTURES, VERSION, wanted
from app.files.rows import DONE, FAILED, QUEUED, RUNNING
from app.later import Cancelled, Stopped, progress
from app.readers import asking

# For one document: of time, and of a core's.
SECONDS = 120.0
PATIENCE = 600.0
# A document whose job has not come to it for so long, or that nobody reads any more, is queued again.
LATE = 10 * clock.MINUTE
# What is written at once, or after so many seconds.
BATCH, PACE = 256 << 10, 1.0
DEEDS = OFFICE | {PDF: "pdf", HTML: "html"}
TABLES = ("text/csv", "text/tab-separated-values")
PICTURED = ", ".join(f"'{type}'" for type in sorted(PICTURES))
NEXT = f"""select extract.hash, type from extract join itempart on itempart.hash = extract.hash
    where state = '{QUEUED}' and type not in ({PICTURED}) order by at limit 1"""
BEGIN = f"""update extract set state = '{RUNNING}', version = {VERSION}, pages = 0, characters = 0, words = '',
    at = :now where hash = :hash and state in ('{QUEUED}', '{RUNNING}')"""
TELL = """update extract set state = :state, pages = :pages, characters = :characters, words = :words, at = :now
    where hash = :hash"""
PAGE = "insert into extractpage (hash, n, label, text) values (:hash, :n, :label, :text)"
MEASURE = f"""update extract set state = :state, width = :width, height = :height, words = :words, at = :now,
    version = {VERSION} where hash = :hash"""
LOST = f"""select extract.hash, max(type), max(size) from extract join itempart on itempart.hash = extract.hash
    where (state in ('{QUEUED}', '{RUNNING}') and at < ?) or version < {VERSION} group by extract.hash limit 200"""
OVER = """select hash from extract where at < ? and not exists
    (select 1 from blobuse where blobuse.hash = extract.hash) limit 1000"""

lock = threading.Lock()


def read(me: Any, hash: str, type: str) -> int:
    """Read this document and then all others that wait, unless somebody does so already; how many were read."""
    if not lock.acquire(blocking=False):
        return 0  # whoever reads now comes to this one
    try:
        count = int(Reading(hash).read(type))
        while row := db.fetch(NEXT):
            count += Reading(row[0]).read(row[1])
        return count
    finally:
        lock.release()


class Reading:
    """One document while it is read: what has come and is not written yet."""

    def __init__(self, hash: str) -> None:
        self.hash = hash
        self.held: list[dict[str, Any]] = []
        self.notes: list[str] = []
        self.pages = self.characters = self.size = 0
        self.percent, self.said, self.last = 0, "", ""
        self.written_at = clock.ticks()

    def read(self, type: str) -> bool:
        """Read it to its end, or as far as that is possible; False where it is read already. Raises Cancelled."""
        with db.write() as tx:
            if not tx.run(BEGIN, now=clock.now(), hash=self.hash).rowcount:
                return False
            tx.run("delete from extractpage where hash = :hash", hash=self.hash)
        try:
            why = self.follow(DEEDS.get(type, "rows" if type in TABLES else "lines"))
            self.tick()  # a reader that ended with the server says nothing about the document
        except Stopped:
            self.write(QUEUED, "")
            raise
        except Cancelled:
            self.write(FAILED, "Reading it was stopped.")
            raise
        self.end(why)
        return True

    def follow(self, deed: str) -> str:
        """Take what is told, page by page; why it cannot be read any further, or ''. Raises Cancelled."""
        try:
            with opened(self.hash) as file:
                for told in asking.documents.ask(deed, file, seconds=SECONDS, patience=PATIENCE, tick=self.tick):
                    if "note" in told.words:
                        self.notes.append(str(told.words["note"]))
                    else:
                        self.take(told.words)
        except (asking.Unreadable, Gone) as error:
            return str(error)
        return ""

    def tick(self) -> None:
        """Say how far it is. Raises Cancelled."""
        progress(self.percent, self.said)

    def take(self, page: dict[str, Any]) -> None:
        """Add a page, and write what is held when it is time."""
        self.pages += 1
        text, of = str(page["text"]), int(page.get("of", 0))
        self.last = str(page["label"])
        self.held.append({"hash": self.hash, "n": self.pages, "label": self.last, "text": text})
        self.characters, self.size = self.characters + len(text), self.size + len(text)
        self.said = f"{self.last} of {of:,}" if of else self.last
        self.percent = 100 * self.pages // of if of else min(99, self.pages)
        self.tick()
        if self.size >= BATCH or clock.ticks() - self.written_at >= PACE:
            self.write(RUNNING, self.said)

    def end(self, why: str) -> None:
        """It is read, or cannot be read (any further): then what was read is kept with the sentence that says why."""
        if why and not self.pages:
            self.write(FAILED, why)
        else:
            self.write(
                DONE, " ".join([*self.notes, f"Nothing after {self.last} was read. {why}" if why else ""]).strip()
            )

    def write(self, state: str, words: str) -> None:
        """Write what is held, and how far it is."""
        with db.write() as tx:
            told = {"state": state, "pages": self.pages, "characters": self.characters, "words": words}
            if tx.run(TELL, **told, now=clock.now(), hash=self.hash).rowcount:
                for page in self.held:
                    tx.run(PAGE, **page)
        self.held, self.size, self.written_at = [], 0, clock.ticks()


def measure(me: Any, hash: str, type: str) -> None:
    """Find out how large a picture is, and make its thumbnail. Raises Busy, so that it is tried again."""
    state, words, size = DONE, "", (0, 0)
    try:
        size = picturing.measured(hash, type)
    except (asking.Unreadable, Gone) as error:
        state, words = FAILED, str(error)
    with db.write() as tx:
        tx.run(MEASURE, state=state, width=size[0], height=size[1], words=words, now=clock.now(), hash=hash)


def catch_up() -> None:
    """Queue again what was left by a process that ended, and what an earlier version of the reader read."""
    if lock.locked():
        return
    rows = db.fetch_all(LOST, clock.now() - LATE)
    if not rows:
        return
    with db.write() as tx:
        for hash, type, size in rows:
            tx.run("delete from extract where hash = :hash", hash=hash)
            wanted(tx, hash, type, size)


def sweep() -> int:
    """Forget what was found in bytes that nothing refers to any more; in how many."""
    rows = db.fetch_all(OVER, clock.now() - clock.HOUR)
    for (hash,) in rows:
        with db.write() as tx:
            tx.run("delete from extractpage where hash = :hash", hash=hash)
            tx.run("delete from extract where hash = :hash", hash=hash)
    return len(rows)
