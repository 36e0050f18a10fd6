"""An upgrade from its first step to its last: look, copy, swap, start, and go back when the new version does not serve.

Until the swap nothing is changed. From there on each step is in the journal, so that a start or the next `upgrade` goes
on where this one was killed.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import orjson

from app import children, clock, doors
from app.backups import moments
from app.errors import Misconfigured
from app.releases import backing, checking, exchanging, journal, proving, returning
from app.releases.journal import Upgrade

DONE, REFUSED, RETURNED, STRANDED = 0, 1, 3, 4

Said = tuple[list[str], int]
Command = Callable[[str, dict[str, Any]], Said]
Say = Callable[[str], None]


@dataclass(frozen=True)
class Place:
    """Where an upgrade happens: the data directory, the file that is replaced, and the server, where one runs.

    `command` runs a command in that server or here, `say` tells the terminal what is done just now, and `seconds` are
    how long a version may take until it is ready (None: as long as its database needs), and `born` tells the server's
    process from a later one of its number."""

    data: Path
    target: Path
    server: doors.State | None
    is_supervised: bool
    command: Command
    say: Say
    seconds: float | None = None
    born: str = ""


def place(data: Path, command: Command, say: Say, seconds: float | None = None) -> Place:
    """Find out what runs here. Raises Misconfigured in a checkout, and for what root would have to write for others."""
    if journal.is_foreign(data) and doors.state(data) is None:
        raise Misconfigured(
            f"{data} belongs to another user than root, and no server runs there: start it first, which keeps all "
            f"files its own. {checking.UNTOUCHED}"
        )
    lines, _ = command("releases.here", {})
    told = orjson.loads(lines[0])
    server = doors.state(data) if told["serves"] else None
    if told["serves"] and server is None:
        raise Misconfigured(f"The server of {data} ended just now: try again. {checking.UNTOUCHED}")
    file = told["file"] if server is not None else children.file()
    if not file:
        raise Misconfigured(
            "This is a checkout, which git upgrades: `git pull`, `make setup`, then start it again, which "
            f"`{children.name()} restart` does for a server that runs."
        )
    born = proving.born(server.pid) if server is not None else ""
    return Place(data, Path(file).resolve(), server, bool(told["supervised"]), command, say, seconds, born)


def upgrade(here: Place, file: Path, sum: str = "", dry: bool = False) -> Said:
    """Replace the installed file by `file` and see that it serves: the last lines, and 0 (done), 3 (went back by
    itself) or 4 (somebody has to look). Raises Refusal with nothing changed."""
    with journal.alone(here.data):
        if (left := unfinished(here, dry)) is not None:
            return left
        held(here)
        try:
            looked = look(here, file.resolve(), sum)
            if looked.old.sha256 == looked.new.sha256:
                return [f"{here.target} is this very file already ({looked.new.words}). Nothing was changed."], DONE
            if dry:
                return [*plan(here, looked), "Nothing was changed: this was a dry run."], DONE
            begun = swapped(here, looked)
        finally:
            exchanging.sweep(here.target)
        return proved(here, begun)


# ── before anything is touched ────────────────────────────────────────────────────────────────────────────────────────
def held(here: Place) -> None:
    """Refuse where a version that fails would leave nobody to start the old one. Raises Misconfigured."""
    server = here.server
    if server is not None and not server.is_held and not here.is_supervised:
        raise Misconfigured(
            f"Nobody starts process {server.pid} again when it ends, so a version that fails would leave the house "
            f"closed: serve by `{children.name()} serve --hold` or by systemd, or stop it, upgrade, and start it. "
            f"{checking.UNTOUCHED}"
        )


def look(here: Place, file: Path, sum: str) -> Upgrade:
    """Everything that can be known before: what both files are, that the new one runs and fits, and that there is room.
    The new one lies beside the old one then. Raises Misconfigured."""
    here.say(f"Looking at {file}.")
    checking.recognised(file)
    wanted = checking.promised(file, sum)
    exchanging.sweep(here.target)
    if file == here.target:
        raise Misconfigured(f"{file} is what is installed: name the newer file. {checking.UNTOUCHED}")
    checking.require_room(file, here.target, here.data, moves=False)
    new = checking.brought(file, exchanging.bring(file, here.target), wanted, here.target)
    schema = checking.fitting(new, here.data)
    # The file lies there by now: only what is still to come is asked for.
    checking.require_room(file, here.target, here.data, moves=schema not in (0, new.schema))
    old = checking.installed(here.target)
    ready = here.server is None or here.server.ready
    return Upgrade(clock.now(), here.target, old, new, schema, is_ready=ready)


def plan(here: Place, looked: Upgrade) -> list[str]:
    """What an upgrade would do, in sentences."""
    lines = [f"{looked.old.words} ({here.target}) would be replaced by {looked.new.words}."]
    if looked.schema not in (0, looked.new.schema):
        lines.append(f"The database would be upgraded from schema {looked.schema} to {looked.new.schema}.")
    if here.server is None:
        lines.append("No server runs: the new version would only open the database.")
    else:
        lines.append(f"The server (process {here.server.pid}) would start again in its place.")
    return lines


# ── the swap ──────────────────────────────────────────────────────────────────────────────────────────────────────────
def swapped(here: Place, looked: Upgrade) -> Upgrade:
    """Make the snapshot, note the upgrade, and swap the files. Raises Refusal, with the old file in its place."""
    snapshot = ""
    if looked.schema:
        here.say("Making a snapshot of the database.")
        lines, code = here.command("releases.snapshot", {})
        if code:
            raise Misconfigured(f"{lines[-1]} {checking.UNTOUCHED}")
        snapshot = lines[0]
    here.say(f"Replacing {looked.old.words} by {looked.new.words}.")
    begun = journal.begin(here.data, replace(looked, at=clock.now(), snapshot=snapshot))
    try:
        exchanging.swap(here.target)
    except OSError as error:
        if exchanging.is_new(begun):
            raise  # the rename is made: the disk failed behind it, and the next start decides
        journal.note(here.data, journal.CANCELLED)
        raise Misconfigured(
            f"{here.target} cannot be replaced ({error.strerror}): mend that and try again. {checking.UNTOUCHED}"
        ) from error
    return begun


def proved(here: Place, begun: Upgrade) -> Said:
    """See that the new version serves, or go back."""
    why = proving.why_not(here, begun)
    if why:
        here.say(f"{begun.new.words} does not serve ({why.rstrip('.')}): going back.")
        return backing.back(here, begun, why)
    journal.note(here.data, journal.DONE)
    kept = exchanging.previous(here.target)
    serves = "serves" if here.server is not None else "opened the database; start it"
    way_back = f"`{children.name()} upgrade --back` goes back"
    return [f"{begun.new.words} {serves}. {begun.old.words} is kept as {kept}; {way_back}."], DONE


def unfinished(here: Place, dry: bool) -> Said | None:
    """Bring an upgrade that was killed to its end: what came of it where it had to be decided, None where there is
    nothing in the way of another one. Raises Misconfigured for a dry run."""
    left = journal.read(here.data)
    if left is None or left.phase == journal.OVER:
        return None
    if dry:
        raise Misconfigured(
            f"The upgrade to {left.new.words} was cut: `upgrade` or the next start brings it to its end."
        )
    here = replace(here, target=left.target)
    if left.phase == journal.TRIAL and not exchanging.is_new(left):
        journal.note(here.data, journal.CANCELLED)
        return None
    here.say(f"The upgrade to {left.new.words} was cut: bringing it to its end first.")
    if left.phase == journal.BACK:
        return backing.back(here, left, left.why)
    lines, code = backing.back(here, left, left.why) if left.why else proved(here, left)
    return ([*lines, "Give the command again for another file."], code) if code == DONE else (lines, code)


# ── back by hand ──────────────────────────────────────────────────────────────────────────────────────────────────────
def back(here: Place, agreed: Callable[[list[str]], bool], dry: bool = False) -> Said:
    """Go back to the file before the last upgrade, and to the database from before it where the schema has moved.
    `agreed` is asked where that puts work aside. Raises Refusal with nothing changed."""
    with journal.alone(here.data):
        last = journal.read(here.data)
        if last is None or last.outcome in (journal.RETURNED, journal.CANCELLED):
            raise Misconfigured("There is no upgrade to go back from: no version before this one is kept.")
        here = replace(here, target=last.target)
        held(here)
        if exchanging.digest(exchanging.previous(last.target)) != last.old.sha256 and exchanging.is_new(last):
            raise Misconfigured(f"{exchanging.previous(last.target)} is not the file of {last.old.words} any more.")
        lines = [f"{last.new.words} ({last.target}) is replaced by {last.old.words}."]
        if moves := returning.moved(here.data, last):
            copy = returning.kept(here.data, last)
            lines.append(
                f"The database goes back to {copy.name}; what was written in the {age(last)} since then goes aside, "
                "not away."
            )
        if dry:
            return [*lines, "Nothing was changed: this was a dry run."], DONE
        if moves and not agreed(lines):
            return ["Nothing was changed. Without a terminal to ask, add --yes."], REFUSED
        said, code = backing.back(here, last, journal.ASKED)
        return said, DONE if code == RETURNED else code


def age(last: Upgrade) -> str:
    """How long ago an upgrade was."""
    return moments.duration((clock.now() - last.at) / clock.SECOND)
