"""Files with folders, uploads and what is read in them; attachments, projects, and where chats come from."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Make the tables, and give chats and items what these need."""
    files()
    reading()
    chats()


def text(name: str, default: str | None = None, nullable: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.String(), nullable=nullable, server_default=default)


def whole(name: str, nullable: bool = False, default: str | None = None) -> sa.Column[int]:
    return sa.Column(name, sa.Integer(), nullable=nullable, server_default=default)


def files() -> None:
    op.add_column("item", text("folder_id", default=""))
    where = sa.text("folder_id != ''")
    op.create_index("ix_item_folder", "item", ["folder_id", "changed_at"], unique=False, sqlite_where=where)
    op.add_column("blob", whole("moved_at", nullable=True))
    op.create_table(
        "folder",
        *(text(name) for name in ("id", "owner_id", "space_id", "parent_id", "name")),
        whole("created_at"),
        whole("changed_at"),
        whole("trashed_at", nullable=True),
        text("trashed_by"),
        sa.ForeignKeyConstraint(["owner_id"], ["account.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_folder_place", "folder", ["owner_id", "space_id", "parent_id"], unique=False)
    op.create_index("ix_folder_space_id", "folder", ["space_id"], unique=False)
    op.create_index("ix_folder_parent_id", "folder", ["parent_id"], unique=False)
    op.create_table(
        "upload",
        *(text(name) for name in ("id", "user_id", "key_id", "door", "digest", "name")),
        whole("length", nullable=True),
        *(text(name) for name in ("folder_id", "space_id", "visibility", "file_id")),
        whole("base"),
        text("made_id"),
        whole("created_at"),
        whole("expires_at"),
        sa.ForeignKeyConstraint(["user_id"], ["account.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_upload_user_id", "upload", ["user_id"], unique=False)
    op.create_index("ix_upload_expires_at", "upload", ["expires_at"], unique=False)
    where = sa.text("digest != ''")
    op.create_index("ix_upload_digest", "upload", ["digest"], unique=False, sqlite_where=where)


def reading() -> None:
    op.create_table(
        "extract",
        text("hash"),
        whole("version"),
        text("state"),
        whole("pages"),
        whole("characters"),
        text("words"),
        whole("width"),
        whole("height"),
        whole("at"),
        sa.PrimaryKeyConstraint("hash"),
    )
    op.create_table(
        "extractpage",
        text("hash"),
        whole("n"),
        text("label"),
        text("text"),
        sa.PrimaryKeyConstraint("hash", "n"),
    )


def chats() -> None:
    op.add_column("model", sa.Column("sees", sa.Boolean(), nullable=True))
    for name in ("target_kind", "target_id"):
        op.add_column("part", text(name, default=""))
    op.add_column("part", whole("revision", default="0"))
    op.add_column("message", text("comparison", default=""))
    for name in ("project_id", "preset_id", "source"):
        op.add_column("chat", text(name, default=""))
    where = sa.text("project_id != ''")
    op.create_index("ix_chat_project", "chat", ["project_id", "changed_at"], unique=False, sqlite_where=where)
    where = sa.text("source != ''")
    op.create_index("ix_chat_source", "chat", ["user_id", "source"], unique=True, sqlite_where=where)
    op.create_table(
        "attachment",
        *(text(name) for name in ("holder_kind", "holder_id", "kind", "target_id", "name")),
        whole("position"),
        whole("added_at"),
        sa.PrimaryKeyConstraint("holder_kind", "holder_id", "kind", "target_id"),
    )
    op.create_index("ix_attachment_target_id", "attachment", ["target_id"], unique=False)
    op.create_table(
        "project",
        *(text(name) for name in ("id", "user_id", "name", "instructions")),
        text("model_id", nullable=True),
        whole("created_at"),
        whole("changed_at"),
        sa.ForeignKeyConstraint(["user_id"], ["account.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_project_user_id", "project", ["user_id"], unique=False)
