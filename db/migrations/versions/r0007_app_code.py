"""What the code of apps is made of, where somebody looked into it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"

INT64 = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    op.create_table(
        "app_code",
        sa.Column("phone_id", INT64, nullable=False),
        sa.Column("package", TEXT, nullable=False),
        sa.Column("stamp", TEXT, nullable=False),
        sa.Column("packages", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["phone_id"], ["phone.id"], name="fk_app_code_phone_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("phone_id", "package", "stamp", name="pk_app_code"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
