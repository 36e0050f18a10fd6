"""Upload links: whoever has one sends one file, once, in the name of who made it."""

from dataclasses import replace

from app import accounts, clock, db, secrets
from app.db import Transaction
from app.errors import Forbidden, Gone, NotFound
from app.files.finding import File
from app.files.making import create, revise
from app.files.receiving import Arrived
from app.files.rows import Upload
from app.files.uploads.beginning import COLUMNS, WRITE, placed
from app.files.uploads.ending import use
from app.items import Item, named, plain
from app.rights import Caller

# A key, or the consent to a program: whichever asked for the link.
ALIVE = """with asker (id, now) as (select ?, ?)
    select 1 from asker where exists (select 1 from apikey where apikey.id = asker.id and revoked_at is null
        and (expires_at is null or expires_at > now))
    or exists (select 1 from oauthtoken where family = asker.id and revoked_at is null and expires_at > now)"""


def link(
    me: Caller,
    name: str = "",
    *,
    folder_id: str = "",
    space_id: str = "",
    visibility: str = "private",
    file_id: str = "",
    expires_in: int = 3600,
) -> tuple[str, int]:
    """A token by which whoever has it sends one file, once, in the name of `me`; and until when (microseconds UTC).
    With a name, the file gets that one. Raises Invalid."""
    me.must_have(WRITE)
    if name:
        named(name)
    token = secrets.token()
    row = Upload(
        id=clock.new_id(),
        user_id=me.id,
        key_id=me.key,
        door=me.door,
        digest=secrets.digest(token),
        name=name,
        folder_id=folder_id,
        space_id=space_id,
        visibility=visibility,
        file_id=file_id,
        created_at=clock.now(),
        expires_at=clock.now() + min(max(expires_in, 60), 7 * 86_400) * clock.SECOND,
    )
    with db.write() as tx:
        plain.insert(tx, row)
        tx.audit(me, "files.upload", row.id)
    return token, row.expires_at


def opened(token: str, visitor: Caller) -> tuple[Upload, Caller]:
    """The upload link of this token, and who a file that comes by it belongs to. Raises NotFound, and Gone when it was
    used, its time is over, or the key or the person that made it has gone."""
    row = db.fetch(f"select {COLUMNS} from upload where digest = ?", secrets.digest(token))
    if row is None:
        raise NotFound("There is no such upload link. It may be over: ask for another.")
    upload = plain.made(Upload, row)
    lost = upload.key_id and db.fetch(ALIVE, upload.key_id, clock.now()) is None
    if upload.made_id or lost or upload.expires_at <= clock.now():
        raise Gone("This upload link was used, or its time is over. Ask for another.")
    try:
        maker = accounts.job_caller({"id": upload.user_id})
    except Forbidden:
        raise Gone("Who made this upload link is no longer here.") from None
    at = visitor.address, visitor.device, visitor.request_id
    return upload, replace(maker, door="link", address=at[0], device=at[1], request_id=at[2])


def come(maker: Caller, upload: Upload, arrived: Arrived, name: str) -> File:
    """Make the file that came by a link, once. Raises Gone when another was quicker, and what `create` does."""

    def mark(tx: Transaction, item: Item) -> None:
        use(tx, upload, item.id)

    if upload.file_id:
        base = db.fetch("select current from item where id = ?", upload.file_id) or (0,)
        return revise(maker, upload.file_id, arrived, base=int(base[0]), also=mark)
    return create(maker, arrived, upload.name or name, **placed(upload), also=mark)
