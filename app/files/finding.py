"""Finding a file: for those who may, with its password, or by a pass that somebody who may has made."""

from functools import partial

from app import holdings
from app.errors import NotFound
from app.files import passes
from app.holdings import Holding, Noun
from app.items import Found, ItemPart
from app.rights import Caller


class File(Holding):
    """A file as one person sees it at one of its versions."""

    @property
    def part(self) -> ItemPart:
        """What is in it: its bytes, their hash, size and type."""
        return self.parts[0]

    @property
    def name(self) -> str:
        """What it is called; an earlier version by the name that it had."""
        return self.item.title if self.is_current else self.revision.title

    @property
    def type(self) -> str:
        """Its media type, told by its content."""
        return self.part.type

    @property
    def size(self) -> int:
        """The bytes of this version."""
        return self.part.size

    @property
    def hash(self) -> str:
        """The SHA-256 of this version."""
        return self.part.hash


FILES = Noun("file", "files", File)

held = partial(holdings.held, FILES)
allowed = partial(holdings.allowed, FILES)


def find(id: str, me: Caller, *, password: str = "", token: str = "", number: int = 0, looks: bool = True) -> File:
    """The file (at a version, 0: the current one), if `me` or the holder of the token may read it.

    `token` is that of a share, shows that the password was given (`password_pass`), or is a download link's
    (`pass_for`). A reading that is limited is counted here, unless nothing of it is shown (`looks`). Raises NotFound
    for strangers and after its end, Gone for what is in one's own trash, Locked without the password, OverLimit after
    too many wrong ones.
    """
    if passes.is_pass(token):
        try:
            return passed(id, token, number, looks)
        except NotFound:
            token = ""  # one that is over opens nothing, and closes nothing that is open without it
    return holdings.find(FILES, id, me, password=password, token=token, number=number, looks=looks)


def passed(id: str, token: str, number: int, looks: bool) -> File:
    """The file that a pass opens. Raises NotFound."""
    found, told = passes.opened(FILES.kind, id, token)
    file = FILES.shown(found, told.number or number, writable=False, reader=told.reader)
    file.spent = told.is_spent
    if looks and not file.spent:
        holdings.spend(found)
        file.spent = file.counted
    return file


def shown(found: Found, me: Caller) -> File:
    """The file with what is in it, for who may read it."""
    return FILES.shown(found, writable=holdings.is_open(found), reader=me.id)


def pass_for(file: File, seconds: int = 3600) -> str:
    """What opens this version of this file to whoever holds it, for so long and as long as the one who saw it so may
    read it: the token of a download link. A reading that was counted is not counted again by it."""
    number = 0 if file.is_current else file.revision.number
    return passes.written(file, number, seconds)
