"""Rows of records: the columns that a record tells, and those that are made here."""

from functools import cache
from typing import Any, TypeVar

from sqlalchemy.orm import configure_mappers
from sqlmodel import SQLModel

from app import clock, secrets
from app.accounts.passwords import NOBODYS
from app.archives.importing.mapping import MERGE, Into
from app.archives.shapes import Record
from app.db import Transaction
from app.errors import Invalid
from app.items.plain import columns, made
from app.rights import Share, shares

Row = TypeVar("Row", bound=SQLModel)


def row(table: type[Row], record: Any, **own: Any) -> Row:
    """A row of a record; `own` columns stand above what the record says."""
    of: Any = type(record)
    told = usual(table) | {name: getattr(record, name) for name in told_by(table, of)} | own
    # Not by its constructor, which takes longer than all else that is done with a message.
    return made(table, tuple(told[name] for name in columns(table)))


@cache
def usual(table: type[SQLModel]) -> dict[str, Any]:
    """What columns hold of which nothing is told."""
    configure_mappers()  # which the first constructor would do
    return {name: field.default for name, field in table.model_fields.items() if not field.is_required()}


@cache
def told_by(table: type[SQLModel], record: type[Record]) -> tuple[str, ...]:
    """The columns that a record tells."""
    return tuple(name for name in record.model_fields if name in columns(table))


def add(tx: Transaction, table: type[Row], record: Any, **own: Any) -> int:
    """Insert the row of a record, unless its key is there; how many rows that made."""
    names = columns(table)
    values = row(table, record, **own)
    sql = f"insert or ignore into {table.__tablename__} ({', '.join(names)}) values ({', '.join('?' * len(names))})"
    return int(tx.database.driver.execute(sql, [getattr(values, name) for name in names]).rowcount)


def add_shares(tx: Transaction, into: Into, kind: str, id: str, records: list[Any], members: dict[str, str]) -> None:
    """The doors to a thing. What a link held, and the password that one asked for, are in no archive: such a door is
    shown to its owner and opens to nobody. Merged are those for people who are here, and no links. `members` maps the
    ids of messages."""
    for each in records:
        person = into.person(each.user_id)
        is_persons = each.audience == shares.PERSON
        if each.audience not in shares.AUDIENCES or each.role not in (shares.READER, shares.WRITER):
            raise Invalid(archive="one of its shares is none")
        if is_persons and not person or into.mode != MERGE and not into.keeps:
            continue
        if into.mode == MERGE and (not is_persons or each.revoked_at or over(each)):
            into.report.count("share", "{} by link not taken: share them again." if not is_persons else "{} is over.")
            continue
        alone, point = each.point[:1] == "=", each.point.removeprefix("=")
        add(
            tx,
            Share,
            each,
            id=into.id_of_row(each.id),
            kind=kind,
            target_id=id,
            user_id=person or None,
            digest="" if is_persons else secrets.digest(secrets.token()),
            point=f"{'=' if alone else ''}{members.get(point, point)[:64]}",
            password=NOBODYS if each.locked else "",
            uses=max(each.uses, 0),
            created_at=into.past(each.created_at),
            created_by=into.person(each.created_by),
        )


def over(share: Any) -> bool:
    """Whether a share has come to its end."""
    spent = share.max_uses is not None and share.uses >= share.max_uses
    return spent or (share.expires_at is not None and share.expires_at <= clock.now())


def must(fits: bool, why: str) -> None:
    """Raises Invalid for what cannot be kept."""
    if not fits:
        raise Invalid(archive=why)
