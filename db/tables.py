"""The tables. A change here needs a migration in ``migrations/versions``.

What was found is stored once per distinct content. An app in one condition (what it may do, and its
versions and origin) is an ``app_entry``; all entries of a check are an ``inventory``. A check that
finds the phone as it was adds two rows, its ``snapshot`` and the ``record`` of saving it.

Times are microseconds since 1970 in UTC. Types are those that SQLite's STRICT tables and a server
both know.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Dialect,
    ForeignKey,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
)

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


class _ServerText(TypeDecorator[str]):
    """Text for PostgreSQL, which refuses NUL: a phone's answer may hold one, and stays as it was.

    ``C`` puts texts in SQLite's order, whatever language the server sorts by.
    """

    impl = Text
    cache_ok = True

    # U+FDD0 is no character and never will be; one that is there all the same is told by a "1".
    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:  # noqa: ARG002
        if value is None or not ("\0" in value or "\ufdd0" in value):
            return value
        return value.replace("\ufdd0", "\ufdd01").replace("\0", "\ufdd00")

    def process_result_value(self, value: str | None, dialect: Dialect) -> str | None:  # noqa: ARG002
        if value is None or "\ufdd0" not in value:
            return value
        return value.replace("\ufdd00", "\0").replace("\ufdd01", "\ufdd0")


# STRICT knows neither BIGINT nor BOOLEAN; its INTEGER has 64 bits.
Int64 = BigInteger().with_variant(Integer(), "sqlite")
Flag = Boolean().with_variant(Integer(), "sqlite")
Words = Text().with_variant(_ServerText(collation="C"), "postgresql")

phone = Table(
    "phone",
    metadata,
    Column("id", Int64, primary_key=True),
    Column("key", Words, nullable=False, unique=True),
    Column("name", Words),
    sqlite_strict=True,
)

# Checks under this key join that phone: see ``db.phones``.
alias = Table(
    "alias",
    metadata,
    Column("id", Int64, primary_key=True),
    Column("key", Words, nullable=False, unique=True),
    Column("phone_id", ForeignKey("phone.id", ondelete="CASCADE"), nullable=False, index=True),
    sqlite_strict=True,
)

snapshot = Table(
    "snapshot",
    metadata,
    Column("id", Int64, primary_key=True),
    Column("phone_id", ForeignKey("phone.id", ondelete="CASCADE"), nullable=False),
    Column("taken_at", Int64, nullable=False),
    # Its place among the checks of its phone, whatever the computer's clock said.
    Column("ordered_at", Int64, nullable=False),
    Column("inventory_id", ForeignKey("inventory.id"), nullable=False, index=True),
    Column("app_count", Int64, nullable=False),
    Column("phone", Words, nullable=False),
    Column("users", Words, nullable=False),
    Column("parts", Words, nullable=False),
    Column("problems", Words, nullable=False),
    Column("source", Words, nullable=False),
    Column("note", Words),
    Column("pinned", Flag, nullable=False),
    Column("program_version", Words),
    # No foreign key: a second reading outlives the check whose answers it read.
    Column("reread_of", Int64),
    Column("title", Words),
    UniqueConstraint("phone_id", "ordered_at"),
    # A deleted check's number is never given to another: people and scripts quote it.
    sqlite_autoincrement=True,
    sqlite_strict=True,
)

inventory = Table(
    "inventory",
    metadata,
    Column("id", Int64, primary_key=True),
    Column("phone_id", ForeignKey("phone.id", ondelete="CASCADE"), nullable=False),
    Column("digest", LargeBinary, nullable=False),
    UniqueConstraint("phone_id", "digest"),
    sqlite_strict=True,
)

inventory_app = Table(
    "inventory_app",
    metadata,
    Column("inventory_id", ForeignKey("inventory.id", ondelete="CASCADE"), primary_key=True),
    # Without this index every deleted entry costs a scan of the largest table.
    Column("entry_id", ForeignKey("app_entry.id"), primary_key=True, index=True),
    sqlite_strict=True,
    sqlite_with_rowid=False,
)

app = Table(
    "app",
    metadata,
    Column("id", Int64, primary_key=True),
    Column("phone_id", ForeignKey("phone.id", ondelete="CASCADE"), nullable=False),
    Column("user", Int64, nullable=False),
    Column("package", Words, nullable=False),
    UniqueConstraint("phone_id", "package", "user"),
    sqlite_strict=True,
)

app_entry = Table(
    "app_entry",
    metadata,
    Column("id", Int64, primary_key=True),
    Column("app_id", ForeignKey("app.id", ondelete="CASCADE"), nullable=False),
    Column("state_id", ForeignKey("app_state.id"), nullable=False, index=True),
    Column("details_id", ForeignKey("app_details.id"), nullable=False, index=True),
    UniqueConstraint("app_id", "state_id", "details_id"),
    sqlite_strict=True,
)

app_state = Table(
    "app_state",
    metadata,
    Column("id", Int64, primary_key=True),
    Column("digest", LargeBinary, nullable=False, unique=True),
    Column("body", Words, nullable=False),
    sqlite_strict=True,
)

# Apart from the state, or every update of an app would write its permissions anew.
app_details = Table(
    "app_details",
    metadata,
    Column("id", Int64, primary_key=True),
    Column("digest", LargeBinary, nullable=False, unique=True),
    Column("body", Words, nullable=False),
    sqlite_strict=True,
)

# What all uses of one kind by one app have in common, so that a use is a few bytes.
use_series = Table(
    "use_series",
    metadata,
    Column("id", Int64, primary_key=True),
    Column("app_id", ForeignKey("app.id", ondelete="CASCADE"), nullable=False),
    Column("body", Words, nullable=False),
    UniqueConstraint("app_id", "body"),
    sqlite_strict=True,
)

use_event = Table(
    "use_event",
    metadata,
    Column("series_id", ForeignKey("use_series.id", ondelete="CASCADE"), primary_key=True),
    Column("at", Int64, primary_key=True, autoincrement=False),
    Column("duration_ms", Int64),
    Column("running", Flag, nullable=False),
    # No foreign key: a use outlives the check that first told of it.
    Column("first_snapshot", Int64, nullable=False),
    # Where later checks said more of a use that was still running: see ``db.ledger``.
    Column("tellings", Words),
    sqlite_strict=True,
    sqlite_with_rowid=False,
)

mark = Table(
    "mark",
    metadata,
    Column("id", Int64, primary_key=True),
    Column("app_id", ForeignKey("app.id", ondelete="CASCADE"), nullable=False),
    Column("what", Words, nullable=False),
    Column("after", Words),
    Column("note", Words),
    Column("created_at", Int64, nullable=False),
    UniqueConstraint("app_id", "what"),
    sqlite_strict=True,
)

# Which checks the person wants to keep, one row: see ``db.retention``.
retention = Table(
    "retention",
    metadata,
    Column("id", Int64, primary_key=True),
    Column("keep_days", Int64),
    Column("rhythm", Words, nullable=False),
    Column("raw_days", Int64),
    sqlite_strict=True,
)

# What was changed on the phone itself, on the person's word.
deed = Table(
    "deed",
    metadata,
    Column("id", Int64, primary_key=True),
    Column("phone_id", ForeignKey("phone.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("at", Int64, nullable=False),
    Column("kind", Words, nullable=False),
    Column("user", Int64, nullable=False),
    Column("package", Words, nullable=False),
    Column("name", Words, nullable=False),
    Column("op", Words),
    Column("mode", Words),
    Column("was", Words),
    Column("whole_uid", Flag, nullable=False),
    Column("refusal", Words),
    Column("held", Flag),
    # No foreign keys: what was done outlives the check that looked.
    Column("checked_by", Int64),
    Column("undoes", Int64),
    sqlite_autoincrement=True,
    sqlite_strict=True,
)

# What a person says that an app is; no kind: none of them.
app_kind = Table(
    "app_kind",
    metadata,
    Column("package", Words, primary_key=True),
    Column("kind", Int64),
    Column("set_at", Int64, nullable=False),
    sqlite_strict=True,
)

# Files of apps named in public that a person imported: see ``audit.named``.
public_list = Table(
    "public_list",
    metadata,
    Column("id", Int64, primary_key=True),
    Column("name", Words, nullable=False, unique=True),
    Column("body", Words, nullable=False),
    Column("imported_at", Int64, nullable=False),
    sqlite_strict=True,
)

# What was done to the store, in order; each holds the digest of the one before: see ``db.sealing``.
record = Table(
    "record",
    metadata,
    Column("number", Int64, primary_key=True),
    Column("body", Words, nullable=False),
    Column("digest", LargeBinary, nullable=False),
    # The highest number ever given: without it, nobody would miss the last record.
    sqlite_autoincrement=True,
    sqlite_strict=True,
)

# The phone's answers: see ``db.raw``.
raw_block = Table(
    "raw_block",
    metadata,
    Column("id", Int64, primary_key=True),
    Column("digest", LargeBinary, nullable=False, unique=True),
    Column("body", LargeBinary, nullable=False),
    sqlite_strict=True,
)

raw_text = Table(
    "raw_text",
    metadata,
    Column("id", Int64, primary_key=True),
    Column("digest", LargeBinary, nullable=False, unique=True),
    Column("size", Int64, nullable=False),
    Column("blocks", LargeBinary, nullable=False),
    sqlite_strict=True,
)

raw_answer = Table(
    "raw_answer",
    metadata,
    Column("snapshot_id", ForeignKey("snapshot.id", ondelete="CASCADE"), primary_key=True),
    Column("number", Int64, primary_key=True, autoincrement=False),
    Column("command", Words, nullable=False),
    Column("read_at", Int64, nullable=False),
    Column("text_id", ForeignKey("raw_text.id"), nullable=False, index=True),
    Column("missing", Words),
    sqlite_strict=True,
    sqlite_with_rowid=False,
)

# What apps call themselves, and their icons: no evidence, and read anew at any time: ``db.names``.
icon = Table(
    "icon",
    metadata,
    Column("id", Int64, primary_key=True),
    Column("digest", LargeBinary, nullable=False, unique=True),
    Column("kind", Words, nullable=False),
    Column("body", LargeBinary, nullable=False),
    sqlite_strict=True,
)

app_name = Table(
    "app_name",
    metadata,
    Column("phone_id", ForeignKey("phone.id", ondelete="CASCADE"), primary_key=True),
    Column("package", Words, primary_key=True),
    Column("stamp", Words, nullable=False),
    Column("labels", Words, nullable=False),
    Column("icon_id", ForeignKey("icon.id"), index=True),
    sqlite_strict=True,
    sqlite_with_rowid=False,
)

# What the code of apps is made of, at each version that somebody looked into: ``db.app_code``.
app_code = Table(
    "app_code",
    metadata,
    Column("phone_id", ForeignKey("phone.id", ondelete="CASCADE"), primary_key=True),
    Column("package", Words, primary_key=True),
    Column("stamp", Words, primary_key=True),
    Column("packages", LargeBinary, nullable=False),
    sqlite_strict=True,
    sqlite_with_rowid=False,
)
