"""Items with revisions and parts, shares, the log of changes, what verbs answered, and OAuth."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Make the tables, and give chats what tools and shares need."""
    items()
    marks()
    shares()
    oauth()
    for name in ("call_id", "name", "arguments", "state", "verb"):
        op.add_column("part", text(name, default=""))
    op.add_column("part", sa.Column("started_at", sa.Integer(), nullable=True))
    op.add_column("chat", text("verbs", default=""))


def text(name: str, default: str | None = None, nullable: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.String(), nullable=nullable, server_default=default)


def whole(name: str, nullable: bool = False) -> sa.Column[int]:
    return sa.Column(name, sa.Integer(), nullable=nullable)


def flag(name: str) -> sa.Column[bool]:
    return sa.Column(name, sa.Boolean(), nullable=False)


def items() -> None:
    op.create_table(
        "item",
        text("id"),
        text("kind"),
        text("owner_id", nullable=True),
        text("space_id"),
        text("parent_id", nullable=True),
        text("title"),
        text("visibility"),
        whole("current"),
        whole("size"),
        text("password"),
        flag("burns"),
        flag("sealed"),
        whole("expires_at", nullable=True),
        whole("max_views", nullable=True),
        whole("views"),
        *(text(name) for name in ("edit_digest", "delete_digest", "address")),
        whole("created_at"),
        whole("changed_at"),
        whole("trashed_at", nullable=True),
        text("trashed_by"),
        sa.ForeignKeyConstraint(["owner_id"], ["account.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_item_mine", "item", ["owner_id", "kind", "changed_at"], unique=False)
    op.create_index("ix_item_space", "item", ["space_id", "kind", "changed_at"], unique=False)
    op.create_index("ix_item_parent_id", "item", ["parent_id"], unique=False)
    for name in ("expires", "trashed"):
        where = sa.text(f"{name}_at is not null")
        op.create_index(f"ix_item_{name}", "item", [f"{name}_at"], unique=False, sqlite_where=where)
    where = sa.text("max_views is not null")
    op.create_index("ix_item_views", "item", ["views", "max_views"], unique=False, sqlite_where=where)
    where = sa.text("address != ''")
    op.create_index("ix_item_address", "item", ["address", "created_at"], unique=False, sqlite_where=where)
    op.create_table("room", text("owner_id"), whole("used"), sa.PrimaryKeyConstraint("owner_id"))
    op.create_table(
        "revision",
        text("item_id"),
        whole("number"),
        *(text(name) for name in ("title", "author_id", "key_id", "door")),
        whole("base"),
        whole("restores"),
        text("note"),
        whole("size"),
        whole("created_at"),
        sa.ForeignKeyConstraint(["item_id"], ["item.id"]),
        sa.PrimaryKeyConstraint("item_id", "number"),
    )
    op.create_table(
        "itempart",
        text("item_id"),
        whole("number"),
        whole("position"),
        *(text(name) for name in ("name", "syntax", "type")),
        whole("size"),
        whole("lines"),
        text("hash"),
        text("text", nullable=True),
        sa.PrimaryKeyConstraint("item_id", "number", "position"),
    )
    op.create_index("ix_itempart_hash", "itempart", ["hash"], unique=False)
    op.create_table(
        "rendering",
        text("hash"),
        text("syntax"),
        whole("version"),
        text("html"),
        whole("used_at"),
        sa.PrimaryKeyConstraint("hash", "syntax", "version"),
    )


def marks() -> None:
    op.create_table(
        "tag",
        *(text(name) for name in ("kind", "target_id", "name")),
        sa.PrimaryKeyConstraint("kind", "target_id", "name"),
    )
    op.create_index("ix_tag_name", "tag", ["name"], unique=False)
    op.create_table(
        "star",
        *(text(name) for name in ("user_id", "kind", "target_id")),
        whole("created_at"),
        sa.ForeignKeyConstraint(["user_id"], ["account.id"]),
        sa.PrimaryKeyConstraint("user_id", "kind", "target_id"),
    )
    op.create_table(
        "change",
        whole("seq"),
        *(text(name) for name in ("kind", "target_id")),
        whole("revision"),
        text("what"),
        whole("at"),
        sa.PrimaryKeyConstraint("seq"),
    )
    op.create_table(
        "replay",
        *(text(name) for name in ("caller", "name", "verb", "digest")),
        whole("status"),
        *(text(name) for name in ("body", "boot")),
        whole("created_at"),
        sa.PrimaryKeyConstraint("caller", "name"),
    )
    op.create_index("ix_replay_created_at", "replay", ["created_at"], unique=False)


def shares() -> None:
    op.create_table(
        "share",
        *(text(name) for name in ("id", "kind", "target_id", "audience", "role")),
        text("user_id", nullable=True),
        *(text(name) for name in ("digest", "point", "password")),
        whole("expires_at", nullable=True),
        whole("max_uses", nullable=True),
        whole("uses"),
        whole("created_at"),
        text("created_by"),
        whole("revoked_at", nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["account.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_share_target", "share", ["kind", "target_id"], unique=False)
    op.create_index("ix_share_user_id", "share", ["user_id"], unique=False)
    op.create_index("ix_share_digest", "share", ["digest"], unique=False)


def oauth() -> None:
    op.create_table(
        "oauthclient",
        *(text(name) for name in ("id", "digest", "name", "about")),
        whole("created_at"),
        whole("last_at", nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "oauthcode",
        *(text(name) for name in ("digest", "client_id", "user_id", "scopes", "redirect_uri")),
        flag("explicit"),
        *(text(name) for name in ("challenge", "resource")),
        whole("expires_at"),
        whole("used_at", nullable=True),
        sa.ForeignKeyConstraint(["client_id"], ["oauthclient.id"]),
        sa.ForeignKeyConstraint(["user_id"], ["account.id"]),
        sa.PrimaryKeyConstraint("digest"),
    )
    op.create_index("ix_oauthcode_client_id", "oauthcode", ["client_id"], unique=False)
    op.create_table(
        "oauthtoken",
        *(text(name) for name in ("digest", "family", "kind", "client_id", "user_id", "scopes", "resource")),
        whole("created_at"),
        whole("expires_at"),
        *(whole(name, nullable=True) for name in ("used_at", "revoked_at", "last_at")),
        sa.ForeignKeyConstraint(["client_id"], ["oauthclient.id"]),
        sa.ForeignKeyConstraint(["user_id"], ["account.id"]),
        sa.PrimaryKeyConstraint("digest"),
    )
    op.create_index("ix_oauthtoken_family", "oauthtoken", ["family"], unique=False)
    op.create_index("ix_oauthtoken_user_id", "oauthtoken", ["user_id"], unique=False)
