"""Many chats as one archive: of each its Markdown and its JSON, written while it is sent."""

import re
import zipfile
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from io import RawIOBase
from typing import Any

from app import clock, db
from app.chats import exports, many
from app.errors import Conflict, Invalid, NotFound, Refusal
from app.rights import Caller

LONGEST_NAME = 60
OWN = f"select id, title from chat where user_id = ? and {many.OF_THESE.replace(':ids', '?')} and deleted_at is null"
LEFT = "What could not be taken along\n\n{}\n"


class Outgoing(RawIOBase):
    """What was written and not sent yet: an archive that nobody goes back in needs no file."""

    def __init__(self) -> None:
        super().__init__()
        self.waiting = bytearray()

    def writable(self) -> bool:
        """It is."""
        return True

    def write(self, data: Any) -> int:
        """Keep it until it is taken."""
        self.waiting += data
        return len(data)

    def take(self) -> bytes:
        """What is to be sent next."""
        data = bytes(self.waiting)
        self.waiting.clear()
        return data


def packed(me: Caller, ids: Sequence[str]) -> Iterator[bytes]:
    """A ZIP archive of these chats of one's own, with a note on what was left out. Raises Invalid, and NotFound where
    none of them is here, before the first byte."""
    if not ids:
        raise Invalid(ids="Choose at least one chat.")
    if len(ids) > many.MOST:
        raise Invalid(ids=f"At most {many.MOST:,} chats at once.")
    titles = dict(db.fetch_all(OWN, me.id, many.listed(ids)))
    if not titles:
        raise NotFound("None of these chats is here any more.")
    return pieces(me, {id: titles[id] for id in dict.fromkeys(ids) if id in titles})


def pieces(me: Caller, titles: dict[str, str]) -> Iterator[bytes]:
    """The archive, piece by piece: one chat is in memory at a time."""
    out = Outgoing()
    left: list[str] = []
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for id, title in titles.items():
            name = file_name(title, id)
            try:
                archive.writestr(entry(f"{name}.md"), exports.as_markdown(me, id))
                archive.writestr(entry(f"{name}.json"), exports.as_json(me, id))
            except Refusal as refusal:
                kept = "its JSON" if isinstance(refusal, Conflict) else "all of it"
                left.append(f"- {title}: {kept}. {refusal.message}")
            yield out.take()
        if left:
            archive.writestr(entry("left out.txt"), LEFT.format("\n".join(left)))
    yield out.take()


def entry(name: str) -> zipfile.ZipInfo:
    """An entry of this name and moment, readable by its owner and others."""
    at = datetime.fromtimestamp(clock.now() / clock.SECOND, UTC)
    info = zipfile.ZipInfo(name, (at.year, at.month, at.day, at.hour, at.minute, at.second))
    info.compress_type = zipfile.ZIP_DEFLATED
    info.external_attr = 0o644 << 16
    return info


def file_name(title: str, id: str) -> str:
    """The chat's title as every file system takes it, and the end of its id, so that no two are the same."""
    words = "-".join(re.findall(r"[^\W_]+", title.lower()))[:LONGEST_NAME].strip("-")
    return f"{words or 'chat'}-{id[-6:]}"
