"""Items as an archive holds them: their bytes under names that people know, and the record of all their revisions."""

import hashlib
import io
from dataclasses import dataclass
from typing import IO

from sqlmodel import Session

from app import blobs, db
from app.archives.naming import EARLIER, file_name
from app.archives.packing import Pack, Pieces, spool
from app.archives.reading import Told, one, query, rows, shares, tags, told
from app.archives.scopes import Allowed
from app.archives.shapes import FOLDERS, ItemPartRecord, ItemRecord, RevisionRecord
from app.errors import Gone
from app.files import baring, giving, zipping
from app.items import ItemPart

TEXT = f"""select {", ".join(f'"{name}"' for name in ItemPartRecord.columns)}, text from itempart
    where item_id = ? and number = ? order by position"""
LOCKED = "select password != '' from item where id = ?"
# Nouns of the counts.
NOUNS = {kind: plural for kind, plural in FOLDERS.items() if kind not in ("chat", "project")}


@dataclass
class Content:
    """Bytes that go out: for which part, under which path, of when, and where they lie: in the spool, or in a blob."""

    part: Told
    path: str
    at: int
    number: int
    start: int | None

    @property
    def packed(self) -> bool:
        """Whether they become no smaller."""
        return zipping.is_packed(self.part["type"])


def item(pack: Pack, allowed: Allowed, kind: str, id: str) -> Pieces:
    """An item: the bytes of its parts, then its record, which by then knows what was missing."""
    with spool() as texts:
        with db.read() as session:
            record = one(session, ItemRecord, id)
            if record is None:
                return
            record |= {"locked": bool(query(session, LOCKED, id).scalar())}
            record |= {"tags": tags(session, kind, id) if allowed.owned else []}
            record |= {"shares": shares(session, kind, id) if allowed.owned else []}
            contents = revised(session, record, texts, allowed.owned or allowed.scope.kind == "")
        bare(contents, texts, kind == "file" and not allowed.whole)
        for content in sorted(contents, key=lambda each: each.path):
            yield from put(pack, record, content, texts)
    entries = {content.part["hash"]: content.part["entry"] for content in contents}
    for revision in record["revisions"]:
        for part in revision["parts"]:
            part["entry"] = entries[part["hash"]]
    pack.counted(NOUNS[kind])
    pack.counted("revisions", len(record["revisions"]))
    yield from pack.record(f"{FOLDERS[kind]}/{id}.json", record["changed_at"], record)


def revised(session: Session, record: Told, texts: IO[bytes], everything: bool) -> list[Content]:
    """Put its revisions (or the current one only) into the record; the bytes that they need, each of them once."""
    own = "" if everything else " and number = (select current from item where id = item_id)"
    revisions = list(rows(session, RevisionRecord, f"item_id = ?{own} order by number", record["id"]))
    record["revisions"] = revisions
    contents: list[Content] = []
    seen: set[str] = set()
    # The current one first: its files stand at the top under their names.
    for revision in sorted(revisions, key=lambda each: (each["number"] != record["current"], -each["number"])):
        number, taken = revision["number"], {EARLIER}
        folder = f"{FOLDERS[record['kind']]}/{record['id']}/"
        folder += "" if number == record["current"] else f"{EARLIER}/{number}/"
        revision["parts"] = []
        for *values, text in query(session, TEXT, record["id"], number):
            part = told(ItemPartRecord, values) | {"entry": None}
            revision["parts"].append(part)
            path = folder + file_name(part["name"], taken)
            if part["hash"] in seen:
                continue
            seen.add(part["hash"])
            start = texts.tell() if text is not None else None
            texts.write((text or "").encode())
            contents.append(Content(part, path, revision["created_at"], number, start))
    return contents


def bare(contents: list[Content], texts: IO[bytes], needed: bool) -> None:
    """Put what is to be seen of pictures in the place of all that is in their bytes, for those who may see no more."""
    for content in contents if needed else []:
        part = content.part
        if content.start is None and part["type"] in baring.PLANS:
            row = ItemPart(item_id="", number=0, **{name: part[name] for name in ItemPartRecord.columns})
            with giving.bare(row, whole=False).file as file:
                data = file.read()
            content.start = texts.seek(0, io.SEEK_END)
            texts.write(data)
            part |= {"hash": hashlib.sha256(data).hexdigest(), "size": len(data)}


def put(pack: Pack, record: Told, content: Content, texts: IO[bytes]) -> Pieces:
    """The entry of some bytes. What is nowhere, or not what it was, is told."""
    part = content.part
    try:
        file = opened(content, texts)
    except Gone:
        lack(pack, record, content, "lost")
        return
    with file:
        found = yield from pack.put(content.path, content.at, file, part["size"], content.packed)
    part["entry"] = content.path
    if found != part["hash"]:
        lack(pack, record, content, "damaged")


def opened(content: Content, texts: IO[bytes]) -> IO[bytes]:
    """The bytes. Raises Gone when they were lost."""
    if content.start is None:
        return blobs.open(content.part["hash"])
    texts.seek(content.start)
    return io.BytesIO(texts.read(content.part["size"]))


def lack(pack: Pack, record: Told, content: Content, why: str) -> None:
    """Tell what is missing."""
    told = {"kind": record["kind"], "id": record["id"], "revision": content.number}
    pack.lack(told | {name: content.part[name] for name in ("name", "hash", "size")} | {"why": why})
