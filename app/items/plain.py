"""Plain rows: inserted and read without the ORM's costs."""

from functools import cache
from typing import Any, TypeVar

from sqlmodel import SQLModel

from app.db import Transaction

Row = TypeVar("Row", bound=SQLModel)


@cache
def columns(model: type[SQLModel]) -> tuple[str, ...]:
    """The names of a table's columns."""
    return tuple(column.name for column in model.__table__.columns)  # type: ignore[attr-defined]


@cache
def flags(model: type[SQLModel]) -> tuple[str, ...]:
    """The names of the columns that SQLite keeps as 0 and 1."""
    return tuple(name for name, field in model.model_fields.items() if field.annotation is bool)


@cache
def statement(model: type[SQLModel]) -> str:
    """How a row is inserted."""
    names = columns(model)
    return f"insert into {model.__tablename__} ({', '.join(names)}) values ({', '.join('?' * len(names))})"


def insert(tx: Transaction, row: Row) -> Row:
    """Insert a row without the ORM's costs."""
    tx.database.driver.execute(statement(type(row)), [getattr(row, name) for name in columns(type(row))])
    return row


def made(model: type[Row], values: tuple[Any, ...]) -> Row:
    """A row of `select <columns of the model>`. Its attributes are put where the ORM keeps what it has read: told one
    by one they would take five times as long."""
    row: Row = model.__mapper__.class_manager.new_instance()  # type: ignore[attr-defined]
    told = row.__dict__
    told.update(zip(columns(model), values, strict=True))
    for name in flags(model):
        told[name] = bool(told[name])
    return row
