"""Commands about backups: what can be brought back, a copy now, a verification, and the restore.

A restore is talked over in the process of the terminal (`talk`), and made by the server or, without one, right here,
without opening the present database, which may be damaged or gone.
"""

import getpass
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from app import clock, config, control, db
from app.backups import moments, planning, points, restoring, snapshots, swapping, verifying
from app.backups import room as disk
from app.doors import handing
from app.errors import Invalid, Misconfigured, Refusal
from app.rights import machine
from routes.commands.words import Said, columns

# What a restore answers beside 0 and 1: it wants a key; the server starts again.
KEY, RESTARTS = 3, 4
# Seconds to wait for the server that starts again.
PATIENCE = 90.0


def list_backups() -> Said:
    """What can be brought back: the replica's spans, snapshots, databases put aside, and the last verification."""
    me, data = machine(), config.current.data
    lines = ["The replica can bring back", *reach()]
    kept = [(each.path.name, each.kind, disk.words(each.size)) for each in snapshots.all(me)]
    lines += ["", "Snapshots, for `restore --from NAME`", *(columns(kept) or ["  none yet"])]
    aside = [f"{folder.relative_to(data) / swapping.DATABASE}" for folder in swapping.kept(data)]
    if aside:
        lines += ["", "Put aside by restores, for `restore --from NAME`", *aside]
    return [*lines, "", verified()], 0


def reach() -> list[str]:
    """The replica's spans, or why nobody can tell."""
    try:
        spans = points.timeline(machine())
    except Refusal as refusal:
        return [f"  nobody can tell: {refusal.message}"]
    rows = [("  from", moments.shown(span.start), "to", moments.shown(span.end), every(span.spacing)) for span in spans]
    return columns(rows) or ["  nothing yet"]


def every(spacing: int) -> str:
    """How far points are apart."""
    return "to the second" if spacing <= clock.SECOND else f"every {moments.duration(spacing / clock.SECOND)}"


def verified() -> str:
    """When the replica was last restored and compared."""
    if db.database is None:
        return "The database is not open, so it is not known when the replica was last verified."
    row = points.last(machine(), "verify")
    if row is None:
        return "Not verified yet: `main.py backups verify` restores it into a temporary place and compares."
    return f"Verified {moments.shown(row.started_at)}: {row.note}"


def now() -> Said:
    """A snapshot, and the replica's word that it has everything."""
    row = snapshots.take(machine())
    return [f"Snapshot {row.path} made, {disk.words(row.size)}.", *verifying.caught_up()], 0


def verify() -> Said:
    """Restore into a temporary place and compare."""
    report = verifying.verify(machine())
    return report.lines(), int(not report.ok)


def plan(at: int | None = None, to: str = "", source: str = "") -> Said:
    """What a restore would do."""
    found = restoring.plan(machine(), **prepared(at, to, source))
    return planning.said(found, restoring.look(machine(), found)), 0


def restore(at: int | None = None, to: str = "", source: str = "", key: str = "") -> Said:
    """Make the restore; the server starts again with it."""
    try:
        made = restoring.restore(machine(), **prepared(at, to, source), key=key)
    except Invalid as refusal:
        if "key" not in refusal.fields:
            raise
        return [f"{refusal.message} `--key-stdin` reads it from standard input."], KEY
    reached = moments.shown(made.plan.reaches)
    if made.plan.to is not None:
        swapping.finish(made.plan.to)
        return [f"{made.plan.to} holds the workspace as of {reached}: `main.py serve --data {made.plan.to}`."], 0
    if db.database is not None:
        handing.restart()
        return [made.id, reached], RESTARTS
    done = swapping.finish(config.current.data)
    aside = done.aside if done is not None else None
    return [f"The workspace is as of {reached}; start it with `main.py serve{elsewhere()}`.", *undo(aside)], 0


def prepared(at: int | None, to: str, source: str) -> dict[str, Any]:
    """The arguments of a plan. Without a server, the keys at hand are read, and a restore that was cut is finished."""
    if db.database is None:
        swapping.finish(config.current.data)
        restoring.open_keys()
    return {
        "moment": at,
        "to": Path(to) if to else None,
        "source": snapshots.find(machine(), source) if source else None,
    }


def undo(aside: Path | None) -> list[str]:
    """How the restore is undone."""
    if aside is None:
        return []
    name = aside.relative_to(config.current.data) / swapping.DATABASE
    return [f"What was there before lies in {aside}; to undo: `main.py backups restore --from {name}{elsewhere()}`."]


def elsewhere() -> str:
    """The option that names the data directory, where it is not the usual one."""
    data = config.current.data
    return "" if data == config.Config.data else f" --data {data}"


def restored(id: str) -> Said:
    """Whether this restore is what the server runs on."""
    return [], int(db.fetch("select 1 from backup where id = ?", id) is None)


# ── in the terminal ───────────────────────────────────────────────────────────────────────────────────────────────────
def talk(command: Callable[[str, dict[str, Any]], Said], options: dict[str, Any]) -> Said:
    """Say what will be replaced, ask, restore, and wait for the server. Raises Refusal."""
    dry, sure, key = options.pop("dry_run"), options.pop("yes"), options.pop("key", "")
    options = {"at": moments.parse_moment(options["at"]) if options["at"] else None} | located(options)
    lines, code = command("backups.plan", options)
    if code or dry:
        return [*lines, *([] if code else ["Nothing was changed: this was a dry run."])], code
    print(*lines, sep="\n", flush=True)
    if not sure and not agreed():
        return ["Nothing was changed. Without a terminal to ask, add --yes."], 1
    lines, code = command("backups.restore", options | {"key": key})
    if code == KEY and not key and sys.stdin.isatty():
        key = getpass.getpass("Recovery key: ")
        lines, code = command("backups.restore", options | {"key": key})
    if code == RESTARTS:
        return waited(*lines)
    return lines, min(code, 1)


def located(options: dict[str, Any]) -> dict[str, str]:
    """Paths as the server understands them, whose working directory is another one."""
    to, source = options.get("to") or "", options.get("source") or ""
    if source and Path(source).is_file():
        source = str(Path(source).absolute())
    return {"to": str(Path(to).absolute()) if to else "", "source": source}


def agreed() -> bool:
    """Whether the person at the terminal says yes."""
    return sys.stdin.isatty() and input("Type yes to restore: ").strip().lower() == "yes"


def waited(id: str, reached: str) -> Said:
    """Wait until the server runs on the restored database. Raises Misconfigured when it does not come."""
    data, deadline = config.current.data, time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        time.sleep(0.2)
        try:
            answer = control.ask(data, "backups.restored", {"id": id})
        except Misconfigured:
            continue  # it ended before it answered: it is on its way
        if answer is not None and answer[1] == 0:
            aside = swapping.kept(data)
            return [f"Inglenook runs again, as of {reached}.", *undo(aside[0] if aside else None)], 0
    raise Misconfigured("The server has not started again yet: look at its log, and start it if it does not run.")


COMMANDS = {
    "backups.list": list_backups,
    "backups.now": now,
    "backups.verify": verify,
    "backups.plan": plan,
    "backups.restore": restore,
    "backups.restored": restored,
}
# They also work where the database is damaged or gone.
UNOPENED = ("backups.list", "backups.plan", "backups.restore")
