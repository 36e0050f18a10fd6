"""Reading: what documents say, page by page, and a sentence where they say nothing."""

import os
import re
import time
from datetime import datetime

import pytest

from app import clock, db, files, jobs, later, rights
from app.files import reading
from app.files.reading import working
from app.rights import Caller
from tests import papers
from tests.test_types import compound


@pytest.fixture
def me(bob):
    return Caller(id=bob.id, name="Bob", address="127.0.0.1")


def stored(me, data: bytes, name: str) -> files.File:
    return files.create(me, files.arrived(me, data, name), name)


def told(file: files.File, seconds: float = 20) -> reading.Extracted:
    """What is found in it, when all is found."""
    deadline = time.monotonic() + seconds
    while (found := reading.extracted(file.part.hash)).is_coming:
        assert time.monotonic() < deadline, found
        time.sleep(0.02)
    return found


def read(me, data: bytes, name: str) -> reading.Extracted:
    return told(stored(me, data, name))


def labels(found: reading.Extracted) -> list[str]:
    return [page.label for page in found.pages]


# ── what is found ─────────────────────────────────────────────────────────────────────────────────────────────────────
def test_a_pdf_is_read_page_by_page(house, me):
    found = read(me, papers.pdf(["Tea at five.", "", "Scones (two) for Ada."]), "minutes.pdf")
    assert (found.state, found.count, found.words) == ("done", 3, "")
    assert labels(found) == ["page 1", "page 2", "page 3"]
    assert [page.text for page in found.pages] == ["Tea at five.", "", "Scones (two) for Ada."]
    assert found.characters == len("Tea at five.") + len("Scones (two) for Ada.")


def test_pages_are_given_by_their_numbers_and_not_at_all_where_only_their_count_is_asked(house, me):
    file = stored(me, papers.pdf([f"This is number {n}." for n in range(1, 8)]), "a.pdf")
    told(file)
    assert labels(reading.extracted(file.part.hash, first=3, last=4)) == ["page 3", "page 4"]
    short = reading.extracted(file.part.hash, pages=False)
    assert (short.pages, short.count) == ([], 7) and short.characters > 100


def test_a_document_keeps_its_headings_tables_and_pages(house, me):
    found = read(me, papers.docx(["Tea at five.", "Scones at six."]), "minutes.docx")
    assert found.text == "# Minutes\nTea at five.\nScones at six.\nTea\t3.50\nScones\t2.80"
    found = read(me, papers.docx(["Tea at five.", "Scones at six."], breaks=True), "minutes.docx")
    assert labels(found) == ["page 1", "page 2", "page 3"]
    assert found.pages[1].text == "Scones at six."


def test_a_presentation_is_read_slide_by_slide_with_its_notes(house, me):
    found = read(me, papers.pptx([("Tea", "How it is made", "Speak slowly"), ("Scones", "Flour", "")]), "show.pptx")
    assert labels(found) == ["slide 1", "slide 2"]
    assert found.pages[0].text == "Tea\nHow it is made\nNotes:\nSpeak slowly"


def test_a_workbook_is_read_sheet_by_sheet_and_a_long_one_in_pieces(house, me):
    rows = [["Kind", "Price", "Since"], ["Earl Grey", 3.5, datetime(2026, 11, 21)]]
    long = [[n, "x" * 60] for n in range(1, 501)]
    found = read(me, papers.xlsx({"Tea": rows, "Log": long, "Empty": []}), "prices.xlsx")
    assert (
        found.pages[0].label == "sheet Tea" and found.pages[0].text == "Kind\tPrice\tSince\nEarl Grey\t3.5\t2026-11-21"
    )
    assert labels(found)[1] == "sheet Log, rows 1 to 187" and labels(found)[-1].endswith("to 500")
    assert "\n".join(page.text for page in found.pages[1:]) == "\n".join(f"{n}\t{x}" for n, x in long)


