"""What a person adds to the catalogue; and apps carry the kits of others found in them.

The latter needs no table: ``db.codec`` writes a new field only where it has a value.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"

INT64 = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    op.create_table(
        "app_kind",
        sa.Column("package", TEXT, nullable=False),
        sa.Column("kind", INT64, nullable=True),
        sa.Column("set_at", INT64, nullable=False),
        sa.PrimaryKeyConstraint("package", name="pk_app_kind"),
        sqlite_strict=True,
    )
    op.create_table(
        "public_list",
        sa.Column("id", INT64, nullable=False),
        sa.Column("name", TEXT, nullable=False),
        sa.Column("body", TEXT, nullable=False),
        sa.Column("imported_at", INT64, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_public_list"),
        sa.UniqueConstraint("name", name="uq_public_list_name"),
        sqlite_strict=True,
    )
