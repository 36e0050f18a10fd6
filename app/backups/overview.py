"""What the page of backups shows, as it is at one moment."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.backups.records import Backup
from app.blobs.looking import Missing

if TYPE_CHECKING:
    from app.backups.health import Need
    from app.backups.past import Opened
    from app.backups.state import State


@dataclass(frozen=True)
class Span:
    """A time that can be brought back: from `start` to `end`, with at most `spacing` between two points of it.
    All in microseconds; a spacing of a second or less means every second."""

    start: int
    end: int
    spacing: int


@dataclass(frozen=True)
class Disk:
    """What there is, in bytes: the database, the files beside it, the database's replica wherever it lies, the
    snapshots, the databases that restores put aside; and what is free of the whole disk."""

    database: int
    files: int
    replica: int | None
    snapshots: int
    aside: int
    free: int
    total: int


@dataclass(frozen=True)
class Work:
    """Something that is made for backups: `name` is backups.now, backups.verify, or backups.restore and past.open,
    these two to `moment`. `error` is why it failed, '' while it runs; `wants_key` says that a recovery key would
    help."""

    name: str
    percent: int = 0
    said: str = ""
    error: str = ""
    moment: int | None = None
    wants_key: bool = False


@dataclass(frozen=True)
class Overview:
    """All of it. `replica` is None where none is kept; `spans` are in the order of time, `rows` the newest first.
    `lost` are files that are nowhere, `uncopied` counts those that only lie here; `opened` are the moments of the past
    into which this admin looks."""

    replica: "State | None"
    needs: "Sequence[Need]"
    spans: Sequence[Span]
    rows: Sequence[Backup]
    running: Sequence[Work]
    failed: Sequence[Work]
    verified: Backup | None
    disk: Disk
    unreadable: str = ""
    lost: Sequence[Missing] = ()
    opened: "Sequence[Opened]" = ()
    uncopied: int = 0

    @property
    def first(self) -> int | None:
        """The first moment that can be brought back."""
        return self.spans[0].start if self.spans else None

    @property
    def last(self) -> int | None:
        """The last moment that can be brought back."""
        return max(span.end for span in self.spans) if self.spans else None
