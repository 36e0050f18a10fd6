"""One write transaction: rows of the ORM, plain statements, audit entries and jobs, all of it or nothing."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

from sqlmodel import Session, SQLModel

from app import clock, later
from app.rights import Caller

if TYPE_CHECKING:
    from app.db import Database

INSERT_AUDIT = """insert into audit (at, user_id, door, address, request_id, verb, object_id, note)
    values (:at, :user_id, :door, :address, :request_id, :verb, :object_id, :note)"""
# In the transaction of the deed itself: after a crash it is known whether it was done.
DEED_DONE = "update replay set status = 1, body = ? where caller = ? and name = ? and status = 0"

# What guests do to their own account, and the reading of a paste that burns, which is a deed.
GUESTS_OWN = ("accounts.", "pastes.reveal")

Row = TypeVar("Row", bound=SQLModel)


class Transaction:
    """One write transaction: rows, an audit entry and jobs are committed together or not at all."""

    def __init__(self, database: "Database") -> None:
        self.database = database
        self.made: Session | None = None
        self.after: list[Callable[[], None]] = []

    @property
    def session(self) -> Session:
        """The ORM's view of this transaction, made when it is first needed: it costs more than a statement."""
        if self.made is None:
            self.made = Session(self.database.writer, expire_on_commit=False)
            self.made.connection()
        return self.made

    def add(self, row: Row) -> Row:
        """Insert or update the row and give it back."""
        self.session.add(row)
        self.session.flush()
        return row

    def find(self, model: type[Row], key: Any) -> Row | None:
        """The row with this primary key as it is now, or None."""
        return self.session.get(model, key)

    def rows(self, statement: Any) -> list[Any]:
        """All results of a select."""
        return list(self.session.exec(statement))

    def first(self, statement: Any) -> Any:
        """The first result of a select, or None."""
        return self.session.exec(statement).first()

    def run(self, sql: str, **values: Any) -> Any:
        """One SQL statement; the result has `.rowcount`."""
        return self.session.connection().exec_driver_sql(sql, values)

    def delete(self, row: SQLModel) -> None:
        """Delete the row."""
        self.session.delete(row)
        self.session.flush()

    def audit(self, me: Caller, verb: str, thing: Any = None, note: str = "") -> None:
        """Write down who did what to which object from where. `note` holds no secret and no message text. Raises
        Forbidden for guests, who do nothing but to their own account."""
        # Every deed is written down, so this one line keeps guests from every deed that nobody thought of.
        if not verb.startswith(GUESTS_OWN):
            me.must_not_be_guest()
        entry = {"at": clock.now(), "user_id": me.id, "door": me.door, "address": me.address, "verb": verb}
        entry |= {"request_id": me.request_id, "object_id": getattr(thing, "id", thing) or "", "note": note}
        self.database.driver.execute(INSERT_AUDIT, entry)
        if me.once:
            self.database.driver.execute(DEED_DONE, (entry["object_id"], f"{me.id}:{me.key}", me.once))

    def later(
        self,
        function: str,
        *args: Any,
        me: Caller | None = None,
        run_at: int = 0,
        priority: int = 0,
        key: str | None = None,
        expires_at: int | None = None,
    ) -> str:
        """Enqueue the worker `function` (a name like 'chats.title') to run after this commit; its job's id.

        `key` says that it is the same thing again: the id of the job that has it is given back, and nothing is
        enqueued, for as long as that job is kept (a week after its end). Times are microseconds UTC; a job that has
        not begun at `expires_at` never does.
        """
        if later.wake not in self.after[-1:]:
            self.after.append(later.wake)
        # On the connection of this transaction, but without an ORM's costs.
        run = self.database.driver.execute
        return later.enqueue(run, later.job(function, args, me, run_at, priority, key, expires_at))

    def commit(self) -> None:
        """Make all of it last."""
        if self.made is not None:
            self.made.commit()
        else:
            self.database.driver.execute("COMMIT")

    def close(self) -> None:
        """Let go; what was not committed is rolled back."""
        if self.made is not None:
            self.made.close()
        if self.database.driver.in_transaction:
            self.database.driver.execute("ROLLBACK")