@pytest.mark.parametrize(
    ("data", "name", "label", "text"),
    [
        (b"Kind;Price\n" + b'"Earl;\nGrey";3,50\n' * 9000, "prices.csv", "rows 1 to ", "Kind,Price\nEarl; Grey,"),
        (b"one\r\ntwo\x07\n" + b"x" * 70_000, "notes.txt", "lines 1 to 3", "one\ntwo\nxxx"),
        (("Gr\u00fc\u00dfe\n" * 20_000).encode("utf-16"), "notes.txt", "lines 1 to ", "Gr\u00fc\u00dfe\nGr\u00fc"),
        (("Gr\u00fc\u00dfe\n" * 20_000).encode("cp1252"), "notes.txt", "lines 1 to ", "Gr\u00fc\u00dfe\nGr\u00fc"),
        (
            b"<!doctype html><head><title>Tea</title><style>p {}</style></head><h1>How</h1><p>It <b>is</b> &lt;made&gt;"
            b"<script>alert(1)</script><table><tr><td>1<td>2</table>" + b"<div>" * 20_000,
            "page.html",
            "paragraphs 1 to 4",
            "Tea\n# How\nIt is <made>\n1\t2",
        ),
    ],
)
def test_long_texts_are_read_in_pieces_that_name_their_place(house, me, data, name, label, text):
    found = read(me, data, name)
    assert found.state == "done"
    assert found.pages[0].label.startswith(label) and found.pages[0].text.startswith(text)
    assert all(len(page.text) <= 16_000 for page in found.pages)


def test_the_same_bytes_are_read_once_and_what_has_no_text_not_at_all(house, me):
    data = papers.pdf(["Tea at five, once."])
    first = stored(me, data, "a.pdf")
    told(first)
    at = db.fetch("select at from extract where hash = ?", first.part.hash)
    assert told(stored(me, data, "b.pdf")).text == "Tea at five, once."
    assert db.fetch("select at from extract where hash = ?", first.part.hash) == at
    assert reading.extracted(stored(me, b"MZ\0\xff" + os.urandom(99), "a.exe").part.hash).state == "none"
    small = stored(me, b"a short text is in its row", "a.txt")
    assert reading.extracted(small.part.hash).state == "none" and small.part.text


# ── what is refused, and how it is said ───────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize(
    ("data", "name", "words"),
    [
        (papers.locked_pdf(), "a.pdf", "protected by a password"),
        (compound("EncryptedPackage"), "a.docx", "protected by a password"),
        (compound("WordDocument"), "a.doc", "before 2007"),
        (b"%PDF-1.7\n" + b"\xff" * 500, "a.pdf", "broken"),
        (papers.docx([])[:5000] + b"\0" * 50, "a.docx", "broken"),
        (papers.replaced(papers.docx([]), {"word/document.xml": b"<w:document"}), "a.docx", "broken"),
        (papers.zip_bomb("word/document.xml", 1 << 30, papers.docx([])), "a.docx", "more than is read"),
        (
            papers.zip_bomb("xl/sharedStrings.xml", 300 << 20, papers.xlsx({"a": [["x"]]})),
            "a.xlsx",
            "more than is read",
        ),
        (papers.docx([]).replace(b"\x14\0\0\0\x08\0", b"\x14\0\1\0\x08\0"), "a.docx", "password"),
        (papers.replaced(papers.docx([]), {"word/document.xml": papers.LAUGHS}), "a.docx", "broken|memory|ended"),
    ],
)
def test_what_cannot_be_read_is_told_in_a_sentence(house, me, data, name, words):
    found = read(me, data, name)
    assert found.state == "failed" and found.pages == []
    assert re.search(words, found.words), found.words
    assert found.words.endswith(".") and "Error" not in found.words


def test_a_workbook_of_a_million_rows_and_a_book_without_an_end_are_read_as_far_as_it_makes_sense(house, me):
    found = read(me, papers.large_xlsx(60_000), "ledger.xlsx")
    assert found.state == "done"
    assert found.words == "Only the first 50,000 rows of the sheet Ledger were read."
    assert labels(found)[-1].endswith("to 50000")
    found = read(me, b"All work and no play.\n" * 300_000, "book.txt")
    assert found.characters == 5_000_000 and found.words == "Only the first 5,000,000 characters were read."


