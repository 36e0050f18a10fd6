"""What a restore will do, found out before anything is touched."""

import struct
from dataclasses import dataclass
from pathlib import Path

from app import clock, config
from app.backups import copies, generations, litestream, moments, points, room, snapshots, swapping, target
from app.backups.copies import Copy
from app.backups.generations import Current, Generation
from app.backups.litestream import Failed
from app.backups.target import FileTarget, Target
from app.errors import Invalid, Misconfigured
from app.rights import Caller

# Seconds in which a server ends and starts again, and bytes per second of the check of the database at a start.
RESTART, CHECKED = 4.0, 1 << 30
# Bytes that are restored and checked in a second, measured with a replica on the same disk.
RESTORED = 60 << 20
# A header of an LTX file begins with its magic, flags, the size of a page and the number of pages.
HEADER = struct.Struct(">4sIII")
SMALL = 4 << 20


@dataclass(frozen=True)
class Plan:
    """A restore before it is made. Sizes are in bytes, moments in microseconds, `seconds` what it will take and
    `closed` how long nobody can work meanwhile.

    `reaches` is the moment of the last change that will be there; `present` is the database that will be replaced
    (None where there is none, or a damaged one), `to` the other directory that is written instead.
    """

    asked: int | None
    reaches: int
    words: str
    instance: str
    generation: int | None
    source: Path | None
    to: Path | None
    download: int
    size: int
    need: int
    free: int
    present: Copy | None
    damaged: bool = False

    @property
    def seconds(self) -> float:
        """About how long it will take to make the database."""
        return 1.0 + self.size / RESTORED

    @property
    def closed(self) -> float:
        """About how long the house will be closed."""
        return 0.0 if self.to is not None else RESTART + self.size / CHECKED

    @property
    def goes_aside(self) -> int:
        """How many microseconds of work go aside."""
        return max(0, (self.present.last if self.present else self.reaches) - self.reaches)


