"""Writing prompts: new ones, their next versions, copies of those of others, and their way out of the trash."""

import re
from collections.abc import Sequence

from app import clock, db, items
from app.db import Transaction
from app.errors import Conflict, Invalid, TooLarge
from app.holdings import changing, finding, limits, revising
from app.items import OWNER, PRIVATE, SPACE, Item, Piece, Ready, storing
from app.prompts import variables
from app.prompts.finding import NOUN, Prompt, find
from app.rights import Caller

LARGEST = 32 * 1024
LONGEST_NAME = 40
NAME = re.compile(rf"[^\W_][\w-]{{0,{LONGEST_NAME - 1}}}")
FILE = "prompt.md"
TAKEN = "select id from item where owner_id = ? and kind = 'prompt' and trashed_at is null and title = ? and id != ?"


def create(me: Caller, name: str, text: str, *, space_id: str = "", tags: Sequence[str] = (), note: str = "") -> Prompt:
    """Keep a prompt under its name, which is one's own once; with a space its members use it too.

    Raises Invalid, TooLarge, NoRoom, and NotFound or Forbidden for a space that one may not write in.
    """
    me.must_have(NOUN.write)
    visibility = SPACE if space_id else PRIVATE
    limits.check_visibility(NOUN, me, visibility, space_id)
    ready = checked(text)
    limits.must_fit(me.id, len(ready[0].data))
    words = limits.worded(list(tags))
    now = clock.now()
    item = Item(
        id=clock.new_id(),
        kind=NOUN.kind,
        owner_id=me.id,
        space_id=space_id,
        title=named(name),
        visibility=visibility,
        created_at=now,
        changed_at=now,
    )
    with db.write() as tx:
        must_be_free(tx, me.id, item.title, item.id)
        revision = storing.start(tx, me, item, ready, limits.quota(me.id), items.titled(note))
        changing.tag(tx, item, words)
        tx.audit(me, "prompts.create", item)
    return Prompt(item, revision, [each.part for each in ready], OWNER)


def revise(me: Caller, id: str, text: str, *, base: int, name: str | None = None, note: str = "") -> Prompt:
    """Make this text, and this name where one is given, the current version on top of revision `base`.

    Raises Stale with the difference when that is not the current one, Forbidden for who may only read, Invalid,
    TooLarge, NoRoom, NotFound.
    """
    found = revising.writable(NOUN, me, id)
    title = found.item.title if name is None else named(name)
    ready = checked(text)
    limits.must_fit(found.item.owner_id, len(ready[0].data))
    with db.write() as tx:
        must_be_free(tx, found.item.owner_id or "", title, id)
    return revising.keep(NOUN, me, found, ready, [], base=base, title=title, note=items.titled(note))


def copy(me: Caller, id: str) -> Prompt:
    """One's own copy of a prompt that one may use, under a name that is free. Raises NotFound, NoRoom."""
    me.must_have(NOUN.write)
    prompt = find(id, me)
    return create(me, free(me, prompt.name), prompt.text, note="")


def untrash(me: Caller, id: str) -> Item:
    """Take one's own prompt out of the trash. Raises NotFound, and Conflict while another one has its name."""
    with db.write() as tx:
        item = finding.raw(NOUN, tx, id)
        if item.owner_id == me.id and tx.database.driver.execute(TAKEN, (me.id, item.title, id)).fetchone():
            raise Conflict(f"You have another prompt /{item.title} now. Give that one another name first.")
    return changing.untrash(NOUN, me, id)


def named(name: str) -> str:
    """A name as it is kept and written behind the `/`: lower case, without one. Raises Invalid."""
    name = items.titled(name).removeprefix("/").lower()
    if not NAME.fullmatch(name):
        raise Invalid(name=f"Letters, digits, - and _, at most {LONGEST_NAME}: it is written behind a /.")
    return name


def must_be_free(tx: Transaction, owner_id: str, name: str, id: str) -> None:
    """Raises Invalid when the person has another prompt of this name."""
    if tx.database.driver.execute(TAKEN, (owner_id, name, id)).fetchone() is not None:
        raise Invalid(name=f"There is a prompt /{name} already.")


def free(me: Caller, name: str) -> str:
    """This name, or with a number the next that the person has not given yet."""
    sql = "select title from item where owner_id = ? and kind = 'prompt' and trashed_at is null"
    taken = {row[0] for row in db.fetch_all(sql, me.id)}
    numbered = (f"{name[: LONGEST_NAME - 4]}-{n}" for n in range(2, len(taken) + 3))
    return next(each for each in (name, *numbered) if each not in taken)


def checked(text: str) -> list[Ready]:
    """The text as it can be stored. Raises Invalid, TooLarge."""
    text = text.replace("\r\n", "\n").strip("\n")
    if not text.strip():
        raise Invalid(text="Write what the prompt says.")
    if len(text.encode(errors="replace")) > LARGEST:
        raise TooLarge(f"A prompt may have at most {LARGEST >> 10} KiB. Attach long texts to the chat instead.")
    variables.check(text)
    return items.ready([Piece(name=FILE, text=text, syntax="markdown")])
