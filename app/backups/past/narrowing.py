"""Narrowing: what one admin may not read now, or might not read then, is taken out of the copy.

Both have to allow it, so what is left is what this admin may read at that moment and at this one. It is done before
the first page, and again before any answer once the present has changed. It only ever takes away, so it can be
repeated; what the present gives back later is not there until the moment is opened anew.
"""

import threading
from pathlib import Path

import pysqlite3.dbapi2 as sqlite

from app import clock, db, settings

# How a copy names the database of the present, which is attached for reading only.
NOW = "present"

MEMBER = """exists (select 1 from {base}.membership m where m.kind = 'space' and m.target_id = {row}.space_id
    and m.user_id = :me)"""
OPEN = """s.audience = 'person' and s.user_id = :me and s.revoked_at is null and s.max_uses is null
    and (s.expires_at is null or s.expires_at > :now)"""
# What its owner reads; and others, unless reading it counts or deletes it, or needs a password or a link. Narrower than
# `app.items.finding`, never wider. `is` instead of `=`: what nobody owns has no owner.
READABLE = f"""({{row}}.owner_id is :me or not {{row}}.burns and {{row}}.max_views is null
    and {{row}}.trashed_at is null and ({{row}}.expires_at is null or {{row}}.expires_at > :now)
    and ({{row}}.space_id != '' and {{row}}.visibility != 'private' and {MEMBER}
        or {{row}}.visibility in ('unlisted', 'public') and {{row}}.password = ''
        or exists (select 1 from {{base}}.share s where s.kind = {{row}}.kind and s.target_id = {{row}}.id and {OPEN})))
    """
# Of what is gone by now only what was one's own, and what lay before one in a space in which one still is.
LEFT = f"""(not exists (select 1 from {NOW}.item n where n.id = item.id) and (item.owner_id is :me
    or item.space_id != '' and item.visibility != 'private' and {MEMBER.format(base="main", row="item")}))"""
STILL = f"exists (select 1 from {NOW}.item n where n.id = item.id and {READABLE.format(base=NOW, row='n')})"
SEEN = f"""({{row}}.space_id = '' and {{row}}.owner_id is :me or {{row}}.space_id != '' and {MEMBER})"""
FOLDER_LEFT = f"not exists (select 1 from {NOW}.folder n where n.id = folder.id)"
FOLDER_STILL = f"""exists (select 1 from {NOW}.folder n where n.id = folder.id
    and (n.trashed_at is null or n.owner_id is :me) and {SEEN.format(base=NOW, row="n")})"""
RANK = "case {} when 'manager' then 3 when 'writer' then 2 when 'reader' then 1 else 0 end"
OWN = """(exists (select 1 from main.item i where i.id = share.target_id and i.owner_id is :me)
    or exists (select 1 from main.chat c where c.id = share.target_id and c.user_id = :me))"""

