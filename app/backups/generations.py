"""Generations: each history of the database has a folder of its own at the target, `<instance>/<generation>/`.

A history that was begun again (after a restore, a run without replication, a copy that was put back) never goes on in
an old folder, because two histories in one folder cannot be restored. `current.json` at the target's root names the
instance and its generations, and is written before the first byte of a new one.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import orjson

from app import clock
from app.backups.target import Target
from app.errors import Misconfigured

NAME = "current.json"
RETENTION = 7 * clock.DAY
# A superseded generation stays readable for the retention and this much longer.
SPARE = clock.DAY


@dataclass(frozen=True)
class Generation:
    """One history: its number, and when it began (microseconds UTC)."""

    number: int
    started_at: int


@dataclass(frozen=True)
class Current:
    """What a target holds: whose replica, which generation goes on, all that are kept (the oldest first).

    `holder` names the directory that writes; a copy of it elsewhere has another name and begins its own generation.
    """

    instance: str
    generation: int
    generations: tuple[Generation, ...]
    holder: str = ""

    @property
    def highest(self) -> int:
        """The highest number that was ever given."""
        return max([self.generation, *(each.number for each in self.generations)])


def read(target: Target, limit: float = 10.0) -> Current | None:
    """What the target holds, None when it is new. Raises Unreachable, and Misconfigured for what we did not write."""
    data = target.read(NAME, limit)
    if data is None:
        return None
    try:
        said = orjson.loads(data)
        kept = tuple(Generation(int(each["number"]), int(each["started_at"])) for each in said["generations"])
        return Current(str(said["instance"]), int(said["generation"]), kept, str(said.get("holder", "")))
    except (orjson.JSONDecodeError, KeyError, TypeError, ValueError):
        raise Misconfigured(
            f"{NAME} in {target.words} is damaged: put a good copy back, or set INGLENOOK_REPLICA to a new place."
        ) from None


def write(target: Target, current: Current) -> None:
    """Name the instance and its generations at the target. Raises Unreachable."""
    kept = [{"number": each.number, "started_at": each.started_at} for each in current.generations]
    said = {"instance": current.instance, "generation": current.generation, "holder": current.holder}
    target.write(NAME, orjson.dumps(said | {"generations": kept}, option=orjson.OPT_INDENT_2))


def begin(target: Target, instance: str, number: int, holder: str = "") -> Current:
    """Make `number` the generation that goes on, before its first byte. Raises Unreachable, Misconfigured."""
    before = read(target)
    refuse_another(before, instance, target)
    kept = before.generations if before is not None else ()
    # A clock that was set back must not put a generation before the one that it follows.
    started = max([clock.now(), *(each.started_at + 1 for each in kept)])
    current = Current(
        instance,
        number,
        (*(each for each in kept if each.number != number), Generation(number, started)),
        holder or (before.holder if before is not None else ""),
    )
    write(target, current)
    return current


def refuse_another(current: Current | None, instance: str, target: Target) -> None:
    """Raises Misconfigured when the target holds the replica of another instance than this database's."""
    if current is not None and current.instance != instance:
        raise Misconfigured(
            f"{target.words} holds the replica of another Inglenook ({current.instance}), and this database is not of "
            "it: set INGLENOOK_REPLICA to a place of its own, or move the database away to restore that one."
        )


def covering(current: Current, moment: int) -> int:
    """The generation that was going on at `moment` (microseconds UTC); the oldest for moments before all of them."""
    begun = [each for each in current.generations if each.started_at <= moment]
    chosen = max(begun, key=lambda each: each.started_at) if begun else current.generations[0]
    return chosen.number


def superseded(current: Current, before: int) -> list[int]:
    """The generations that were followed by another before this time."""
    follower = {each.number: next_.started_at for each, next_ in pairs(current.generations)}
    return [number for number, ended in follower.items() if ended < before and number != current.generation]


def pairs(kept: Iterable[Generation]) -> Iterable[tuple[Generation, Generation]]:
    """Each generation with the one that followed it."""
    ordered = sorted(kept, key=lambda each: each.started_at)
    return zip(ordered, ordered[1:], strict=False)


def sweep(target: Target) -> int:
    """Delete generations superseded longer ago than the retention and a day; how many. Raises Unreachable."""
    current = read(target)
    if current is None:
        return 0
    over = set(superseded(current, clock.now() - RETENTION - SPARE))
    if over:
        kept = tuple(each for each in current.generations if each.number not in over)
        write(target, Current(current.instance, current.generation, kept, current.holder))
    # Also what an interrupted sweep left: folders that are no longer named, below the first that is.
    named = {each.number for each in current.generations} - over | {current.generation}
    left = [int(name) for name in target.folders(current.instance) if name.isdigit()]
    gone = [number for number in left if number not in named and number < current.generation]
    for number in gone:
        target.delete_under(f"{current.instance}/{number}")
    return len(gone)
