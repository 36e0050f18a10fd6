"""Releases of a product that is not released: small scripts that stand for the one file and start this checkout, some
with something wrong. `python tests/releases.py VERSION KIND WORDS...` is what such a script starts.
"""

import hashlib
import os
import signal
import sys
import time
from pathlib import Path

HOUSE = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(HOUSE))

SCRIPT = """#!/bin/sh
# Inglenook {version}, for tests
export _INGLENOOK_FILE="$0"
exec "{python}" "{program}" {version} {kind} "$@"
"""
MIGRATION = """
from alembic import op
import sqlalchemy as sa

revision = "9999"
down_revision = "{last}"


def upgrade():
    op.add_column("account", sa.Column("colour", sa.String(), nullable=False, server_default="green"))
    if {broken}:
        raise ValueError("the moon is in the wrong place")
"""


def release(place: Path, version: str, kind: str = "sound", name: str = "inglenook") -> Path:
    """A file of this version in a folder, with its sum beside it. What is wrong with it is its `kind`."""
    place.mkdir(parents=True, exist_ok=True)
    file = place / name
    file.write_text(SCRIPT.format(version=version, kind=kind, python=sys.executable, program=__file__))
    file.chmod(0o755)
    sum_of(file)
    return file


PLAIN = """#!/bin/sh
# Inglenook {version}, for tests: it says what it is, and no more
[ "$2" != --open ] || {opening}
echo '{{"version": "{version}", "schema": {schema}, "and": "more"}}'
"""


def plain(place: Path, version: str, schema: int = 0, opening: str = ":") -> Path:
    """A file that only says what it is, in milliseconds; `opening` is what it does to the database."""
    from app import migrations

    place.mkdir(parents=True, exist_ok=True)
    file = place / "inglenook"
    file.write_text(PLAIN.format(version=version, schema=schema or migrations.SCHEMA, opening=opening))
    file.chmod(0o755)
    sum_of(file)
    return file


def sum_of(file: Path) -> None:
    """Write the sum of a file beside it."""
    told = hashlib.sha256(file.read_bytes()).hexdigest()
    file.with_name(f"{file.name}.sha256").write_text(f"{told}  {file.name}\n")


def tomorrow(broken: bool = False) -> None:
    """A schema more than there is."""
    import shutil
    import tempfile

    from app import migrations

    scripts = Path(tempfile.mkdtemp(prefix="inglenook-tomorrow-")) / "migrations"
    shutil.copytree(migrations.SCRIPTS, scripts)
    versions = sorted(path.stem[:4] for path in (scripts / "versions").glob("0*.py"))
    (scripts / "versions" / "9999_tomorrow.py").write_text(MIGRATION.format(last=versions[-1], broken=broken))
    migrations.LAST = migrations.LAST | {migrations.SCHEMA: "abc1234"}
    migrations.SCHEMA, migrations.SCRIPTS = migrations.SCHEMA + 1, scripts


def main() -> int:
    """Start the product as this release of it."""
    version, kind, *words = sys.argv[1:]
    del sys.argv[1:3]
    if kind == "unable":
        sys.exit("lib/ld: version `GLIBC_9.99' not found")
    import main as program
    from app import config, migrations

    config.VERSION = version
    serves = words[:1] == ["serve"]
    if kind in ("tomorrow", "late", "gone"):
        tomorrow()
    if kind == "broken":
        tomorrow(broken=True)
    if kind == "ancient":
        migrations.SCHEMA -= 1
    if kind == "dying" and serves:
        os.kill(os.getpid(), signal.SIGKILL)
    if kind in ("never", "late"):
        never_ready()
    if kind == "mute" and serves:
        time.sleep(600)
    if kind == "gone" and serves:
        # The schema moves, then the process ends: what the next start has to make good.
        house = program.open_house

        def opened() -> None:
            house()
            os.kill(os.getpid(), signal.SIGKILL)

        program.open_house = opened
    return program.main(words)


def never_ready() -> None:
    """It serves, and says for ever that it is not ready."""
    from routes import readiness

    look = readiness.look
    readiness.look = lambda: type(look())({"moon": "The moon is in the wrong place."})


if __name__ == "__main__":
    sys.exit(main())
