"""Lists of files: those in a folder, in a space, of a type, starred ones, the trash, and what others have shared."""

from app import holdings
from app.files.finding import FILES
from app.files.folders import places
from app.holdings import Page
from app.rights import Caller

# What people call types: patterns of media types.
KINDS = {
    "picture": ("image/*",),
    "document": (
        "application/pdf",
        "application/vnd.*",
        "application/msword",
        "application/rtf",
        "text/html",
        "text/markdown",
    ),
    "text": ("text/*", "application/json"),
    "audio": ("audio/*",),
    "video": ("video/*",),
    "archive": ("application/zip", "application/gzip", "application/x-*"),
}
# What went into the trash with its folder comes back with it.
ALONE = """not exists (select 1 from folder f
    where f.id = item.folder_id and item.folder_id != '' and f.trashed_at = item.trashed_at)"""
OF_TYPE = """exists (select 1 from itempart p where p.item_id = item.id and p.number = item.current
    and ({}))"""
# A file of a space that lies in a folder of its owner's stands at the top there.
AT_TOP = "(folder_id = '' or not exists (select 1 from folder f where f.id = item.folder_id and f.space_id = ?))"


def mine(
    me: Caller,
    *,
    folder: str | None = None,
    tag: str = "",
    starred: bool = False,
    trashed: bool = False,
    space: str = "",
    words: str = "",
    type: str = "",
    order: str = "changed",
    before: str = "",
    limit: int = 50,
) -> Page:
    """A page of files in one of the orders changed, created, name or size: one's own, all that one may read in a
    space, all starred ones, or one's own in the trash; of them those in a folder ('': at the top, None: wherever) and
    of a `type`, which is one of KINDS or a pattern like image/*. What lies in a space's folder is everybody's there.
    Raises Invalid, and NotFound for a space or folder that one may not see."""
    if folder:
        space = places.find(folder, me).space_id
    found = holdings.chosen(FILES, me, tag=tag, starred=starred, trashed=trashed, space=space, words=words)
    if folder:
        found.add("folder_id != '' and folder_id = ?", folder)
    elif folder == "" and space:
        found.add(AT_TOP, space)
    elif folder == "":
        found.add("folder_id = ''")
    if trashed:
        found.add(ALONE)
    if type:
        patterns = KINDS.get(type, (type,))
        found.add(OF_TYPE.format(" or ".join(["p.type glob ?"] * len(patterns))), *patterns)
    return holdings.page(FILES, me, found.where, found.values, before, limit, order)
