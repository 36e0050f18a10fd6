"""Commands about the past: what a look at a moment takes, and opening it for an admin.

It is talked over in the process of the terminal (`talk`); the running server makes the copy and shows it.
"""

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from app import accounts
from app.backups import moments, past, snapshots
from app.backups import room as disk
from app.errors import Forbidden, Invalid
from app.rights import Caller, machine
from routes.commands.words import Said
from routes.serving import address

LOOK = 0.2


def plan(at: int | None = None, source: str = "", user: str = "") -> Said:
    """What a look at a moment takes."""
    found = past.plan(looker(user), at, located(source))
    lines = [f"A look at {moments.shown(at if at is not None else found.plan.reaches)}, from {found.plan.words}."]
    return [*lines, f"It needs {disk.words(found.needs)} of disk for an hour; {disk.words(found.free)} are free."], 0


def open(at: int | None = None, source: str = "", user: str = "") -> Said:
    """Open a moment for an admin, and wait until it is open."""
    me = looker(user)
    made = past.open(me, at, located(source))
    while not made.ready and not made.error:
        time.sleep(LOOK)
        there = [each for each in past.opened(me) if each.time == made.time]
        if not there:
            return ["It was closed while it was being opened."], 1
        made = there[0]
    if made.error:
        return [made.error], 1
    until = moments.shown(made.until)
    return [f"Open until {until}, for {me.email}: {address()}/then/{made.time}/"], 0


def looker(email: str) -> Caller:
    """The admin who will look; without an address the only one there is. Raises NotFound, Invalid, Forbidden."""
    me = machine()
    admins = [user for user in accounts.all(me) if user.is_active and user.role == "admin"]
    if not email and len(admins) != 1:
        raise Invalid(user="There is more than one admin: say for whom by --user EMAIL.")
    found = accounts.named(me, email) if email else admins[0]
    if found not in admins and found.id not in [user.id for user in admins]:
        raise Forbidden(f"{found.email} is no admin: only an admin looks into the past.")
    return Caller(id=found.id, name=found.name, email=found.email, role=found.role, door="cli")


def located(source: str) -> Path | None:
    """The snapshot of this name. Raises Invalid."""
    return snapshots.find(machine(), source) if source else None


def talk(command: Callable[[str, dict[str, Any]], Said], options: dict[str, Any]) -> Said:
    """Say what it takes, then open it. Raises Refusal."""
    dry = options.pop("dry_run")
    options["at"] = moments.parse_moment(options["at"]) if options["at"] else None
    lines, code = command("backups.past", options)
    if code or dry:
        return lines, code
    print(*lines, sep="\n", flush=True)
    return command("backups.open", options)


COMMANDS = {"backups.past": plan, "backups.open": open}
