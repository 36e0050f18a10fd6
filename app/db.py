"""The two doors to the database: `read()` for many, `write()` for one at a time.

SQLite in WAL mode by the pysqlite3 driver. Writers take the lock of this process and BEGIN IMMEDIATE, so a
read-modify-write inside `write()` is never lost (SQLAlchemy's own default loses them). Rows are detached when they
leave their transaction.
"""

import asyncio
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import quote

import pysqlite3.dbapi2 as sqlite
from sqlalchemy import Engine, create_engine, event
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import QueuePool, StaticPool
from sqlmodel import Session
from sqlmodel import select as select

from app import config
from app.errors import Misconfigured, NotWritten
from app.group_commit import GroupCommit
from app.transactions import INSERT_AUDIT as INSERT_AUDIT
from app.transactions import Transaction as Transaction

# Older ones can corrupt a WAL file when a second process checkpoints, which is what replication does.
OLDEST = (3, 51, 3)
READERS = 8
# Pages after which SQLite itself takes the WAL into the database, where there is no replica.
CHECKPOINT = 1_000
PRAGMAS = ("busy_timeout=5000", "foreign_keys=ON", "cache_size=-20000", "temp_store=MEMORY", "mmap_size=0")

# A full disk, a read-only file system, a lock that did not come: nothing was written, and it may be tried again.
Unwritable = (sqlite.OperationalError, NotWritten)
# What people are told of these; the low byte of SQLite's codes (https://sqlite.org/rescode.html).
FAULTS = {
    13: "The disk is full: nothing of this was written. Make room there and try again; nothing has to be restarted.",
    10: "The disk refused to write: nothing of this was kept. Look at the disk, then try again.",
    8: "The disk takes no writes now: nothing of this was kept. Make it writable, then try again.",
    5: "Another program holds the database: nothing of this was written. End that program and try again.",
}

Result = TypeVar("Result")


