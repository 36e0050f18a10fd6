"""What the ids of an archive are here: people by their addresses, things by what they are named, or as they were.

An import keeps all ids (into a workspace without anybody), gives things ids that follow from theirs (into any other,
so that the same import again makes the same), or ids that were never there (a copy).
"""

import hashlib
from dataclasses import dataclass, field
from typing import Any

from app import clock, db, settings
from app.accounts import people, tickets
from app.archives.importing.checking import ID, Archive
from app.archives.importing.reports import Report
from app.archives.shapes import ITEMS, THING
from app.errors import Invalid
from app.rights import ADMIN, GUEST, MEMBER, Caller

KEEP, MERGE, COPY = "keep", "merge", "copy"
TABLES = {"chat": "chat", "project": "project", "folder": "folder", "space": "space", "group": "people_group"}
SLEEPING = "{} made that nobody had here: deactivated, without a password. An admin reactivates them under People."
BY_ADDRESS = "select id from account where email = ?"


@dataclass
class Into:
    """An archive on its way into this workspace. `owner` gets everything ('': who has the same address as there), and
    `space` is the space here for the archive's own ('': one like it)."""

    me: Caller
    archive: Archive
    mode: str
    owner: str = ""
    space: str = ""
    report: Report = field(default_factory=Report)
    salt: str = ""
    named: dict[str, Any] = field(default_factory=dict)
    people: dict[str, str] = field(default_factory=dict)
    spaces: dict[str, Any] = field(default_factory=dict)
    models: dict[str, str] = field(default_factory=dict)

    @property
    def keeps(self) -> bool:
        """Whether ids, times and roles stay what they were."""
        return self.mode == KEEP

    # ── things ────────────────────────────────────────────────────────────────────────────────────────────────────────
    def id(self, kind: str, old: str) -> str:
        """The id here of a thing of the archive. Raises Invalid for what is no id."""
        if not ID.fullmatch(old):
            raise Invalid(archive="its id is none")
        if self.keeps or (self.mode == MERGE and is_here(kind, old)):
            return old
        return self.derived(old)

    def id_of_row(self, old: str) -> str:
        """The id here of what hangs on a thing. Raises Invalid."""
        if self.keeps and ID.fullmatch(old):
            return old
        return self.derived(old)

    def derived(self, old: str) -> str:
        """The id that follows from one of the archive: it sorts as that one did, and cannot be guessed without it."""
        if not ID.fullmatch(old):
            raise Invalid(archive="its id is none")
        number = 0
        for letter in old:
            number = number << 5 | clock.ALPHABET.index(letter)
        said = f"{self.archive.manifest.instance}|{settings.value('instance')}|{self.salt}|{old}"
        random = int.from_bytes(hashlib.sha256(said.encode()).digest()[:12], "big")
        # What claims to be made in the future would stand above all others for ever.
        made = min(number >> 96, self.archive.manifest.made_at // 1000)
        return "".join([clock.ALPHABET[(made << 96 | random) >> shift & 31] for shift in clock.SHIFTS])

    def reference(self, kind: str, old: str) -> str:
        """The id here of what something refers to; of what is not part of the archive the id that it had, under which
        it may be here. Whoever follows it is asked for their rights."""
        if old and ID.fullmatch(old) and self.archive.holds(kind, old) and not self.leaves(kind, old):
            return self.id(kind, old)
        return old[:64]

    def leaves(self, kind: str, old: str) -> bool:
        """Whether this came only beside the one thing that is copied, and need not: it is here still."""
        told = self.archive.manifest
        return self.mode == COPY and told.what == THING and old != told.of and is_here(kind, old)

    def model(self, old: str | None) -> str | None:
        """The id here of a model: the same, or the one of this name of a provider of this name. None if there is
        none."""
        if not old or self.keeps:
            return old
        return self.models.get(old) or (old if db.fetch("select 1 from model where id = ?", old) else None)

    def past(self, at: int | None) -> Any:
        """A time that is not in the future."""
        return None if at is None else min(at, clock.now())

    # ── people ────────────────────────────────────────────────────────────────────────────────────────────────────────
    def person(self, old: str | None) -> str:
        """The id of a person here who was this one there; '' where nobody here has the address."""
        if not old:
            return ""
        if old not in self.people:
            record = self.named.get(old)
            found = db.fetch(BY_ADDRESS, people.address(record.email)) if record is not None else None
            if found is None:
                return ""
            self.people[old] = str(found[0])
        return self.people[old]

    def owns(self, old: str | None) -> str:
        """Who owns here what this person owned there: made without any right where nobody has the address. '' for
        nobody, and for who is not told by the archive. Not inside of a transaction."""
        if self.owner or not old:
            return self.owner if old else ""
        if (found := self.person(old)) or old not in self.named or self.keeps:
            return found
        record = self.named[old]
        email, name = people.address(record.email), " ".join(record.name.split())[: people.LONGEST_NAME]
        if people.mended(email=email, name=name):
            return ""
        # Whatever the archive says: no admin, and nobody who could come in by themselves.
        role = GUEST if getattr(record, "role", MEMBER) == GUEST else MEMBER
        with db.write(durable=True) as tx:
            born = people.born(email, name, role, None)
            born.deactivated_at = clock.now()
            for each in ("timezone", "theme", "instructions"):
                value = getattr(record, each, "")
                setattr(born, each, "" if people.mended(**{each: value}) else value)
            self.people[old] = tickets.enter(tx, born).id
            tx.audit(self.me, "accounts.add", self.people[old], note=f"{role} import")
        self.report.made["person"] += 1
        self.report.count("person", SLEEPING)
        return self.people[old]


def is_here(kind: str, id: str) -> bool:
    """Whether a thing of this kind and id is here, in whoever's hands."""
    if kind in ITEMS:
        return db.fetch("select 1 from item where id = ? and kind = ?", id, kind) is not None
    return db.fetch(f"select 1 from {TABLES[kind]} where id = ?", id) is not None


def is_empty() -> bool:
    """Whether nobody has an account here: then an import keeps everything as it was."""
    return db.fetch("select 1 from account limit 1") is None


def as_owner(id: str) -> Caller:
    """The person for whom something is made."""
    row = db.fetch("select role from account where id = ?", id)
    return Caller(id=id, role=MEMBER if row is None or row[0] == ADMIN else row[0], door="cli")
