"""Evidence: the record of what was done, the phone's raw answers, second readings.

Checks that are there already get their records from ``db.migrate`` once the tables exist.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

INT64 = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    op.add_column("snapshot", sa.Column("reread_of", INT64))
    op.add_column("use_event", sa.Column("tellings", TEXT))
    op.create_table(
        "record",
        sa.Column("number", INT64, nullable=False),
        sa.Column("body", TEXT, nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_record"),
        sqlite_autoincrement=True,
        sqlite_strict=True,
    )
    _raw_answers()


def _raw_answers() -> None:
    op.create_table(
        "raw_block",
        sa.Column("id", INT64, nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_raw_block"),
        sa.UniqueConstraint("digest", name="uq_raw_block_digest"),
        sqlite_strict=True,
    )
    op.create_table(
        "raw_text",
        sa.Column("id", INT64, nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("size", INT64, nullable=False),
        sa.Column("blocks", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_raw_text"),
        sa.UniqueConstraint("digest", name="uq_raw_text_digest"),
        sqlite_strict=True,
    )
    op.create_table(
        "raw_answer",
        sa.Column("snapshot_id", INT64, nullable=False),
        sa.Column("number", INT64, autoincrement=False, nullable=False),
        sa.Column("command", TEXT, nullable=False),
        sa.Column("read_at", INT64, nullable=False),
        sa.Column("text_id", INT64, nullable=False),
        sa.Column("missing", TEXT, nullable=True),
        sa.ForeignKeyConstraint(
            ["snapshot_id"], ["snapshot.id"], name="fk_raw_answer_snapshot_id", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["text_id"], ["raw_text.id"], name="fk_raw_answer_text_id"),
        sa.PrimaryKeyConstraint("snapshot_id", "number", name="pk_raw_answer"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_index("ix_raw_answer_text_id", "raw_answer", ["text_id"])