class Database:
    """The open database of this process."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.lock = threading.Lock()
        self.owner = 0
        # How many transactions `write` has committed: what is kept in memory of tables that change seldom looks at it.
        self.changes = 0
        self.local = threading.local()
        self.opened: list[Any] = []
        # SQLite checkpoints by itself when the last connection closes that may write, which would break a replica:
        # this one may not, is opened first and closed last.
        self.keeper = connect(path, "ro")
        try:
            self.driver = writing(path, self.keeper)
        except sqlite.Error:
            self.keeper.close()
            raise
        self.writer = engine(lambda: self.driver, StaticPool)
        event.listen(self.writer, "begin", self.begin)
        # With its first connection SQLAlchemy asks this and that, and rolls back: not in a transaction of ours.
        self.writer.connect().close()
        self.reader = engine(lambda: connect(path, "ro"), QueuePool, pool_size=READERS, max_overflow=READERS * 4)
        event.listen(self.reader, "begin", lambda connection: connection.exec_driver_sql("BEGIN"))
        self.groups = GroupCommit(self.driver, self.lock)

    def begin(self, connection: Any) -> None:
        """What the ORM does first; `write` has done it already, unless the ORM itself rolled back in between."""
        if not self.driver.in_transaction:
            connection.exec_driver_sql("BEGIN IMMEDIATE")

    def raw(self) -> Any:
        """The read-only connection of this thread, for single keyed statements on hot paths."""
        if getattr(self.local, "connection", None) is None:
            self.local.connection = connect(self.path, "ro")
            self.opened.append(self.local.connection)
        return self.local.connection

    def close(self) -> None:
        """Close everything, the read-only keeper last."""
        self.groups.close()
        self.writer.dispose()
        self.reader.dispose()
        for connection in self.opened:
            connection.close()
        self.keeper.close()


def address(path: Path, mode: str) -> str:
    """How SQLite names a file and a mode (ro, rw) in one: quoted, or a `#` or `?` in the path would end it."""
    return f"file:{quote(str(path))}?mode={mode}"


def connect(path: Path, mode: str) -> Any:
    """A driver connection; transactions are begun by hand only."""
    connection = sqlite.connect(address(path, mode), uri=True, isolation_level=None, check_same_thread=False, timeout=5)
    for pragma in PRAGMAS:
        connection.execute(f"pragma {pragma}")
    return connection


def writing(path: Path, keeper: Any) -> Any:
    """The one driver connection that writes, in WAL mode, once `keeper` holds the WAL open."""
    connection = connect(path, "rw")
    try:
        connection.execute("pragma journal_mode=WAL")
        # With a replica it is Litestream that decides when the WAL goes into the database.
        connection.execute(f"pragma wal_autocheckpoint={CHECKPOINT if config.current.replica == 'off' else 0}")
        keeper.execute("select count(*) from sqlite_master").fetchone()
    except sqlite.Error:
        connection.close()
        raise
    return connection


def engine(creator: Callable[[], Any], pool: Any, **options: Any) -> Engine:
    """An SQLAlchemy engine over `connect`."""
    # Errors are logged, and their parameters would be what people wrote.
    return create_engine("sqlite://", module=sqlite, creator=creator, poolclass=pool, hide_parameters=True, **options)


database: Database | None = None
# What a durable write asks after its commit, when the lock is free again: a remote replica's confirmation.
confirm: Callable[[], object] | None = None


def check_version() -> None:
    """Refuse an SQLite that can corrupt the file. Raises Misconfigured."""
    if sqlite.sqlite_version_info < OLDEST:
        raise Misconfigured(
            f"SQLite {sqlite.sqlite_version} is too old; Inglenook needs 3.51.3 or later. Run `make setup` again."
        )


def open(path: Path) -> Database:
    """Open (or create) the database file; its schema is the business of `migrations`."""
    global database
    check_version()
    # For its owner only, whatever the directory allows; SQLite gives its other files the same mode.
    path.touch(mode=0o600)
    database = Database(path)
    return database


def close() -> None:
    """Close the database of this process."""
    global database
    if database is not None:
        database.close()
        database = None


def here() -> Database:
    """The open database. An unopened one is a mistake of the programmer."""
    if database is None:
        raise RuntimeError("The database is not open.")
    return database


@contextmanager
def read() -> Iterator[Session]:
    """A consistent view of the database; many at a time."""
    with Session(here().reader, expire_on_commit=False, autoflush=False) as session:
        yield session


def fetch(sql: str, *values: Any) -> tuple[Any, ...] | None:
    """The first row of one keyed statement, without ORM: cheap enough for the event loop."""
    row: tuple[Any, ...] | None = here().raw().execute(sql, values).fetchone()
    return row


def fetch_all(sql: str, *values: Any) -> list[tuple[Any, ...]]:
    """All rows of one statement, without ORM."""
    rows: list[tuple[Any, ...]] = here().raw().execute(sql, values).fetchall()
    return rows


@contextmanager
def write(durable: bool = False) -> Iterator[Transaction]:
    """The one write transaction of this process. Raises NotWritten when the disk is full or fails.

    `durable` (accounts, keys, prices) also survives a power cut, and with a remote replica the loss of this machine,
    unless the replica does not confirm in time: then the write stands, and a warning is shown.
    """
    base = here()
    if asyncio._get_running_loop() is not None:
        raise RuntimeError("The event loop must not wait for the write lock: use db.in_thread or db.append.")
    if base.owner == threading.get_ident():
        raise RuntimeError("db.write() inside db.write(): pass the transaction on instead.")
    with base.lock:
        base.owner = threading.get_ident()
        transaction = Transaction(base)
        try:
            base.driver.execute(f"pragma synchronous={'FULL' if durable else 'NORMAL'}")
            base.driver.execute("BEGIN IMMEDIATE")
            yield transaction
            transaction.commit()
            base.changes += 1
        except (DBAPIError, sqlite.Error) as error:
            fault = error.orig if isinstance(error, DBAPIError) else error
            if (said := FAULTS.get(getattr(fault, "sqlite_errorcode", 0) & 0xFF)) is not None:
                raise NotWritten(said) from error
            raise
        finally:
            transaction.close()
            base.owner = 0
    for call in transaction.after:
        call()
    if durable and confirm is not None:
        confirm()


def probe(seconds: float) -> None:
    """Read, and write what is taken back at once, without waiting longer than this for others. Raises NotWritten, and
    what SQLite raises."""
    base, held = here(), "Somebody has held the database for a while, so that nobody else can write."
    if not base.lock.acquire(timeout=seconds):
        raise NotWritten(held)
    try:
        base.driver.execute(f"pragma busy_timeout={round(seconds * 1000)}")
        base.driver.execute("BEGIN IMMEDIATE")
        (version,) = base.driver.execute("pragma user_version").fetchone()
        base.driver.execute(f"pragma user_version={version}")  # a page is changed; its rollback writes nothing
        base.driver.execute("ROLLBACK")
    finally:
        base.driver.execute(f"pragma {PRAGMAS[0]}")
        base.lock.release()


async def in_thread(function: Callable[..., Result], *args: Any, **named: Any) -> Result:
    """Run a function that reads or writes, for callers on the event loop."""
    return await asyncio.to_thread(function, *args, **named)


async def append(sql: str, *values: Any) -> None:
    """One statement, committed together with those of other tasks: for text and ledger rows on hot paths."""
    await here().groups.add([(sql, values)])


async def append_all(statements: list[tuple[str, tuple[Any, ...]]]) -> None:
    """Several statements that are committed together, in the next group."""
    await here().groups.add(statements)
