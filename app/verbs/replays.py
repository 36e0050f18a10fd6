"""Idempotency: a call that is sent again under the same key is done once, also over a crash, for a day.

The transaction of the deed says itself that it was done (`Transaction.audit`), so what was cut off between the deed and
its answer is neither done again nor reported as not done.
"""

import hashlib
from dataclasses import dataclass

import orjson

from app import clock, db, secrets
from app.errors import Conflict, Invalid
from app.rights import Caller
from app.verbs.declaring import Input, Output, Verb
from app.verbs.rows import ANSWERED, BEGUN, COMMITTED

LONGEST = 255
KEPT = clock.DAY
FOUND = "select digest, status, body, boot from replay where caller = :caller and name = :name"
BEGIN = """insert into replay (caller, name, verb, digest, status, body, boot, created_at)
    values (:caller, :name, :verb, :digest, 0, '', :boot, :at)"""
ANSWER = "update replay set status = :status, body = :body where caller = :caller and name = :name"
DROP = "delete from replay where caller = :caller and name = :name and status = 0"
# What was done and then failed has no answer, and nobody is making one.
LOSE = "update replay set boot = '' where caller = :caller and name = :name and status = 1"


@dataclass(frozen=True)
class Once:
    """A call under a key of the caller's: begin it, then answer or drop it."""

    me: Caller
    verb: Verb
    name: str
    digest: str

    def begin(self) -> Output | None:
        """The answer that it has had already, None when it is to be done now. Raises Conflict."""
        with db.write() as tx:
            row = tx.run(FOUND, **self.names).first()
            if row is not None and not (row[1] == BEGUN and row[3] != clock.BOOT and row[0] == self.digest):
                return self.again(*row)
            if row is not None:  # the process that began it died before it was done
                tx.run(DROP, **self.names)
            tx.run(BEGIN, **self.names, verb=self.verb.name, digest=self.digest, boot=clock.BOOT, at=clock.now())
        return None

    def again(self, digest: str, status: int, body: str, boot: str) -> Output:
        """What it has answered. Raises Conflict for another request, for one that still runs, and for a lost answer."""
        if digest != self.digest:
            raise Conflict("Another request was sent with this Idempotency-Key. Take a new one for each.", "reused")
        if status != ANSWERED and boot == clock.BOOT:
            raise Conflict("The first request with this Idempotency-Key is still running.", "running")
        if status == COMMITTED:
            about = f" What it was done to is {body}." if body else ""
            raise Conflict(f"This was done already, but its answer was lost.{about}", "lost")
        return self.verb.output.model_validate_json(secrets.unseal(body.encode()))

    def answer(self, output: Output) -> None:
        """Keep the answer, sealed: it may hold a token that is shown once."""
        body = secrets.seal(output.model_dump_json()).decode()
        with db.write() as tx:
            tx.run(ANSWER, **self.names, status=ANSWERED, body=body)

    def drop(self) -> None:
        """Forget a call that has done nothing, so that it may be sent again."""
        with db.write() as tx:
            tx.run(DROP, **self.names)
            tx.run(LOSE, **self.names)

    @property
    def names(self) -> dict[str, str]:
        """The row's own."""
        return {"caller": f"{self.me.id}:{self.me.key}", "name": self.name}


def once(me: Caller, verb: Verb, asked: Input, name: str) -> Once:
    """A call under this key. Raises Invalid for a key that nobody may take."""
    if not (0 < len(name) <= LONGEST and name.isascii() and name.isprintable()):
        raise Invalid(f"An Idempotency-Key has at most {LONGEST} printable characters of ASCII.")
    meant = orjson.dumps([verb.name, asked.model_dump(mode="json")], option=orjson.OPT_SORT_KEYS)
    return Once(me, verb, name, hashlib.sha256(meant).hexdigest())


def sweep() -> int:
    """Forget what is older than a day; how many."""
    with db.write() as tx:
        return int(tx.run("delete from replay where created_at < :at", at=clock.now() - KEPT).rowcount)
