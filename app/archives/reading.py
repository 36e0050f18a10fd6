"""Reading records: rows of a table as dictionaries of what an archive tells of them."""

from collections.abc import Callable, Iterator
from typing import Any

from sqlmodel import Session

from app import db
from app.archives.packing import spool
from app.archives.shapes import AttachedRecord, AuditRecord, Record, ShareRecord

Told = dict[str, Any]
# Rows that are read in one transaction.
PAGE = 2_000


def query(session: Session, sql: str, *values: Any) -> Any:
    """The rows of one statement, as they come."""
    return session.connection().exec_driver_sql(sql, values)


def names(record: type[Record], table: str = "") -> str:
    """The columns of a record as a statement has them."""
    return ", ".join(f'{table}"{name}"' for name in record.columns)


def told(record: type[Record], values: Any) -> Told:
    """A row of these columns as a dictionary."""
    found = dict(zip(record.columns, values, strict=True))
    for name in record.flags:
        found[name] = None if found[name] is None else bool(found[name])
    return found


def rows(session: Session, record: type[Record], where: str, *values: Any) -> Iterator[Told]:
    """The records of a table for which this is true; it may end with an order."""
    for row in query(session, f"select {names(record)} from {record.table} where {where}", *values):
        yield told(record, row)


def one(session: Session, record: type[Record], id: str) -> Told | None:
    """The record with this id."""
    return next(rows(session, record, "id = ?", id), None)


def column(session: Session, sql: str, *values: Any) -> list[Any]:
    """The first column of all rows."""
    return [row[0] for row in query(session, sql, *values)]


def tags(session: Session, kind: str, id: str) -> list[str]:
    """The words that the owner put on it."""
    return column(session, "select name from tag where kind = ? and target_id = ? order by name", kind, id)


def shares(session: Session, kind: str, id: str) -> list[Told]:
    """The doors that were opened to it, without what opens them."""
    sql = f"select {names(ShareRecord)}, password != '' from share where kind = ? and target_id = ? order by id"
    return [told(ShareRecord, row[:-1]) | {"locked": bool(row[-1])} for row in query(session, sql, kind, id)]


def attached(session: Session, kind: str, id: str) -> list[Told]:
    """What lies beside a holder."""
    where = "holder_kind = ? and holder_id = ? order by position, kind, target_id"
    return list(rows(session, AttachedRecord, where, kind, id))


def spooled(sql: str, *values: Any) -> Iterator[str]:
    """The first column of all rows, read at once and given one by one: a million ids lie on the disk meanwhile."""
    with spool() as file:
        with db.read() as session:
            for row in query(session, sql, *values):
                file.write(f"{row[0]}\n".encode())
        file.seek(0)
        for each in file:
            yield each[:-1].decode()


def paged(
    record: type[Record], where: str, values: tuple[Any, ...], more: Callable[[Session, Told], Told] | None = None
) -> Iterator[Told]:
    """The records of a table with ids, in their order, so many in a transaction; `more` is put to each."""
    last: Any = 0 if record is AuditRecord else ""
    while True:
        with db.read() as session:
            page = rows(session, record, f"({where}) and id > ? order by id limit {PAGE}", *values, last)
            count = 0
            for count, each in enumerate(page, 1):  # noqa: B007
                last = each["id"]
                yield each if more is None else each | more(session, each)
        if count < PAGE:
            return
