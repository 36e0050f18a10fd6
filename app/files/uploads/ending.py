"""The end of an upload: all of it has come, and it is a file."""

from app import blobs, clock
from app.blobs.landing import linked
from app.db import Transaction
from app.errors import Forbidden, Gone
from app.files import receiving
from app.files.finding import File
from app.files.making import create, revise
from app.files.receiving import HEAD, Arrived, plain
from app.files.rows import Upload
from app.files.uploads.appending import hash_of
from app.files.uploads.beginning import LASTS, end, hashes, offset, path, placed
from app.items import Item, types
from app.rights import Caller


def finish(me: Caller, upload: Upload) -> File | None:
    """Make the file, when all of its bytes are there and that was not done yet; else None. Waits for the disk.

    Raises what `create` does, and Forbidden for a refused type, whose bytes are then given up.
    """
    if upload.made_id or upload.digest or offset(upload) != upload.length:
        return None
    try:
        arrived = whole(upload)
    except Forbidden:
        end(me, upload)
        raise

    def mark(tx: Transaction, item: Item) -> None:
        use(tx, upload, item.id)

    if upload.file_id:
        made = revise(me, upload.file_id, arrived, base=upload.base, also=mark)
    else:
        made = create(me, arrived, upload.name, **placed(upload), also=mark)
    path(upload).unlink(missing_ok=True)
    hashes.pop(upload.id, None)
    return made


def whole(upload: Upload) -> Arrived:
    """All of its bytes as what `create` takes; they keep their place until the file is made. Raises Forbidden."""
    place, size = path(upload), upload.length or 0
    if not size:
        return receiving.arrived(Caller(id=upload.user_id), b"", upload.name)
    with place.open("rb") as file:
        head = file.read(HEAD)
    type = types.told(head, upload.name)
    receiving.must_be_allowed(type)
    kept = blobs.Kept(hash_of(upload, size).hexdigest(), size)
    text = plain(head) if size <= blobs.LARGEST_TEXT else None
    if text is not None and type.startswith(receiving.TEXTS):
        return Arrived(kept, head, text, type)
    linked(place, kept.hash)
    return Arrived(kept, head, None, type)


def use(tx: Transaction, upload: Upload, made_id: str) -> None:
    """Note in the transaction that makes the file which one it is. Raises Gone when another was quicker."""
    sql = "update upload set made_id = :made, expires_at = :at where id = :id and made_id = ''"
    if not tx.run(sql, made=made_id, at=clock.now() + LASTS, id=upload.id).rowcount:
        raise Gone("It has been used: one file came by it.")
    upload.made_id = made_id
