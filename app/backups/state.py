"""How the replica is, at one moment."""

from dataclasses import dataclass

from app import config
from app.backups.target import Target

# A WAL of this many bytes says that nobody takes it into the database.
ALARM = 256 << 20


@dataclass(frozen=True)
class Settled:
    """Whose replica it is, and the generation that goes on."""

    instance: str
    generation: int


@dataclass(frozen=True)
class State:
    """How the replica is. `behind` is in seconds, None while nobody knows; `confirmed_at` is when it last had all.

    `error` is one sentence, '' while nothing is wrong; `wal` is in bytes; `paused` says that its target has not
    answered yet since the start; `unconfirmed_at` is when a durable write was left without the replica's word.
    """

    kind: str
    words: str
    speed: str
    same_disk: bool
    instance: str
    generation: int
    behind: float | None
    confirmed_at: int | None
    error: str
    wal: int
    wal_alarm: bool
    txid: int
    paused: bool
    unconfirmed_at: int | None


def of(target: Target, wal: int) -> State:
    """A replica that does not run in this process: nobody knows how far behind it is."""
    return State(
        kind=target.kind,
        words=target.words,
        speed=config.current.replica_speed,
        same_disk=target.same_disk,
        instance="",
        generation=0,
        behind=None,
        confirmed_at=None,
        error="",
        wal=wal,
        wal_alarm=wal > ALARM,
        txid=0,
        paused=False,
        unconfirmed_at=None,
    )
