"""The tables are fit for a server, too."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import Table
from sqlalchemy.dialects.postgresql.base import PGDialect
from sqlalchemy.schema import CreateTable

from db.tables import metadata


@pytest.mark.parametrize("table", metadata.sorted_tables, ids=lambda table: table.name)
def test_a_server_could_hold_the_same_table(table: Table) -> None:
    text = str(CreateTable(table).compile(dialect=PGDialect()))  # type: ignore[no-untyped-call]
    assert "STRICT" not in text
    kinds = r"BIGINT|BIGSERIAL|BOOLEAN|BYTEA|TEXT COLLATE \"C\""
    for line in text.splitlines():
        if line.startswith("\t") and not line.startswith("\tCONSTRAINT"):
            assert re.fullmatch(rf"\t\S+ ({kinds})( NOT NULL)?,? ?", line)


def test_every_reference_can_be_looked_up_from_its_other_end() -> None:
    """A reference without an index makes each deletion read the whole table."""
    for table in metadata.sorted_tables:
        leading = {next(iter(index.columns)).name for index in table.indexes}
        for constraint in table.constraints:
            columns = list(getattr(constraint, "columns", ()))
            if columns and not hasattr(constraint, "elements"):
                leading.add(columns[0].name)
        referring = {key.parent.name for key in table.foreign_keys}
        assert referring <= leading, table.name
