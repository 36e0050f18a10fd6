"""The schema and its number. Alembic is imported only when the number in the file differs."""

from collections.abc import Callable
from pathlib import Path

import pysqlite3.dbapi2 as sqlite

from app import children, db
from app.errors import Misconfigured
from app.logs import log

SCHEMA = 5
# The last commit whose program knows a schema: what leads back when the upgrade from it fails.
LAST = {1: "15924c3", 2: "f5a2fcb", 3: "0d574c8", 4: "739b3c5"}
SCRIPTS = Path(__file__).parent

Before = Callable[[int], None]
Within = Callable[[db.Transaction, int], None]


class Damaged(Exception):
    """The migrated database did not pass its checks."""


def number(path: Path) -> int:
    """The schema number in the file: 0 for a new one."""
    connection = sqlite.connect(db.address(path, "ro"), uri=True)
    try:
        return int(connection.execute("pragma user_version").fetchone()[0])
    finally:
        connection.close()


def bring_up(path: Path, before: Before | None = None, within: Within | None = None) -> int:
    """Migrate the open database to SCHEMA in one transaction; the number that it had. Raises Misconfigured.

    `before` is called with the old number before anything is touched, `within` in the transaction, when it has passed
    its checks; neither is for a database that is new. On failure the file holds what it held.
    """
    found = number(path)
    if found > SCHEMA:
        raise Misconfigured(newer(path, found))
    if found == SCHEMA:
        return found
    if found and before is not None:
        before(found)
    try:
        upgrade(found, within)
    except Exception as error:
        log.debug("migrations.failed", found=found, schema=SCHEMA, exc_info=True)
        raise Misconfigured(failed(path, found, error)) from error
    return found


def upgrade(found: int, within: Within | None = None) -> None:
    """Run the missing migrations, check all, and set the number, in one transaction of the writer's connection."""
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(SCRIPTS))
    # A batch migration makes a table anew and drops the old one, which would delete the rows that refer to it. The
    # setting does nothing inside a transaction; what it would have refused is found by `check`.
    driver = db.here().driver
    driver.execute("pragma foreign_keys=OFF")
    try:
        with db.write(durable=True) as tx:
            config.attributes["connection"] = tx.session.connection()
            command.upgrade(config, "head")
            tx.run(f"pragma user_version={SCHEMA}")
            if found:
                check(tx)
                if within is not None:
                    within(tx, found)
    finally:
        driver.execute("pragma foreign_keys=ON")


def check(tx: db.Transaction) -> None:
    """Nothing points nowhere, and every page is in order. Raises Damaged."""
    if (dangling := tx.run("pragma foreign_key_check").first()) is not None:
        raise Damaged(f"a row of {dangling[0]} points to a row of {dangling[2]} that is not there")
    if (said := tx.run("pragma quick_check(1)").scalar()) != "ok":
        raise Damaged(str(said))


def failed(path: Path, found: int, error: Exception) -> str:
    """What to say, and to run, when a migration was rolled back."""
    why = str(getattr(error, "orig", None) or error).splitlines()[0].rstrip(".")
    if not found:
        return f"{path} could not be made ({why}): nothing was lost, mend that and start again."
    said = f"The upgrade of {path} from schema {found} to {SCHEMA} failed ({why}) and nothing was changed"
    if children.file() is not None:
        return f"{said}: go back with the file of the version before."
    return f"{said}: go back with `git checkout {LAST.get(found, 'HEAD@{1}')} && make setup`."


def newer(path: Path, found: int) -> str:
    """What to say, and to run, when the program is older than the database."""
    said = f"{path} has schema {found} and this Inglenook knows {SCHEMA}: start the newer version that made it"
    back = fitting(path.parent / "snapshots")
    if back is None:
        return f"{said}."
    return f"{said}, or go back with `main.py backups restore --from {back} --data {path.parent}`."


def fitting(snapshots: Path) -> Path | None:
    """The newest copy there that this program can open, by its name, which begins with its time."""
    for path in sorted(snapshots.glob("*.db"), reverse=True):
        with path.open("rb") as file:
            head = file.read(64)
        # https://sqlite.org/fileformat.html#user_version_number
        if head.startswith(b"SQLite format 3\0") and 0 < int.from_bytes(head[60:64], "big") <= SCHEMA:
            return path
    return None
