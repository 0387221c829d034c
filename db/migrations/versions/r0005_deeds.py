"""What was changed on phones on the person's word."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

INT64 = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
FLAG = sa.Boolean().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "deed",
        sa.Column("id", INT64, nullable=False),
        sa.Column("phone_id", INT64, nullable=False),
        sa.Column("at", INT64, nullable=False),
        sa.Column("kind", TEXT, nullable=False),
        sa.Column("user", INT64, nullable=False),
        sa.Column("package", TEXT, nullable=False),
        sa.Column("name", TEXT, nullable=False),
        sa.Column("op", TEXT, nullable=True),
        sa.Column("mode", TEXT, nullable=True),
        sa.Column("was", TEXT, nullable=True),
        sa.Column("whole_uid", FLAG, nullable=False),
        sa.Column("refusal", TEXT, nullable=True),
        sa.Column("held", FLAG, nullable=True),
        sa.Column("checked_by", INT64, nullable=True),
        sa.Column("undoes", INT64, nullable=True),
        sa.ForeignKeyConstraint(
            ["phone_id"], ["phone.id"], name="fk_deed_phone_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_deed"),
        sqlite_autoincrement=True,
        sqlite_strict=True,
    )
    op.create_index("ix_deed_phone_id", "deed", ["phone_id"])
