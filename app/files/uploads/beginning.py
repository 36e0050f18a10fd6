"""An upload's row and its place: begun, found, given up."""

import os
from collections import OrderedDict
from pathlib import Path
from typing import Any

from app import clock, db
from app.blobs.keeping import folder
from app.errors import Gone, NotFound, OverLimit
from app.files import receiving
from app.files.rows import Upload
from app.items import named, plain
from app.rights import Caller

WRITE = "files:write"
# How long an upload waits for its next piece, and what came of it is kept.
LASTS = clock.DAY
MOST_OPEN = 200
# The hashes of what is coming now, by upload: after a restart they are made again from what lies there.
hashes: OrderedDict[str, tuple[Any, int]] = OrderedDict()
COLUMNS = ", ".join(plain.columns(Upload))


def begin(
    me: Caller,
    name: str,
    length: int,
    *,
    folder_id: str = "",
    space_id: str = "",
    visibility: str = "private",
    file_id: str = "",
    base: int = 0,
) -> Upload:
    """Expect a file of `length` bytes, or the next version of the file `file_id`.

    Raises Invalid, TooLarge, NoRoom with what else is on its way, OverLimit for too many, NotFound and Forbidden.
    """
    me.must_have(WRITE)
    named(name)
    sql = "select count(*), coalesce(sum(length), 0) from upload where user_id = ? and made_id = '' and digest = ''"
    count, awaited = db.fetch(sql + " and expires_at > ?", me.id, clock.now()) or (0, 0)
    if count >= MOST_OPEN:
        raise OverLimit(f"{count} uploads are under way already. Finish or cancel some first.", 60)
    receiving.must_fit(me.id, length)
    receiving.must_have_room(me.id, awaited + length)
    row = Upload(
        id=clock.new_id(),
        user_id=me.id,
        key_id=me.key,
        door=me.door,
        name=name,
        length=length,
        folder_id=folder_id,
        space_id=space_id,
        visibility=visibility,
        file_id=file_id,
        base=base,
        created_at=clock.now(),
        expires_at=clock.now() + LASTS,
    )
    with db.write() as tx:
        plain.insert(tx, row)
    return row


def find(id: str, me: Caller) -> Upload:
    """An upload of one's own. Raises NotFound, and Gone when it waited too long."""
    me.must_have(WRITE)
    row = db.fetch(f"select {COLUMNS} from upload where id = ? and user_id = ? and digest = ''", id, me.id)
    if row is None:
        raise NotFound("There is no such upload, or it was cancelled.")
    upload = plain.made(Upload, row)
    if upload.expires_at <= clock.now():
        raise Gone("This upload waited too long for its next piece, and was given up. Begin it again.")
    return upload


def path(upload: Upload) -> Path:
    """Where its bytes lie while they come."""
    return folder() / "coming" / upload.id


def placed(upload: Upload) -> dict[str, Any]:
    """Where the file is to lie, and for whom, as `create` takes it."""
    return {"folder_id": upload.folder_id, "space_id": upload.space_id, "visibility": upload.visibility}


def offset(upload: Upload) -> int:
    """How many of its bytes are on the disk for good: where it goes on. Waits for the disk."""
    if upload.made_id:
        return upload.length or 0
    try:
        file = os.open(path(upload), os.O_RDONLY)
    except FileNotFoundError:
        return 0
    try:
        # Of what was written before a crash of the machine, only this makes sure.
        os.fsync(file)
        return os.fstat(file).st_size
    finally:
        os.close(file)


def end(me: Caller, upload: Upload) -> None:
    """Give an upload up, with all that came of it."""
    with db.write() as tx:
        tx.run("delete from upload where id = :id and user_id = :me", id=upload.id, me=me.id)
    path(upload).unlink(missing_ok=True)
    hashes.pop(upload.id, None)


def sweep() -> int:
    """Give up what waited too long, and what a process left that was killed while a file came; how many."""
    with db.write() as tx:
        gone = [row[0] for row in tx.run("delete from upload where expires_at <= :now returning id", now=clock.now())]
    kept = {row[0] for row in db.fetch_all("select id from upload")}
    for place in (folder() / "coming").glob("*"):
        if place.name not in kept and (place.name in gone or is_left(place)):
            place.unlink(missing_ok=True)
    return len(gone)


def is_left(place: Path) -> bool:
    """Whether nobody has written to this for so long that nobody will."""
    try:
        return clock.now() - place.stat().st_mtime_ns // 1000 > LASTS // 4
    except FileNotFoundError:
        return False
