"""Taking in what belongs to a workspace as a whole: settings, models and prices, aliases, budgets, ledger and audit.

All of it only into a workspace without anybody: into another one it would decide over people who are there.
"""

from collections import Counter
from collections.abc import Iterator
from itertools import islice
from typing import Any

import orjson

from app import clock, config, db, settings, usage
from app.archives.importing.checking import SETTINGS, Archive
from app.archives.importing.fitting import LONGEST, fits
from app.archives.importing.fitting import WHY as WHY_NONE
from app.archives.importing.mapping import Into
from app.archives.importing.rows import Row, add
from app.archives.importing.spaces import keep_people, keep_spaces, numbered
from app.archives.shapes import LINES
from app.archives.shapes import SETTINGS as TAKEN
from app.audit import Audit
from app.db import Transaction
from app.errors import Conflict, Invalid
from app.gateway.rows import Alias, AliasTarget, StoredResponse
from app.providers.adding import checked_url
from app.providers.catalogue import Model, ModelGroup, Provider
from app.providers.presets import BUNDLED, ENVIRONMENT, preset
from app.usage.rows import Budget, Limit, Usage, UsageDay

MARK = "importing"
AT_ONCE = 1_000
# Of the workspace, by the entry that holds it: what it is called in the report, its table.
ALONE: dict[str, tuple[str, type[Any]]] = {
    "workspace/budgets.jsonl": ("budget", Budget),
    "workspace/limits.jsonl": ("limit", Limit),
    "responses.jsonl": ("reply", StoredResponse),
    "workspace/usage_days.jsonl": ("usage day", UsageDay),
    "workspace/usage.jsonl": ("usage", Usage),
    "workspace/audit.jsonl": ("audit", Audit),
}
LEFT = {
    "workspace/providers.jsonl": "provider",
    "workspace/aliases.jsonl": "alias",
} | {name: kind for name, (kind, _) in ALONE.items()}
WHY = "this workspace has its own."
# What a start has made by itself, and nobody used yet.
OFFERED = (BUNDLED, ENVIRONMENT)


def begin(into: Into) -> None:
    """The first transaction: this import is on its way, and everybody is there. Once. Raises Conflict when somebody
    made the first account meanwhile."""
    archive = into.archive
    with db.write(durable=True) as tx:
        if settings.value(MARK) != archive.sum:
            if tx.run("select 1 from account limit 1").first():
                raise Conflict("The first account was made in this moment. Import again: it is merged then.")
            settings.put(tx, MARK, archive.sum)
            # What stands in the audit of a house without people gets numbers behind those that come.
            more = max(archive.last_audit, tx.run("select coalesce(max(id), 0) from audit").scalar())
            tx.run("update audit set id = id + :more", more=more)
        keep_people(tx, into)
        keep_spaces(tx, into)
        for key, value in told(archive).items():
            settings.put(tx, key, value)


def end(into: Into) -> None:
    """The last transaction: all of it is here."""
    usage.sweep(clock.BOOT)
    with db.write(durable=True) as tx:
        settings.put(tx, MARK, "")
        tx.audit(into.me, "workspace.import", note=into.archive.sum[:16])


def told(archive: Archive) -> dict[str, Any]:
    """The settings of an archive. Raises Invalid for what can be none."""
    if not archive.zip.has(SETTINGS):
        return {}
    try:
        found = orjson.loads(archive.zip.data(SETTINGS, 1 << 20))
    except orjson.JSONDecodeError:
        found = None
    if not isinstance(found, dict):
        raise Invalid(archive="The archive's settings are none. Nothing was changed.")
    for key, value in found.items():
        if key not in TAKEN or not is_value(value, settings.DEFAULTS[key]):
            raise Invalid(archive=f"The archive's setting {key[:60]!r} is none. Nothing was changed.")
    return found


def is_value(value: Any, usual: Any) -> bool:
    """Whether a setting that is usually this one may be that one."""
    if type(value) is not type(usual):
        return False
    if isinstance(value, list):
        return all(isinstance(each, str) for each in value)
    return len(value) <= LONGEST if isinstance(value, str) else 0 <= int(value) < 1 << 40


