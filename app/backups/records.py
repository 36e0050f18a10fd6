"""What is remembered of backups: snapshots, verifications, restores, upgrades, and times without a replica."""

from sqlmodel import Field, SQLModel


class Backup(SQLModel, table=True):
    """One event. `kind` is snapshot, verify, restore, upgrade, drill or gap; `ok` is None while it runs.

    `moment` is the time that a restore went back to, `size` is in bytes, `path` is relative to the data directory.
    """

    id: str = Field(primary_key=True)
    kind: str
    started_at: int = Field(index=True)
    ended_at: int | None = None
    ok: bool | None = None
    moment: int | None = None
    size: int = 0
    path: str = ""
    note: str = ""
