"""The first entry of an archive: what it is, for people who unpack it."""

from app.archives.packing import Pack, Pieces
from app.archives.scopes import Allowed
from app.archives.shapes import PERSON, README, SPACE, THING, WORKSPACE

WHAT = {
    WORKSPACE: "This is all of the workspace {name}, as Inglenook exported it.",
    PERSON: "This is what {name} owns, as Inglenook exported it.",
    SPACE: "This is the space {name} with what its members see in it, as Inglenook exported it.",
}
TEXT = """# {name}

{what}

- `chats.md`, `files.md`, `pastes.md` and so on list what is here, with links to each.
- `chats/`, `files/` and the others hold the things themselves, each in a folder that is called by its number. A chat is
  a page of Markdown; a file is as it was, with its earlier versions in the folder `earlier`.
- What ends with `.json` or `.jsonl` is for programs: with it, Inglenook takes everything in again.
- `entries.jsonl` has the SHA-256 of every entry, `manifest.json` that of the list. If there is a `missing.jsonl`, it
  names bytes that were lost before they could be exported.

There are no passwords, keys or links in it that open anything. But it holds what was private: keep it like that.
"""


def entry(pack: Pack, allowed: Allowed) -> Pieces:
    """The page; one thing alone needs none."""
    if allowed.scope.what != THING:
        what = WHAT[allowed.scope.what].format(name=allowed.name)
        yield from pack.text(README, 0, TEXT.format(name=allowed.name, what=what).encode())