# ── models ────────────────────────────────────────────────────────────────────────────────────────────────────────────
def keep_models(into: Into) -> None:
    """Providers (without their keys), models and prices, and who may use them; names that stand for several."""
    with db.write(durable=True) as tx:
        for each in fitting_lines(into, "workspace/providers.jsonl", "provider", Provider):
            keep_provider(tx, into, each)
        for record in fitting_lines(into, "workspace/models.jsonl", "model", Model):
            if not tx.run("select 1 from provider where id = :id", id=record.provider_id).first():
                continue
            own: dict[str, Any] = {
                name: floor(getattr(record, name)) for name in ("price_in", "price_cached", "price_out")
            }
            own |= {"bytes_per_token": record.bytes_per_token if record.bytes_per_token > 0 else 3.0}
            into.report.made["model"] += add(tx, Model, record, **own)
            for group in record.groups:
                if tx.run("select 1 from people_group where id = :id", id=group).first():
                    tx.session.merge(ModelGroup(model_id=record.id, group_id=group))
        for record in fitting_lines(into, "workspace/aliases.jsonl", "alias", Alias):
            into.report.made["alias"] += add(tx, Alias, record)
            known = tx.run("select 1 from alias where id = :id", id=record.id).first()
            for target in record.targets if known else ():
                if tx.run("select 1 from model where id = :id", id=target.model_id).first():
                    add(tx, AliasTarget, target, alias_id=record.id)


def lines(archive: Archive, name: str) -> Iterator[Any]:
    """The records of an entry of lines."""
    return archive.lines(name, LINES[name])


def fitting_lines(into: Into, name: str, kind: str, table: type[Any]) -> Iterator[Any]:
    """Those that this house could have written; the others are told."""
    sums: Counter[str] = Counter()
    for record in lines(into.archive, name):
        if fits(table, record, sums):
            yield record
        else:
            into.report.left[kind, WHY_NONE] += 1


def floor(value: int | None) -> int | None:
    """A number that is not below nothing."""
    return None if value is None else max(value, 0)


def keep_provider(tx: Transaction, into: Into, record: Any) -> None:
    """One provider. What this machine has offered by itself gives way to what was there."""
    if record.kind in OFFERED:
        mine = {"kind": record.kind, "id": record.id}
        for sql in (
            "delete from model where provider_id in (select id from provider where kind = :kind and id != :id)",
            "delete from provider where kind = :kind and id != :id",
        ):
            tx.run(sql, **mine)
    try:
        url = record.url if record.kind == BUNDLED else checked_url(offered(record))
    except Invalid:
        into.report.left["provider", "its address is none."] += 1
        return
    taken = {row[0].casefold() for row in tx.run("select name from provider where id != :id", id=record.id).fetchall()}
    name = numbered(record.name[:200], taken, 200)
    into.report.made["provider"] += add(tx, Provider, record, url=url, name=name, key=None, error="", checked_at=None)


def offered(record: Any) -> str:
    """The address of a provider. The key that this machine has in its environment goes where this machine says, and to
    no address of an archive."""
    own = config.current
    if record.kind == ENVIRONMENT and (own.openai_key or own.openai_url):
        return own.openai_url or preset(ENVIRONMENT).url
    return str(record.url)


# ── lines ─────────────────────────────────────────────────────────────────────────────────────────────────────────────
def keep_lines(into: Into, name: str) -> None:
    """All lines of an entry, a thousand in each transaction."""
    kind, table = ALONE[name]
    found = fitting_lines(into, name, kind, table)
    own: dict[str, Any] = {"boot": ""} if table is Usage else {"key_id": ""} if table is StoredResponse else {}
    while some := list(islice(found, AT_ONCE)):
        with db.write() as tx:
            for record in some:
                into.report.made[kind] += add_line(tx, table, record, own)


def add_line(tx: Transaction, table: type[Row], record: Any, own: dict[str, Any]) -> int:
    """One of them; not what belongs to nobody here."""
    person = getattr(record, "user_id", "") if table is StoredResponse else ""
    if person and not tx.run("select 1 from account where id = :id", id=person).first():
        return 0
    return add(tx, table, record, **own)


def leave(into: Into) -> None:
    """Tell what is not merged."""
    for name, kind in LEFT.items():
        if count := into.archive.records[name]:
            into.report.left[kind, WHY] += count


def match_models(into: Into) -> None:
    """Find the models of the archive here: by the names of their provider and their own."""
    providers = {each.id: each.name for each in lines(into.archive, "workspace/providers.jsonl")}
    sql = "select m.id from model m join provider p on p.id = m.provider_id where p.name = ? and m.name = ?"
    for record in lines(into.archive, "workspace/models.jsonl"):
        row = db.fetch(sql, providers.get(record.provider_id, ""), record.name)
        if row is not None:
            into.models[record.id] = row[0]