def test_what_takes_too_long_keeps_the_pages_that_were_read(house, me, monkeypatch):
    monkeypatch.setattr(working, "SECONDS", 2.5)
    book = papers.xlsx({"First": [["Tea"]], "Second": [[1]]})
    found = read(me, papers.replaced(book, {"xl/worksheets/sheet2.xml": papers.WIDE}), "slow.xlsx")
    assert found.state == "done" and found.pages[0].text == "Tea"
    assert re.fullmatch("Nothing after sheet .* was read. It took longer than 2.5 seconds to read.", found.words)


def test_a_scan_without_text_says_so(house, me):
    found = read(me, papers.pdf(["", ""]), "scan.pdf")
    assert (found.state, found.words) == ("done", "No text was found in it: its pages are pictures.")


# ── on its way ────────────────────────────────────────────────────────────────────────────────────────────────────────
def test_a_book_of_200_pages_tells_how_far_it_is(house, me, monkeypatch):
    monkeypatch.setattr(working, "PACE", 0.0)
    begun = time.monotonic()
    file = stored(me, papers.pdf([papers.words(400, n) for n in range(200)]), "book.pdf")
    seen, deadline = set(), time.monotonic() + 20
    while (found := reading.extracted(file.part.hash, pages=False)).is_coming and time.monotonic() < deadline:
        seen.add((found.state, found.words, found.count))
    assert found.state == "done" and found.count == 200 and found.characters > 300_000
    assert time.monotonic() - begun < 20
    assert any(state == "running" and words == f"page {count} of 200" for state, words, count in seen)


def test_many_documents_are_read_one_after_the_other_by_one_job(house, me):
    made = [stored(me, papers.pdf([f"Number {n} of {time.monotonic_ns()}"]), f"{n}.pdf") for n in range(6)]
    assert [told(file).state for file in made] == ["done"] * 6


def test_what_a_process_left_behind_is_read_by_the_next_one(house, me):
    file = stored(me, papers.pdf(["Left behind."]), "a.pdf")
    told(file)
    with db.write() as tx:
        sql = "update extract set state = 'running', at = :at where hash = :hash"
        tx.run(sql, at=clock.now() - clock.DAY, hash=file.part.hash)
    working.catch_up()
    assert told(file).text == "Left behind."
    with db.write() as tx:
        tx.run("update extract set version = 0 where hash = :hash", hash=file.part.hash)
    working.catch_up()
    assert told(file).text == "Left behind."
    assert db.fetch("select version from extract where hash = ?", file.part.hash)[0] == 1


def test_a_reading_that_is_cancelled_says_so_and_one_that_ends_with_the_server_waits_for_the_next(house, me):
    slow = papers.replaced(papers.xlsx({"Slow": [[1]]}), {"xl/worksheets/sheet1.xml": papers.WIDE})
    file = stored(me, slow, "slow.xlsx")
    [(job,)] = db.fetch_all("select id from job where name = 'files.read' and payload like ?", f"%{file.part.hash}%")
    deadline = time.monotonic() + 20
    while reading.extracted(file.part.hash, pages=False).state != "running" and time.monotonic() < deadline:
        time.sleep(0.02)
    jobs.cancel(rights.machine(), job)
    found = told(file, 5)
    assert (found.state, found.words) == ("failed", "Reading it was stopped.")

    class Ending:
        def tell(self, percent: int, said: str) -> None:
            raise later.Stopped()

    with db.write() as tx:
        tx.run("update extract set state = 'queued' where hash = :hash", hash=file.part.hash)
    token = later.running.set(Ending())
    try:
        with pytest.raises(later.Stopped):
            working.Reading(file.part.hash).read(file.part.type)
    finally:
        later.running.reset(token)
    assert reading.extracted(file.part.hash).state == "queued"


def test_what_was_found_goes_with_its_bytes(house, me):
    file = stored(me, papers.pdf(["Not for ever."]), "a.pdf")
    told(file)
    with db.write() as tx:
        tx.run("delete from blobuse where hash = :hash", hash=file.part.hash)
        tx.run("update extract set at = 0 where hash = :hash", hash=file.part.hash)
    assert working.sweep() >= 1
    assert reading.extracted(file.part.hash).state == "none"
    assert db.fetch("select 1 from extractpage where hash = ?", file.part.hash) is None
