"""The program of tomorrow, with one schema more: `python tests/faults/newer.py PYTHON MAIN ARGUMENTS...`.

Its migration makes the tables of chats and messages anew, to which others refer, so that whatever a batch migration can
lose would be lost. With BROKEN in the environment it fails behind its last statement.
"""

import os
import shutil
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent.parent))

MIGRATION = """
import os
import sqlalchemy as sa
from alembic import op

revision = "9999"
down_revision = "{last}"


def upgrade():
    for table in ("chat", "message"):
        with op.batch_alter_table(table, recreate="always") as batch:
            batch.add_column(sa.Column("colour", sa.String(), nullable=False, server_default="green"))
    if {broken}:
        raise ValueError("the moon is in the wrong place")
"""


def main() -> int:
    import main as program
    from app import migrations

    broken = os.environ.pop("BROKEN", "") != ""
    with tempfile.TemporaryDirectory() as place:
        scripts = Path(place) / "migrations"
        shutil.copytree(migrations.SCRIPTS, scripts)
        versions = sorted(path.stem[:4] for path in (scripts / "versions").glob("0*.py"))
        (scripts / "versions" / "9999_tomorrow.py").write_text(MIGRATION.format(last=versions[-1], broken=broken))
        migrations.LAST = migrations.LAST | {migrations.SCHEMA: "abc1234"}
        migrations.SCHEMA, migrations.SCRIPTS = migrations.SCHEMA + 1, scripts
        return program.main(sys.argv[3:])


if __name__ == "__main__":
    sys.exit(main())
