"""Giving: what of a file's bytes goes to whom. Where and with what a picture was taken is not for all who see it."""

from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from app.files import baring, picturing
from app.files.finding import File
from app.items import OWNER, WRITER, ItemPart


@dataclass(frozen=True)
class Given:
    """Bytes that go out: their type, size and mark (which others do not have), and `file` to read them."""

    part: ItemPart
    place: Path | None = None

    @property
    def type(self) -> str:
        """The media type."""
        return self.part.type

    @property
    def size(self) -> int:
        """How many bytes."""
        return self.part.size if self.place is None else self.place.stat().st_size

    @property
    def hash(self) -> str:
        """What no other bytes have."""
        return self.part.hash if self.place is None else f"{self.part.hash}-{self.place.stat().st_size}"

    @property
    def file(self) -> BinaryIO:
        """The bytes, to be read piece by piece and closed. Raises Gone when they were lost."""
        if self.place is None:
            return self.part.file
        # Once more, because what is derived may have been swept in this moment.
        return (picturing.bare(self.part.hash, self.part.type) or self.place).open("rb")


def given(file: File) -> Given:
    """A file's bytes as this reader gets them: whole for its owner, for whoever may change it, and by a download link
    of its owner; of a picture, everybody else gets no more than is to be seen. Waits. Raises Gone, NotWritten."""
    return bare(file.part, is_own(file))


def is_own(file: File) -> bool:
    """Whether this reader may know all that is in the bytes."""
    return file.role in (OWNER, WRITER) or file.reader == file.item.owner_id


def bare(part: ItemPart, whole: bool) -> Given:
    """The same for a part of which one knows whose it is."""
    if whole or part.type not in baring.PLANS or part.text is not None:
        return Given(part)
    return Given(part, picturing.bare(part.hash, part.type))
