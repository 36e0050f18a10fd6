"""How the replica is, at one moment."""

from dataclasses import dataclass


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