# Who may: in this order, because each leans on those before it.
RIGHTS = (
    f"""delete from main.membership where not exists (select 1 from {NOW}.membership n where n.kind = membership.kind
        and n.target_id = membership.target_id and n.user_id = membership.user_id)""",
    f"""update main.membership set role = n.role from {NOW}.membership n where n.kind = membership.kind
        and n.target_id = membership.target_id and n.user_id = membership.user_id
        and {RANK.format("n.role")} < {RANK.format("membership.role")}""",
    """delete from main.space where not exists (select 1 from main.membership m where m.kind = 'space'
        and m.target_id = space.id and m.user_id = :me)""",
    f"""delete from main.chat where user_id != :me
        or exists (select 1 from {NOW}.chat n where n.id = chat.id and n.user_id != :me)""",
    f"""delete from main.project where user_id != :me
        or exists (select 1 from {NOW}.project n where n.id = project.id and n.user_id != :me)""",
    f"""delete from main.share where not {OWN} and not exists (select 1 from {NOW}.share s
        where s.id = share.id and s.target_id = share.target_id and {OPEN})""",
    f"""update main.share set role = 'reader' where role != 'reader'
        and exists (select 1 from {NOW}.share n where n.id = share.id and n.role = 'reader')""",
    f"""delete from main.item where not coalesce({READABLE.format(base="main", row="item")}
        and ({STILL} or {LEFT}), 0)""",
    # Those of what has just gone.
    f"""delete from main.share where not {OWN}
        and not exists (select 1 from main.item i where i.id = share.target_id)""",
    f"""delete from main.folder where not coalesce({SEEN.format(base="main", row="folder")}
        and ({FOLDER_STILL} or {FOLDER_LEFT}), 0)""",
)
# What hangs on it.
BELOW = (
    "delete from main.message where chat_id not in (select id from main.chat)",
    "delete from main.part where message_id not in (select id from main.message)",
    "delete from main.piece where message_id not in (select id from main.message)",
    "delete from main.revision where item_id not in (select id from main.item)",
    "delete from main.itempart where item_id not in (select id from main.item)",
    "delete from main.extract where hash not in (select hash from main.itempart)",
    "delete from main.extractpage where hash not in (select hash from main.itempart)",
    "delete from main.rendering where hash not in (select hash from main.itempart)",
    """delete from main.blobuse where target_id not in (select id from main.item)
        and target_id not in (select id from main.message)""",
    """delete from main.tag where target_id not in (select id from main.item where owner_id is :me)
        and target_id not in (select id from main.chat)""",
    """delete from main.attachment where not (holder_kind = 'chat' and holder_id in (select id from main.chat)
        or holder_kind = 'project' and holder_id in (select id from main.project)
        or holder_kind = 'draft' and (holder_id = :me || ':' or substr(holder_id, 1, length(:me) + 1) = :me || ':'
            and substr(holder_id, length(:me) + 2) in (select id from main.chat)))""",
    "delete from main.draft where chat_id != '' and chat_id not in (select id from main.chat)",
    "update main.item set folder_id = '' where folder_id != '' and folder_id not in (select id from main.folder)",
)
# What is nobody's to see again: doors, secrets, what others have written beside their things, work that waits.
SECRETS = (
    *(
        f"delete from main.{table}"
        for table in ("session", "ticket", "oauthclient", "oauthcode", "oauthtoken", "upload", "job", "replay")
    ),
    "delete from main.change",
    *(f"delete from main.{table} where user_id != :me" for table in ("apikey", "draft", "response", "star")),
    "delete from main.room where owner_id != :me",
    "update main.apikey set digest = id",
    "update main.share set digest = '', password = ''",
    "update main.item set edit_digest = '', delete_digest = '', address = ''",
    "update main.provider set key = null",
    "update main.account set password = null, instructions = case when id = :me then instructions else '' end",
    # What was one's own and has run out since is what one came for.
    "update main.item set expires_at = null where owner_id is :me and expires_at > :at and expires_at <= :now",
    f"delete from main.setting where key not in ({', '.join(repr(key) for key in settings.DEFAULTS)})",
    # Where bytes lie is the present's to say.
    f"insert or replace into main.setting select * from {NOW}.setting where key in ('blobs_at', 'blobs_before')",
    f"""update main.blob set (moved_at, missing_at, copied_at) =
        (select moved_at, missing_at, copied_at from {NOW}.blob n where n.hash = blob.hash)""",
)
# What an admin sees of the whole workspace, then as now, and what says nothing of anybody.
LEFT_AS_IT_IS = frozenset(
    ("account", "alembic_version", "alias", "aliastarget", "audit", "backup", "blob", "budget", "groupmember", "model")
    + ("modelgroup", "people_group", "round", "usage", "usage_limit", "usageday")
)


class Narrowing:
    """The copy at `path`, narrowed for the person `me` by the database at `present`. `at` is the copy's moment."""

    def __init__(self, path: Path, present: Path, me: str, at: int) -> None:
        self.me, self.at = me, at
        self.lock = threading.Lock()
        # The present's number of changes for which it was narrowed last.
        self.version = -1
        self.connection = sqlite.connect(
            db.address(path, "rw"), uri=True, isolation_level=None, check_same_thread=False, timeout=5
        )
        self.connection.execute("pragma foreign_keys=OFF")
        self.connection.execute("pragma temp_store=MEMORY")
        self.connection.execute(f"attach database ? as {NOW}", (db.address(present, "ro"),))

    def first(self) -> None:
        """Narrow a copy that nobody has open, and take out what is nobody's; without a journal, because a copy of which
        this fails is removed."""
        self.connection.execute("pragma main.journal_mode=OFF")
        self.connection.execute("pragma main.synchronous=OFF")
        with self.lock:
            self.version = self.changed()
            self.run(RIGHTS)
            self.run(SECRETS)
            self.run(BELOW)

    def again(self) -> bool:
        """Narrow once more if the present has changed since the last time; whether anything was taken out."""
        with self.lock:
            version = self.changed()
            if version == self.version:
                return False
            gone = self.run(RIGHTS, BELOW)
            self.version = version
            return gone

    def is_behind(self) -> bool:
        """Whether it may have to be narrowed before the next answer; cheap, and never waits."""
        if not self.lock.acquire(blocking=False):
            return True
        try:
            return self.changed() != self.version
        finally:
            self.lock.release()

    def changed(self) -> int:
        """A number that is another one after each change that somebody makes in the present."""
        return int(self.connection.execute(f"pragma {NOW}.data_version").fetchone()[0])

    def run(self, statements: tuple[str, ...], then: tuple[str, ...] = ()) -> bool:
        """Run these in one transaction, and those behind them where something was changed; whether it was."""
        values = {"me": self.me, "now": clock.now(), "at": self.at}
        self.connection.execute("begin immediate")
        try:
            before = self.connection.total_changes
            for sql in statements:
                self.connection.execute(sql, values)
            changed = bool(self.connection.total_changes > before)
            for sql in then if changed else ():
                self.connection.execute(sql, values)
            self.connection.execute("commit")
        except sqlite.Error:
            # Nothing may be answered out of a copy that is half narrowed: whoever asked is refused.
            self.connection.execute("rollback")
            raise
        return changed

    def close(self) -> None:
        """Close both databases."""
        self.connection.close()
