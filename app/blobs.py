"""Blobs: bytes over 64 KiB, named by their SHA-256, beside the database."""

from sqlalchemy import Index
from sqlmodel import Field, SQLModel


class Blob(SQLModel, table=True):
    """Bytes that are stored once. `released_at` is when the last use of them ended."""

    hash: str = Field(primary_key=True)
    size: int
    created_at: int
    copied_at: int | None = None
    released_at: int | None = None
    missing_at: int | None = None


class BlobUse(SQLModel, table=True):
    """That something refers to a blob: (kind, target_id) is a message's part now, an item's later."""

    __table_args__ = (Index("ix_blobuse_target", "kind", "target_id"),)

    hash: str = Field(primary_key=True, foreign_key="blob.hash")
    kind: str = Field(primary_key=True)
    target_id: str = Field(primary_key=True)
