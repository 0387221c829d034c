"""Every step of the schema, from an empty database on."""

from __future__ import annotations

# Known without loading Alembic, which costs more than all else at the program's start.
HEAD = "0007"
