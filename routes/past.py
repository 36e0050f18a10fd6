"""Looking into the past: what it takes, opening and closing a moment, and copying one thing out of it."""

import re
import tempfile
from pathlib import Path

from app import config
from app.archives import importing
from app.backups import past, planning
from app.backups.past import asking
from app.errors import Conflict, NotFound, Refusal
from components.addresses import url
from components.backups import LookPage
from routes.accounts import house
from routes.backups import Point, refused, sought
from routes.pages import ADMIN, Form, IdConvertor, Me, Pages, answer, see

ar = Pages(who=ADMIN)

# What can be copied into the present, and where it is seen there.
PLACES = {"chat": "/chats", "paste": "/p", "file": "/files"}
ID = re.compile(IdConvertor.regex)
NOT_MADE = "This could not be copied: {}"


class Beginning(Form):
    """A moment to look at, or a snapshot's name."""

    at: str = ""
    snapshot: str = ""


class Thing(Form):
    """What is copied: a chat, a paste or a file."""

    kind: str = ""
    id: str = ""


@ar.get("/admin/backups/look")
def plan(me: Me, query: Point):
    try:
        return LookPage(me, wanted(me, query), house())
    except Refusal as refusal:
        return answer(refused(me, query, refusal), refusal.status)


def wanted(me, asked) -> past.Wanted:
    """What looking at the moment, or the snapshot, that was asked for takes. Raises Invalid, Misconfigured."""
    found = sought(me, asked.at, asked.snapshot)
    return past.plan(me, *aim(found))


def aim(found: planning.Plan) -> tuple[int | None, Path | None]:
    """The moment of a plan, or its file."""
    return (None, found.source) if found.source is not None else (found.asked, None)


@ar.post("/admin/backups/looks")
def begin(me: Me, posted: Beginning):
    found = wanted(me, posted)
    try:
        past.open(me, *aim(found.plan))
    except Conflict as conflict:
        return answer(LookPage(me, found, house(), conflict.message), conflict.status)
    return see(url("/admin/backups"))


@ar.post("/admin/backups/looks/{time}/removal")
def close(me: Me, time: str):
    past.close(me, time)
    return see(url("/admin/backups"))


@ar.post("/then/{time}/copies")
def copy(me: Me, time: str, posted: Thing):
    if posted.kind not in PLACES or not ID.fullmatch(posted.id):
        raise NotFound()
    return see(url(PLACES[posted.kind], copied(me, time, posted.kind, posted.id)))


def copied(me: Me, time: str, kind: str, id: str) -> str:
    """The id of a copy in one's own space of a thing of the past, with new ids throughout: asked of the child that
    shows that moment, so that it is given what may be read there, then and now. Raises NotFound, Conflict, Gone."""
    past.find(me, time)
    with tempfile.TemporaryDirectory(prefix="copy-", dir=config.current.data / "then") as folder:
        archive = Path(folder) / "one.zip"
        past.fetch(me, time, f"{asking.INNER}things/{kind}/{id}", archive)
        report = importing.merge(me, archive)
    made = [new for new_kind, new in report.new if new_kind == kind]
    if not made:
        raise Conflict(NOT_MADE.format(" ".join(report.lines()[1:]) or "nothing came of it."))
    return made[0]
