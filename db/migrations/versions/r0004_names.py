"""Names and icons of apps, as they were read out of their APKs."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

INT64 = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    op.create_table(
        "icon",
        sa.Column("id", INT64, nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("kind", TEXT, nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_icon"),
        sa.UniqueConstraint("digest", name="uq_icon_digest"),
        sqlite_strict=True,
    )
    op.create_table(
        "app_name",
        sa.Column("phone_id", INT64, nullable=False),
        sa.Column("package", TEXT, nullable=False),
        sa.Column("stamp", TEXT, nullable=False),
        sa.Column("labels", TEXT, nullable=False),
        sa.Column("icon_id", INT64, nullable=True),
        sa.ForeignKeyConstraint(
            ["phone_id"], ["phone.id"], name="fk_app_name_phone_id", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["icon_id"], ["icon.id"], name="fk_app_name_icon_id"),
        sa.PrimaryKeyConstraint("phone_id", "package", name="pk_app_name"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_index("ix_app_name_icon_id", "app_name", ["icon_id"])
