"""The first tables."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

INT64 = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
FLAG = sa.Boolean().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    _checks()
    _contents()
    _apps()
    _uses_and_marks()


def _checks() -> None:
    op.create_table(
        "phone",
        sa.Column("id", INT64, nullable=False),
        sa.Column("key", TEXT, nullable=False),
        sa.Column("name", TEXT, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_phone"),
        sa.UniqueConstraint("key", name="uq_phone_key"),
        sqlite_strict=True,
    )
    op.create_table(
        "inventory",
        sa.Column("id", INT64, nullable=False),
        sa.Column("phone_id", INT64, nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["phone_id"], ["phone.id"], name="fk_inventory_phone_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_inventory"),
        sa.UniqueConstraint("phone_id", "digest", name="uq_inventory_phone_id_digest"),
        sqlite_strict=True,
    )
    op.create_table(
        "snapshot",
        sa.Column("id", INT64, nullable=False),
        sa.Column("phone_id", INT64, nullable=False),
        sa.Column("taken_at", INT64, nullable=False),
        sa.Column("ordered_at", INT64, nullable=False),
        sa.Column("inventory_id", INT64, nullable=False),
        sa.Column("app_count", INT64, nullable=False),
        sa.Column("phone", TEXT, nullable=False),
        sa.Column("users", TEXT, nullable=False),
        sa.Column("parts", TEXT, nullable=False),
        sa.Column("problems", TEXT, nullable=False),
        sa.Column("source", TEXT, nullable=False),
        sa.Column("note", TEXT, nullable=True),
        sa.Column("pinned", FLAG, nullable=False),
        sa.Column("program_version", TEXT, nullable=True),
        sa.ForeignKeyConstraint(
            ["inventory_id"], ["inventory.id"], name="fk_snapshot_inventory_id"
        ),
        sa.ForeignKeyConstraint(
            ["phone_id"], ["phone.id"], name="fk_snapshot_phone_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_snapshot"),
        sa.UniqueConstraint("phone_id", "ordered_at", name="uq_snapshot_phone_id_ordered_at"),
        sqlite_autoincrement=True,
        sqlite_strict=True,
    )
    op.create_index("ix_snapshot_inventory_id", "snapshot", ["inventory_id"])


def _contents() -> None:
    op.create_table(
        "app_state",
        sa.Column("id", INT64, nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("body", TEXT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_app_state"),
        sa.UniqueConstraint("digest", name="uq_app_state_digest"),
        sqlite_strict=True,
    )
    op.create_table(
        "app_details",
        sa.Column("id", INT64, nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("body", TEXT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_app_details"),
        sa.UniqueConstraint("digest", name="uq_app_details_digest"),
        sqlite_strict=True,
    )


def _apps() -> None:
    op.create_table(
        "app",
        sa.Column("id", INT64, nullable=False),
        sa.Column("phone_id", INT64, nullable=False),
        sa.Column("user", INT64, nullable=False),
        sa.Column("package", TEXT, nullable=False),
        sa.ForeignKeyConstraint(
            ["phone_id"], ["phone.id"], name="fk_app_phone_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_app"),
        sa.UniqueConstraint("phone_id", "package", "user", name="uq_app_phone_id_package_user"),
        sqlite_strict=True,
    )
    op.create_table(
        "app_entry",
        sa.Column("id", INT64, nullable=False),
        sa.Column("app_id", INT64, nullable=False),
        sa.Column("state_id", INT64, nullable=False),
        sa.Column("details_id", INT64, nullable=False),
        sa.ForeignKeyConstraint(
            ["app_id"], ["app.id"], name="fk_app_entry_app_id", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["details_id"], ["app_details.id"], name="fk_app_entry_details_id"),
        sa.ForeignKeyConstraint(["state_id"], ["app_state.id"], name="fk_app_entry_state_id"),
        sa.PrimaryKeyConstraint("id", name="pk_app_entry"),
        sa.UniqueConstraint(
            "app_id", "state_id", "details_id", name="uq_app_entry_app_id_state_id_details_id"
        ),
        sqlite_strict=True,
    )
    op.create_index("ix_app_entry_details_id", "app_entry", ["details_id"])
    op.create_index("ix_app_entry_state_id", "app_entry", ["state_id"])
    op.create_table(
        "inventory_app",
        sa.Column("inventory_id", INT64, nullable=False),
        sa.Column("entry_id", INT64, nullable=False),
        sa.ForeignKeyConstraint(["entry_id"], ["app_entry.id"], name="fk_inventory_app_entry_id"),
        sa.ForeignKeyConstraint(
            ["inventory_id"],
            ["inventory.id"],
            name="fk_inventory_app_inventory_id",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("inventory_id", "entry_id", name="pk_inventory_app"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_index("ix_inventory_app_entry_id", "inventory_app", ["entry_id"])


def _uses_and_marks() -> None:
    op.create_table(
        "use_series",
        sa.Column("id", INT64, nullable=False),
        sa.Column("app_id", INT64, nullable=False),
        sa.Column("body", TEXT, nullable=False),
        sa.ForeignKeyConstraint(
            ["app_id"], ["app.id"], name="fk_use_series_app_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_use_series"),
        sa.UniqueConstraint("app_id", "body", name="uq_use_series_app_id_body"),
        sqlite_strict=True,
    )
    op.create_table(
        "use_event",
        sa.Column("series_id", INT64, nullable=False),
        sa.Column("at", INT64, autoincrement=False, nullable=False),
        sa.Column("duration_ms", INT64, nullable=True),
        sa.Column("running", FLAG, nullable=False),
        sa.Column("first_snapshot", INT64, nullable=False),
        sa.ForeignKeyConstraint(
            ["series_id"], ["use_series.id"], name="fk_use_event_series_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("series_id", "at", name="pk_use_event"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_table(
        "mark",
        sa.Column("id", INT64, nullable=False),
        sa.Column("app_id", INT64, nullable=False),
        sa.Column("what", TEXT, nullable=False),
        sa.Column("after", TEXT, nullable=True),
        sa.Column("note", TEXT, nullable=True),
        sa.Column("created_at", INT64, nullable=False),
        sa.ForeignKeyConstraint(["app_id"], ["app.id"], name="fk_mark_app_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_mark"),
        sa.UniqueConstraint("app_id", "what", name="uq_mark_app_id_what"),
        sqlite_strict=True,
    )
