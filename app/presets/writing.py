"""Writing presets: new ones, their next versions, copies of those of others."""

from collections.abc import Sequence

from app import clock, db, items
from app.errors import Invalid
from app.holdings import changing, limits, revising
from app.items import OWNER, PRIVATE, SPACE, Item, storing
from app.presets.finding import NOUN, Preset, find
from app.presets.settings import Settings, checked, written
from app.rights import Caller

LONGEST_NAME = 80


def create(me: Caller, name: str, settings: Settings, *, space_id: str = "", tags: Sequence[str] = ()) -> Preset:
    """Keep how chats begin under a name; with a space its members use it too.

    Raises Invalid naming the field, TooLarge, NoRoom, and NotFound or Forbidden for a space that one may not write in.
    """
    me.must_have(NOUN.write)
    visibility = SPACE if space_id else PRIVATE
    limits.check_visibility(NOUN, me, visibility, space_id)
    title, words = named(name), limits.worded(list(tags))
    ready = written(checked(me, settings))
    limits.must_fit(me.id, sum(each.part.size for each in ready))
    now = clock.now()
    item = Item(
        id=clock.new_id(),
        kind=NOUN.kind,
        owner_id=me.id,
        space_id=space_id,
        title=title,
        visibility=visibility,
        created_at=now,
        changed_at=now,
    )
    with db.write() as tx:
        revision = storing.start(tx, me, item, ready, limits.quota(me.id))
        changing.tag(tx, item, words)
        tx.audit(me, "presets.create", item)
    return Preset(item, revision, [each.part for each in ready], OWNER)


def revise(me: Caller, id: str, settings: Settings, *, base: int, name: str | None = None, note: str = "") -> Preset:
    """Make these the current settings on top of revision `base`. What is attached already stays, also where `me` may
    not read it. Raises Stale with the difference when that is not the current one, Forbidden for who may only read,
    Invalid, TooLarge, NoRoom, NotFound."""
    found = revising.writable(NOUN, me, id)
    title = found.item.title if name is None else named(name)
    ready = written(checked(me, settings, find(id, me).settings))
    limits.must_fit(found.item.owner_id, sum(each.part.size for each in ready))
    return revising.keep(NOUN, me, found, ready, [], base=base, title=title, note=items.titled(note))


def copy(me: Caller, id: str) -> Preset:
    """One's own copy of a preset that one may use. Raises NotFound, NoRoom."""
    me.must_have(NOUN.write)
    preset = find(id, me)
    ready = storing.copied(preset.parts)
    limits.must_fit(me.id, preset.revision.size)
    now = clock.now()
    item = Item(id=clock.new_id(), kind=NOUN.kind, owner_id=me.id, title=preset.name, created_at=now, changed_at=now)
    with db.write() as tx:
        revision = storing.start(tx, me, item, ready, limits.quota(me.id))
        tx.audit(me, "presets.create", item)
    return Preset(item, revision, [each.part for each in ready], OWNER)


def named(name: str) -> str:
    """A name as it is kept. Raises Invalid."""
    name = items.titled(name)
    if not 0 < len(name) <= LONGEST_NAME:
        raise Invalid(name=f"A name is needed, of at most {LONGEST_NAME} characters.")
    return name
