"""The schema and its number. Alembic is imported only when the number in the file differs."""

from pathlib import Path

import pysqlite3.dbapi2 as sqlite

from app import db
from app.errors import Misconfigured

SCHEMA = 2


def number(path: Path) -> int:
    """The schema number in the file: 0 for a new one."""
    connection = sqlite.connect(f"file:{path}?mode=ro", uri=True)
    try:
        return int(connection.execute("pragma user_version").fetchone()[0])
    finally:
        connection.close()


def bring_up(path: Path) -> int:
    """Migrate the open database to SCHEMA in one transaction; the number that it had. Raises Misconfigured."""
    found = number(path)
    if found > SCHEMA:
        raise Misconfigured(
            f"{path} has schema {found} and this Inglenook knows {SCHEMA}: start the newer version that made it."
        )
    if found < SCHEMA:
        upgrade()
    return found


def upgrade() -> None:
    """Run the missing migrations, and set the number, in the transaction of the writer's connection."""
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent))
    with db.write(durable=True) as tx:
        config.attributes["connection"] = tx.session.connection()
        command.upgrade(config, "head")
        tx.run(f"pragma user_version={SCHEMA}")
