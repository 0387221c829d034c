"""Titles of checks, keys that join another phone, and what the person wants to keep."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.add_column("snapshot", sa.Column("title", sa.Text()))
    op.create_table(
        "alias",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("phone_id", sa.Integer(), nullable=False),
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
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("keep_days", sa.Integer(), nullable=True),
        sa.Column("rhythm", sa.Text(), nullable=False),
        sa.Column("raw_days", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_retention"),
        sqlite_strict=True,
    )