def plan(me: Caller, moment: int | None = None, to: Path | None = None, source: Path | None = None) -> Plan:
    """What a restore to `moment` (None: the newest) will do, or of the database file `source`; touches nothing.
    Raises Invalid(at), Invalid(to), Misconfigured, Failed, each with what to do."""
    me.must_be_admin()
    there = place(to) if to is not None else None
    database = config.current.data / swapping.DATABASE
    present = copies.seen(database)
    damaged = present is None and database.exists()
    found = from_file(source, present, damaged) if source is not None else from_replica(moment, present, damaged)
    folder = there or config.current.data
    need = found.size + (found.size // 2 if nearby(folder) and there is None else 0)
    free = room.free(folder)
    room.require(folder, need, "The restore")
    return Plan(**{**vars(found), "to": there, "need": need, "free": free})


def place(to: Path) -> Path:
    """Another directory to restore into. Raises Invalid."""
    data, there = config.current.data.resolve(), to.expanduser().resolve()
    if there == data or data in there.parents:
        raise Invalid(to=f"{to} is in the data directory itself: leave --to out to replace what is there.")
    if there.exists() and (not there.is_dir() or any(there.iterdir())):
        raise Invalid(to=f"{to} is not empty: name a directory that is not there yet.")
    return there


def nearby(folder: Path) -> bool:
    """Whether the replica takes its space from the same disk."""
    chosen = target.chosen()
    return chosen is not None and chosen.same_disk and folder == config.current.data


def from_file(source: Path, present: Copy | None, damaged: bool) -> Plan:
    """The plan for a snapshot, or a database that was put aside."""
    copy = copies.look(source)
    copies.fitting(copy)
    copies.whole(source)
    refuse_foreign(copy.instance, present, source.name)
    reaches, size = copy.last, snapshots.size(source)
    words = f"the file {source}"
    return Plan(None, reaches, words, copy.instance, None, source, None, size, size, 0, 0, present, damaged)


def refuse_foreign(instance: str, present: Copy | None, words: str) -> None:
    """Refuse the history of another workspace. Raises Misconfigured."""
    if present is not None and present.instance and instance and instance != present.instance:
        raise Misconfigured(
            f"{words} belongs to another instance ({instance}) than the database here ({present.instance}): "
            "restore it with --to into a directory of its own."
        )


def from_replica(moment: int | None, present: Copy | None, damaged: bool) -> Plan:
    """The plan for a moment of the replica."""
    chosen = target.chosen()
    if chosen is None:
        raise Misconfigured(
            "Replication is off (INGLENOOK_REPLICA=off), so there is no moment to go back to: "
            "`main.py backups restore --from SNAPSHOT` takes a snapshot."
        )
    current = generations.read(chosen)
    if current is None:
        raise Misconfigured(f"{chosen.words} holds no replica: look at INGLENOOK_REPLICA, or restore --from SNAPSHOT.")
    refuse_foreign(current.instance, present, f"The replica in {chosen.words}")
    number = generation(chosen, current, moment)
    read = readable(chosen, current, number, moment)
    size = expected(chosen, current, number, read, present)
    words = f"the replica in {chosen.words}, generation {number}"
    reaches, instance = read.moment, current.instance
    return Plan(moment, reaches, words, instance, number, None, None, read.size, size, 0, 0, present, damaged)


def generation(chosen: Target, current: Current, moment: int | None) -> int:
    """The generation with the last change before this moment (None: the newest that has any). Raises Invalid."""
    ordered = sorted(current.generations, key=lambda each: each.started_at, reverse=True)
    begins: list[tuple[Generation, int]] = []
    for each in ordered:
        if moment is not None and each.started_at > moment:
            continue
        began = points.first(points.files(chosen, current, each.number))
        if began is not None and (moment is None or began <= moment):
            return each.number
    for each in ordered:
        if (began := points.first(points.files(chosen, current, each.number))) is not None:
            begins.append((each, began))
    if not begins:
        raise Misconfigured(f"{chosen.words} holds nothing yet: restore --from SNAPSHOT, or wait for the first copy.")
    earliest = min(began for _, began in begins)
    raise Invalid(at=f"Nothing is kept of that moment: the earliest is {moments.shown(earliest)}.")


def readable(chosen: Target, current: Current, number: int, moment: int | None) -> litestream.Plan:
    """What Litestream will read. Raises Failed."""
    try:
        return litestream.plan(chosen, current.instance, number, moment)
    except Failed as failed:
        if not is_after_all(failed):
            raise
        return litestream.plan(chosen, current.instance, number)


def is_after_all(failed: Failed) -> bool:
    """Whether Litestream refuses a moment because nothing has changed since: then the newest state is that moment's."""
    return "timestamp does not exist" in failed.detail


def expected(chosen: Target, current: Current, number: int, read: litestream.Plan, present: Copy | None) -> int:
    """How large the database will be: its last file says so, else it is guessed."""
    last = max(read.files, key=lambda file: (file.last, file.level))
    folder, name = f"{current.instance}/{number}", f"{last.first:016x}-{last.last:016x}.ltx"
    head = b""
    if isinstance(chosen, FileTarget):
        with (chosen.root / folder / "ltx" / str(last.level) / name).open("rb") as file:
            head = file.read(HEADER.size)
    elif last.size <= SMALL:
        head = chosen.read(f"{folder}/{last.level:04x}/{name}") or b""
    if len(head) >= HEADER.size:
        _, _, page, pages = HEADER.unpack_from(head)
        return int(page * pages)
    return max(3 * read.size, present.size if present else 0)


def since(each: Plan) -> str:
    """How much was written after the moment that is brought back."""
    if each.goes_aside < clock.SECOND:
        return "nothing was written since then"
    return f"{moments.duration(each.goes_aside / clock.SECOND)} of work since then"


def said(each: Plan, then: Copy | None = None, timezone: str = "") -> list[str]:
    """A plan in sentences, for the terminal and for the page. `then` is what the restored database holds, if known."""
    lines = [f"From {each.words}, as of {moments.shown(each.reaches, timezone)}, the last change before that moment."]
    if each.asked is not None:
        lines.insert(0, f"Restore to {moments.shown(each.asked, timezone)}.")
    if each.to is not None:
        lines.append(f"Written to {each.to}, as an instance of its own; nothing here is touched.")
    elif each.present is not None:
        lines.append(f"The database here goes aside, not away: {since(each)}.")
        lines.append(f"  here: {counted(each.present)}")
    elif each.damaged:
        lines.append("The database here is damaged and cannot be read; it goes aside as it is.")
    else:
        lines.append("There is no database here; nothing is replaced.")
    if then is not None:
        lines.append(f"  then: {counted(then)}")
    needs = f"{room.words(each.size)} to write, {room.words(each.free)} free, about {moments.duration(each.seconds)}"
    lines.append(f"{room.words(each.download)} to read, {needs}{closing(each)}.")
    return lines


def closing(each: Plan) -> str:
    """How long nobody can work."""
    return "" if each.to is not None else f"; then Inglenook is closed for about {moments.duration(each.closed)}"


def counted(copy: Copy) -> str:
    """What a database holds, in one line."""
    counts = [f"{number:,} {noun if number != 1 else copies.ONE[noun]}" for noun, number in copy.counts.items()]
    return ", ".join([*counts, room.words(copy.size)])
