"""Titles of checks, keys that join another phone, and what the person wants to keep."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

INT64 = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    op.add_column("snapshot", sa.Column("title", TEXT))
    op.create_table(
        "alias",
        sa.Column("id", INT64, nullable=False),
        sa.Column("key", TEXT, nullable=False),
        sa.Column("phone_id", INT64, nullable=False),
        sa.ForeignKeyConstraint(
            ["phone_id"], ["phone.id"], name="fk_alias_phone_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_alias"),
        sa.UniqueConstraint("key", name="uq_alias_key"),
        sqlite_strict=True,
    )
    op.create_index("ix_alias_phone_id", "alias", ["phone_id"])
    op.create_table(
        "retention",
        sa.Column("id", INT64, nullable=False),
        sa.Column("keep_days", INT64, nullable=True),
        sa.Column("rhythm", TEXT, nullable=False),
        sa.Column("raw_days", INT64, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_retention"),
        sqlite_strict=True,
    )
