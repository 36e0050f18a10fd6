"""What is sealed in a database: the providers' keys, and a word that tells whether the key at hand is the right one."""

from pathlib import Path

import orjson

from app import db
from app.db import Transaction
from app.secrets import keys
from app.secrets.sealing import opened, opens_with, seal

# Every column of the schema that holds sealed bytes: what a rotation seals anew.
SEALED = (("provider", "key"),)
# A text that everybody knows, sealed.
CHECK, KNOWN = "seal_check", "inglenook"

shut = False


def sealed_in(path: Path) -> bytes | None:
    """Something sealed in another database, to try keys on; None when nothing in it is sealed."""
    connection = db.connect(path, "ro")
    try:
        row = connection.execute("select value from setting where key = ?", (CHECK,)).fetchone()
        if row is not None:
            return str(orjson.loads(row[0])).encode()
        found = (connection.execute(f"select {name} from {table} where {name} is not null") for table, name in SEALED)
        return next((bytes(row[0]) for rows in found for row in rows), None)
    finally:
        connection.close()


def setting(name: str) -> object:
    """A setting of ours as it is now, None where it was never set."""
    row = db.fetch("select value from setting where key = ?", name)
    return orjson.loads(row[0]) if row else None


def put(tx: Transaction, name: str, value: object) -> None:
    """Set one of them. They are not kept in memory with the other settings: they change under a restore."""
    text = orjson.dumps(value).decode()
    tx.run("insert or replace into setting (key, value) values (:name, :value)", name=name, value=text)


def check() -> bytes | None:
    """The sealed word of the open database, None in one that never had it."""
    found = setting(CHECK)
    return str(found).encode() if found else None


def all_sealed() -> list[bytes]:
    """Every sealed value of the open database but the word."""
    rows = (db.fetch_all(f"select {name} from {table} where {name} is not null") for table, name in SEALED)
    return [bytes(row[0]) for found in rows for row in found]


def is_stale() -> bool:
    """Whether something was sealed by a key that is not the present one, or the word is not there."""
    word = check()
    present = keys.ring.present
    behind = [each for each in all_sealed() if opened(each, present) is None and opens_with(each) is not None]
    return word is None or opened(word, present) is None or bool(behind)


def seal_anew(tx: Transaction) -> int:
    """Seal everything that opens with the present key, the word too; how many values. What does not open stays."""
    count = 0
    for table, name in SEALED:
        rows = tx.run(f"select rowid, {name} from {table} where {name} is not null").fetchall()
        for row, sealed in rows:
            key = opens_with(bytes(sealed))
            if key is None or key == keys.ring.present:
                continue
            fresh = seal(opened(bytes(sealed), key) or "")
            tx.run(f"update {table} set {name} = :fresh where rowid = :row", fresh=fresh, row=row)
            count += 1
    put(tx, CHECK, seal(KNOWN).decode())
    return count


def look() -> bool:
    """Find out whether the open database is locked, and remember it."""
    global shut
    shut = not opens()
    return shut


def locked() -> bool:
    """Whether the stored provider keys wait for the recovery key. Cheap: asked by every page of an admin."""
    return shut and (look() if keys.reread() else True)


def opens() -> bool:
    """Whether the keys at hand open the open database; one with nothing sealed in it opens."""
    word, sealed = check(), all_sealed()
    if word is not None:
        return opens_with(word) is not None
    return not sealed or any(opens_with(each) for each in sealed)
