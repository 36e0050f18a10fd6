"""Metrics: the state of this process and of the machine under it, as it is now."""

import os
import platform
import shutil
from dataclasses import dataclass
from pathlib import Path

import pysqlite3.dbapi2 as sqlite

from app import clock, config, live
from app.rights import Caller

STARTED = clock.ticks()
# Below this share of free space, or this many bytes, a disk needs a look.
LOW_SHARE, LOW_BYTES = 0.1, 1 << 30


@dataclass(frozen=True)
class Machine:
    """Sizes in bytes, `uptime` in seconds. `memory` is what this process alone holds resident, `answers` are those
    that are being written now."""

    version: str
    python: str
    sqlite: str
    uptime: float
    database: int
    wal: int
    disk_total: int
    disk_free: int
    memory: int
    load: float
    cores: int
    answers: int

    @property
    def disk_is_low(self) -> bool:
        """Whether the disk of the data directory will be full before long."""
        return self.disk_free < LOW_BYTES or self.disk_free < self.disk_total * LOW_SHARE


def machine(me: Caller) -> Machine:
    """The state of this machine. Raises Forbidden for members."""
    me.must_be_admin()
    data = config.current.data
    disk = shutil.disk_usage(data)
    return Machine(
        version=config.VERSION,
        python=platform.python_version(),
        sqlite=sqlite.sqlite_version,
        uptime=clock.ticks() - STARTED,
        database=size(data / "inglenook.db"),
        wal=size(data / "inglenook.db-wal"),
        disk_total=disk.total,
        disk_free=disk.free,
        memory=resident(),
        load=os.getloadavg()[0],
        cores=len(os.sched_getaffinity(0)),
        answers=len(live.feeds),
    )


def size(path: Path) -> int:
    """The bytes of a file, 0 while there is none."""
    return path.stat().st_size if path.exists() else 0


def resident() -> int:
    """The bytes of memory that this process holds, from /proc."""
    pages = Path("/proc/self/statm").read_text().split()[1]
    return int(pages) * os.sysconf("SC_PAGE_SIZE")
