"""Commands about the version: what this one is, and the upgrade, which the terminal talks over with the server."""

import os
import sys
from typing import Any

import orjson

from app import children, config
from app.backups import snapshots
from app.doors import handing
from app.errors import Misconfigured
from app.releases import here as this
from app.releases import is_under_way, upgrading
from app.rights import machine
from routes.commands.words import Said


def release(**told: Any) -> Said:
    """What this version is, for another one: one JSON line."""
    mine = this()
    return [orjson.dumps({"version": mine.version, "schema": mine.schema, **told}).decode()], 0


def opened() -> Said:
    """The same, when the database has been opened, and upgraded if it had to be."""
    return release(opened=True)


def where() -> Said:
    """Where the program of this process lies, whether it serves, and whether systemd starts it again."""
    told = {
        "file": str(children.file() or ""),
        "serves": handing.door is not None,
        "supervised": os.environ.get("SYSTEMD_EXEC_PID") == str(os.getpid()),
    }
    return [orjson.dumps(told).decode()], 0


def snapshot() -> Said:
    """A snapshot of the database before another version opens it: its path in the data directory."""
    return [snapshots.take(machine(), "upgrade").path], 0


COMMANDS = {
    "releases.opened": opened,
    "releases.here": where,
    "releases.snapshot": snapshot,
}
# It touches no data.
UNOPENED = ("releases.here",)


# ── in the terminal ───────────────────────────────────────────────────────────────────────────────────────────────────
def talk(command: upgrading.Command, options: dict[str, Any]) -> Said:
    """Upgrade, or go back. Raises Refusal with nothing changed."""
    place = upgrading.place(config.current.data, command, say, options["wait"])
    try:
        if options["back"]:
            return upgrading.back(place, lambda lines: options["yes"] or agreed(lines), options["dry_run"])
        return upgrading.upgrade(place, options["file"], options["sha256"], options["dry_run"])
    except KeyboardInterrupt:
        if not is_under_way(place.data):
            raise  # nothing has changed
        raise Misconfigured(
            "It was cut in the midst: the server, or the same command again, sees to its end."
        ) from None


def say(line: str) -> None:
    """What is done just now."""
    print(line, flush=True)


def agreed(lines: list[str]) -> bool:
    """Whether the person at the terminal says yes to this."""
    print(*lines, sep="\n", flush=True)
    return sys.stdin.isatty() and input("Type yes to go back: ").strip().lower() == "yes"
