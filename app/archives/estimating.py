"""How much an archive would hold, before it is made: counted where that is cheap, estimated where it is not."""

from dataclasses import dataclass

from app import db, spaces
from app.archives.scopes import Allowed, allowed, person
from app.archives.shapes import FOLDERS
from app.rights import Caller
from app.spaces import Place

# The newest messages tell how long the others are.
SAMPLE = """select coalesce(avg(size), 0) from (select sum(length(part.text) + length(part.arguments)) size
    from message join part on part.message_id = message.id where message.chat_id in
        (select id from chat where user_id = ? order by changed_at desc limit 20) group by message.id limit 500)"""
MESSAGES = "select count(*) from message where chat_id in (select id from chat where user_id = ?)"
# Of each message: once as Markdown, once as JSON with its numbers.
AROUND = 600


@dataclass(frozen=True)
class Estimate:
    """What an archive would hold: so many of each kind, by its plural, and about so many bytes."""

    counts: dict[str, int]
    size: int


def own(me: Caller) -> Estimate:
    """What one's own archive would hold."""
    found = allowed(me, person(me.id))
    counts = {plural: count(found, kind) for kind, plural in FOLDERS.items()}
    stored = db.fetch_all("select coalesce(sum(size), 0) from item where owner_id = ?", me.id)[0][0]
    messages = db.fetch_all(MESSAGES, me.id)[0][0]
    average = db.fetch_all(SAMPLE, me.id)[0][0]
    return Estimate(counts, stored + round(messages * (2 * average + AROUND)))


def count(found: Allowed, kind: str) -> int:
    """How many things of a kind there are."""
    chosen = found.chosen(kind)
    if chosen is None:
        return 0
    sql, values = chosen
    return int(db.fetch_all(f"select count(*) {sql.removesuffix(' order by id')}", *values)[0][0])


def managed(me: Caller) -> list[Place]:
    """The shared spaces that one may take along."""
    return [] if me.is_guest else [place for place in spaces.all(me) if place.can_manage]
