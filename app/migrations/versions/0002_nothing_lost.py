"""Jobs that survive, blobs, and what is known of backups."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

ADDED = (
    sa.Column("seq", sa.Integer(), nullable=False, server_default="0"),
    sa.Column("max_attempts", sa.Integer(), nullable=False, server_default="5"),
    sa.Column("expires_at", sa.Integer(), nullable=True),
    sa.Column("key", sa.String(), nullable=True),
    sa.Column("progress", sa.Integer(), nullable=False, server_default="0"),
    sa.Column("said", sa.String(), nullable=False, server_default=""),
    sa.Column("result", sa.String(), nullable=True),
    sa.Column("started_at", sa.Integer(), nullable=True),
    sa.Column("cancelled_at", sa.Integer(), nullable=True),
)


def upgrade() -> None:
    """Give jobs their new columns, and make the tables of blobs and backups."""
    for column in ADDED:
        op.add_column("job", column)
    op.execute("update job set seq = rowid")
    op.execute("update job set state = 'dead' where state = 'failed'")
    op.create_index("ix_job_seq", "job", ["seq"], unique=True)
    op.drop_index("ix_job_state", "job")
    op.create_index("ix_job_state", "job", ["state", "seq"], unique=False)
    ready, later = (sa.text(f"state = 'queued' and run_at {when}") for when in ("= 0", "> 0"))
    op.create_index("ix_job_ready", "job", ["priority", "seq"], unique=False, sqlite_where=ready)
    op.create_index("ix_job_name", "job", ["name"], unique=False, sqlite_where=ready)
    op.create_index("ix_job_run_at", "job", ["run_at"], unique=False, sqlite_where=later)
    op.create_index("ix_job_key", "job", ["key"], unique=True, sqlite_where=sa.text("key is not null"))
    op.create_table(
        "round",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("ran_at", sa.Integer(), nullable=False),
        sa.Column("took", sa.Integer(), nullable=False),
        sa.Column("error", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("name"),
    )
    blobs()
    op.create_table(
        "backup",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("started_at", sa.Integer(), nullable=False),
        sa.Column("ended_at", sa.Integer(), nullable=True),
        sa.Column("ok", sa.Boolean(), nullable=True),
        sa.Column("moment", sa.Integer(), nullable=True),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("path", sa.String(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_backup_started_at", "backup", ["started_at"], unique=False)


def blobs() -> None:
    """Bytes that lie beside the database, and who refers to them."""
    op.create_table(
        "blob",
        sa.Column("hash", sa.String(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.Integer(), nullable=False),
        sa.Column("copied_at", sa.Integer(), nullable=True),
        sa.Column("released_at", sa.Integer(), nullable=True),
        sa.Column("missing_at", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("hash"),
    )
    op.create_table(
        "blobuse",
        sa.Column("hash", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("target_id", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["hash"], ["blob.hash"]),
        sa.PrimaryKeyConstraint("hash", "kind", "target_id"),
    )
    op.create_index("ix_blobuse_target", "blobuse", ["kind", "target_id"], unique=False)
