"""Keys, budgets, limits, aliases, and what the ledger says of the gateway's calls."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Make the tables, and give usage and providers their new columns."""
    keys()
    usage()
    aliases()
    op.add_column("provider", sa.Column("parallel", sa.Integer(), nullable=True))
    op.add_column("provider", sa.Column("speaks", sa.String(), nullable=False, server_default=""))


def text(name: str, default: str | None = None) -> sa.Column[str]:
    return sa.Column(name, sa.String(), nullable=False, server_default=default)


def whole(name: str, nullable: bool = False) -> sa.Column[int]:
    return sa.Column(name, sa.Integer(), nullable=nullable)


def keys() -> None:
    op.create_table(
        "apikey",
        *(text(name) for name in ("id", "user_id", "name", "digest", "prefix", "scopes", "models", "addresses")),
        whole("cache_seconds"),
        whole("created_at"),
        *(whole(name, nullable=True) for name in ("expires_at", "ends_at", "revoked_at")),
        sa.Column("replaced_by", sa.String(), nullable=True),
        whole("last_at", nullable=True),
        text("last_address"),
        text("last_what"),
        sa.ForeignKeyConstraint(["user_id"], ["account.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("digest"),
    )
    op.create_index("ix_apikey_user_id", "apikey", ["user_id"], unique=False)


def usage() -> None:
    for name in ("key_id", "alias"):
        op.add_column("usage", text(name, default=""))
    for name in ("reserved", "reserved_tokens"):
        op.add_column("usage", whole(name, nullable=True))
    for name in ("estimated", "cache"):
        op.add_column("usage", sa.Column(name, sa.Boolean(), nullable=False, server_default="0"))
    op.add_column("usage", sa.Column("fallbacks", sa.Integer(), nullable=False, server_default="0"))
    op.drop_index("ix_usage_user_id", table_name="usage")
    op.create_index("ix_usage_user", "usage", ["user_id", "started_at"], unique=False)
    op.create_index("ix_usage_key", "usage", ["key_id", "started_at"], unique=False)
    sums = ("calls", "failed", "cached", "unpriced", "estimated", "tokens_in", "tokens_cached", "tokens_out")
    alike = ("user_id", "key_id", "provider_id", "model", "door")
    op.create_table(
        "usageday",
        whole("day"),
        *(text(name) for name in alike),
        *(whole(name) for name in (*sums, "tokens_reasoning", "cost", "saved", "timed")),
        *(whole(name) for name in ("first_token_us", "duration_us")),
        sa.PrimaryKeyConstraint("day", *alike),
    )
    op.create_table(
        "budget",
        *(text(name) for name in ("id", "kind", "target_id", "period", "unit")),
        *(whole(name) for name in ("amount", "created_at", "told", "told_at")),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_budget_target_id", "budget", ["target_id"], unique=False)
    op.create_table(
        "usage_limit",
        text("kind"),
        text("target_id"),
        *(whole(name, nullable=True) for name in ("requests", "tokens", "parallel")),
        sa.PrimaryKeyConstraint("kind", "target_id"),
    )


def aliases() -> None:
    op.create_table(
        "alias",
        *(text(name) for name in ("id", "name", "strategy")),
        sa.Column("enabled", sa.Boolean(), nullable=False),
        whole("created_at"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("name"),
    )
    op.create_table(
        "aliastarget",
        text("alias_id"),
        text("model_id"),
        whole("position"),
        whole("weight"),
        sa.ForeignKeyConstraint(["alias_id"], ["alias.id"]),
        sa.ForeignKeyConstraint(["model_id"], ["model.id"]),
        sa.PrimaryKeyConstraint("alias_id", "model_id"),
    )
    op.create_index("ix_aliastarget_model_id", "aliastarget", ["model_id"], unique=False)
    op.create_table(
        "response",
        text("id"),
        text("user_id"),
        text("key_id"),
        sa.Column("previous_id", sa.String(), nullable=True),
        *(text(name) for name in ("model", "status", "input", "body")),
        whole("created_at"),
        sa.ForeignKeyConstraint(["user_id"], ["account.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_response_created_at", "response", ["created_at"], unique=False)
    op.create_index("ix_response_user_id", "response", ["user_id"], unique=False)
