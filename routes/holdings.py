"""What the pages of prompts and presets share: their history, their readers, and their way into the trash and out."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from starlette.responses import Response

from app import holdings
from app.errors import Invalid, NotFound
from app.holdings import Noun, shelving
from app.items import SPACE
from app.rights import Caller
from app.rights.shares import PERSON
from components.addresses import url
from components.holdings import DiffPage, Frame, HistoryPage, ReadersPage, RevisionPage, Wanted
from routes.pages import Form, Me, Pages, Query, see
from routes.pastes.places import spaces_of

SPAN = re.compile(r"([1-9][0-9]{0,8})\.\.([1-9][0-9]{0,8})")


class OnTop(Form):
    """The revision that was seen."""

    base: int = 0


class Two(Query):
    """Two revisions."""

    a: int = 1
    b: int = 1


class Shown(Query):
    """Whether a difference is shown side by side."""

    side: str = ""


class Saved(Query):
    """Whether something was kept just now."""

    saved: bool = False


class ReadersInput(Form):
    """Who uses it, and its owner's words for it."""

    readers: str = "private"
    space: str = ""
    tags: str = ""


class PersonInput(Form):
    """One more person."""

    email: str = ""
    role: str = "reader"


@dataclass(frozen=True)
class Shelved:
    """A noun and how it is shown: the frame of one of them, the body of an earlier revision, who can be its readers,
    what takes it out of the trash, and what is said of its link on the page of its readers."""

    noun: Noun[Any]
    frame: Callable[[Caller, Any], Frame]
    body: Callable[[Any], Any]
    choices: tuple[tuple[str, str], ...]
    untrash: Callable[[Caller, str], Any]
    link: Callable[..., Any] = field(default=lambda item: "")

    @property
    def path(self) -> str:
        """The address of all of them."""
        return f"/{self.noun.plural}"


def tags_in(text: str) -> list[str]:
    """Words with commas between them."""
    return [each.strip() for each in text.split(",") if each.strip()]


def declare(ar: Pages, shelved: Shelved) -> None:
    """The routes below each thing of this noun, whose own address is the router's prefix."""
    declare_versions(ar, shelved)
    declare_readers(ar, shelved)
    declare_trash(ar, shelved)


# ── history ───────────────────────────────────────────────────────────────────────────────────────────────────────────
def declare_versions(ar: Pages, shelved: Shelved) -> None:
    """History, one revision, what differs between two, and the way back to one."""
    noun = shelved.noun

    @ar.get("/{id:id}/history")
    def history(me: Me, id: str):
        past = holdings.history(noun, id, me)
        return HistoryPage(shelved.frame(me, holdings.find(noun, id, me).item), past)

    @ar.get("/{id:id}/revisions/{number:int}")
    def revision(me: Me, id: str, number: int):
        thing = holdings.at(noun, id, me, number)
        return RevisionPage(shelved.frame(me, thing.item), thing, shelved.body(thing))

    @ar.post("/{id:id}/revisions/{number:int}/restoration")
    def restore(me: Me, id: str, number: int, posted: OnTop):
        holdings.restore_revision(noun, me, id, number, posted.base)
        return see(url(shelved.path, id))

    @ar.get("/{id:id}/diff")
    def compare(id: str, query: Two):
        return see(url(shelved.path, id, "diff", f"{query.a}..{query.b}"))

    @ar.get("/{id:id}/diff/{span}")
    def diff(me: Me, id: str, span: str, query: Shown):
        a, b = two(span)
        files = holdings.diff(noun, id, me, a, b)
        frame = shelved.frame(me, holdings.find(noun, id, me).item)
        return DiffPage(frame, a, b, files, side=bool(query.side))


def two(span: str) -> tuple[int, int]:
    """The revisions of `1..3`. Raises NotFound."""
    if (found := SPAN.fullmatch(span)) is None:
        raise NotFound("Say two revisions, like 1..3.")
    return int(found[1]), int(found[2])


# ── readers ───────────────────────────────────────────────────────────────────────────────────────────────────────────
def declare_readers(ar: Pages, shelved: Shelved) -> None:
    """Who uses it: the members of a space, and single people."""
    noun = shelved.noun

    def page(me: Me, posted: dict[str, str], errors: dict[str, str], id: str, saved: bool = False) -> Any:
        """The readers, as they are or as they were posted."""
        item, doors = holdings.held(noun, id, me), holdings.shares(noun, me, id)
        now = {"readers": item.visibility, "space": item.space_id, "tags": ", ".join(holdings.tags_of(noun, id))}
        now |= {name: words for name, words in posted.items() if name in now}
        wanted = Wanted(**now, spaces=spaces_of(me), choices=shelved.choices)
        said = {{"visibility": "readers", "space_id": "space"}.get(name, name): words for name, words in errors.items()}
        about = {"errors": said, "saved": saved, "link": shelved.link(item)}
        return ReadersPage(
            shelved.frame(me, item), wanted, doors, shelving.names([each.user_id for each in doors]), **about
        )

    @ar.get("/{id:id}/readers")
    def readers(me: Me, id: str, query: Saved):
        return page(me, {}, {}, id, query.saved)

    @ar.post("/{id:id}/readers", again=page)
    def change(me: Me, id: str, posted: ReadersInput):
        if posted.readers not in dict(shelved.choices):
            raise Invalid(visibility="Choose one of these.")
        space = posted.space if posted.readers == SPACE else ""
        rights = {"visibility": posted.readers, "space_id": space}
        item = holdings.held(noun, id, me)
        changed = rights if rights != {"visibility": item.visibility, "space_id": item.space_id} else {}
        holdings.change(noun, me, id, **changed, tags=tags_in(posted.tags))
        return see(url(shelved.path, id, "readers", saved=1))

    @ar.post("/{id:id}/shares", again=page)
    def share(me: Me, id: str, posted: PersonInput):
        holdings.share(noun, me, id, PERSON, posted.role, email=posted.email)
        return see(url(shelved.path, id, "readers", fragment_="sharing"))

    @ar.post("/{id:id}/shares/{share_id:id}/removal")
    def unshare(me: Me, id: str, share_id: str):
        holdings.unshare(noun, me, id, share_id)
        return see(url(shelved.path, id, "readers", fragment_="sharing"))


# ── the trash ─────────────────────────────────────────────────────────────────────────────────────────────────────────
def declare_trash(ar: Pages, shelved: Shelved) -> None:
    """Into the trash, out of it, and gone."""
    noun = shelved.noun

    @ar.post("/{id:id}/trash")
    def trash(me: Me, id: str):
        holdings.trash(noun, me, id)
        return see(url(shelved.path, trashed=id))

    @ar.post("/{id:id}/restoration")
    def untrash(me: Me, id: str):
        shelved.untrash(me, id)
        return see(url(shelved.path, id))

    @ar.post("/{id:id}/removal")
    def erase(me: Me, id: str) -> Response:
        holdings.erase(noun, me, id)
        return see(url(shelved.path, shelf="trash"))
